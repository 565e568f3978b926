"""Log mel filter banks as Kaldi computes them, and the low frame rate that FunASR's models read."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from common.audio import STT_RATE_HZ, Floats

MELS = 80
FRAME = STT_RATE_HZ // 40
STEP = STT_RATE_HZ // 100
FFT = 512
LOWEST_HZ = 20.0
PREEMPHASIS = 0.97
MIN_ENERGY = float(np.finfo(np.float32).eps)


def mel_filterbank(audio: Floats) -> Floats:
    """[frames, 80]: Hamming windows of 25 ms every 10 ms, no dither; only whole windows."""
    count = 1 + (audio.size - FRAME) // STEP if audio.size >= FRAME else 0
    if count == 0:
        return np.zeros((0, MELS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(audio.astype(np.float64), FRAME)[::STEP][:count]
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    frames = (frames - PREEMPHASIS * before) * np.hamming(FRAME)
    power = np.square(np.abs(np.fft.rfft(frames, FFT)))
    return np.log(np.maximum(power @ filters().T, MIN_ENERGY)).astype(np.float32)


@lru_cache(maxsize=1)
def filters() -> Floats:
    """[80, 257]: triangles that are straight in mel, as in Kaldi."""

    def mel(hz: np.ndarray | float) -> np.ndarray:
        return 1127.0 * np.log(1.0 + np.asarray(hz) / 700.0)

    edges = np.linspace(mel(LOWEST_HZ), mel(STT_RATE_HZ / 2), MELS + 2)
    bins = mel(np.arange(FFT // 2 + 1) * STT_RATE_HZ / FFT)
    rising = (bins[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins[None]) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)


def low_frame_rate(features: Floats, window: int, shift: int) -> Floats:
    """Stacks `window` frames every `shift`; the first frame is repeated in front, the last behind."""
    if not len(features):
        return np.zeros((0, window * features.shape[1]), np.float32)
    ahead = (window - 1) // 2
    padded = np.concatenate([np.repeat(features[:1], ahead, axis=0), features])
    count = -(-len(features) // shift)
    missing = max(0, (count - 1) * shift + window - len(padded))
    padded = np.concatenate([padded, np.repeat(padded[-1:], missing, axis=0)])
    return np.stack([padded[at * shift : at * shift + window].reshape(-1) for at in range(count)])
