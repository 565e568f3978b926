"""The local voices, and the choice between them piece by piece."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import onnxruntime

from common.calls import in_pool
from common.logs import Log, monotonic_ms
from common.workers import Job, QueueFullError, WorkerPool
from tts.cache import PhraseCache, PhraseKey
from tts.engines import HIBARI_VOICE, HibariEngine, KokoroEngine
from tts.forecast import Forecast
from tts.loudness import gain_of, gain_of_mix, load_gains
from tts.metrics import TtsMetrics
from tts.phonemes import ENGLISH, EnglishPhonemes, clean, is_pronounceable, load_espeak, resolve_language
from tts.provider import Piece
from tts.requests import RequestError, SpeakRequest
from tts.settings import TtsSettings
from tts.shaping import RATE_HZ, SHAPING, shape, tail_ms

KOKORO_QUEUE_LIMIT = 64
FAST_QUEUE_LIMIT = 256
MS_PER_BYTE = 1000 / (2 * RATE_HZ)

log = Log("local")


@dataclass
class KokoroWork:
    """A piece that waits for Kokoro or is being made by it."""

    estimate_ms: float
    deadline_at_ms: float
    job: Job

    def left_ms(self, now_ms: float) -> float:
        if not self.job.begun:
            return self.estimate_ms
        begun_at_ms = self.job.queued_at_ms + self.job.queue_ms
        return max(0.1 * self.estimate_ms, self.estimate_ms - (now_ms - begun_at_ms))


@dataclass(frozen=True)
class Part:
    """One synthesis: a sentence, or a part of a very long one."""

    phonemes: str
    trailing_ms: int


class LocalProvider:
    """Lives on the event loop; models run in two pools: Kokoro in its own, all that is quick in the other."""

    def __init__(self, settings: TtsSettings, metrics: TtsMetrics) -> None:
        self._metrics = metrics
        self._settings = settings
        self._kokoro = KokoroEngine(settings)
        self._hibari = HibariEngine()
        self._english = EnglishPhonemes()
        self._espeak = load_espeak()
        self._gains = load_gains()
        self._forecast = Forecast()
        self._cache = PhraseCache(settings.cache_bytes, settings.cache_dir, settings.cache_disk_bytes)
        self._works: list[KokoroWork] = []
        self._slow = WorkerPool("kokoro", settings.kokoro_workers, KOKORO_QUEUE_LIMIT)
        self._fast = WorkerPool("fast", 1, FAST_QUEUE_LIMIT)
        if settings.voice not in self._kokoro.voices:
            raise ValueError(f"TTS_VOICE is {settings.voice!r}; known are {', '.join(self._kokoro.voices)}")

    def warm_up(self) -> None:
        """Tables and first allocations; and a first idea of how fast Kokoro is here."""
        phonemes = self._english.phonemes("Good morning, how can I help you today?", "en-us")[0]
        self._hibari.synthesise(phonemes, HIBARI_VOICE, 1.0)
        self._kokoro.synthesise(phonemes[:8], self._settings.voice, 1.0)
        began_ms = monotonic_ms()
        self._kokoro.synthesise(phonemes, self._settings.voice, 1.0)
        self._forecast.learn(len(phonemes), 1.0, monotonic_ms() - began_ms)
        self._metrics.kokoro_ms_per_phoneme.set(self._forecast.ms_per_phoneme)

    def describe(self) -> dict[str, Any]:
        return {
            "model": "kokoro",
            "device": self._kokoro.device,
            "engine": self._settings.engine,
            "voice": self._settings.voice,
            "voices": len(self._kokoro.voices),
            "shaping": SHAPING,
            "languages": self._languages(),
        }

    def voices(self) -> dict[str, Any]:
        return {
            "default": self._settings.voice,
            "voices": [
                {"id": voice, "engines": ["auto", "kokoro", *(["hibari"] if voice == HIBARI_VOICE else [])]}
                for voice in self._kokoro.voices
            ],
            "engines": ["auto", "kokoro", "hibari"],
            "languages": self._languages(),
        }

    def check(self, request: SpeakRequest) -> None:
        unknown = self._kokoro.unknown_in(request.voice)
        if unknown is not None:
            known = ", ".join(self._kokoro.voices)
            raise RequestError("UNKNOWN_VOICE", f"voice is {unknown!r}; known are {known}")
        if request.engine == "hibari" and request.voice not in self._hibari.voices:
            message = f"the engine hibari has only the voice {HIBARI_VOICE}; {request.voice} needs kokoro or auto"
            raise RequestError("UNKNOWN_VOICE", message)
        language = self._language(request)
        if request.engine == "hibari" and language not in ENGLISH:
            raise RequestError("UNKNOWN_LANGUAGE", f"the engine hibari speaks English only, not {language}")

    async def aclose(self) -> None:
        self._slow.close()
        self._fast.close()

    async def pieces(self, request: SpeakRequest) -> AsyncIterator[Piece]:
        deadline_at_ms = monotonic_ms() + request.deadline_ms
        text = clean(request.text)
        if not is_pronounceable(text):
            return
        language = self._language(request)
        known = self._from_cache(request, text, language)
        if known is not None:
            yield known
            return
        parts = await in_pool(self._fast, lambda _: self._parts(text, language, request.last), round(deadline_at_ms))
        made: list[Piece] = []
        for part in parts:
            piece = await self._make(part, request, language, deadline_at_ms)
            if not piece.pcm:
                continue
            deadline_at_ms = max(deadline_at_ms, monotonic_ms()) + len(piece.pcm) * MS_PER_BYTE
            made.append(piece)
            self._metrics.pieces.labels(piece.engine, "miss").inc()
            self._metrics.audio_seconds.labels(piece.engine).inc(len(piece.pcm) * MS_PER_BYTE / 1000)
            yield piece
        if request.cache and made and len({piece.engine for piece in made}) == 1:
            key = self._key(request, text, language, made[0].engine)
            await self._cache.put(key, b"".join(piece.pcm for piece in made))
            self._metrics.cache_bytes.set(self._cache.bytes)

    # Text

    def _languages(self) -> list[str]:
        from tts.phonemes import ESPEAK_LANGUAGES  # noqa: PLC0415

        return [*ENGLISH, *(ESPEAK_LANGUAGES if self._espeak else ())]

    def _language(self, request: SpeakRequest) -> str:
        return resolve_language(request.language, request.voice, self._espeak is not None)

    def _parts(self, text: str, language: str, last: bool) -> list[Part]:
        parts: list[Part] = []
        sentences = self._english.sentences(text)
        for sentence in sentences:
            if language in ENGLISH or self._espeak is None:
                phonemes = self._english.phonemes(sentence, language)
            else:
                phonemes = self._espeak.phonemes(sentence, language)
            for index, piece in enumerate(phonemes):
                ends = index == len(phonemes) - 1
                final = last and ends and sentence is sentences[-1]
                parts.append(Part(piece, tail_ms(sentence if ends else ",", final)))
        return parts

    # Cache

    def _from_cache(self, request: SpeakRequest, text: str, language: str) -> Piece | None:
        engines = ("kokoro", "hibari") if request.engine == "auto" else (request.engine,)
        for engine in engines:
            pcm = self._cache.get(self._key(request, text, language, engine))
            if pcm is not None:
                self._metrics.pieces.labels(engine, "hit").inc()
                return Piece(pcm, engine, cached=True)
        return None

    def _key(self, request: SpeakRequest, text: str, language: str, engine: str) -> PhraseKey:
        digest = self._kokoro.digest if engine == "kokoro" else self._hibari.digest
        made_by = f"{digest}-{SHAPING}"
        return PhraseKey(text, request.voice, request.speed, language, made_by, tail_ms(text, request.last))

    # Engines

    async def _make(self, part: Part, request: SpeakRequest, language: str, deadline_at_ms: float) -> Piece:
        if request.engine == "hibari":
            return await self._by_hibari(part, request)
        may_fall_back = request.engine == "auto" and request.voice in self._hibari.voices and language in ENGLISH
        if not may_fall_back:
            return await self._by_kokoro(part, request, deadline_at_ms)
        now_ms = monotonic_ms()
        count = len(part.phonemes)
        if not self._forecast.fits(count, request.speed, self._ahead_ms(deadline_at_ms), deadline_at_ms - now_ms):
            self._metrics.fallbacks.labels("no-time").inc()
            if deadline_at_ms > now_ms:
                self._forecast.doubt()
            return await self._by_hibari(part, request)
        patience_ms = deadline_at_ms - now_ms - self._forecast.hibari_ms(count)
        try:
            return await asyncio.wait_for(self._by_kokoro(part, request, deadline_at_ms), patience_ms / 1000)
        except (TimeoutError, asyncio.TimeoutError):
            self._metrics.fallbacks.labels("late").inc()
            # What it did not manage is more than it said it needs.
            self._learn(count, request.speed, patience_ms * 1.3)
        except QueueFullError:
            self._metrics.fallbacks.labels("no-time").inc()
        except onnxruntime.capi.onnxruntime_pybind11_state.Fail as error:
            log.error("kokoro failed, the fast voice takes over", cause=error)
            self._metrics.fallbacks.labels("failed").inc()
        return await self._by_hibari(part, request)

    def _ahead_ms(self, deadline_at_ms: float) -> float:
        """Work that Kokoro will do before a piece of this deadline."""
        now_ms = monotonic_ms()
        ahead = sum(
            work.left_ms(now_ms) for work in self._works if work.job.begun or work.deadline_at_ms <= deadline_at_ms
        )
        return ahead / self._slow.threads

    async def _by_hibari(self, part: Part, request: SpeakRequest) -> Piece:
        gain = gain_of(self._gains, "hibari", HIBARI_VOICE)

        def run(_: Job) -> bytes:
            audio = self._hibari.synthesise(part.phonemes, HIBARI_VOICE, request.speed)
            return shape(audio, gain, part.trailing_ms)

        return Piece(await in_pool(self._fast, run, round(monotonic_ms())), "hibari")

    async def _by_kokoro(self, part: Part, request: SpeakRequest, deadline_at_ms: float) -> Piece:
        gain = gain_of_mix(self._gains, "kokoro", request.voice)
        count = len(part.phonemes)
        stop = onnxruntime.RunOptions()
        works: list[KokoroWork] = []

        def run(_: Job) -> tuple[bytes, float]:
            began_ms = monotonic_ms()
            audio = self._kokoro.synthesise(part.phonemes, request.voice, request.speed, stop)
            return shape(audio, gain, part.trailing_ms), monotonic_ms() - began_ms

        def on_submit(job: Job) -> None:
            works.append(KokoroWork(self._forecast.kokoro_ms(count, request.speed), deadline_at_ms, job))
            self._works.extend(works)

        def on_cancel() -> None:
            stop.terminate = True

        try:
            pcm, took_ms = await in_pool(self._slow, run, round(deadline_at_ms), on_submit, on_cancel)
        finally:
            for work in works:
                self._works.remove(work)
        self._learn(count, request.speed, took_ms)
        return Piece(pcm, "kokoro")

    def _learn(self, phonemes: int, speed: float, took_ms: float) -> None:
        self._forecast.learn(phonemes, speed, took_ms)
        self._metrics.kokoro_ms_per_phoneme.set(self._forecast.ms_per_phoneme)
