"""The text-to-speech service: `python -m tts.server --port 7002`."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from common.access import Access
from common.http import read_bounded
from common.logs import Log, monotonic_ms
from common.service import OPEN, Service, create_app, serve
from common.settings import Environment
from tts.metrics import TtsMetrics
from tts.provider import Provider
from tts.requests import MAX_BODY_BYTES, RequestError, bad, read_request
from tts.settings import TtsSettings
from tts.stream import AudioResponse, to_response

DEFAULT_PORT = 7002
RETRY_AFTER_S = 1

log = Log("tts")


class TtsService:
    """The provider and the bound on streams. A provider given to it is not loaded (tests)."""

    def __init__(self, settings: TtsSettings, provider: Provider | None = None) -> None:
        self.settings = settings
        self.service = Service("tts", load=self.load)
        self.metrics = TtsMetrics(self.service.registry)
        self.provider = provider
        self._streams = 0

    def load(self) -> dict[str, Any]:
        if self.provider is None:
            self.provider = self._load_provider()
        return self.provider.describe()

    def _load_provider(self) -> Provider:
        if self.settings.provider == "elevenlabs":
            from tts.elevenlabs import ElevenLabsProvider  # noqa: PLC0415

            return ElevenLabsProvider(self.settings)
        from tts.local import LocalProvider  # noqa: PLC0415

        local = LocalProvider(self.settings, self.metrics)
        local.warm_up()
        return local

    async def ended(self) -> None:
        if self.provider is not None:
            await self.provider.aclose()

    async def stream(self, request: Request) -> Response:
        try:
            provider = self._ready_provider()
            settings = self.settings
            speak = read_request(
                await read_body(request), settings.voice, settings.engine, settings.max_text_characters
            )
            provider.check(speak)
            if self._streams >= settings.max_streams:
                message = f"all {settings.max_streams} streams are taken"
                raise RequestError("FULL", message, status=503, retry_after_s=RETRY_AFTER_S)
        except RequestError as error:
            self.metrics.requests.labels("refused").inc()
            return to_response(error)
        began_ms = monotonic_ms()
        self._streams += 1
        self.metrics.streams.inc()
        log.debug("speak", characters=len(speak.text), voice=speak.voice, engine=speak.engine)

        def on_first() -> None:
            self.metrics.first_seconds.observe((monotonic_ms() - began_ms) / 1000)

        def on_end(outcome: str) -> None:
            self._streams -= 1
            self.metrics.streams.dec()
            self.metrics.requests.labels(outcome).inc()

        return AudioResponse(provider.pieces(speak), on_first, on_end)

    def _ready_provider(self) -> Provider:
        if not self.service.ready or self.provider is None:
            reason = self.service.health()[1].get("reason", "")
            raise RequestError("NOT_READY", str(reason), status=503, retry_after_s=RETRY_AFTER_S)
        return self.provider


async def read_body(request: Request) -> bytes:
    body = await read_bounded(request, MAX_BODY_BYTES)
    if body is None:
        raise bad(f"the body has over {MAX_BODY_BYTES} bytes, or does not come")
    return body


def build_app(tts: TtsService, access: Access = OPEN) -> FastAPI:
    app = create_app(tts.service, on_end=tts.ended, access=access)

    @app.post("/tts/stream")
    async def tts_stream(request: Request) -> Response:
        return await tts.stream(request)

    @app.get("/tts/voices")
    async def voices() -> Response:
        try:
            return JSONResponse(tts._ready_provider().voices())
        except RequestError as error:
            return to_response(error)

    return app


def build(environment: Environment, access: Access = OPEN) -> FastAPI:
    settings = TtsSettings.read(environment)
    environment.finish()
    return build_app(TtsService(settings), access)


if __name__ == "__main__":
    serve("tts", DEFAULT_PORT, build)
