"""One client's session: takes its frames, gives work to the pools, and sends what comes of it.

Everything here runs on the event loop; jobs report back through it. Every job belongs to a *stand* of the session
(a number that a reset or a closing final moves on), and what belongs to an older stand is not reported.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from common.audio import STT_RATE_HZ, Floats
from common.logs import Log, monotonic_ms
from common.workers import Job, QueueFullError, WorkerPool
from stt.messages import (
    CLOSE_INTERNAL,
    CLOSE_TRY_LATER,
    CLOSE_VIOLATION,
    Config,
    Endpoint,
    Message,
    Reset,
    SessionError,
    Silence,
    check_audio,
    read_message,
)
from stt.metrics import SttMetrics
from stt.partials import OVERLAP_S, QUIET_TAIL_SAMPLES, TRAILING_S, PartialJob, PartialPolicy, join_overlap
from stt.smart_turn import with_silence
from stt.tone_guess import ToneGuess, ToneModel
from stt.transcript import DecodeOptions, Transcript, join_transcripts
from stt.utterance import Segment, Utterance

PRIORITY_FINAL = 0
PRIORITY_SEGMENT = 1
PRIORITY_PARTIAL = 2

MAX_SEGMENTS = 8
"""About three and a half minutes without a pause: no caller talks so, and memory must end somewhere."""

log = Log("session")


class Recogniser(Protocol):
    name: str

    def check_language(self, language: str) -> None: ...

    def transcribe(
        self, audio: Floats, options: DecodeOptions, give_up: Callable[[], bool] = ..., quick: bool = ...
    ) -> Transcript | None: ...


class TurnModel(Protocol):
    name: str

    def probability(self, audio: Floats) -> float: ...


@dataclass(frozen=True)
class SessionParts:
    """What all sessions share."""

    recogniser: Recogniser
    decoders: WorkerPool
    turn_model: TurnModel | None
    turn_workers: WorkerPool | None
    metrics: SttMetrics
    language: str
    partials: bool
    partial_interval_ms: int
    tone_model: ToneModel | None = None
    tone_workers: WorkerPool | None = None


class Session:
    """`send` takes a message for the client; `fail` ends the session with an error."""

    def __init__(
        self,
        parts: SessionParts,
        send: Callable[[dict[str, Any]], None],
        fail: Callable[[SessionError], None],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._parts = parts
        self._send = send
        self._fail = fail
        self._loop = loop
        self._options = DecodeOptions(parts.language)
        self._partials_wanted = parts.partials
        self._turn_wanted = parts.turn_model is not None
        self._utterance = Utterance()
        self._policy = PartialPolicy(parts.partial_interval_ms)
        self._partial_base_samples = 0
        self._partial_before = ""
        self._partial_text = ""
        self._stand = 0
        self._kept_final: Job | None = None
        self._open_finals: set[Job] = set()
        self._partial: PartialJob | None = None
        self._turn: Job | None = None
        self._tone: ToneGuess | None = None
        if parts.tone_model is not None and parts.tone_workers is not None:
            self._tone = ToneGuess(parts.tone_model, parts.tone_workers, parts.metrics, send, loop)

    # What the client sends

    def on_audio(self, frame: bytes) -> None:
        check_audio(frame)
        if not frame:
            return
        self._parts.metrics.audio_seconds.inc(len(frame) / 2 / STT_RATE_HZ)
        self._drop_kept_final()
        segment = self._utterance.append(frame)
        if segment is not None:
            self._decode_segment(segment)
        self._consider_partial()

    def on_text(self, text: str) -> None:
        message = read_message(text)
        if message is not None:
            self._handle(message)

    def close(self) -> None:
        for job in (*self._open_finals, self._partial, self._turn):
            if job is not None:
                job.cancel()
        if self._tone is not None:
            self._tone.close()
        self._open_finals.clear()

    def _handle(self, message: Message) -> None:
        if isinstance(message, Silence):
            self._on_silence(message)
        elif isinstance(message, Endpoint):
            self._judge_turn(message.pause, message.silence_ms)
        elif isinstance(message, Reset):
            self._on_reset()
        else:
            self._configure(message)

    def _on_reset(self) -> None:
        # A guess at the tone counts for the next turn when it is late, so it goes on.
        for job in (*self._open_finals, self._turn):
            if job is not None:
                job.cancel()
        self._open_finals.clear()
        self._kept_final = None
        self._forget()

    def _configure(self, config: Config) -> None:
        if config.language is not None:
            try:
                self._parts.recogniser.check_language(config.language)
            except ValueError as error:
                raise SessionError("BAD_CONFIG", str(error), CLOSE_VIOLATION) from None
        changes = {
            name: getattr(config, name)
            for name in ("language", "prompt", "hotwords")
            if getattr(config, name) is not None
        }
        self._options = replace(self._options, **changes)
        if config.partials is not None:
            self._partials_wanted = config.partials
        if config.turn is not None:
            self._turn_wanted = config.turn and self._parts.turn_model is not None

    # Finals

    def _on_silence(self, message: Silence) -> None:
        self._drop_kept_final()
        self._stop_partial()
        self._submit_final(message)
        # The seed's client numbers no pauses and knows nothing of turns.
        if message.pause is not None:
            self._judge_turn(message.pause, None)
            if self._tone is not None:
                self._tone.ask(message.pause, self._utterance.turn_audio())
        if not message.keep:
            self._forget()

    def _submit_final(self, message: Silence) -> None:
        asked_ms = monotonic_ms()
        segments = list(self._utterance.segments)
        last = Segment(self._utterance.open_audio())
        options = self._options

        def run(job: Job) -> list[Transcript] | None:
            texts = []
            for segment in (*segments, last):
                text = self._decode_once(segment, options, lambda: job.cancelled)
                if text is None:
                    return None
                texts.append(text)
            return texts

        def done(texts: list[Transcript] | None, error: BaseException | None) -> None:
            self._loop.call_soon_threadsafe(finished, texts, error)

        def finished(texts: list[Transcript] | None, error: BaseException | None) -> None:
            self._open_finals.discard(job)
            if self._kept_final is job:
                self._kept_final = None
            if job.cancelled:
                return
            if error is not None:
                self._fault(error)
            elif texts is not None:
                self._report_final(message.pause, texts, job, asked_ms)

        job = self._submit(run, done, PRIORITY_FINAL)
        self._open_finals.add(job)
        self._kept_final = job if message.keep else None

    def _report_final(self, pause: int | None, texts: list[Transcript], job: Job, asked_ms: float) -> None:
        whole = join_transcripts(texts)
        metrics = self._parts.metrics
        metrics.finals.labels(whole.rejected or "text").inc()
        metrics.queue_seconds.observe(job.queue_ms / 1000)
        metrics.final_seconds.observe((monotonic_ms() - asked_ms) / 1000)
        frame: dict[str, Any] = {
            "type": "final",
            "text": whole.text,
            "confidence": whole.confidence,
            "noSpeechProb": whole.no_speech_prob,
            "avgLogprob": whole.avg_logprob,
            "audioMs": whole.audio_ms,
            "queueMs": round(job.queue_ms, 1),
            "decodeMs": whole.decode_ms,
        }
        if pause is not None:
            frame["pause"] = pause
        if whole.rejected is not None:
            frame["rejected"] = whole.rejected
        log.debug("final", characters=len(whole.text), pause=pause)
        self._send(frame)

    def _drop_kept_final(self) -> None:
        """Speech was resumed: a decode that has not begun is for nothing, the next final covers it all."""
        job = self._kept_final
        self._kept_final = None
        if job is not None and not job.begun:
            job.cancel()
            self._open_finals.discard(job)
            self._parts.metrics.dropped.inc()

    def _decode_segment(self, segment: Segment) -> None:
        if len(self._utterance.segments) > MAX_SEGMENTS:
            raise SessionError("TOO_LONG", "too much audio without a pause message", CLOSE_VIOLATION)
        options = self._options

        def done(_: object, error: BaseException | None) -> None:
            if error is not None:
                self._loop.call_soon_threadsafe(self._fault, error)

        self._submit(lambda _: self._decode_once(segment, options), done, PRIORITY_SEGMENT)

    def _decode_once(
        self, segment: Segment, options: DecodeOptions, give_up: Callable[[], bool] = lambda: False
    ) -> Transcript | None:
        with segment.lock:
            if segment.transcript is None:
                segment.transcript = self._parts.recogniser.transcribe(segment.audio, options, give_up)
            return segment.transcript

    def _forget(self) -> None:
        self._stand += 1
        self._utterance = Utterance()
        self._stop_partial()
        self._policy.reset()
        self._partial_base_samples = 0
        self._partial_before = self._partial_text = ""

    # Partials

    def _consider_partial(self) -> None:
        if not self._partials_wanted:
            return
        total = self._utterance.total_samples
        if not self._policy.may_begin(total, self._utterance.newest_level_dbfs(QUIET_TAIL_SAMPLES)):
            return
        decoders = self._parts.decoders
        if decoders.waiting or decoders.running >= decoders.threads:
            return
        self._move_partial_base()
        audio = self._utterance.open_audio()
        first = self._partial_base_samples - (total - audio.size)
        audio = audio[max(0, first) :]
        stand, options, began_ms = self._stand, self._options, monotonic_ms()

        def give_up() -> bool:
            return job.cancelled or decoders.has_waiting(PRIORITY_PARTIAL)

        def done(heard: Transcript | None, error: BaseException | None) -> None:
            self._loop.call_soon_threadsafe(finished, heard, error)

        def finished(heard: Transcript | None, error: BaseException | None) -> None:
            self._policy.ended(monotonic_ms() - began_ms if heard is not None else None)
            if error is not None:
                self._fault(error)
            elif heard is not None and stand == self._stand and not job.cancelled:
                self._report_partial(heard, total)

        # `finished` must always run, or no partial would ever begin again: so a job that is cancelled is only marked.
        job = PartialJob()
        try:
            decoders.submit(
                lambda _: self._parts.recogniser.transcribe(audio, options, give_up, quick=True), done, PRIORITY_PARTIAL
            )
        except QueueFullError:
            return
        self._policy.begun(total)
        self._partial = job

    def _report_partial(self, heard: Transcript, total_samples: int) -> None:
        outcome = heard.rejected or "text"
        self._parts.metrics.partials.labels(outcome).inc()
        if heard.rejected is not None:
            return
        self._partial_text = join_overlap(self._partial_before, heard.text)
        audio_ms = round(total_samples * 1000 / STT_RATE_HZ)
        self._send({"type": "partial", "text": self._partial_text, "audioMs": audio_ms})

    def _move_partial_base(self) -> None:
        """A partial decodes a trailing window; what was understood before it is kept."""
        total = self._utterance.total_samples
        if total - self._partial_base_samples > TRAILING_S * STT_RATE_HZ:
            self._partial_base_samples = total - round(OVERLAP_S * STT_RATE_HZ)
            self._partial_before = self._partial_text

    def _stop_partial(self) -> None:
        if self._partial is not None:
            self._partial.cancel()
            self._partial = None

    # The turn model

    def _judge_turn(self, pause: int, silence_ms: float | None) -> None:
        model, workers = self._parts.turn_model, self._parts.turn_workers
        if not self._turn_wanted or model is None or workers is None:
            return
        if self._turn is not None:
            self._turn.cancel()
        asked_ms = monotonic_ms()
        audio = self._utterance.turn_audio()
        reported_ms = 200 if silence_ms is None else silence_ms

        def run(_: Job) -> tuple[float, float]:
            began_ms = monotonic_ms()
            probability = model.probability(audio if silence_ms is None else with_silence(audio, silence_ms))
            return probability, monotonic_ms() - began_ms

        def done(result: tuple[float, float] | None, error: BaseException | None) -> None:
            self._loop.call_soon_threadsafe(finished, result, error)

        def finished(result: tuple[float, float] | None, error: BaseException | None) -> None:
            if job.cancelled:
                return
            if error is not None or result is None:
                # The conversation goes on by text and time alone.
                log.error("the turn model failed", cause=error)
                return
            self._parts.metrics.turn_seconds.observe((monotonic_ms() - asked_ms) / 1000)
            self._send(
                {
                    "type": "turn",
                    "pause": pause,
                    "probability": round(min(1.0, max(0.0, result[0])), 4),
                    "silenceMs": reported_ms,
                    "computeMs": round(result[1], 1),
                }
            )

        try:
            job = workers.submit(run, done)
        except QueueFullError:
            return
        self._turn = job

    def _submit(
        self, run: Callable[[Job], Any], done: Callable[[Any, BaseException | None], None], priority: int
    ) -> Job:
        try:
            return self._parts.decoders.submit(run, done, priority)
        except QueueFullError as error:
            raise SessionError("FULL", f"the recogniser is too busy: {error}", CLOSE_TRY_LATER) from None

    def _fault(self, error: BaseException) -> None:
        log.error("a decode failed", cause=error)
        self._fail(SessionError("DECODE_FAILED", f"{type(error).__name__}: {error}", CLOSE_INTERNAL))
