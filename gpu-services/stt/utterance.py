"""The audio of one utterance: bounded, cut at quiet places when it grows too long for Whisper's window."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np

from common.audio import STT_RATE_HZ, Floats, frame_levels_dbfs, pcm16_to_float
from stt.transcript import Transcript

SEGMENT_S = 26
"""Audio beyond this is cut off the front as a segment and decoded while the caller still speaks."""

CUT_FROM_S = 16
QUIET_FRAME_SAMPLES = 1600
TURN_TAIL_SAMPLES = 8 * STT_RATE_HZ
BYTES_PER_SAMPLE = 2


@dataclass
class Segment:
    """A finished stretch of a long utterance. Decoded once, by whoever needs it first."""

    audio: Floats
    transcript: Transcript | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class Utterance:
    """Samples since the last `reset` or closing final."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self._pcm = bytearray()
        self._segment_samples = 0

    @property
    def total_samples(self) -> int:
        return self._segment_samples + self.open_samples

    @property
    def open_samples(self) -> int:
        """Samples behind the last segment."""
        return len(self._pcm) // BYTES_PER_SAMPLE

    def append(self, pcm: bytes) -> Segment | None:
        """Adds audio; returns the segment that had to be cut off, for decoding."""
        self._pcm += pcm
        if self.open_samples <= SEGMENT_S * STT_RATE_HZ:
            return None
        audio = self.open_audio()
        cut = quietest_cut(audio)
        segment = Segment(audio[:cut].copy())
        self.segments.append(segment)
        self._segment_samples += cut
        del self._pcm[: cut * BYTES_PER_SAMPLE]
        return segment

    def open_audio(self) -> Floats:
        """A copy of what lies behind the last segment."""
        return pcm16_to_float(bytes(self._pcm))

    def turn_audio(self) -> Floats:
        """At most the last 8 s of the whole utterance."""
        audio = self.open_audio()[-TURN_TAIL_SAMPLES:]
        if audio.size < TURN_TAIL_SAMPLES and self.segments:
            before = self.segments[-1].audio[-(TURN_TAIL_SAMPLES - audio.size) :]
            audio = np.concatenate([before, audio])
        return audio

    def newest_level_dbfs(self, samples: int) -> float:
        tail = pcm16_to_float(bytes(self._pcm[-samples * BYTES_PER_SAMPLE :]))
        levels = frame_levels_dbfs(tail, max(1, tail.size))
        return float(levels[0]) if levels.size else -120.0


def quietest_cut(audio: Floats) -> int:
    """Sample in the middle of the quietest 100 ms between 16 s and the end."""
    start = CUT_FROM_S * STT_RATE_HZ
    levels = frame_levels_dbfs(audio[start:], QUIET_FRAME_SAMPLES)
    quietest = int(np.argmin(levels))
    return start + quietest * QUIET_FRAME_SAMPLES + QUIET_FRAME_SAMPLES // 2
