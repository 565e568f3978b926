from __future__ import annotations

import pytest

from stt.guards import Heard, cut_loop, is_loop, refusal, repeats_whole


@pytest.mark.parametrize(
    "text",
    [
        "half an hour half an hour half an hour",
        "two people two people two people two people",
        "so so so so so so",
        "I said it and " + "that was it and " * 3,
    ],
)
def test_a_loop_is_seen(text: str) -> None:
    assert is_loop(text)


@pytest.mark.parametrize(
    "text", ["no no no no", "1 0 0 0 1", "0 0 0 0 0 0", "bye bye", "How old is the Brooklyn Bridge?", "", "zero"]
)
def test_what_people_say_is_no_loop(text: str) -> None:
    assert not is_loop(text)


def test_a_phrase_said_twice_and_nothing_else_is_doubted() -> None:
    assert repeats_whole("Book a room. Book a room.")
    assert repeats_whole("Excuse me, do you have a pool? Excuse me, do you have a pool? Excuse")
    assert repeats_whole("Today. Today. Today.")
    assert not repeats_whole("bye bye")
    assert not repeats_whole("5 5 5 5")
    assert not repeats_whole("yes I want to book a room")


def test_a_loop_is_cut_after_its_first_saying() -> None:
    assert cut_loop("I want half an hour half an hour half an hour") == "I want half an hour"
    assert cut_loop("nothing repeats here") == "nothing repeats here"


def heard(text: str, logprob: float = -0.3, no_speech: float = 0.05, tokens: int = 4, voiced_s: float = 1.0) -> Heard:
    return Heard(text, tokens, logprob, no_speech, voiced_s)


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (heard("two people"), None),
        (heard("1-0-0-0-1", no_speech=0.94), None),
        (heard("you", logprob=-1.1, no_speech=0.7), "no-speech"),
        (heard("I'm going to put it in the oven.", logprob=-1.6, no_speech=0.4), "unlikely"),
        (heard("a b c d", tokens=60, voiced_s=1.0), "too-fast"),
        (heard("[MUSIC]"), "not-words"),
        (heard("Thank you for watching.", voiced_s=0.5), "silence-phrase"),
        *(
            (heard(text, voiced_s=0.9), "silence-phrase")
            for text in (
                "Thanks for watching, bye bye.",
                "Thank you so much for watching!",
                "Please like and subscribe.",
                "Subscribe to my channel!",
                "Transcription by",
                "Subtitles by the Amara.org community",
                "See you in the next video.",
            )
        ),
        (heard("Thank you for watching.", voiced_s=2.0, no_speech=0.1), None),
        (heard("I want to subscribe.", voiced_s=0.9), None),
        (heard("Can I see a transcript?", voiced_s=0.9), None),
        (heard("Thank you.", no_speech=0.1), None),
        (heard("..."), "no-speech"),
    ],
)
def test_refusals(case: Heard, reason: str | None) -> None:
    assert refusal(case) == reason
