"""A session against engines that answer when the test says so. No sockets, no models, no sleeping."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from common.audio import Floats
from common.workers import WorkerPool
from stt.messages import SessionError
from stt.metrics import SttMetrics
from stt.session import Session, SessionParts
from stt.transcript import DecodeOptions, Transcript

LIMIT_S = 5.0
SPEECH = (np.sin(np.arange(16_000) * 0.3) * 8000).astype("<i2").tobytes()


class FakeRecogniser:
    name = "fake"

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.begun = threading.Event()
        self.seconds: list[float] = []
        self.options: list[DecodeOptions] = []
        self.error: Exception | None = None

    def check_language(self, language: str) -> None:
        if language not in ("en", "de", "auto"):
            raise ValueError(f"unknown language {language}")

    def transcribe(
        self,
        audio: Floats,
        options: DecodeOptions,
        give_up: Callable[[], bool] = lambda: False,
        quick: bool = False,
    ) -> Transcript | None:
        self.begun.set()
        self.gate.wait(LIMIT_S)
        if self.error is not None:
            raise self.error
        if give_up():
            return None
        self.seconds.append(round(audio.size / 16_000, 2))
        self.options.append(options)
        return Transcript(f"{audio.size / 16_000:.0f}s", 3, -0.1, 0.01, audio.size // 16, 1.0)


class FakeTurnModel:
    name = "fake-turn"

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def probability(self, audio: Floats) -> float:
        self.seconds.append(round(audio.size / 16_000, 2))
        return 0.9


class FakeToneModel:
    name = "fake-tone"

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.failed = threading.Event()
        self.seconds: list[float] = []
        self.error: Exception | None = None

    def tone(self, audio: Floats) -> dict[str, float] | None:
        self.gate.wait(LIMIT_S)
        if self.error is not None:
            self.failed.set()
            raise self.error
        self.seconds.append(round(audio.size / 16_000, 2))
        return {"neutral": 0.2, "happy": 0.0, "sad": 0.0, "upset": 0.8, "unsure": 0.0}


class Rig:
    """A session with everything that it sends."""

    def __init__(self, partials: bool = False, queue_limit: int = 8, tones: bool = False) -> None:
        self.recogniser = FakeRecogniser()
        self.turn_model = FakeTurnModel()
        self.tone_model = FakeToneModel() if tones else None
        self.tone_pool = WorkerPool("tone", 1, 4)
        self.pool = WorkerPool("test", 1, queue_limit)
        self.turn_pool = WorkerPool("turn", 1, 4)
        self.sent: asyncio.Queue[dict[str, Any] | SessionError] = asyncio.Queue()
        parts = SessionParts(
            recogniser=self.recogniser,
            decoders=self.pool,
            turn_model=self.turn_model,
            turn_workers=self.turn_pool,
            metrics=SttMetrics(CollectorRegistry()),
            language="en",
            partials=partials,
            partial_interval_ms=500,
            tone_model=self.tone_model,
            tone_workers=self.tone_pool,
        )
        self.session = Session(parts, self.sent.put_nowait, self.sent.put_nowait, asyncio.get_running_loop())

    async def next(self) -> Any:
        return await asyncio.wait_for(self.sent.get(), LIMIT_S)

    async def next_of(self, kind: str) -> dict[str, Any]:
        while True:
            message = await self.next()
            if isinstance(message, SessionError):
                raise message
            if message["type"] == kind:
                return message

    async def begun(self) -> None:
        assert await asyncio.to_thread(self.recogniser.begun.wait, LIMIT_S)

    def close(self) -> None:
        self.recogniser.gate.set()
        self.session.close()
        self.pool.close()
        self.turn_pool.close()
        self.tone_pool.close()


def run(scenario: Callable[[Rig], Any], **options: Any) -> None:
    async def main() -> None:
        rig = Rig(**options)
        try:
            await scenario(rig)
        finally:
            rig.close()

    asyncio.run(main())


def test_the_seeds_client_gets_a_final_and_the_audio_is_forgotten() -> None:
    async def scenario(rig: Rig) -> None:
        rig.session.on_audio(SPEECH)
        rig.session.on_text('{"silence":true}')
        first = await rig.next()
        assert (first["type"], first["text"], first["audioMs"]) == ("final", "1s", 1000)
        assert "pause" not in first
        rig.session.on_audio(SPEECH)
        rig.session.on_text('{"silence":true}')
        assert (await rig.next())["text"] == "1s"
        assert rig.turn_model.seconds == []

    run(scenario)


def test_kept_audio_is_in_the_next_final() -> None:
    async def scenario(rig: Rig) -> None:
        rig.session.on_audio(SPEECH)
        rig.session.on_text('{"silence":true,"pause":1,"keep":true}')
        final = await rig.next_of("final")
        assert (final["pause"], final["text"]) == (1, "1s")
        rig.session.on_audio(SPEECH)
        rig.session.on_text('{"silence":true,"pause":2}')
        final = await rig.next_of("final")
        assert (final["pause"], final["text"]) == (2, "2s")

    run(scenario)


def test_resumed_speech_drops_a_decode_that_has_not_begun() -> None:
    async def scenario(rig: Rig) -> None:
        rig.recogniser.gate.clear()
        rig.session.on_audio(SPEECH)
        rig.session.on_text('{"silence":true,"pause":1,"keep":true}')
        await rig.begun()
        rig.session.on_audio(SPEECH)
        rig.session.on_text('{"silence":true,"pause":2,"keep":true}')
        rig.session.on_audio(SPEECH)
        rig.session.on_text('{"silence":true,"pause":3,"keep":true}')
        rig.recogniser.gate.set()
        finals = [(await rig.next_of("final"))["pause"] for _ in range(2)]
        assert finals == [1, 3]

    run(scenario)


def test_a_reset_silences_what_is_being_decoded() -> None:
    async def scenario(rig: Rig) -> None:
        rig.recogniser.gate.clear()
        rig.session.on_audio(SPEECH)
        rig.session.on_text('{"silence":true,"pause":1,"keep":true}')
        await rig.begun()
        rig.session.on_text('{"reset":true}')
        rig.recogniser.gate.set()
        rig.session.on_audio(SPEECH)
        rig.session.on_text('{"silence":true,"pause":2}')
        assert (await rig.next_of("final"))["pause"] == 2

    run(scenario)


def test_the_turn_is_judged_beside_the_decode_and_again_with_more_silence() -> None:
    async def scenario(rig: Rig) -> None:
        rig.recogniser.gate.clear()
        rig.session.on_audio(SPEECH)
        rig.session.on_text('{"silence":true,"pause":4,"keep":true}')
        turn = await rig.next_of("turn")
        assert (turn["pause"], turn["probability"], turn["silenceMs"]) == (4, 0.9, 200)
        rig.session.on_text('{"endpoint":true,"pause":4,"silenceMs":500}')
        assert (await rig.next_of("turn"))["silenceMs"] == 500
        assert rig.turn_model.seconds == [1.0, 1.5]

    run(scenario)


def test_a_partial_gives_way_to_a_final() -> None:
    async def scenario(rig: Rig) -> None:
        rig.recogniser.gate.clear()
        rig.session.on_audio(SPEECH)
        await rig.begun()
        rig.session.on_text('{"silence":true,"pause":1}')
        rig.recogniser.gate.set()
        assert (await rig.next_of("final"))["pause"] == 1
        assert rig.recogniser.seconds == [1.0]

    run(scenario, partials=True)


def test_partials_come_while_the_caller_speaks() -> None:
    async def scenario(rig: Rig) -> None:
        rig.session.on_audio(SPEECH)
        assert (await rig.next_of("partial")) == {"type": "partial", "text": "1s", "audioMs": 1000}

    run(scenario, partials=True)


def test_a_long_utterance_is_one_final_of_all_its_segments() -> None:
    async def scenario(rig: Rig) -> None:
        for _ in range(30):
            rig.session.on_audio(SPEECH)
        rig.session.on_text('{"silence":true,"pause":1,"keep":true}')
        final = await rig.next_of("final")
        assert final["audioMs"] == 30_000
        assert len(final["text"].split()) == 2
        assert len(rig.recogniser.seconds) == 2

    run(scenario)


def test_endless_audio_without_a_pause_is_refused() -> None:
    async def scenario(rig: Rig) -> None:
        def endless() -> None:
            for _ in range(600):
                rig.session.on_audio(SPEECH)

        with pytest.raises(SessionError, match="without a pause"):
            endless()

    run(scenario, queue_limit=64)


def test_a_full_queue_is_told() -> None:
    async def scenario(rig: Rig) -> None:
        rig.recogniser.gate.clear()
        rig.session.on_audio(SPEECH)
        rig.session.on_text('{"silence":true}')
        await rig.begun()
        rig.session.on_text('{"silence":true}')
        with pytest.raises(SessionError) as refused:
            rig.session.on_text('{"silence":true}')
        assert (refused.value.code, refused.value.close) == ("FULL", 1013)

    run(scenario, queue_limit=1)


def test_a_fault_of_the_engine_ends_the_session() -> None:
    async def scenario(rig: Rig) -> None:
        rig.recogniser.error = RuntimeError("out of memory")
        rig.session.on_audio(SPEECH)
        rig.session.on_text('{"silence":true}')
        error = await rig.next()
        assert isinstance(error, SessionError)
        assert (error.code, error.close) == ("DECODE_FAILED", 1011)

    run(scenario)


def test_the_configuration_reaches_the_decoder() -> None:
    async def scenario(rig: Rig) -> None:
        rig.session.on_text('{"config":{"language":"de","prompt":"Hotel.","hotwords":"Harbor","turn":false}}')
        rig.session.on_audio(SPEECH)
        rig.session.on_text('{"silence":true,"pause":1}')
        await rig.next_of("final")
        assert rig.recogniser.options == [DecodeOptions("de", "Hotel.", "Harbor")]
        assert rig.turn_model.seconds == []
        with pytest.raises(SessionError) as refused:
            rig.session.on_text('{"config":{"language":"xx"}}')
        assert refused.value.code == "BAD_CONFIG"

    run(scenario)


def test_the_tone_of_an_utterance_is_told_and_the_final_does_not_wait_for_it() -> None:
    async def scenario(rig: Rig) -> None:
        assert rig.tone_model is not None
        rig.tone_model.gate.clear()
        rig.session.on_audio(SPEECH)
        rig.session.on_text('{"silence":true,"pause":4,"keep":true}')
        assert (await rig.next_of("final"))["pause"] == 4
        rig.session.on_text('{"reset":true}')
        rig.tone_model.gate.set()
        tone = await rig.next_of("tone")
        assert (tone["pause"], tone["tone"]["upset"]) == (4, 0.8)
        assert rig.tone_model.seconds == [1.0]

    run(scenario, tones=True)


def test_a_tone_model_that_fails_costs_its_answer_only() -> None:
    async def scenario(rig: Rig) -> None:
        assert rig.tone_model is not None
        rig.tone_model.error = RuntimeError("bad shape")
        rig.session.on_audio(SPEECH)
        rig.session.on_text('{"silence":true,"pause":1,"keep":true}')
        assert (await rig.next_of("final"))["text"] == "1s"
        # One thread: what is asked next comes after the failure.
        assert await asyncio.to_thread(rig.tone_model.failed.wait, LIMIT_S)
        rig.tone_model.error = None
        rig.session.on_text('{"silence":true,"pause":2,"keep":true}')
        assert (await rig.next_of("tone"))["pause"] == 2

    run(scenario, tones=True)
