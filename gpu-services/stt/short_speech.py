"""What is different with one or two words: nothing in so short a text tells Whisper where it ends.

In a short window it writes such words twice or goes on with others, and the more so after hot words, which are a text
without an end themselves. Made to write time marks as well, it says where the words end, and stops. Measured with
Whisper base over 40 short answers by telephone, window 6 s: 19 wrong (15 doubled) with the hot words of a persona and
5 (none doubled) with time marks and without them; with both, 20; with a question as prompt 11, and with time marks 5.
"""

from __future__ import annotations

from collections.abc import Sequence

from stt.guards import words_of

SHORT_VOICED_S = 1.5
SHORT_AUDIO_S = 4.0
"""Longer speech is decoded without time marks, as it always was."""

MARK_S = 0.02
"""What one time mark stands for."""

END_SLACK_S = 0.1
"""Time marks are some hundredths of a second early or late. A guess."""

LETTERS_PER_S = 16.0
DIGIT_LETTERS = 4
"""Words repeated faster than this over the loud part of the speech were said once: "Two." is 0.35 s of sound, "2 2"
would be 23 letters a second of it; somebody who says "two two" needs twice the time. A guess."""


def is_short(voiced_s: float, audio_s: float) -> bool:
    return voiced_s <= SHORT_VOICED_S and audio_s <= SHORT_AUDIO_S


def said_before(end_s: float, tokens: Sequence[int], first_mark: int, end_of_text: int) -> list[int]:
    """The tokens of words, without those that are said to begin where the voice has ended."""
    said: list[int] = []
    for token in tokens:
        if token >= first_mark:
            if said and (token - first_mark) * MARK_S >= end_s - END_SLACK_S:
                break
        elif token < end_of_text:
            said.append(token)
    return said


def once(text: str) -> str:
    """A text that is one phrase over and over, said once; any other as it is."""
    words = text.split()
    plain = [" ".join(words_of(word)) for word in words]
    for size in range(1, len(words) // 2 + 1):
        if all(word == plain[index % size] for index, word in enumerate(plain)):
            return " ".join(words[:size])
    return text


def not_twice(text: str, loud_s: float) -> str:
    """A phrase over and over, in less time than anyone can repeat it in, said once; any other text as it is."""
    letters = sum(DIGIT_LETTERS if sign.isdigit() else 1 for sign in text if sign.isalnum())
    return once(text) if letters > LETTERS_PER_S * loud_s else text


def mentions(text: str, hotwords: str) -> bool:
    """Whether a word of the text is one of the hot words; "in" is none of "check-in"."""
    return not _keys(text).isdisjoint(_keys(hotwords))


def _keys(text: str) -> set[str]:
    return {"".join(words_of(word)) for word in text.split()} - {""}
