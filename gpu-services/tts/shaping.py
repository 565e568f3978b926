"""Raw speech of an engine made ready to be put between its neighbours: level, silences, edges."""

from __future__ import annotations

import numpy as np

from common.audio import Floats, float_to_pcm16

RATE_HZ = 24_000
FRAME_SAMPLES = RATE_HZ // 200
"""5 ms: as exact as silences need to be."""

SHAPING = 2
"""Another number wherever `shape` makes something else of a sound: phrases that were kept are then made anew."""

AUDIBLE_BELOW_PEAK_DB = 42.0
LEADING_MS = 5
"""No more than the fade: somebody waits for the first sound of most pieces."""
CLAUSE_MS = 80
SENTENCE_MS = 180
FADE_MS = 5
PEAK_LIMIT = 0.97
SENTENCE_ENDS = ".!?…。！？"
CLOSING_MARKS = "\"'”’)]» "


def tail_ms(text: str, last: bool) -> int:
    """Silence kept behind a piece. Nothing follows the last one: silence there would only hold the floor."""
    if last:
        return CLAUSE_MS
    ended = text.rstrip(CLOSING_MARKS).endswith(tuple(SENTENCE_ENDS))
    return SENTENCE_MS if ended else CLAUSE_MS


def shape(audio: Floats, gain: float, trailing_ms: int) -> bytes:
    """PCM16 with 5 ms before the first sound, `trailing_ms` after the last, and faded edges."""
    audio = np.asarray(audio, np.float32).reshape(-1)
    bounds = sound_bounds(audio)
    if bounds is None:
        return b""
    first, last = bounds
    start = max(0, first - LEADING_MS * RATE_HZ // 1000)
    end = last + trailing_ms * RATE_HZ // 1000
    cut = audio[start : min(end, audio.size)] * min(gain, PEAK_LIMIT / max(1e-6, float(np.abs(audio).max())))
    fade = np.sin(np.linspace(0, np.pi / 2, FADE_MS * RATE_HZ // 1000, dtype=np.float32)) ** 2
    length = min(fade.size, cut.size)
    cut[:length] *= fade[:length]
    cut[cut.size - length :] *= fade[:length][::-1]
    if end > audio.size:
        cut = np.pad(cut, (0, end - audio.size))
    return float_to_pcm16(cut)


def sound_bounds(audio: Floats) -> tuple[int, int] | None:
    """First and one past the last audible sample, in 5 ms steps."""
    count = audio.size // FRAME_SAMPLES
    if count == 0:
        return None
    power = np.mean(np.square(audio[: count * FRAME_SAMPLES].reshape(count, FRAME_SAMPLES)), axis=1)
    peak = float(power.max())
    if peak < 1e-8:
        return None
    audible = np.flatnonzero(power > peak * 10 ** (-AUDIBLE_BELOW_PEAK_DB / 10))
    return int(audible[0]) * FRAME_SAMPLES, (int(audible[-1]) + 1) * FRAME_SAMPLES


def active_rms(audio: Floats) -> float:
    """Root mean square of the 20 ms frames within 30 dB of the loudest: how loud the speech itself is."""
    frame = RATE_HZ // 50
    count = audio.size // frame
    if count == 0:
        return 0.0
    power = np.mean(np.square(audio[: count * frame].reshape(count, frame)), axis=1)
    return float(np.sqrt(np.mean(power[power > power.max() * 1e-3]))) if power.max() > 0 else 0.0
