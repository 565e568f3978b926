"""The provider against a stand-in that speaks ElevenLabs' streaming protocol."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest

from common.settings import Environment, SettingsError
from tts.elevenlabs import ElevenLabsProvider
from tts.provider import Piece
from tts.requests import RequestError, SpeakRequest
from tts.settings import TtsSettings

KEY = "test-key"
VARIABLES = {"TTS_PROVIDER": "elevenlabs", "ELEVENLABS_API_KEY": KEY, "ELEVENLABS_VOICE_ID": "voice1234567"}


class Bytes(httpx2.AsyncByteStream):
    """A body that arrives in the given blocks, and may break."""

    def __init__(self, blocks: list[bytes], breaks: bool = False) -> None:
        self._blocks = blocks
        self._breaks = breaks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for block in self._blocks:
            yield block
        if self._breaks:
            raise httpx2.ReadError("cut")


class StandIn:
    """Answers as the API does: 401 without the key, 404 for an unknown voice, else raw PCM in odd blocks."""

    def __init__(self, blocks: list[bytes] | None = None, breaks: bool = False, status: int = 200) -> None:
        self.seen: list[httpx2.Request] = []
        self._blocks = blocks if blocks is not None else [b"\x01\x00\x02", b"\x00" * 9001, b"\x03\x00"]
        self._breaks = breaks
        self._status = status

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.seen.append(request)
        if request.headers.get("xi-api-key") != KEY:
            return httpx2.Response(401, json={"detail": {"status": "invalid_api_key"}})
        if self._status != 200:
            return httpx2.Response(self._status, json={"detail": {"status": "quota_exceeded"}})
        return httpx2.Response(200, stream=Bytes(self._blocks, self._breaks), headers={"content-type": "audio/pcm"})


def speak(text: str = "Hello.", voice: str = "af_heart", cache: bool = False, speed: float = 1.0) -> SpeakRequest:
    return SpeakRequest(text, voice, speed, None, "auto", 0.0, False, cache)


def provider_with(stand_in: StandIn, **variables: str) -> ElevenLabsProvider:
    settings = TtsSettings.read(Environment({**VARIABLES, **variables}))
    return ElevenLabsProvider(settings, httpx2.MockTransport(stand_in))


def run(scenario: Callable[[], Any]) -> Any:
    return asyncio.run(scenario())


async def all_of(provider: ElevenLabsProvider, request: SpeakRequest) -> list[Piece]:
    return [piece async for piece in provider.pieces(request)]


def test_audio_is_passed_on_in_whole_samples() -> None:
    stand_in = StandIn()
    pieces = run(lambda: all_of(provider_with(stand_in), speak(speed=2.0)))
    assert all(len(piece.pcm) % 2 == 0 and piece.pcm for piece in pieces)
    assert sum(len(piece.pcm) for piece in pieces) == 9006
    request = stand_in.seen[0]
    assert request.url.path == "/v1/text-to-speech/voice1234567/stream"
    assert request.url.params["output_format"] == "pcm_24000"
    body = json.loads(request.content)
    assert (body["text"], body["model_id"]) == ("Hello.", "eleven_flash_v2_5")
    assert body["voice_settings"]["speed"] == 1.2


def test_a_voice_of_its_own_is_used_and_nonsense_refused() -> None:
    stand_in = StandIn()
    provider = provider_with(stand_in)
    run(lambda: all_of(provider, speak(voice="AnotherVoice99")))
    assert "AnotherVoice99" in stand_in.seen[0].url.path
    with pytest.raises(RequestError, match="voice"):
        provider.check(speak(voice="../../admin"))


def test_a_phrase_is_asked_for_once() -> None:
    stand_in = StandIn()
    provider = provider_with(stand_in)

    async def twice() -> list[list[Piece]]:
        return [await all_of(provider, speak(cache=True)) for _ in range(2)]

    first, second = run(twice)
    assert len(stand_in.seen) == 1
    assert second[0].cached
    assert b"".join(piece.pcm for piece in first) == second[0].pcm


@pytest.mark.parametrize(
    ("status", "code", "answer"),
    [(401, "PROVIDER_FAILED", 502), (429, "PROVIDER_FULL", 503), (500, "PROVIDER_FAILED", 502)],
)
def test_refusals_are_told(status: int, code: str, answer: int) -> None:
    with pytest.raises(RequestError) as refused:
        run(lambda: all_of(provider_with(StandIn(status=status)), speak()))
    assert (refused.value.code, refused.value.status) == (code, answer)


def test_a_wrong_key_is_a_refusal_that_does_not_show_it() -> None:
    with pytest.raises(RequestError) as refused:
        run(lambda: all_of(provider_with(StandIn(), ELEVENLABS_API_KEY="wrong-secret"), speak()))
    assert "wrong-secret" not in str(refused.value)


def test_a_cut_is_an_error_not_an_end() -> None:
    with pytest.raises(RequestError, match="cannot be reached"):
        run(lambda: all_of(provider_with(StandIn(breaks=True)), speak()))


def test_it_needs_a_key() -> None:
    environment = Environment({"TTS_PROVIDER": "elevenlabs"})
    TtsSettings.read(environment)
    with pytest.raises(SettingsError, match="ELEVENLABS_API_KEY"):
        environment.finish()
