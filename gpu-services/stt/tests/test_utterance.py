from __future__ import annotations

import numpy as np

from common.audio import STT_RATE_HZ
from stt.utterance import SEGMENT_S, Utterance


def tone(seconds: float, level: int = 8000) -> bytes:
    return (np.sin(np.arange(round(seconds * STT_RATE_HZ)) * 0.3) * level).astype("<i2").tobytes()


def test_a_long_utterance_is_cut_where_it_is_quiet() -> None:
    utterance = Utterance()
    segment = None
    for part in (tone(20), tone(0.4, level=5), tone(7)):
        for start in range(0, len(part), 32_000):
            segment = utterance.append(part[start : start + 32_000]) or segment
    assert segment is not None
    assert 20.0 <= segment.audio.size / STT_RATE_HZ <= 20.4
    assert utterance.total_samples == round(27.4 * STT_RATE_HZ)
    assert utterance.open_samples < SEGMENT_S * STT_RATE_HZ


def test_the_turn_model_gets_eight_seconds_across_a_cut() -> None:
    utterance = Utterance()
    for _ in range(27):
        utterance.append(tone(1.0))
    assert len(utterance.segments) == 1
    assert utterance.turn_audio().size == 8 * STT_RATE_HZ


def test_the_newest_level_follows_the_end() -> None:
    utterance = Utterance()
    utterance.append(tone(1.0))
    assert utterance.newest_level_dbfs(960) > -20
    utterance.append(bytes(960 * 2))
    assert utterance.newest_level_dbfs(960) < -80
