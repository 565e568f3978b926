from __future__ import annotations

import numpy as np
import pytest

from tts.shaping import LEADING_MS, PEAK_LIMIT, RATE_HZ, shape, tail_ms


def speech(lead_s: float, sound_s: float, tail_s: float, level: float = 0.2) -> np.ndarray:
    sound = np.sin(np.arange(round(sound_s * RATE_HZ)) * 0.05) * level
    parts = (np.zeros(round(lead_s * RATE_HZ)), sound, np.zeros(round(tail_s * RATE_HZ)))
    return np.concatenate(parts).astype(np.float32)


def read(pcm: bytes) -> np.ndarray:
    return np.frombuffer(pcm, "<i2").astype(np.float32) / 32767


def test_silences_are_cut_to_what_is_wanted() -> None:
    audio = read(shape(speech(0.3, 0.5, 0.4), 1.0, 80))
    assert audio.size == pytest.approx((LEADING_MS / 1000 + 0.5 + 0.08) * RATE_HZ, abs=2 * RATE_HZ // 200)
    assert np.flatnonzero(np.abs(audio) > 0.01)[0] == pytest.approx(LEADING_MS / 1000 * RATE_HZ, abs=RATE_HZ // 100)


def test_a_tail_that_is_too_short_is_lengthened() -> None:
    audio = read(shape(speech(0.1, 0.5, 0.05), 1.0, 180))
    assert audio.size == pytest.approx((LEADING_MS / 1000 + 0.5 + 0.18) * RATE_HZ, abs=2 * RATE_HZ // 200)


def test_the_gain_is_constant_and_never_clips() -> None:
    assert np.abs(read(shape(speech(0.1, 0.5, 0.1), 1.5, 80))).max() == pytest.approx(0.3, abs=0.01)
    assert np.abs(read(shape(speech(0.1, 0.5, 0.1, level=0.9), 4.0, 80))).max() <= PEAK_LIMIT


def test_edges_are_faded() -> None:
    audio = read(shape(np.full(RATE_HZ // 2, 0.3, np.float32), 1.0, 80))
    assert abs(audio[0]) < 0.01
    assert abs(audio[-1]) < 0.01


def test_silence_is_nothing() -> None:
    assert shape(np.zeros(1000, np.float32), 1.0, 80) == b""
    assert shape(np.zeros(0, np.float32), 1.0, 80) == b""


@pytest.mark.parametrize(
    ("text", "last", "wanted"),
    [
        ("Hello.", False, 180),
        ('He said "no."', False, 180),
        ("Well,", False, 80),
        ("Hello", False, 80),
        ("Bye!", True, 80),
    ],
)
def test_how_much_silence_is_kept(text: str, last: bool, wanted: int) -> None:
    assert tail_ms(text, last) == wanted
