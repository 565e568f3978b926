"""One or two words: written twice, or lengthened."""

from __future__ import annotations

import numpy as np
import pytest

from stt.short_speech import is_short, mentions, not_twice, once, said_before, words_logprob
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
        ("Parking. Parking. Parking.", "Parking. Parking. Parking."),
        ("Harbor Inn, harbor inn.", "Harbor Inn,"),
        ("Harbor Inn harbor", "Harbor Inn harbor"),
        ("parking", "parking"),
        ("", ""),
        ("two two three", "two two three"),
        ("2 2 2 2", "2 2 2 2"),
        ("4 2 4 2", "4 2"),
        ("4 2 4", "4 2 4"),
    ],
)
def test_a_phrase_over_and_over_is_said_once(text: str, single: str) -> None:
    assert once(text) == single


@pytest.mark.parametrize(
    ("text", "loud", "heard"),
    [
        ("2 2", 0.28, "2"),
        ("Operator. Operator.", 0.6, "Operator."),
        ("930 930", 0.7, "930"),
        ("Two. Two.", 0.28, "Two."),
        ("twelve twelve", 0.4, "twelve"),
        # Time enough to have said it.
        ("2 2", 0.8, "2 2"),
        ("bye bye", 0.5, "bye bye"),
        ("Nothing else.", 0.3, "Nothing else."),
    ],
)
def test_nobody_repeats_words_that_fast(text: str, loud: float, heard: str) -> None:
    assert not_twice(text, loud) == heard


@pytest.mark.parametrize(
    ("text", "loud"),
    [
        ("2 2", 0.35),
        ("0 0 0", 0.5),
        ("5 5 5", 0.2),
        ("12 12", 0.5),
        ("two two", 0.35),
        ("Three, three.", 0.4),
        ("seven seven", 0.4),
        ("twenty twenty", 0.5),
        ("555 555", 0.9),
        ("2 2 2 2", 0.2),
        ("no no no", 0.3),
    ],
)
def test_the_caller_said_the_digit_twice_and_the_form_had_it_once(text: str, loud: float) -> None:
    assert not_twice(text, loud) == text


def test_a_clear_answer_was_asked_again_for_the_sake_of_its_time_marks() -> None:
    """Log probabilities as Whisper base gave them for "half an hour"."""
    tokens = [mark(0.0), 1922, 364, 1773, mark(3.0)]
    steps = [-0.53, -0.44, -0.01, -0.0, -3.08, -0.16]
    assert words_logprob(3, tokens, steps, MARK, END) == pytest.approx(-0.61 / 4)
    # Words behind the voice count as little as the marks.
    assert words_logprob(1, tokens, steps, MARK, END) == pytest.approx(-0.60 / 2)
    # Cut at the limit: no end token.
    assert words_logprob(3, tokens, steps[:5], MARK, END) == pytest.approx(-0.45 / 4)
    assert words_logprob(0, [mark(0.0), mark(1.0)], [-0.5, -3.0, -0.2], MARK, END) == pytest.approx(-0.2)


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
    assert is_short(1.2, 4.0)
    assert not is_short(1.3, 2.1)
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
