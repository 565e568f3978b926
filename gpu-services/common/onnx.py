"""ONNX Runtime sessions that share a machine: few threads, and none that spins while it waits."""

from __future__ import annotations

from pathlib import Path

import onnxruntime

from common.devices import GPU_PACKAGES, DeviceMissingError, load_cuda_libraries, require_card, why_no_cuda
from common.logs import Log

CUDA = "CUDAExecutionProvider"
CPU = "CPUExecutionProvider"

log = Log("onnx")


def open_session(model: Path, device: str = "cpu", threads: int = 1) -> onnxruntime.InferenceSession:
    """On the device: `cuda` or it fails, `auto` for the processor where there is no CUDA."""
    if not model.is_file():
        raise FileNotFoundError(f"{model} is not there: fetch it with `python -m models.fetch`")
    if device == "cpu":
        return session_on(model, [CPU], threads)
    try:
        return cuda_session(model, threads)
    except DeviceMissingError as error:
        if device == "cuda":
            raise
        log.warning("no CUDA for this model, which runs on the processor", model=model.name, reason=str(error))
        return session_on(model, [CPU], threads)


def device_of(session: onnxruntime.InferenceSession) -> str:
    """What it really runs on."""
    return "cuda" if CUDA in session.get_providers() else "cpu"


def cuda_session(model: Path, threads: int) -> onnxruntime.InferenceSession:
    if CUDA not in onnxruntime.get_available_providers():
        raise DeviceMissingError(f"this ONNX Runtime was built without CUDA: {GPU_PACKAGES}")
    require_card()
    load_cuda_libraries()
    try:
        session = session_on(model, [CUDA, CPU], threads)
    except Exception as error:
        raise DeviceMissingError(f"CUDA cannot be used by ONNX Runtime: {why_no_cuda(error)}") from error
    if device_of(session) != "cuda":
        raise DeviceMissingError("ONNX Runtime found the libraries or the driver of CUDA 12 not there, or not fitting")
    return session


def session_on(model: Path, providers: list[str], threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    # Without the fallback, which would go on by the processor with a few lines on standard output.
    return onnxruntime.InferenceSession(str(model), options, providers=providers, enable_fallback=0)
