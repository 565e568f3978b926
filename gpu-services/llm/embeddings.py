"""all-MiniLM-L6-v2 as a NumPy forward pass: six layers of BERT, mean over the tokens, unit length."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from common.audio import Floats

MAX_TOKENS = 256
"""The model was trained on 128 and reads 512; a caller's sentence has 10 to 40."""

EPSILON = 1e-12


class MiniLm:
    name = "all-MiniLM-L6-v2"

    def __init__(self, directory: Path) -> None:
        weights_file = directory / "model.safetensors"
        if not weights_file.is_file():
            raise FileNotFoundError(f"{weights_file} is not there: fetch it with `python -m models.fetch`")
        config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
        raw = load_file(weights_file)
        self._w = {name.removeprefix("bert."): value.astype(np.float32) for name, value in raw.items() if value.ndim}
        self._heads: int = config["num_attention_heads"]
        self._layers: int = config["num_hidden_layers"]
        self.dimensions: int = config["hidden_size"]
        self._tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def embed(self, text: str) -> tuple[Floats, int]:
        """(vector of unit length, tokens read)."""
        ids = self._tokenizer.encode(text).ids
        hidden = self._forward(np.asarray(ids))
        mean = hidden.mean(axis=0)
        return mean / max(EPSILON, float(np.linalg.norm(mean))), len(ids)

    def _forward(self, ids: np.ndarray) -> Floats:
        w = self._w
        x = (
            w["embeddings.word_embeddings.weight"][ids]
            + w["embeddings.position_embeddings.weight"][: len(ids)]
            + w["embeddings.token_type_embeddings.weight"][0]
        )
        x = self._normalise(x, "embeddings.LayerNorm")
        for layer in range(self._layers):
            prefix = f"encoder.layer.{layer}."
            x = self._normalise(x + self._attend(x, prefix + "attention."), prefix + "attention.output.LayerNorm")
            inner = gelu(self._linear(x, prefix + "intermediate.dense"))
            x = self._normalise(x + self._linear(inner, prefix + "output.dense"), prefix + "output.LayerNorm")
        return x

    def _attend(self, x: Floats, prefix: str) -> Floats:
        count, width = x.shape
        size = width // self._heads

        def split(name: str) -> Floats:
            return self._linear(x, f"{prefix}self.{name}").reshape(count, self._heads, size).transpose(1, 0, 2)

        query, key, value = split("query"), split("key"), split("value")
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(np.float32(size))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        joined = (scores @ value).transpose(1, 0, 2).reshape(count, width)
        return self._linear(joined, f"{prefix}output.dense")

    def _linear(self, x: Floats, name: str) -> Floats:
        return x @ self._w[f"{name}.weight"].T + self._w[f"{name}.bias"]

    def _normalise(self, x: Floats, name: str) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = np.mean(np.square(centred), axis=-1, keepdims=True)
        return centred / np.sqrt(variance + EPSILON) * self._w[f"{name}.weight"] + self._w[f"{name}.bias"]


def gelu(x: Floats) -> Floats:
    """0.5 x (1 + erf(x / sqrt 2)), the error function by Abramowitz and Stegun 7.1.26: within 1.5e-7."""
    z = np.abs(x) * np.float32(0.7071067811865476)
    t = 1.0 / (1.0 + 0.3275911 * z)
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = np.sign(x) * (1.0 - poly * np.exp(-z * z))
    return (0.5 * x * (1.0 + erf)).astype(np.float32)
