"""The speech-to-text service: `python -m stt.server --port 7003`."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, WebSocket, WebSocketDisconnect

from common.access import Access
from common.devices import DeviceMissingError
from common.logs import Log
from common.service import OPEN, Service, create_app, serve
from common.settings import Environment
from common.workers import WorkerPool
from stt.messages import CLOSE_GOING_AWAY, CLOSE_TRY_LATER, SessionError
from stt.metrics import SttMetrics
from stt.session import Recogniser, Session, SessionParts, TurnModel
from stt.settings import SMART_TURN_FILE, SttSettings
from stt.tone_guess import ToneModel

if TYPE_CHECKING:
    from stt.whisper import WhisperEngine

PROTOCOL_VERSION = 2
DEFAULT_PORT = 7003

OUTBOX_LIMIT = 256
"""Messages that wait for a client that does not read; then it is let go."""

TURN_QUEUE_LIMIT = 64

FIRST_FRAME_S = 10.0
"""A client says what it wants at once. Whoever only opens sessions must not hold them: there are STT_MAX_SESSIONS."""

log = Log("stt")


class SttService:
    """Engines, pools and open sessions. Engines given to it are not loaded (tests)."""

    def __init__(
        self,
        settings: SttSettings,
        recogniser: Recogniser | None = None,
        turn_model: TurnModel | None = None,
        tone_model: ToneModel | None = None,
    ) -> None:
        self.settings = settings
        self.service = Service("stt", load=self.load, close=self.close)
        self.metrics = SttMetrics(self.service.registry)
        self.parts: SessionParts | None = None
        self.open_sessions = 0
        self._given = (recogniser, turn_model, tone_model)
        self._numbers = itertools.count(1)

    def load(self) -> dict[str, Any]:
        settings = self.settings
        recogniser, turn_model, tone_model = self._given
        runs_on: dict[str, Any] = {"device": "cpu"}
        if recogniser is None:
            recogniser, settings, runs_on = load_recogniser(settings)
            if settings.turn_detection == "smart-turn":
                from stt.smart_turn import SmartTurnEngine  # noqa: PLC0415

                turn_model = SmartTurnEngine(settings.models_dir / SMART_TURN_FILE)
                turn_model.warm_up()
        if tone_model is None and settings.tone_model:
            from stt.emotion import EmotionEngine, locate_emotion_model  # noqa: PLC0415

            engine = EmotionEngine(locate_emotion_model(settings.tone_model, settings.models_dir))
            engine.warm_up()
            tone_model = engine
        self.parts = SessionParts(
            recogniser=recogniser,
            decoders=WorkerPool("decode", settings.workers, settings.queue_limit),
            turn_model=turn_model,
            turn_workers=WorkerPool("turn", 1, TURN_QUEUE_LIMIT) if turn_model else None,
            metrics=self.metrics,
            language=settings.language,
            partials=settings.partials,
            partial_interval_ms=settings.partial_interval_ms,
            tone_model=tone_model,
            tone_workers=WorkerPool("tone", 1, TURN_QUEUE_LIMIT) if tone_model else None,
        )
        return {
            "model": recogniser.name,
            **runs_on,
            "turnModel": turn_model.name if turn_model else None,
            "toneModel": tone_model.name if tone_model else None,
            "workers": settings.workers,
            "maxSessions": settings.max_sessions,
        }

    def close(self) -> None:
        if self.parts is not None:
            self.parts.decoders.close()
            for workers in (self.parts.turn_workers, self.parts.tone_workers):
                if workers is not None:
                    workers.close()

    async def run_session(self, socket: WebSocket) -> None:
        await socket.accept()
        if not self.service.ready or self.parts is None:
            status, body = self.service.health()
            await refuse(socket, SessionError("NOT_READY", f"{status}: {body.get('reason', '')}", CLOSE_TRY_LATER))
            return
        if self.open_sessions >= self.settings.max_sessions:
            self.metrics.refused_sessions.inc()
            message = f"all {self.settings.max_sessions} sessions are taken"
            await refuse(socket, SessionError("FULL", message, CLOSE_TRY_LATER))
            return
        self.open_sessions += 1
        self.metrics.sessions.inc()
        number = next(self._numbers)
        log.info("session opened", sessionId=number)
        try:
            await SessionConnection(socket, self.parts, self.metrics, self.settings.idle_s).run()
        finally:
            self.open_sessions -= 1
            self.metrics.sessions.dec()
            log.info("session closed", sessionId=number)


def load_recogniser(settings: SttSettings) -> tuple[WhisperEngine, SttSettings, dict[str, Any]]:
    """The engine, the settings that it was made by, and what it says that it runs on."""
    from stt.whisper import WhisperEngine  # noqa: PLC0415

    note: dict[str, Any] = {}
    try:
        recogniser = WhisperEngine(settings)
        recogniser.warm_up()
    except DeviceMissingError as error:
        if settings.fallback is None:
            raise
        log.warning("no CUDA for recognition, which runs on the processor", reason=str(error))
        note = {"notOnCuda": str(error)}
        settings = settings.fallback
        recogniser = WhisperEngine(settings)
        recogniser.warm_up()
    return recogniser, settings, {"device": recogniser.device, "computeType": recogniser.compute_type, **note}


class SessionConnection:
    """Joins a socket and a session: one task reads, one writes, whichever ends first ends both. A third one watches
    for a client that sends nothing any more."""

    def __init__(self, socket: WebSocket, parts: SessionParts, metrics: SttMetrics, idle_s: float) -> None:
        self._socket = socket
        self._metrics = metrics
        self._idle_s = idle_s
        self._heard_at_s = asyncio.get_running_loop().time()
        self._patience_s = min(FIRST_FRAME_S, idle_s)
        self._outbox: asyncio.Queue[dict[str, Any] | SessionError] = asyncio.Queue(OUTBOX_LIMIT)
        self._session = Session(parts, self._send, self._fail, asyncio.get_running_loop())
        self._send(
            {
                "type": "ready",
                "model": parts.recogniser.name,
                "turnModel": parts.turn_model.name if parts.turn_model else None,
                "protocol": PROTOCOL_VERSION,
            }
        )

    async def run(self) -> None:
        reader = asyncio.create_task(self._read())
        writer = asyncio.create_task(self._write())
        watcher = asyncio.create_task(self._watch())
        try:
            await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
            if reader.done() and not writer.done() and reader.exception() is None and reader.result():
                # What the reader refused is in the outbox: the writer sends it and closes.
                await asyncio.wait((writer,), timeout=2.0)
        finally:
            self._session.close()
            for task in (reader, writer, watcher):
                task.cancel()

    async def _read(self) -> bool:
        """True when it ended because of what the client sent."""
        try:
            while True:
                frame = await self._socket.receive()
                if frame["type"] == "websocket.disconnect":
                    return False
                self._heard_at_s = asyncio.get_running_loop().time()
                self._patience_s = self._idle_s
                if frame.get("bytes") is not None:
                    self._session.on_audio(frame["bytes"])
                elif frame.get("text") is not None:
                    self._session.on_text(frame["text"])
        except SessionError as error:
            self._metrics.bad_frames.inc()
            log.warning("session refused", code=error.code, reason=str(error))
            self._fail(error)
            return True
        except (WebSocketDisconnect, RuntimeError):
            return False

    async def _watch(self) -> None:
        """Ends the session of a client that is silent for too long; a call without speech sends `alive` frames."""
        loop = asyncio.get_running_loop()
        left_s = self._patience_s
        while left_s > 0:
            await asyncio.sleep(left_s)
            left_s = self._heard_at_s + self._patience_s - loop.time()
        self._metrics.idle_sessions.inc()
        message = f"nothing was sent for {self._patience_s:g} s"
        log.info("idle session closed", idleS=self._patience_s)
        self._fail(SessionError("IDLE", message, CLOSE_GOING_AWAY))

    async def _write(self) -> None:
        while True:
            message = await self._outbox.get()
            try:
                if isinstance(message, SessionError):
                    await refuse(self._socket, message)
                    return
                await self._socket.send_text(json.dumps(message, ensure_ascii=False))
            except (WebSocketDisconnect, RuntimeError, OSError):
                return

    def _send(self, message: dict[str, Any]) -> None:
        try:
            self._outbox.put_nowait(message)
        except asyncio.QueueFull:
            self._fail(SessionError("NOT_READING", "too many messages wait to be read", CLOSE_TRY_LATER))

    def _fail(self, error: SessionError) -> None:
        while self._outbox.full():
            self._outbox.get_nowait()
        self._outbox.put_nowait(error)


async def refuse(socket: WebSocket, error: SessionError) -> None:
    await socket.send_text(json.dumps({"type": "error", "code": error.code, "message": str(error)}))
    # A reason of a close frame has at most 123 bytes.
    await socket.close(error.close, str(error).encode()[:120].decode(errors="ignore"))


def build_app(stt: SttService, access: Access = OPEN) -> FastAPI:
    app = create_app(stt.service, access=access)

    @app.websocket("/ws/stt")
    async def ws_stt(socket: WebSocket) -> None:
        await stt.run_session(socket)

    return app


def build(environment: Environment, access: Access = OPEN) -> FastAPI:
    settings = SttSettings.read(environment)
    environment.finish()
    return build_app(SttService(settings), access)


if __name__ == "__main__":
    serve("stt", DEFAULT_PORT, build)
