"""Text to the phonemes that both engines read.

English comes from hibari's own front end (numbers, times, money, abbreviations, part of speech), which writes the
alphabet that Kokoro was trained on. Other languages need espeak-ng (optional, GPL-3: requirements-languages.txt).
"""

from __future__ import annotations

import re
import threading
import unicodedata
from typing import Any

from tts.requests import RequestError

ENGLISH = ("en-us", "en-gb")
ESPEAK_LANGUAGES = {"es": "es", "fr": "fr-fr", "hi": "hi", "it": "it", "pt-br": "pt-br"}
"""Kokoro's other languages that espeak-ng writes as Kokoro was taught; Japanese and Chinese were taught otherwise."""

ESPEAK_TO_KOKORO = (("dʒ", "ʤ"), ("tʃ", "ʧ"), ("dz", "ʣ"), ("ts", "ʦ"), ("tɕ", "ʨ"), ("ʲ", "j"), ("-", ""))
"""Sounds that Kokoro has one symbol for; what is in neither list is left out by the vocabulary."""

ALIASES = {"en": "en-us", "fr-fr": "fr", "pt": "pt-br", "es-es": "es", "it-it": "it", "hi-in": "hi"}

VOICE_LANGUAGES = {"a": "en-us", "b": "en-gb", "e": "es", "f": "fr", "h": "hi", "i": "it", "p": "pt-br"}
"""First letter of a Kokoro voice; voices of other letters speak English too, with their accent."""

MAX_PHONEMES = 400
MARKUP = re.compile(r"[*_`#|<>~^\\]+")
SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """Text without what no voice can say: markup left over, emoji, control characters."""
    kept = "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", text)
        if character.isspace() or unicodedata.category(character) not in ("So", "Sk", "Cc", "Cf", "Cs", "Co", "Cn")
    )
    return SPACES.sub(" ", MARKUP.sub(" ", kept)).strip()


def is_pronounceable(text: str) -> bool:
    return any(character.isalnum() for character in text)


def resolve_language(language: str | None, voice: str, espeak_installed: bool) -> str:
    """The language to read in: as asked, else the voice's own where it can be read."""
    if language is None:
        own = VOICE_LANGUAGES.get(voice[:1], "en-us")
        return own if own in ENGLISH or espeak_installed else "en-us"
    wanted = language.lower().replace("_", "-")
    wanted = ALIASES.get(wanted, wanted)
    if wanted in ENGLISH:
        return wanted
    if wanted not in ESPEAK_LANGUAGES:
        known = ", ".join((*ENGLISH, *ESPEAK_LANGUAGES))
        raise RequestError("UNKNOWN_LANGUAGE", f"language is {language!r}: known are {known}")
    if not espeak_installed:
        message = f"language {language!r} needs espeak-ng: install requirements-languages.txt (GPL-3), see README.md"
        raise RequestError("UNKNOWN_LANGUAGE", message)
    return wanted


class EnglishPhonemes:
    """Not safe for threads: the caller keeps one thread for it."""

    def __init__(self) -> None:
        from hibari import Hibari  # noqa: PLC0415
        from hibari.g2p import G2P  # noqa: PLC0415

        self._readers = {
            "en-us": Hibari(g2p=G2P(british=False)),
            "en-gb": Hibari(g2p=G2P(british=True)),
        }

    def phonemes(self, text: str, language: str) -> list[str]:
        """One string a sentence, at most 400 symbols each."""
        return [piece for piece in self._readers[language].phonemize(text) if is_pronounceable(piece)]

    def sentences(self, text: str) -> list[str]:
        return [sentence for sentence in self._readers["en-us"].split_sentences(text) if is_pronounceable(sentence)]


class EspeakPhonemes:
    """espeak-ng in this process; its state is global, so one call at a time."""

    def __init__(self) -> None:
        import espeakng_loader  # noqa: PLC0415
        from phonemizer.backend import EspeakBackend  # noqa: PLC0415
        from phonemizer.backend.espeak.wrapper import EspeakWrapper  # noqa: PLC0415

        EspeakWrapper.set_library(espeakng_loader.get_library_path())
        EspeakWrapper.set_data_path(espeakng_loader.get_data_path())
        self._backend_class = EspeakBackend
        self._backends: dict[str, Any] = {}
        self._lock = threading.Lock()

    def phonemes(self, text: str, language: str) -> list[str]:
        with self._lock:
            if language not in self._backends:
                self._backends[language] = self._backend_class(
                    ESPEAK_LANGUAGES[language], preserve_punctuation=True, with_stress=True
                )
            said = self._backends[language].phonemize([text])[0]
        for written, taught in ESPEAK_TO_KOKORO:
            said = said.replace(written, taught)
        return split_long(said.strip())


def split_long(phonemes: str) -> list[str]:
    """Pieces of at most 400 symbols, cut at spaces."""
    pieces, rest = [], phonemes
    while len(rest) > MAX_PHONEMES:
        cut = rest.rfind(" ", 0, MAX_PHONEMES)
        cut = cut if cut > 0 else MAX_PHONEMES
        pieces.append(rest[:cut])
        rest = rest[cut:].strip()
    return [piece for piece in (*pieces, rest) if is_pronounceable(piece)]


def load_espeak() -> EspeakPhonemes | None:
    try:
        return EspeakPhonemes()
    except Exception:
        return None
