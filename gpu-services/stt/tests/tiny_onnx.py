"""Small ONNX models written byte by byte (onnx.proto), so that loading is tested without a package that makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

FLOAT, INT32, INT64 = 1, 6, 7


def varint(value: int) -> bytes:
    out = bytearray()
    while True:
        out.append((value & 0x7F) | (0x80 if value > 0x7F else 0))
        value >>= 7
        if not value:
            return bytes(out)


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def block(field: int, data: bytes | str) -> bytes:
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def tensor(name: str, values: np.ndarray) -> bytes:
    dims = b"".join(number(1, size) for size in values.shape)
    kind = INT64 if values.dtype == np.int64 else FLOAT
    return dims + number(2, kind) + block(8, name) + block(9, values.tobytes())


def value_info(name: str, kind: int, shape: Sequence[int | str]) -> bytes:
    dims = b"".join(block(1, number(1, size) if isinstance(size, int) else block(2, size)) for size in shape)
    return block(1, name) + block(2, block(1, number(1, kind) + block(2, dims)))


def ints(name: str, values: Sequence[int]) -> bytes:
    return block(1, name) + b"".join(number(8, value) for value in values) + number(20, 7)


def node(kind: str, inputs: Sequence[str], output: str, attributes: Sequence[bytes] = ()) -> bytes:
    return (
        b"".join(block(1, name) for name in inputs)
        + block(2, output)
        + block(4, kind)
        + b"".join(block(5, attribute) for attribute in attributes)
    )


def write_model(
    path: Path,
    nodes: Sequence[bytes],
    inputs: Sequence[bytes],
    outputs: Sequence[bytes],
    weights: Mapping[str, np.ndarray],
    metadata: Mapping[str, str],
) -> Path:
    graph = (
        b"".join(block(1, one) for one in nodes)
        + block(2, "tiny")
        + b"".join(block(5, tensor(name, values)) for name, values in weights.items())
        + b"".join(block(11, one) for one in inputs)
        + b"".join(block(12, one) for one in outputs)
    )
    properties = b"".join(block(14, block(1, key) + block(2, value)) for key, value in metadata.items())
    path.write_bytes(number(1, 8) + block(7, graph) + block(8, block(1, "") + number(2, 13)) + properties)
    return path


def waveform_model(path: Path, count: int, weights: np.ndarray, masked: bool = False, **metadata: str) -> Path:
    """Logits from how spiky the wave is: the mean of |x| at unit variance is 0.8 for noise and far less for clicks."""
    inputs = [value_info("input_values", FLOAT, [1, "n"])]
    if masked:
        inputs.append(value_info("attention_mask", INT64, [1, "n"]))
    return write_model(
        path,
        [
            node("Abs", ["input_values"], "loud"),
            node("ReduceMean", ["loud"], "mean", [ints("axes", [1])]),
            node("Mul", ["mean", "slope"], "sloped"),
            node("Add", ["sloped", "offset"], "logits"),
        ],
        inputs,
        [value_info("logits", FLOAT, [1, count])],
        {"slope": weights[:1].astype(np.float32), "offset": weights[1:].astype(np.float32)},
        metadata,
    )


def sense_voice_model(path: Path, weights: np.ndarray, metadata: Mapping[str, str]) -> Path:
    """One token a frame, by the features of that frame alone."""
    return write_model(
        path,
        [node("MatMul", ["x", "w"], "logits")],
        [
            value_info("x", FLOAT, [1, "frames", weights.shape[0]]),
            value_info("x_length", INT32, [1]),
            value_info("language", INT32, [1]),
            value_info("text_norm", INT32, [1]),
        ],
        [value_info("logits", FLOAT, [1, "frames", weights.shape[1]])],
        {"w": weights.astype(np.float32)},
        metadata,
    )


def floats(values: Sequence[float]) -> str:
    return ",".join(f"{value:g}" for value in values)
