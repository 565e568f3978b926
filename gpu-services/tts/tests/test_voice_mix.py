from __future__ import annotations

import pytest

from tts.voice_mix import parse_mix


def test_a_name_is_a_voice_by_itself() -> None:
    assert parse_mix("af_heart") == (("af_heart", 1.0),)


def test_shares_are_of_the_whole() -> None:
    assert parse_mix("af_heart:3, af_nicole:1") == (("af_heart", 0.75), ("af_nicole", 0.25))


@pytest.mark.parametrize(
    "voice",
    [
        "af_heart:",
        "af_heart:x",
        ":1",
        "a:0,b:1",
        "a:-1,b:2",
        "a:nan",
        "a:inf,b:1",
        "a,b",
        "a:1,,b:1",
        "a:1,b:1,c:1,d:1,e:1",
    ],
)
def test_what_is_no_mix(voice: str) -> None:
    assert parse_mix(voice) is None
