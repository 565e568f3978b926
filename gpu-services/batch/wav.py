"""WAV in and out: PCM16 of any rate and number of channels in, mono out."""

from __future__ import annotations

import io
import wave

import numpy as np

from common.audio import STT_RATE_HZ, Floats, pcm16_to_float

MAX_SECONDS = 4 * 3600
RATES_HZ = range(4000, 192_001)


class WavError(ValueError):
    """What is wrong with a recording, for whoever sent it."""


def read_wav(data: bytes) -> Floats:
    """The recording as mono at 16 kHz, float32 from -1 to 1."""
    try:
        with wave.open(io.BytesIO(data)) as sound:
            channels, width, rate, frames = (
                sound.getnchannels(),
                sound.getsampwidth(),
                sound.getframerate(),
                sound.getnframes(),
            )
            if width != 2:
                raise WavError(f"the samples have {8 * width} bits: PCM of 16 bits is wanted")
            if not 1 <= channels <= 8 or rate not in RATES_HZ:
                raise WavError(f"{channels} channels at {rate} Hz: 1 to 8 channels at 4000 to 192000 Hz are wanted")
            if frames > MAX_SECONDS * rate:
                raise WavError(f"the recording is over {MAX_SECONDS // 3600} hours long: cut it")
            pcm = sound.readframes(frames)
    except (wave.Error, EOFError) as error:
        raise WavError(f"this is no PCM WAV file: {error}") from None
    audio = pcm16_to_float(pcm[: len(pcm) - len(pcm) % (2 * channels)]).reshape(-1, channels).mean(axis=1)
    return resample(audio.astype(np.float32), rate)


def resample(audio: Floats, rate: int) -> Floats:
    """To 16 kHz. Speech needs no more than a windowed sinc of 32 zero crossings."""
    if rate == STT_RATE_HZ or audio.size == 0:
        return audio
    cutoff = min(1.0, STT_RATE_HZ / rate)
    half = int(np.ceil(16 / cutoff))
    count = int(audio.size * STT_RATE_HZ / rate)
    padded = np.pad(audio, half + 1)
    out = np.empty(count, np.float32)
    offsets = np.arange(-half, half + 1)
    # In blocks, so that an hour of sound does not need a matrix of an hour.
    for start in range(0, count, BLOCK):
        places = np.arange(start, min(count, start + BLOCK)) * (rate / STT_RATE_HZ)
        whole = places.astype(np.int64)
        distances = offsets[None, :] - (places - whole)[:, None]
        taps = (
            cutoff * np.sinc(cutoff * distances) * (0.5 + 0.5 * np.cos(np.pi * np.clip(distances / (half + 1), -1, 1)))
        )
        out[start : start + places.size] = (padded[whole[:, None] + offsets[None, :] + half + 1] * taps).sum(axis=1)
    return out


def write_wav(pcm: bytes, rate: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(pcm)
    return out.getvalue()


BLOCK = 16_384
