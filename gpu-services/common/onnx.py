"""ONNX Runtime sessions that share a machine: few threads, and none that spins while it waits."""

from __future__ import annotations

from pathlib import Path

import onnxruntime


def open_session(model: Path, device: str = "cpu", threads: int = 1) -> onnxruntime.InferenceSession:
    if not model.is_file():
        raise FileNotFoundError(f"{model} is not there: fetch it with `python -m models.fetch`")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    providers = ["CPUExecutionProvider"]
    if device == "cuda":
        providers.insert(0, "CUDAExecutionProvider")
    return onnxruntime.InferenceSession(str(model), options, providers=providers)
