"""Audio arithmetic in NumPy: levels, and the log-mel spectrogram that Whisper and Smart Turn share."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

STT_RATE_HZ = 16_000
N_FFT = 400
HOP = 160
"""Samples a mel frame: 10 ms. Whisper's own (speech-facts: 1.1)."""

LOG_FLOOR = 1e-10
SILENCE_DBFS = -120.0


def pcm16_to_float(pcm: bytes | bytearray | memoryview) -> Floats:
    return np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768.0


def float_to_pcm16(audio: Floats) -> bytes:
    return (np.clip(audio, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()


def rms_dbfs(audio: Floats) -> float:
    """Level in dB below full scale; a full-scale sine is -3."""
    if audio.size == 0:
        return SILENCE_DBFS
    power = float(np.mean(np.square(audio, dtype=np.float64)))
    return 10 * np.log10(power) if power > 1e-12 else SILENCE_DBFS


def frame_levels_dbfs(audio: Floats, frame_samples: int) -> Floats:
    """Level of each whole frame."""
    count = audio.size // frame_samples
    if count == 0:
        return np.empty(0, np.float32)
    frames = audio[: count * frame_samples].reshape(count, frame_samples)
    power = np.mean(np.square(frames), axis=1)
    return (10 * np.log10(np.maximum(power, 1e-12))).astype(np.float32)


@lru_cache(maxsize=4)
def mel_filters(mels: int) -> Floats:
    """Slaney mel scale with Slaney area normalisation over 0-8000 Hz, [mels, 201]."""
    frequencies = np.fft.rfftfreq(N_FFT, 1 / STT_RATE_HZ)
    break_hz, break_mel = 1000.0, 15.0
    log_step = np.log(6.4) / 27.0
    top_mel = break_mel + np.log(STT_RATE_HZ / 2 / break_hz) / log_step
    points = np.linspace(0.0, top_mel, mels + 2)
    edges = np.where(points >= break_mel, break_hz * np.exp(log_step * (points - break_mel)), points * (200.0 / 3.0))
    widths = np.diff(edges)
    ramps = edges[:, None] - frequencies[None, :]
    rising = -ramps[:-2] / widths[:-1, None]
    falling = ramps[2:] / widths[1:, None]
    filters = np.maximum(0.0, np.minimum(rising, falling))
    return (filters * (2.0 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


@lru_cache(maxsize=1)
def hann_window() -> Floats:
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(N_FFT) / N_FFT)).astype(np.float32)


def mel_power(audio: Floats, mels: int) -> Floats:
    """Mel power of each 10 ms of `audio`, [mels, samples / 160]; centred frames, reflected at both ends."""
    padded = np.pad(audio, N_FFT // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, N_FFT)[::HOP][: audio.size // HOP]
    spectrum = np.fft.rfft(frames * hann_window(), axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    return mel_filters(mels) @ power.astype(np.float32).T


def compress(mel: Floats) -> Floats:
    """Whisper's scaling: log10, at most 8 below the peak, into about -1 to 1."""
    logged = np.log10(np.maximum(mel, LOG_FLOOR))
    return (np.maximum(logged, logged.max() - 8.0) + 4.0) / 4.0


def whisper_features(audio: Floats, mels: int, window_samples: int) -> Floats:
    """Log-mel of `audio` followed by digital silence up to the window, [mels, window / 160].

    The silence is not computed: its mel power is nought everywhere.
    """
    frames = window_samples // HOP
    audio = audio[:window_samples]
    # A frame reaches 200 samples beyond its centre, so the last sounds reach into what follows them.
    reach = min(-(-audio.size // HOP) * HOP + 2 * HOP, window_samples)
    lengthened = np.pad(audio, (0, max(0, reach - audio.size)))
    mel = np.zeros((mels, frames), np.float32)
    computed = mel_power(lengthened, mels)
    mel[:, : computed.shape[1]] = computed[:, :frames]
    return compress(mel)
