"""Whole recordings in, whole recordings out: the same models as the streaming services, without their streams."""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from batch.split import pieces
from batch.wav import write_wav
from common.audio import Floats
from common.logs import monotonic_ms
from common.settings import Environment
from stt.settings import SttSettings
from stt.transcript import DecodeOptions
from stt.whisper import WhisperEngine
from tts.local import LocalProvider
from tts.metrics import TtsMetrics
from tts.requests import SpeakRequest
from tts.settings import TtsSettings
from tts.shaping import RATE_HZ


@dataclass(frozen=True)
class Heard:
    text: str
    segments: list[dict[str, object]]
    """Each with `startS`, `endS` and `text`."""

    decode_ms: float


class Recogniser:
    """One recording at a time."""

    def __init__(self, environment: Environment) -> None:
        self._settings = SttSettings.read(environment)
        environment.finish()
        self._whisper = WhisperEngine(self._settings)
        self._whisper.warm_up()
        self.name = self._whisper.name

    def hear(self, audio: Floats, language: str | None = None) -> Heard:
        """Mono at 16 kHz, of any length."""
        began_ms = monotonic_ms()
        wanted = language or self._settings.language
        self._whisper.check_language(wanted)
        options = DecodeOptions(wanted)
        segments: list[dict[str, object]] = []
        for start_s, piece in pieces(audio):
            transcript = self._whisper.transcribe(piece, options)
            if transcript is not None and transcript.text:
                end_s = start_s + piece.size / 16_000
                segments.append({"startS": round(start_s, 2), "endS": round(end_s, 2), "text": transcript.text})
        text = " ".join(str(segment["text"]) for segment in segments)
        return Heard(text, segments, round(monotonic_ms() - began_ms, 1))


class Speaker:
    """The local voices, one text at a time."""

    def __init__(self, environment: Environment) -> None:
        self.settings = TtsSettings.read(environment)
        environment.finish()
        self._local = LocalProvider(self.settings, TtsMetrics(CollectorRegistry()))
        self._local.warm_up()

    async def speak(self, text: str, voice: str | None = None, speed: float = 1.0) -> bytes:
        """A WAV file, mono at 24 kHz. Raises tts.requests.RequestError for a voice that there is not."""
        request = SpeakRequest(
            text=text,
            voice=voice or self.settings.voice,
            speed=speed,
            language=None,
            engine=self.settings.engine,
            deadline_ms=0.0,
            last=True,
            cache=False,
        )
        self._local.check(request)
        return write_wav(b"".join([piece.pcm async for piece in self._local.pieces(request)]), RATE_HZ)

    async def aclose(self) -> None:
        await self._local.aclose()
