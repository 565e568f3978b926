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
from stt.short_speech import is_short, mentions, not_twice, said_before, words_logprob
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


class Sound(NamedTuple):
    """What is known of the speech besides its text."""

    voiced_s: float
    loud_s: float
    short: bool
    quick: bool


class GivenUpError(Exception):
    """The decode is not wanted any more."""


def with_hotwords(
    decoded: Decoded,
    told: DecodeOptions,
    options: DecodeOptions,
    sound: Sound,
    once_more: Callable[[DecodeOptions], Decoded],
) -> tuple[Decoded, DecodeOptions]:
    """The text with hot words where it is surer and has one of them, and what was told for it."""
    again = once_more(options)
    again = again._replace(text=not_twice(again.text, sound.loud_s))
    if again.logprob > decoded.logprob and mentions(again.text, options.hotwords) and not is_loop(again.text):
        return again, options
    return decoded, told


def judged(
    decoded: Decoded, told: DecodeOptions, sound: Sound, once_more: Callable[[DecodeOptions], Decoded]
) -> tuple[Decoded, str | None]:
    """The text, and why it is refused, if it is. A short partial is never decoded once more: what is doubtful waits
    for the final."""
    reason = refused(decoded, sound.voiced_s)
    plainly = DecodeOptions(told.language)
    if sound.short and reason in DOUBTS and not sound.quick:
        # The limits of the guards were measured without time marks.
        plain = once_more(plainly)
        text = decoded.text or not_twice(plain.text, sound.loud_s)
        return decoded._replace(text=text, logprob=plain.logprob), refused(plain, sound.voiced_s)
    # Perhaps only the words that were expected make speech of this.
    doubtful = reason is None and decoded.logprob < SUGGESTED_LOGPROB and bool(told.prompt or told.hotwords)
    if doubtful and ((sound.short and sound.quick) or refused(once_more(plainly), sound.voiced_s)):
        return decoded, "suggested"
    return decoded, reason


def refused(decoded: Decoded, voiced: float) -> str | None:
    return refusal(Heard(decoded.text, decoded.tokens, decoded.logprob, decoded.no_speech, voiced))


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
        try:
            encoded, decoded = self._decode_unlooped(audio, told, limit, give_up, quick, voice_end)

            def once_more(with_options: DecodeOptions) -> Decoded:
                if give_up():
                    raise GivenUpError
                return self._decode(encoded, with_options, limit)

            sound = Sound(voiced, loud_s(audio), short, quick)
            if short:
                decoded = decoded._replace(text=not_twice(decoded.text, sound.loud_s))
                if options.hotwords and decoded.logprob < SUGGESTED_LOGPROB and not quick:
                    decoded, told = with_hotwords(decoded, told, options, sound, once_more)
            looping = is_loop(decoded.text)
            if looping:
                decoded = decoded._replace(text=cut_loop(decoded.text))
            decoded, reason = judged(decoded, told, sound, once_more)
        except GivenUpError:
            return None
        if quick and (looping or repeats_whole(decoded.text)):
            reason = "loop"
        return Transcript(
            text="" if reason else decoded.text,
            tokens=decoded.tokens,
            avg_logprob=round(decoded.logprob, 3),
            no_speech_prob=round(decoded.no_speech, 3),
            audio_ms=round(audio_s * 1000),
            decode_ms=round(monotonic_ms() - began_ms, 1),
            rejected=reason,
        )

    def _decode_unlooped(
        self,
        audio: Floats,
        options: DecodeOptions,
        limit: int,
        give_up: Callable[[], bool],
        quick: bool,
        voice_end: float | None,
    ) -> tuple[Any, Decoded]:
        """The encoded sound and its text, in a wider window if it loops in a narrow one."""
        audio_s = audio.size / STT_RATE_HZ
        for window_s in self._windows(audio_s, quick):
            encoded = self._encode(audio, window_s)
            if give_up():
                raise GivenUpError
            decoded = self._decode(encoded, options, limit, voice_end_s=voice_end)
            if not loops(decoded, limit):
                break
            # The same sound once more, with repeating made dear: a fifth of what a wider window costs.
            log.info("loop", windowS=window_s, audioMs=round(audio_s * 1000), quick=quick)
            if give_up():
                raise GivenUpError
            decoded = self._decode(encoded, options, limit, LOOP_PENALTY, voice_end)
            if not loops(decoded, limit):
                break
        return encoded, decoded

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
        is said to begin behind it is left out, and the score is that of the words. CTranslate2 gives scores of tokens
        for one beam only, so there is one."""
        by_marks = voice_end_s is not None
        tokenizer = self._tokenizer(self._language(options, encoded))
        previous = tokenizer.encode(" " + options.prompt.strip()) if options.prompt else []
        prompt = self._whisper.get_prompt(
            tokenizer, previous, without_timestamps=not by_marks, hotwords=options.hotwords or None
        )
        result = self._whisper.model.generate(
            encoded,
            [prompt],
            beam_size=1 if by_marks else self._settings.beam_size,
            repetition_penalty=penalty,
            max_length=min(self._whisper.max_length, len(prompt) + token_limit),
            return_scores=True,
            return_logits_vocab=by_marks,
            return_no_speech_prob=True,
            suppress_blank=True,
        )[0]
        tokens = result.sequences_ids[0]
        said = tokens
        # CTranslate2 gives the mean over the tokens; the end token counts too, as upstream has it.
        logprob = result.scores[0] * len(tokens) / (len(tokens) + 1)
        if voice_end_s is not None:
            marks, end = tokenizer.timestamp_begin, tokenizer.eot
            said = said_before(voice_end_s, tokens, marks, end)
            logprob = words_logprob(len(said), tokens, step_logprobs([*tokens, end], result.logits[0]), marks, end)
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


def step_logprobs(tokens: list[int], steps: list[Any]) -> list[float]:
    """The log probability of each token among all of its step, as far as there are steps."""
    import ctranslate2  # noqa: PLC0415 - comes with faster-whisper, see there

    scores = []
    for token, step in zip(tokens, steps, strict=False):
        on_cpu = step.to_device(ctranslate2.Device.cpu).to(ctranslate2.DataType.float32)
        logits = np.asarray(on_cpu, np.float64).reshape(-1)
        top = logits.max()
        scores.append(float(logits[token] - top - np.log(np.exp(logits - top).sum())))
    return scores


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
