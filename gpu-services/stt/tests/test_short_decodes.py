"""How often short speech is decoded, and what is reported of it; the decoder is played."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from common.settings import Environment
from stt.settings import SttSettings
from stt.transcript import DecodeOptions
from stt.whisper import Decoded, WhisperEngine

LINE = np.random.default_rng(5).standard_normal(24_000).astype(np.float32) * 3e-4
WORD = LINE.copy()
WORD[6_400:14_400] += np.sin(np.arange(8_000) * 0.1).astype(np.float32) * 0.1
QUESTION = LINE.copy()
QUESTION[2_000:23_000] += np.sin(np.arange(21_000) * 0.1).astype(np.float32) * 0.1
HOT = DecodeOptions("en", "Which room?", "Parking")


class PlayedWhisper(WhisperEngine):
    """Decodes by time marks to `by_marks`, and otherwise to what is next of `others`."""

    def __init__(self, by_marks: Decoded, *others: Decoded) -> None:
        self._settings = SttSettings.read(Environment({"PARLEY_MODELS_DIR": str(Path())}))
        self.by_marks = by_marks
        self.others = list(others)
        self.asked: list[tuple[DecodeOptions, float | None]] = []

    def _encode(self, audio: Any, window_s: float) -> Any:
        return None

    def _decode(
        self,
        encoded: Any,
        options: DecodeOptions,
        token_limit: int,
        penalty: float = 1.0,
        voice_end_s: float | None = None,
    ) -> Decoded:
        self.asked.append((options, voice_end_s))
        return self.others.pop(0) if voice_end_s is None else self.by_marks


def after(calls: int) -> Callable[[], bool]:
    """A `give_up` that is true from so many calls on."""
    left = iter([False] * calls)
    return lambda: next(left, True)


DOUBTFUL = Decoded("Barking.", 2, -0.8, 0.1)


def test_a_partial_of_a_short_answer_is_decoded_once() -> None:
    for by_marks in (DOUBTFUL, Decoded("", 0, -0.2, 0.1), Decoded("Barking.", 2, -1.4, 0.1)):
        whisper = PlayedWhisper(by_marks)
        heard = whisper.transcribe(WORD, HOT, quick=True)
        assert heard is not None
        assert heard.text == ""
        assert len(whisper.asked) == 1


def test_a_partial_that_is_sure_is_given() -> None:
    heard = PlayedWhisper(Decoded("Parking.", 2, -0.3, 0.1)).transcribe(WORD, HOT, quick=True)
    assert heard is not None
    assert heard.text == "Parking."


@pytest.mark.parametrize("by_marks", [DOUBTFUL, Decoded("Barking.", 2, -1.4, 0.1)])
def test_no_further_decode_is_begun_for_a_caller_who_speaks_on(by_marks: Decoded) -> None:
    whisper = PlayedWhisper(by_marks)
    assert whisper.transcribe(WORD, HOT, after(1)) is None
    assert len(whisper.asked) == 1
    whisper = PlayedWhisper(by_marks, Decoded("Harking.", 2, -1.4, 0.1))
    assert whisper.transcribe(WORD, HOT, after(2)) is None
    assert len(whisper.asked) == 2


def test_hot_words_said_twice_slowly_stay() -> None:
    again = Decoded("Parking parking", 2, -0.3, 0.1)
    loud_half_a_second = PlayedWhisper(DOUBTFUL, again).transcribe(WORD, HOT)
    assert loud_half_a_second is not None
    assert loud_half_a_second.text == "Parking"
    digits = PlayedWhisper(DOUBTFUL, Decoded("4 4", 2, -0.3, 0.1)).transcribe(WORD, DecodeOptions("en", "", "4"))
    assert digits is not None
    assert digits.text == "4 4"


def test_what_is_expected_is_doubted_by_a_decode_without_time_marks() -> None:
    whisper = PlayedWhisper(DOUBTFUL, Decoded("", 0, -1.4, 0.9))
    heard = whisper.transcribe(WORD, DecodeOptions("en", "Which room?"))
    assert heard is not None
    assert heard.rejected == "suggested"
    assert whisper.asked[1] == (DecodeOptions("en"), None)


def test_a_rescued_answer_was_too_unsure_to_be_taken() -> None:
    """The score reported is the one the guards believed."""
    whisper = PlayedWhisper(Decoded("No.", 2, -1.5, 0.1), Decoded("No.", 2, -0.3, 0.1))
    heard = whisper.transcribe(WORD, DecodeOptions("en"))
    assert heard is not None
    assert (heard.text, heard.avg_logprob, heard.rejected) == ("No.", -0.3, None)
    heard = PlayedWhisper(Decoded("", 0, -0.1, 0.1), Decoded("No.", 2, -0.3, 0.1)).transcribe(WORD, DecodeOptions("en"))
    assert heard is not None
    assert (heard.text, heard.rejected) == ("No.", None)


def test_a_question_is_decoded_as_it_always_was() -> None:
    whisper = PlayedWhisper(DOUBTFUL, Decoded("What time is breakfast?", 5, -0.1, 0.1))
    heard = whisper.transcribe(QUESTION, HOT)
    assert heard is not None
    assert heard.text == "What time is breakfast?"
    assert whisper.asked == [(HOT, None)]
