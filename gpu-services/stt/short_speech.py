"""What is different with one or two words: nothing in so short a text tells Whisper where it ends.

In a short window it writes such words twice or goes on with others, and the more so after hot words, which are a text
without an end themselves. Made to write time marks as well, it says where the words end, and stops. Measured with
Whisper base over 40 short answers by telephone, window 6 s: 19 wrong (15 doubled) with the hot words of a persona and
5 (none doubled) with time marks and without them; with both, 20; with a question as prompt 11, and with time marks 5.
"""

from __future__ import annotations

from collections.abc import Sequence

from stt.guards import words_of

SHORT_VOICED_S = 1.2
SHORT_AUDIO_S = 4.0
"""Longer speech is decoded without time marks, as it always was. "Five five five." is 1.1 s of voice,
and without time marks becomes a loop."""

MARK_S = 0.02
"""What one time mark stands for."""

END_SLACK_S = 0.1
"""Time marks are some hundredths of a second early or late. A guess."""

LETTERS_PER_S = 16.0
"""Words said twice faster than this over the loud part of the speech were said once. A guess."""

DIGIT_LETTERS = 4
TWO_DIGITS_LETTERS = 6
DIGITS_LETTERS_PER_S = 27.0
"""The same for texts of nothing but numbers, which are telephone numbers and the like, and where a wrong one is worse
than a doubled one: six digits a second are said, so only two in less than 0.3 s were one. A guess."""

DIGIT_WORDS = frozenset(["zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
TWO_DIGIT_WORDS = frozenset((*TEENS, *TENS))
"""English only; in other languages numbers count as such where Whisper writes them in figures."""


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
    """A text that is one phrase exactly twice, said once; any other as it is. Whisper doubles; "no no no" is people."""
    words = text.split()
    plain = [" ".join(words_of(word)) for word in words]
    sizes = range(1, len(words) // 2 + 1)
    # The shortest phrase that makes up the text: "2 2 2 2" is four times "2", not twice "2 2".
    phrase = next((n for n in sizes if all(word == plain[index % n] for index, word in enumerate(plain))), 0)
    return " ".join(words[:phrase]) if phrase * 2 == len(words) else text


def not_twice(text: str, loud_s: float) -> str:
    """A phrase twice, in less time than anyone can say it twice in, said once; any other text as it is."""
    words = words_of(text)
    limit = DIGITS_LETTERS_PER_S if all(_is_number(word) for word in words) else LETTERS_PER_S
    return once(text) if sum(_letters(word) for word in words) > limit * loud_s else text


def words_logprob(
    said: int, tokens: Sequence[int], logprobs: Sequence[float], first_mark: int, end_of_text: int
) -> float:
    """The mean over the first `said` tokens of words and the end token, as a decode without time marks has it.

    A time mark is one of many that are as good, hundredths of a second apart: -2 to -3 for the last one. `logprobs` has
    the end token behind the others, where the text came to an end.
    """
    words = [score for token, score in zip(tokens, logprobs, strict=False) if token < min(first_mark, end_of_text)]
    kept = [*words[:said], *logprobs[len(tokens) :]]
    return sum(kept) / (said + 1)


def _is_number(word: str) -> bool:
    return word.isdigit() or word in DIGIT_WORDS or word in TWO_DIGIT_WORDS


def _letters(word: str) -> int:
    """How long a word is to say: letters, and for numbers about those of the words."""
    if word in DIGIT_WORDS:
        return DIGIT_LETTERS
    if word in TWO_DIGIT_WORDS:
        return TWO_DIGITS_LETTERS
    digits = sum(sign.isdigit() for sign in word)
    pairs, single = divmod(digits, 2)
    return pairs * TWO_DIGITS_LETTERS + single * DIGIT_LETTERS + sum(sign.isalpha() for sign in word)


def mentions(text: str, hotwords: str) -> bool:
    """Whether a word of the text is one of the hot words; "in" is none of "check-in"."""
    return not _keys(text).isdisjoint(_keys(hotwords))


def _keys(text: str) -> set[str]:
    return {"".join(words_of(word)) for word in text.split()} - {""}
