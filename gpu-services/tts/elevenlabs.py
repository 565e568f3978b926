"""ElevenLabs' streaming endpoint behind the same interface: raw PCM at 24 kHz, given on as it arrives."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2

from common.logs import Log
from tts.cache import PhraseCache, PhraseKey
from tts.phonemes import clean, is_pronounceable
from tts.provider import Piece
from tts.requests import RequestError, SpeakRequest
from tts.settings import ElevenLabsSettings, TtsSettings

KOKORO_VOICE = re.compile(r"^[a-z]{2}_[a-z]+$")
VOICE_ID = re.compile(r"^[A-Za-z0-9]{8,64}$")
CHUNK_BYTES = 4800
"""100 ms: small enough to begin early, large enough not to be all headers."""

SPEED_RANGE = (0.7, 1.2)
"""What the provider takes; beyond, the nearest."""

MAX_ERROR_BYTES = 2000
CONNECTIONS = 16

log = Log("elevenlabs")


class ElevenLabsProvider:
    def __init__(self, settings: TtsSettings, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        if settings.elevenlabs is None:
            raise ValueError("no settings for ElevenLabs")
        self._settings: ElevenLabsSettings = settings.elevenlabs
        self._cache = PhraseCache(settings.cache_bytes, settings.cache_dir, settings.cache_disk_bytes)
        self._client = httpx2.AsyncClient(
            base_url=self._settings.base_url,
            headers={"xi-api-key": self._settings.api_key, "accept": "audio/pcm"},
            timeout=httpx2.Timeout(self._settings.timeout_s),
            limits=httpx2.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
            transport=transport,
        )

    def describe(self) -> dict[str, Any]:
        return {"model": f"elevenlabs/{self._settings.model_id}", "device": "remote", "voice": self._settings.voice_id}

    def voices(self) -> dict[str, Any]:
        voice = {"id": self._settings.voice_id, "engines": ["elevenlabs"]}
        return {"default": self._settings.voice_id, "voices": [voice], "engines": ["elevenlabs"], "languages": []}

    def check(self, request: SpeakRequest) -> None:
        self._voice_id(request.voice)

    def _voice_id(self, voice: str) -> str:
        """Personas name Kokoro's voices: those mean the configured one here. Anything else is a voice id."""
        if KOKORO_VOICE.match(voice.partition(":")[0]):
            return self._settings.voice_id
        if not VOICE_ID.match(voice):
            message = f"voice is {voice!r}; an ElevenLabs voice id, or none for {self._settings.voice_id}"
            raise RequestError("UNKNOWN_VOICE", message)
        return voice

    async def pieces(self, request: SpeakRequest) -> AsyncIterator[Piece]:
        text = clean(request.text)
        if not is_pronounceable(text):
            return
        voice_id = self._voice_id(request.voice)
        language = request.language or ""
        key = PhraseKey(text, voice_id, request.speed, language, self._settings.model_id, 0)
        cached = self._cache.get(key)
        if cached is not None:
            yield Piece(cached, "elevenlabs", cached=True)
            return
        whole = bytearray()
        async for pcm in self._stream(text, voice_id, request.speed):
            if request.cache:
                whole += pcm
            yield Piece(pcm, "elevenlabs")
        if request.cache and whole:
            await self._cache.put(key, bytes(whole))

    async def _stream(self, text: str, voice_id: str, speed: float) -> AsyncIterator[bytes]:
        body = {
            "text": text,
            "model_id": self._settings.model_id,
            "voice_settings": {"speed": min(SPEED_RANGE[1], max(SPEED_RANGE[0], speed))},
        }
        path = f"/v1/text-to-speech/{voice_id}/stream"
        try:
            async with self._client.stream("POST", path, params={"output_format": "pcm_24000"}, json=body) as response:
                if response.status_code != 200:
                    raise await refused(response)
                pending = bytearray()
                async for block in response.aiter_bytes():
                    pending += block
                    # The provider cuts where it likes, also inside a sample.
                    ready = len(pending) - len(pending) % 2
                    if ready >= CHUNK_BYTES:
                        yield bytes(pending[:ready])
                        del pending[:ready]
                if len(pending) >= 2:
                    yield bytes(pending[: len(pending) - len(pending) % 2])
        except httpx2.HTTPError as error:
            message = f"ElevenLabs cannot be reached: {type(error).__name__}"
            raise RequestError("PROVIDER_FAILED", message, status=502) from error

    async def aclose(self) -> None:
        await self._client.aclose()


async def refused(response: httpx2.Response) -> RequestError:
    """Its own words, cut short: what is wrong with the key or the quota is for the operator to read."""
    detail = (await response.aread())[:MAX_ERROR_BYTES].decode(errors="replace")
    log.warning("elevenlabs refused", status=response.status_code, reason=detail[:300])
    if response.status_code == 429:
        return RequestError("PROVIDER_FULL", "ElevenLabs has too many requests", status=503, retry_after_s=2)
    return RequestError("PROVIDER_FAILED", f"ElevenLabs answered {response.status_code}", status=502)
