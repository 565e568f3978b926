"""A recording of any length as pieces that Whisper takes whole, cut where it is quiet."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from common.audio import STT_RATE_HZ, Floats, frame_levels_dbfs

MAX_PIECE_S = 24.0
"""Below what the recogniser takes, which needs some silence behind the words."""

MIN_PIECE_S = 6.0
FRAME_S = 0.1
FRAME_SAMPLES = round(FRAME_S * STT_RATE_HZ)
QUIET_DBFS = -55.0
"""Below this in every frame a piece holds nothing to be recognised: room noise of a good line. A guess."""


def pieces(audio: Floats) -> Iterator[tuple[float, Floats]]:
    """(Second at which it begins, piece at 16 kHz); pieces in which nothing is to be heard are left out."""
    start = 0
    while start < audio.size:
        end = cut_after(audio, start)
        piece = audio[start:end]
        levels = frame_levels_dbfs(piece, FRAME_SAMPLES)
        if levels.size and float(levels.max()) > QUIET_DBFS:
            yield start / STT_RATE_HZ, piece
        start = end


def cut_after(audio: Floats, start: int) -> int:
    """Where the piece that begins at `start` ends: in the middle of its quietest 300 ms."""
    if audio.size - start <= round(MAX_PIECE_S * STT_RATE_HZ):
        return audio.size
    first = start + round(MIN_PIECE_S * STT_RATE_HZ)
    last = start + round(MAX_PIECE_S * STT_RATE_HZ)
    levels = frame_levels_dbfs(audio[first:last], FRAME_SAMPLES)
    smoothed = np.convolve(levels, np.ones(3) / 3, mode="same")
    # The later of two that are as quiet: longer pieces know more of what was said.
    quietest = smoothed.size - 1 - int(np.argmin(smoothed[::-1]))
    return first + quietest * FRAME_SAMPLES + FRAME_SAMPLES // 2
