"""Guards against what Whisper makes up: loops, silence read as speech, words faster than anyone speaks."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

MAX_NGRAM = 4
LOOP_REPEATS = {1: 5, 2: 3, 3: 3, 4: 3}
"""How often in a row an n-gram of so many words makes a loop. Single words are given more: "no no no no"."""

WHOLE_REPEATS = {1: 3}
"""How often a phrase of so many words must make up a text for it to be doubted; twice for longer ones."""

DIGIT_REPEATS = 9
"""Digits may well repeat: "zero zero zero zero"."""

COMPRESSION_LIMIT = 2.4
COMPRESSION_MIN_BYTES = 50
"""Below this zlib's own header decides; the n-grams have to do."""

TOKENS_PER_SECOND_LIMIT = 12.0
TOKENS_ALLOWED_BASE = 6

NO_SPEECH_LIMIT = 0.5
NO_SPEECH_SURE = 0.8
LOGPROB_LIMIT = -1.0
LOGPROB_SURE = -0.85
LOGPROB_HOPELESS = -1.3
"""Spoken digits reach a no-speech probability of 0.94 while every word is right at -0.3 (measured with Whisper
base): the probability alone refuses nothing. Over 104 clips of telephone speech, with noise down to 5 dB too, the mean
log probability was never below -0.82; over noises, hums and tones never above -1.04."""

SILENCE_PHRASES = frozenset(
    ("you", "bye", "thank you", "thanks", "thank you very much", "thank you so much", "the end", "so", "oh")
) | {"uh", "um", "i'm sorry", "amen", "okay", "hmm", "mm", "mmm"}
"""What Whisper is known to say to silence. Refused only when little was said or the model doubts that it was."""

FROM_SUBTITLES = re.compile(
    r"\b(?:thanks?|thank you)(?: so much| very much)? for watching\b"
    r"|\b(?:subtitle[ds]?|caption(?:s|ed)?|transcri(?:bed|pt|ption)|translated) by\b|\bamara org\b"
    r"|\blike and subscribe\b|\bsubscribe to (?:my|our|the|this) channel\b|^(?:please )?subscribe$"
    r"|\bin (?:the|my|our) next (?:video|episode)\b"
)
"""Lines of subtitles that Whisper learnt with its films, and writes for a short sound; nobody says them."""

BRACKETED = re.compile(r"^[\s\[(*♪].*[\])*♪]\s*$")
WORD = re.compile(r"[\w']+")


@dataclass(frozen=True)
class Heard:
    """What a decode says about itself, and about the audio it came from."""

    text: str
    tokens: int
    avg_logprob: float
    no_speech_prob: float
    voiced_s: float


def repeats_whole(text: str) -> bool:
    """True when the text is one phrase over and over: "book a room book a room". People do say "bye bye"."""
    words = words_of(text)
    for size in range(1, len(words) // 2 + 1):
        if len(words) // size < WHOLE_REPEATS.get(size, 2):
            continue
        if all(word == words[index % size] for index, word in enumerate(words)):
            return not (size == 1 and words[0].isdigit())
    return False


def is_loop(text: str) -> bool:
    """True for text that repeats itself as no person would."""
    words = words_of(text)
    if first_loop(words) is not None:
        return True
    raw = text.encode()
    return len(raw) >= COMPRESSION_MIN_BYTES and len(raw) / len(zlib.compress(raw)) > COMPRESSION_LIMIT


def first_loop(words: list[str]) -> tuple[int, int] | None:
    """(index of the first word, words in the n-gram) of the first n-gram that is said too often in a row."""
    for start in range(len(words)):
        for size in range(1, MAX_NGRAM + 1):
            gram = words[start : start + size]
            if len(gram) < size:
                break
            if size > 1 and all(word.isdigit() for word in gram):
                continue
            wanted = DIGIT_REPEATS if size == 1 and gram[0].isdigit() else LOOP_REPEATS[size]
            repeats = 1
            while words[start + repeats * size : start + (repeats + 1) * size] == gram:
                repeats += 1
            if repeats >= wanted:
                return start, size
    return None


def cut_loop(text: str) -> str:
    """The text up to and with the first saying of what is then repeated."""
    matches = list(WORD.finditer(text))
    loop = first_loop([match.group().lower() for match in matches])
    if loop is None:
        return text
    start, size = loop
    return text[: matches[start + size - 1].end()].strip()


def refusal(heard: Heard) -> str | None:
    """Why this must not be taken for speech; None when it may."""
    plain = " ".join(words_of(heard.text))
    if not plain:
        return "no-speech"
    doubtful = heard.no_speech_prob > NO_SPEECH_LIMIT and heard.avg_logprob < LOGPROB_LIMIT
    sure_not = heard.no_speech_prob > NO_SPEECH_SURE and heard.avg_logprob < LOGPROB_SURE
    if doubtful or sure_not:
        return "no-speech"
    if heard.avg_logprob < LOGPROB_HOPELESS:
        return "unlikely"
    if heard.tokens > TOKENS_ALLOWED_BASE + TOKENS_PER_SECOND_LIMIT * heard.voiced_s:
        return "too-fast"
    if BRACKETED.match(heard.text):
        return "not-words"
    if FROM_SUBTITLES.search(plain) and (heard.voiced_s < 1.0 or heard.no_speech_prob > 0.3):
        return "silence-phrase"
    if plain in SILENCE_PHRASES and heard.no_speech_prob > 0.3 and heard.avg_logprob < LOGPROB_SURE:
        return "silence-phrase"
    return None


def words_of(text: str) -> list[str]:
    return [match.group().lower() for match in WORD.finditer(text)]
