"""Which device a model runs on: said by the engine that runs it, never taken from the setting.

`cuda` means CUDA or no start: whoever asked for a card must not be served by the processor without knowing.
`auto` takes the card that is there, and the processor where none can be used, and says why.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
from pathlib import Path

DEVICES = ("cpu", "cuda", "auto")

GPU_PACKAGES = "pip install --require-hashes --no-deps -r requirements-gpu.txt"

LIBRARY_PATTERNS = (
    *("cuda_runtime/lib/libcudart.so.*", "cuda_nvrtc/lib/libnvrtc.so.*", "nvjitlink/lib/libnvJitLink.so.*"),
    *("cublas/lib/libcublasLt.so.*", "cublas/lib/libcublas.so.*", "cufft/lib/libcufft.so.*"),
    *("curand/lib/libcurand.so.*", "cudnn/lib/libcudnn*.so.*"),
)
"""In the order in which they need one another."""


class DeviceMissingError(Exception):
    """The device that was asked for cannot be used. Trying again does not mend it."""


def card_count() -> int:
    """How many cards the driver knows; none where there is no driver."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return 0
    count = ctypes.c_int(0)
    # Both answer 0 for success (CUDA_SUCCESS).
    if driver.cuInit(0) != 0 or driver.cuDeviceGetCount(ctypes.byref(count)) != 0:
        return 0
    return count.value


def require_card() -> None:
    """Before anything large is fetched for it."""
    if card_count() == 0:
        raise DeviceMissingError("the NVIDIA driver (libcuda.so.1) is not there, or knows no card")


def load_cuda_libraries(root: Path | None = None) -> list[str]:
    """Loads CUDA's and cuDNN's libraries out of their packages, so that the engines find them by name. What is not
    there is left to the system's own. Returns what was loaded."""
    folder = nvidia_packages() if root is None else root
    if folder is None:
        return []
    loaded = []
    for pattern in LIBRARY_PATTERNS:
        for path in sorted(folder.glob(pattern)):
            with contextlib.suppress(OSError):
                ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)
                loaded.append(path.name)
    return loaded


def nvidia_packages() -> Path | None:
    """site-packages/nvidia, a namespace that all of them share."""
    spec = importlib.util.find_spec("nvidia")
    places = list(spec.submodule_search_locations or []) if spec is not None else []
    return Path(places[0]) if places else None


def why_no_cuda(cause: object) -> str:
    """One line out of what an engine says, which may be pages."""
    text = " ".join(str(cause).split())
    return text[:300] or "no reason given"
