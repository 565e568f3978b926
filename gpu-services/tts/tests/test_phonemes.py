from __future__ import annotations

import pytest

from tts.phonemes import clean, is_pronounceable, resolve_language, split_long
from tts.requests import RequestError


def test_what_no_voice_can_say_is_taken_out() -> None:
    assert clean("**Sure** 😀,\tit's\x00 `open`.\n") == "Sure , it's open."
    assert not is_pronounceable(clean("... 😀 !"))
    assert clean("Café für 5 €") == "Café für 5 €"


@pytest.mark.parametrize(
    ("language", "voice", "espeak", "wanted"),
    [
        (None, "af_heart", False, "en-us"),
        (None, "bf_emma", False, "en-gb"),
        (None, "ef_dora", False, "en-us"),
        (None, "ef_dora", True, "es"),
        ("en", "af_heart", False, "en-us"),
        ("EN_GB", "af_heart", False, "en-gb"),
        ("fr-fr", "ff_siwis", True, "fr"),
    ],
)
def test_the_language_to_read_in(language: str | None, voice: str, espeak: bool, wanted: str) -> None:
    assert resolve_language(language, voice, espeak) == wanted


@pytest.mark.parametrize("language", ["es", "tlh", ""])
def test_a_language_that_cannot_be_read_is_refused(language: str) -> None:
    with pytest.raises(RequestError) as refused:
        resolve_language(language, "af_heart", False)
    assert refused.value.code == "UNKNOWN_LANGUAGE"


def test_long_phonemes_are_cut_at_spaces() -> None:
    pieces = split_long("abcd " * 200)
    assert all(len(piece) <= 400 for piece in pieces)
    assert "".join(pieces).replace(" ", "") == "abcd" * 200
