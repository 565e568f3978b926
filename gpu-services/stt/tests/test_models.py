"""With the real models: what is understood, and how long it takes."""

from __future__ import annotations

import json
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from common.audio import Floats, pcm16_to_float
from common.settings import Environment
from conftest import HERE, wait_until_loaded
from stt.guards import words_of
from stt.server import SttService, build_app
from stt.settings import SMART_TURN_FILE, SttSettings
from stt.smart_turn import SmartTurnEngine, with_silence
from stt.whisper import DecodeOptions, WhisperEngine, locate_model

pytestmark = pytest.mark.models

FIXTURE = HERE / "fixtures" / "what-time-is-breakfast.wav"
BOOKING = HERE.parent.parent / "shared" / "speech" / "booking"
PHRASES = {
    "audio": "how old is the brooklyn bridge",
    "audio_silence_padding": "how old is the brooklyn bridge",
    "book_a_room": "book a room",
    "half_an_hour": "half an hour",
    "hello": "hello",
    "today": "today",
    "mountain_view": "mountain view",
}
QUIET = np.random.default_rng(2).standard_normal(8_000).astype(np.float32) * 3e-4


def read(path: Path) -> Floats:
    """At 16 kHz, half a second of a quiet line around it."""
    with wave.open(str(path)) as source:
        audio = pcm16_to_float(source.readframes(source.getnframes()))
        rate = source.getframerate()
    if rate != 16_000:
        positions = np.arange(audio.size * 16_000 // rate) * rate / 16_000
        audio = np.interp(positions, np.arange(audio.size), audio).astype(np.float32)
    return np.concatenate([QUIET, audio, QUIET[:3200]])


@pytest.fixture(scope="module")
def whisper(models_dir: Path) -> WhisperEngine:
    return WhisperEngine(SttSettings.read(Environment({"PARLEY_MODELS_DIR": str(models_dir)})))


@pytest.fixture(scope="module")
def smart_turn(models_dir: Path) -> SmartTurnEngine:
    return SmartTurnEngine(models_dir / SMART_TURN_FILE)


def test_a_question_is_understood(whisper: WhisperEngine) -> None:
    heard = whisper.transcribe(read(FIXTURE), DecodeOptions("en"))
    assert heard is not None
    assert words_of(heard.text) == ["what", "time", "is", "breakfast"]
    assert heard.rejected is None
    assert 0.5 < heard.confidence <= 1


@pytest.mark.parametrize("name", PHRASES)
def test_the_booking_phrases_are_understood(whisper: WhisperEngine, name: str) -> None:
    path = BOOKING / f"{name}.wav"
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside this checkout")
    heard = whisper.transcribe(read(path), DecodeOptions("en"))
    assert heard is not None
    assert " ".join(words_of(heard.text)) == PHRASES[name]


SHORT = {"half_an_hour", "hello", "today", "mountain_view"}


@pytest.mark.parametrize("beams", ["1", "5"])
@pytest.mark.parametrize("name", sorted(SHORT))
def test_a_clear_short_answer_was_asked_again(models_dir: Path, name: str, beams: str) -> None:
    """Time marks are unsure by themselves; a form takes a yes from 0.5 on."""
    path = BOOKING / f"{name}.wav"
    if not path.is_file():
        pytest.skip(f"{path.name} is not beside this checkout")
    settings = SttSettings.read(Environment({"PARLEY_MODELS_DIR": str(models_dir), "STT_BEAM_SIZE": beams}))
    heard = WhisperEngine(settings).transcribe(read(path), DecodeOptions("en"))
    assert heard is not None
    assert heard.confidence > 0.6


@pytest.mark.parametrize("level", [0.0, 0.001, 0.01, 0.05])
def test_noise_is_no_speech(whisper: WhisperEngine, level: float) -> None:
    noise = np.random.default_rng(1).standard_normal(24_000).astype(np.float32) * level
    heard = whisper.transcribe(noise, DecodeOptions("en"))
    assert heard is not None
    assert heard.text == ""
    assert heard.rejected is not None
    assert heard.confidence == 0


SECONDS = np.arange(3 * 16_000, dtype=np.float32) / 16_000
LINE = np.random.default_rng(3).standard_normal(SECONDS.size).astype(np.float32)
BURST = np.where((SECONDS > 0.4) & (SECONDS < 1.1), 1.0, 0.03).astype(np.float32)
NO_SPEECH = {
    "hum": np.sin(2 * np.pi * 120 * SECONDS) * 0.05 + LINE * 1e-3,
    "dial tone": (np.sin(2 * np.pi * 350 * SECONDS) + np.sin(2 * np.pi * 440 * SECONDS)) * 0.1 + LINE * 1e-3,
    "breath": LINE * BURST * 0.01,
    "burst": LINE * BURST * 0.05,
    "clicks": LINE * np.where(SECONDS % 0.3 < 0.02, 0.4, 3e-4),
    "music": np.sin(2 * np.pi * 262 * (1 + (SECONDS * 4).astype(int) % 3 * 0.25) * SECONDS)
    * np.exp(-(SECONDS % 0.25) * 6)
    * 0.2
    + LINE * 1e-3,
}
EXPECTED = [
    DecodeOptions("en", "Which room would you like, Mountain View or the Library?"),
    DecodeOptions("en", "For how many people? Thank you. What is your telephone number?"),
    DecodeOptions("en", "Hello, how can I help you?", "Mountain View, Library, Garden Room"),
    DecodeOptions("en", "", "Mountain View, Library, Garden Room"),
    DecodeOptions("en", "Which day?", "Sauna, Massage, Breakfast, Parking"),
]


@pytest.mark.parametrize("options", EXPECTED)
@pytest.mark.parametrize("sound", NO_SPEECH)
def test_the_form_took_an_answer_that_nobody_had_given(
    whisper: WhisperEngine, sound: str, options: DecodeOptions
) -> None:
    """A question, or hot words, makes Whisper hear their words in a hum."""
    for quick in (False, True):
        heard = whisper.transcribe(NO_SPEECH[sound].astype(np.float32), options, quick=quick)
        assert heard is not None
        assert (heard.text, heard.confidence) == ("", 0)


def test_a_decode_that_is_not_wanted_any_more_is_given_up(whisper: WhisperEngine) -> None:
    assert whisper.transcribe(read(FIXTURE), DecodeOptions("en"), lambda: True) is None


def test_the_language_can_be_found_out(whisper: WhisperEngine) -> None:
    heard = whisper.transcribe(read(FIXTURE), DecodeOptions("auto"))
    assert heard is not None
    assert "breakfast" in heard.text.lower()
    with pytest.raises(ValueError, match="known are"):
        whisper.check_language("tlh")


def test_prompt_and_hotwords_do_not_disturb(whisper: WhisperEngine) -> None:
    heard = whisper.transcribe(read(FIXTURE), DecodeOptions("en", "A hotel front desk.", "breakfast, Harbor Inn"))
    assert heard is not None
    assert "breakfast" in heard.text.lower()


def test_a_finished_question_is_a_finished_turn(smart_turn: SmartTurnEngine) -> None:
    audio = read(FIXTURE)
    whole = smart_turn.probability(audio)
    assert whole > 0.8
    assert smart_turn.probability(audio[: audio.size // 2]) < whole
    assert smart_turn.probability(with_silence(audio, 600)) > 0.8


def test_silence_is_added_only_where_it_is_missing() -> None:
    audio = read(FIXTURE)
    assert with_silence(audio, 100) is audio
    longer = with_silence(audio, 1000)
    assert 0.5 * 16_000 < longer.size - audio.size < 0.9 * 16_000


def test_a_folder_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"models\.fetch"):
        locate_model("whisper-base", tmp_path)
    assert locate_model("large-v3-turbo", tmp_path) == "large-v3-turbo"


@pytest.fixture(scope="module")
def client(models_dir: Path) -> Iterator[TestClient]:
    settings = SttSettings.read(Environment({"PARLEY_MODELS_DIR": str(models_dir)}))
    with TestClient(build_app(SttService(settings)), base_url="http://127.0.0.1") as client:
        wait_until_loaded(client)
        yield client


def test_a_call_over_the_wire(client: TestClient) -> None:
    pcm = (read(FIXTURE) * 32767).astype("<i2").tobytes()
    with client.websocket_connect("ws://127.0.0.1/ws/stt") as socket:
        assert socket.receive_json()["model"] == "whisper-base"
        for start in range(0, len(pcm), 2560):
            socket.send_bytes(pcm[start : start + 2560])
        socket.send_text(json.dumps({"silence": True, "pause": 1}))
        answers = {}
        while {"final", "turn"} - answers.keys():
            message = socket.receive_json()
            answers[message["type"]] = message
    assert words_of(answers["final"]["text"]) == ["what", "time", "is", "breakfast"]
    assert answers["turn"]["probability"] > 0.8
