"""One or two words: written twice, or lengthened."""

from __future__ import annotations

import numpy as np
import pytest

from stt.short_speech import is_short, mentions, not_twice, once, said_before
from stt.whisper import loud_s, voice_end_s, voiced_s

MARK = 50_364
END = 50_257
EIGHT, HELP, IT = 807, 2773, 340


def mark(seconds: float) -> int:
    return MARK + round(seconds * 50)


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        ([mark(0.4), EIGHT, mark(0.9), mark(0.9), EIGHT, mark(1.4)], [EIGHT]),
        ([mark(0.4), HELP, mark(0.88), mark(1.2), IT, mark(1.6)], [HELP]),
        # Both were said: the second begins before the voice ends.
        ([mark(0.0), EIGHT, mark(0.5), mark(0.5), EIGHT, mark(0.9)], [EIGHT, EIGHT]),
        # No mark at the end: the words stay.
        ([mark(0.0), EIGHT, HELP], [EIGHT, HELP]),
        # A first mark behind the voice is Whisper's error, not a reason to be deaf.
        ([mark(1.2), EIGHT, mark(1.6)], [EIGHT]),
        ([EIGHT, END, mark(0.2)], [EIGHT]),
        ([mark(0.0), mark(1.0)], []),
    ],
)
def test_the_caller_said_eight_and_the_bot_heard_8_8(tokens: list[int], said: list[int]) -> None:
    assert said_before(0.9, tokens, MARK, END) == said


@pytest.mark.parametrize(
    ("text", "single"),
    [
        ("parking parking", "parking"),
        ("Parking. Parking. Parking.", "Parking."),
        ("Harbor Inn, harbor inn.", "Harbor Inn,"),
        ("Harbor Inn harbor", "Harbor Inn harbor"),
        ("parking", "parking"),
        ("", ""),
        ("two two three", "two two three"),
    ],
)
def test_a_phrase_over_and_over_is_said_once(text: str, single: str) -> None:
    assert once(text) == single


@pytest.mark.parametrize(
    ("text", "loud", "heard"),
    [
        ("2 2", 0.35, "2"),
        ("Operator. Operator.", 0.6, "Operator."),
        ("930 930", 0.8, "930"),
        # Time enough to have said it.
        ("2 2", 0.8, "2 2"),
        ("bye bye", 0.5, "bye bye"),
        ("Nothing else.", 0.3, "Nothing else."),
    ],
)
def test_nobody_repeats_words_that_fast(text: str, loud: float, heard: str) -> None:
    assert not_twice(text, loud) == heard


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Parking.", True),
        ("The check-in, please.", True),
        ("3 in 3", False),
        ("Spa", False),
        ("", False),
        ("...", False),
    ],
)
def test_hot_words_count_whole(text: str, found: bool) -> None:
    assert mentions(text, "Harbor Inn check-in Parking ...") is found


def test_only_short_speech_is_decoded_differently() -> None:
    assert is_short(0.4, 1.3)
    assert is_short(1.5, 4.0)
    assert not is_short(1.6, 3.0)
    assert not is_short(1.0, 4.1)


def test_where_the_voice_ends() -> None:
    line = np.random.default_rng(5).standard_normal(16_000).astype(np.float32) * 3e-4
    line[6_400:9_600] += np.sin(np.arange(3_200) * 0.1).astype(np.float32) * 0.1
    assert voice_end_s(line) == pytest.approx(0.6)
    assert voiced_s(line) == pytest.approx(0.2)
    assert loud_s(line) == pytest.approx(0.2)
    assert loud_s(np.empty(0, np.float32)) == 0.0
    assert voice_end_s(line[:4_800]) == 0.0
    assert voice_end_s(np.empty(0, np.float32)) == 0.0
