"""A session's questions to the tone model. Nobody waits for the answers: each is sent when it is known."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from common.audio import Floats
from common.logs import Log, monotonic_ms
from common.workers import Job, QueueFullError, WorkerPool
from stt.metrics import SttMetrics

log = Log("tone")


class ToneModel(Protocol):
    name: str

    def tone(self, audio: Floats) -> dict[str, float] | None: ...


class ToneGuess:
    def __init__(
        self,
        model: ToneModel,
        workers: WorkerPool,
        metrics: SttMetrics,
        send: Callable[[dict[str, Any]], None],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._model = model
        self._workers = workers
        self._metrics = metrics
        self._send = send
        self._loop = loop
        self._job: Job | None = None

    def ask(self, pause: int, audio: Floats) -> None:
        """A question that has not been begun makes room for this one."""
        if self._job is not None and not self._job.begun:
            self._job.cancel()
        asked_ms = monotonic_ms()

        def done(tone: dict[str, float] | None, error: BaseException | None) -> None:
            self._loop.call_soon_threadsafe(finished, tone, error)

        def finished(tone: dict[str, float] | None, error: BaseException | None) -> None:
            if job.cancelled:
                return
            if error is not None:
                log.error("the tone model failed", cause=error)
                return
            self._metrics.tone_seconds.observe((monotonic_ms() - asked_ms) / 1000)
            if tone is not None:
                self._send({"type": "tone", "pause": pause, "tone": tone})

        try:
            job = self._workers.submit(lambda _: self._model.tone(audio), done)
        except QueueFullError:
            return
        self._job = job

    def close(self) -> None:
        if self._job is not None:
            self._job.cancel()
