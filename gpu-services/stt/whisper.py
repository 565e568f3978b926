"""Whisper in CTranslate2, with a window no longer than the speech needs.

Whisper was trained on 30 s windows and faster-whisper always pads to them, which on a CPU is most of the time of a
short turn. The encoder takes less: `window` seconds of features cost `window / 30` or less. Too tight a window makes
the decoder loop, so there is a margin, and a loop is decoded again through the full 30 s.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from common.audio import STT_RATE_HZ, Floats, frame_levels_dbfs, whisper_features
from common.devices import DeviceMissingError, load_cuda_libraries, require_card, why_no_cuda
from common.logs import Log, monotonic_ms
from stt.guards import Heard, cut_loop, is_loop, refusal, repeats_whole
from stt.settings import SttSettings
from stt.short_speech import is_short, mentions, not_twice, once, said_before
from stt.transcript import DecodeOptions, Transcript

FULL_WINDOW_S = 30.0
WIDER_WINDOWS_S = (15.0, FULL_WINDOW_S)
WIDER_BY_S = 2.0
QUICK_MIN_S = 6.0
QUICK_MARGIN_S = 3.0

LOOP_PENALTY = 1.2
"""At 1.1 one of six loops stayed, at 1.2 none (three-digit groups and short phrases)."""

MAX_UTTERANCE_S = 28.0
"""Longer audio is cut by the session: the decoder needs some silence behind the words."""

SUGGESTED_LOGPROB = -0.6
"""Below this a text is decoded once more without what was expected. Over hums, clicks, breath and music, 30 of 176
decodes with a question or hot words made an answer of it ("The Library."), the surest at -0.68; without them none
passed the guards."""

DOUBTS = ("no-speech", "unlikely")

TOKENS_BASE = 12
TOKENS_PER_S = 8
QUIETEST_SPEECH_DBFS = -50.0
ABOVE_NOISE_DB = 6.0
LOUD_WITHIN_DB = 15.0
FRAME_SAMPLES = 320

log = Log("whisper")


class Decoded(NamedTuple):
    """One pass of the decoder: text, tokens, their mean log probability, probability that nobody spoke."""

    text: str
    tokens: int
    logprob: float
    no_speech: float


def loops(decoded: Decoded, token_limit: int) -> bool:
    return decoded.tokens >= token_limit or is_loop(decoded.text) or repeats_whole(decoded.text)


def locate_model(name: str, models_dir: Path) -> str:
    """A folder as given, one in the models directory ("whisper-base", "base"), or the name for the hub to resolve."""
    for candidate in (Path(name).expanduser(), models_dir / name, models_dir / f"whisper-{name}"):
        if (candidate / "model.bin").is_file():
            return str(candidate)
    if name.startswith("whisper-") or ("/" in name and Path(name).is_absolute()):
        raise FileNotFoundError(
            f"{name} is not in {models_dir}: fetch it with `python -m models.fetch`, or set STT_MODEL to a folder"
        )
    return name


@contextlib.contextmanager
def device_faults(on_cuda: bool) -> Iterator[None]:
    """CTranslate2 has one kind of error; on a card, before anything was recognised, it is about the card."""
    try:
        yield
    except RuntimeError as error:
        if not on_cuda:
            raise
        raise DeviceMissingError(f"CUDA cannot be used by CTranslate2: {why_no_cuda(error)}") from error


class WhisperEngine:
    """Safe to call from as many threads as the model has workers."""

    def __init__(self, settings: SttSettings) -> None:
        from faster_whisper import WhisperModel  # noqa: PLC0415 - half a second of imports, wanted only with a model

        self._settings = settings
        on_cuda = settings.device == "cuda"
        if on_cuda:
            require_card()
        located = locate_model(settings.model, settings.models_dir)
        if on_cuda:
            load_cuda_libraries()
        with device_faults(on_cuda):
            self._whisper = WhisperModel(
                located,
                device=settings.device,
                compute_type=settings.compute_type,
                cpu_threads=settings.cpu_threads,
                num_workers=settings.workers,
                download_root=str(settings.models_dir / "hub"),
            )
        self.name = Path(located).name
        self.device = self._whisper.model.device
        self.compute_type = self._whisper.model.compute_type
        self._mels = self._whisper.feature_extractor.mel_filters.shape[0]
        self._tokenizers: dict[str, Any] = {}
        self._lock = threading.Lock()
        if settings.language != "auto":
            self.check_language(settings.language)

    def check_language(self, language: str) -> None:
        """Raises ValueError for a language that the model does not know."""
        if language != "auto" and language not in self._whisper.supported_languages:
            known = ", ".join(sorted(self._whisper.supported_languages))
            raise ValueError(f"language {language!r} is not known to {self.name}; known are auto, {known}")

    def warm_up(self) -> None:
        """The first decode allocates; let no caller wait for that."""
        noise = np.random.default_rng(0).standard_normal(STT_RATE_HZ).astype(np.float32) * 0.01
        # CTranslate2 looks for cuBLAS only here.
        with device_faults(self._settings.device == "cuda"):
            self._decode(self._encode(noise, self._settings.window_min_s), DecodeOptions(self._settings.language), 4)

    def transcribe(
        self, audio: Floats, options: DecodeOptions, give_up: Callable[[], bool] = lambda: False, quick: bool = False
    ) -> Transcript | None:
        """The text of up to 28 s of audio, guarded. None when `give_up` said so between two stages.

        `quick`, for partials: a tighter window, and a loop is refused where a final decodes again.
        """
        began_ms = monotonic_ms()
        audio_s = audio.size / STT_RATE_HZ
        voiced = voiced_s(audio)
        if voiced * 1000 < self._settings.min_voiced_ms:
            return self._refused(audio, "too-short" if voiced > 0 else "silence", began_ms)
        limit = TOKENS_BASE + math.ceil(TOKENS_PER_S * audio_s)
        # See short_speech.py: hot words make a single word be written twice, and time marks keep it from that.
        short = is_short(voiced, audio_s)
        told = replace(options, hotwords="") if short else options
        voice_end = voice_end_s(audio) if short else None
        for window_s in self._windows(audio_s, quick):
            encoded = self._encode(audio, window_s)
            if give_up():
                return None
            decoded = self._decode(encoded, told, limit, voice_end_s=voice_end)
            if not loops(decoded, limit):
                break
            # The same sound once more, with repeating made dear: a fifth of what a wider window costs.
            log.info("loop", windowS=window_s, audioMs=round(audio_s * 1000), quick=quick)
            if give_up():
                return None
            decoded = self._decode(encoded, told, limit, LOOP_PENALTY, voice_end)
            if not loops(decoded, limit):
                break
        if short and options.hotwords and decoded.logprob < SUGGESTED_LOGPROB:
            again = self._decode(encoded, options, limit)
            again = again._replace(text=once(again.text))
            if again.logprob > decoded.logprob and mentions(again.text, options.hotwords) and not is_loop(again.text):
                decoded, told = again, options
        text, tokens, logprob, no_speech = decoded
        text = not_twice(text, loud_s(audio)) if short else text
        looping = is_loop(text)
        if looping:
            text = cut_loop(text)
        reason = refusal(Heard(text, tokens, logprob, no_speech, voiced))
        if short and reason in DOUBTS:
            # The limits of the guards were measured without time marks, which cost probability.
            reason = self._refused_plainly(encoded, options, limit, voiced)
        elif reason is None and logprob < SUGGESTED_LOGPROB:
            suggested = self._is_suggested(encoded, told, limit, voiced, voice_end)
            reason = "suggested" if suggested else None
        if quick and (looping or repeats_whole(text)):
            reason = "loop"
        return Transcript(
            text="" if reason else text,
            tokens=tokens,
            avg_logprob=round(logprob, 3),
            no_speech_prob=round(no_speech, 3),
            audio_ms=round(audio_s * 1000),
            decode_ms=round(monotonic_ms() - began_ms, 1),
            rejected=reason,
        )

    def _is_suggested(
        self, encoded: Any, options: DecodeOptions, token_limit: int, voiced: float, voice_end: float | None
    ) -> bool:
        """True when only the words that were expected make speech of this. The sound is encoded already."""
        if not (options.prompt or options.hotwords):
            return False
        return self._refused_plainly(encoded, options, token_limit, voiced, voice_end) is not None

    def _refused_plainly(
        self, encoded: Any, options: DecodeOptions, token_limit: int, voiced: float, voice_end: float | None = None
    ) -> str | None:
        plain = self._decode(encoded, DecodeOptions(options.language), token_limit, voice_end_s=voice_end)
        return refusal(Heard(plain.text, plain.tokens, plain.logprob, plain.no_speech, voiced))

    def _windows(self, audio_s: float, quick: bool) -> list[float]:
        """The window to decode in, and wider ones for when it loops: twice the same words in 15 s, or even in 30,
        were said twice."""
        if quick and self._settings.window_min_s < FULL_WINDOW_S:
            return [min(FULL_WINDOW_S, max(QUICK_MIN_S, audio_s + QUICK_MARGIN_S))]
        first = min(FULL_WINDOW_S, max(self._settings.window_min_s, audio_s + self._settings.window_margin_s))
        return [first, *(wider for wider in WIDER_WINDOWS_S if wider >= first + WIDER_BY_S)]

    def _refused(self, audio: Floats, reason: str, began_ms: float) -> Transcript:
        audio_ms = round(audio.size / STT_RATE_HZ * 1000)
        return Transcript("", 0, 0.0, 1.0, audio_ms, round(monotonic_ms() - began_ms, 1), reason)

    def _encode(self, audio: Floats, window_s: float) -> Any:
        # The encoder halves the frame rate, so the window is a whole number of 20 ms.
        window_samples = round(window_s * 50) * 320
        return self._whisper.encode(whisper_features(audio, self._mels, window_samples))

    def _decode(
        self,
        encoded: Any,
        options: DecodeOptions,
        token_limit: int,
        penalty: float = 1.0,
        voice_end_s: float | None = None,
    ) -> Decoded:
        """`penalty` over 1 makes tokens less likely that were there before. With `voice_end_s`, by time marks: what
        is said to begin behind it is left out."""
        tokenizer = self._tokenizer(self._language(options, encoded))
        previous = tokenizer.encode(" " + options.prompt.strip()) if options.prompt else []
        prompt = self._whisper.get_prompt(
            tokenizer, previous, without_timestamps=voice_end_s is None, hotwords=options.hotwords or None
        )
        result = self._whisper.model.generate(
            encoded,
            [prompt],
            beam_size=self._settings.beam_size,
            repetition_penalty=penalty,
            max_length=min(self._whisper.max_length, len(prompt) + token_limit),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
        )[0]
        tokens = result.sequences_ids[0]
        said = tokens
        if voice_end_s is not None:
            said = said_before(voice_end_s, tokens, tokenizer.timestamp_begin, tokenizer.eot)
        # CTranslate2 gives the mean over the tokens; the end token counts too, as upstream has it.
        logprob = result.scores[0] * len(tokens) / (len(tokens) + 1)
        return Decoded(tokenizer.decode(said).strip(), len(said), float(logprob), float(result.no_speech_prob))

    def _language(self, options: DecodeOptions, encoded: Any) -> str:
        if options.language != "auto":
            return options.language
        if not self._whisper.model.is_multilingual:
            return "en"
        token, _ = self._whisper.model.detect_language(encoded)[0][0]
        return token.strip("<|>")

    def _tokenizer(self, language: str) -> Any:
        from faster_whisper.tokenizer import Tokenizer  # noqa: PLC0415

        with self._lock:
            if language not in self._tokenizers:
                whisper = self._whisper
                self._tokenizers[language] = Tokenizer(
                    whisper.hf_tokenizer, whisper.model.is_multilingual, task="transcribe", language=language
                )
            return self._tokenizers[language]


def voiced_s(audio: Floats) -> float:
    """Seconds of 20 ms frames that stand out of the noise."""
    return float(np.count_nonzero(voiced_frames(audio))) * FRAME_SAMPLES / STT_RATE_HZ


def loud_s(audio: Floats) -> float:
    """Seconds of 20 ms frames that are nearly as loud as the loudest."""
    levels = frame_levels_dbfs(audio, FRAME_SAMPLES)
    if levels.size == 0:
        return 0.0
    return float(np.count_nonzero(levels >= levels.max() - LOUD_WITHIN_DB)) * FRAME_SAMPLES / STT_RATE_HZ


def voice_end_s(audio: Floats) -> float:
    """Where the last of those frames ends; nought without one."""
    voiced = np.flatnonzero(voiced_frames(audio))
    return float(voiced[-1] + 1) * FRAME_SAMPLES / STT_RATE_HZ if voiced.size else 0.0


def voiced_frames(audio: Floats) -> npt.NDArray[np.bool_]:
    levels = frame_levels_dbfs(audio, FRAME_SAMPLES)
    if levels.size == 0:
        return np.zeros(0, np.bool_)
    floor = float(np.percentile(levels, 10))
    # Audio that is loud throughout has no noise to be measured by.
    threshold = max(QUIETEST_SPEECH_DBFS, min(floor + ABOVE_NOISE_DB, -30.0))
    return np.asarray(levels > threshold)
