"""Smart Turn v3.2: how likely it is that the caller has finished."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from common.audio import STT_RATE_HZ, Floats, compress, mel_power
from common.onnx import open_session

WINDOW_S = 8
WINDOW_SAMPLES = WINDOW_S * STT_RATE_HZ
WINDOW_FRAMES = WINDOW_S * 100
MELS = 80
QUIET_BELOW_PEAK_DB = 30.0


class SmartTurnEngine:
    name = "smart-turn-v3.2"

    def __init__(self, model: Path, device: str = "cpu") -> None:
        self._session = open_session(model, device)

    def warm_up(self) -> None:
        self.probability(np.zeros(STT_RATE_HZ, np.float32))

    def probability(self, audio: Floats) -> float:
        """P(the turn is complete) for the caller's audio since the turn began, its trailing silence included."""
        features = turn_features(audio)
        output = self._session.run(None, {"input_features": features[None]})[0]
        return float(np.asarray(output).reshape(-1)[0])


def turn_features(audio: Floats) -> Floats:
    """[80, 800]: the last 8 s, silence in front, the whole window at zero mean and unit variance."""
    recent = audio[-WINDOW_SAMPLES:]
    window = np.zeros(WINDOW_SAMPLES, np.float32)
    if recent.size:
        window[-recent.size :] = recent
    window = (window - window.mean()) / np.sqrt(window.var() + 1e-7)
    return compress(mel_power(window, MELS)[:, :WINDOW_FRAMES])


def with_silence(audio: Floats, silence_ms: float) -> Floats:
    """The audio as it would be had the caller stayed silent for `silence_ms` since the last sound.

    What is missing is the line's own quiet, back and forth: digital silence is not what the model knows.
    """
    frame = STT_RATE_HZ // 100
    count = audio.size // frame
    if count < 5:
        return audio
    levels = 10 * np.log10(np.maximum(np.mean(np.square(audio[: count * frame].reshape(count, frame)), axis=1), 1e-12))
    loud = np.flatnonzero(levels > levels.max() - QUIET_BELOW_PEAK_DB)
    quiet_samples = audio.size - (int(loud[-1]) + 1) * frame if loud.size else audio.size
    missing = round(silence_ms * STT_RATE_HZ / 1000) - quiet_samples
    if missing <= 0:
        return audio
    if quiet_samples >= 2 * frame:
        quiet = audio[-min(quiet_samples, 20 * frame) :]
        there_and_back = np.concatenate([quiet[::-1], quiet])
        extension = np.resize(there_and_back, missing)
    else:
        extension = np.zeros(missing, np.float32)
    return np.concatenate([audio, extension])
