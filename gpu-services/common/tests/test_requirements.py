"""Symptom: on a GPU machine the voice ran on the processor: its ONNX Runtime wanted another CUDA than all else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent.parent

LAST_OF_CUDA_12 = (1, 26)
"""onnxruntime-gpu 1.27 and later are linked against CUDA 13 (its wheels' metadata and needed libraries)."""


def pins(name: str) -> dict[str, set[str]]:
    """Versions of each package, by environment several."""
    found: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([a-z0-9_-]+)==([^ \\]+)", (HERE / name).read_text(), re.MULTILINE):
        found.setdefault(package, set()).add(version)
    return found


def test_all_that_uses_cuda_is_of_cuda_12() -> None:
    gpu = pins("requirements-gpu.txt")
    (runtime,) = gpu["onnxruntime-gpu"]
    assert tuple(int(part) for part in runtime.split(".")[:2]) <= LAST_OF_CUDA_12
    nvidia = [package for package in gpu if package.startswith("nvidia-")]
    assert [package for package in nvidia if not package.endswith("-cu12")] == []
    assert {"nvidia-cublas-cu12", "nvidia-cudnn-cu12", "nvidia-cuda-runtime-cu12"} <= set(nvidia)


def test_the_two_builds_of_onnx_runtime_do_not_meet() -> None:
    assert "onnxruntime" not in pins("requirements-gpu.txt")
    assert "onnxruntime-gpu" not in pins("requirements.txt")


def test_everything_else_is_as_on_a_processor() -> None:
    usual, gpu = pins("requirements.txt"), pins("requirements-gpu.txt")
    others = {package for package in gpu if package != "onnxruntime-gpu" and not package.startswith("nvidia-")}
    assert [package for package in sorted(others) if not gpu[package] <= usual.get(package, set())] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-gpu.txt"])
def test_every_pin_has_hashes(name: str) -> None:
    blocks = re.split(r"\n(?=[a-z0-9_-]+==)", (HERE / name).read_text())
    assert [block.split(" ")[0] for block in blocks if "--hash=sha256:" not in block] == []
