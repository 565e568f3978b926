"""Recordings as people have them."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from batch.split import MAX_PIECE_S, pieces
from batch.wav import WavError, read_wav, write_wav
from common.audio import STT_RATE_HZ


def tone(seconds: float, rate: int, hertz: float = 440.0) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def wav_of(audio: np.ndarray, rate: int, channels: int = 1, width: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(width)
        sound.setframerate(rate)
        samples = (audio * 32767).astype("<i2")
        sound.writeframes(np.repeat(samples, channels).tobytes() if width == 2 else bytes(len(samples) * width))
    return out.getvalue()


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_tone_keeps_its_pitch_and_level_at_every_rate(rate: int, channels: int) -> None:
    audio = read_wav(wav_of(tone(1.0, rate), rate, channels))
    assert abs(audio.size - STT_RATE_HZ) <= 2
    middle = audio[4000:12000]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(middle.size)))
    assert abs(np.argmax(spectrum) * STT_RATE_HZ / middle.size - 440) < 4
    assert abs(float(np.sqrt(np.mean(middle**2))) - 0.5 / np.sqrt(2)) < 0.01


def test_what_a_lower_rate_cannot_hold_is_gone() -> None:
    audio = read_wav(wav_of(tone(1.0, 48000, 12_000), 48000))
    assert float(np.sqrt(np.mean(audio[2000:14000] ** 2))) < 0.01


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no PCM WAV file"),
        (b"RIFFxxxxWAVE", "no PCM WAV file"),
        (b"ID3" + bytes(100), "no PCM WAV file"),
        (wav_of(tone(0.1, 8000), 8000, width=1), "8 bits: PCM of 16 bits is wanted"),
        (wav_of(tone(0.1, 8000), 1000), "at 1000 Hz"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, said: str) -> None:
    with pytest.raises(WavError, match=said):
        read_wav(data)


def test_a_cut_file_is_read_as_far_as_it_goes() -> None:
    whole = wav_of(tone(1.0, 16000), 16000)
    assert 0 < read_wav(whole[: len(whole) // 2 + 1]).size < 16_000


def test_what_is_written_is_read() -> None:
    pcm = (tone(0.2, 24_000) * 32767).astype("<i2").tobytes()
    assert abs(read_wav(write_wav(pcm, 24_000)).size - 3200) <= 2


def test_long_recordings_are_cut_where_it_is_quiet() -> None:
    speech, pause = tone(7.0, STT_RATE_HZ), np.zeros(STT_RATE_HZ // 2)
    audio = np.concatenate([part for _ in range(8) for part in (speech, pause)]).astype(np.float32)
    found = list(pieces(audio))
    assert sum(piece.size for _, piece in found) == audio.size
    for start_s, piece in found:
        assert piece.size <= MAX_PIECE_S * STT_RATE_HZ
        # Every cut lies in a pause: whole periods of 7.5 s, less at most the pause itself.
        assert start_s % 7.5 == pytest.approx(0, abs=0.01) or start_s % 7.5 > 6.9


def test_silence_is_nothing_to_recognise() -> None:
    assert list(pieces(np.zeros(40 * STT_RATE_HZ, np.float32))) == []
    assert list(pieces(np.zeros(0, np.float32))) == []
