"""When a partial may be begun, and how partials of a long utterance are put together."""

from __future__ import annotations

from common.audio import STT_RATE_HZ
from stt.guards import words_of

TRAILING_S = 8.0
"""A partial decodes at most so much; what lies before is kept from earlier partials."""

OVERLAP_S = 3.0
FIRST_AFTER_MS = 400
SPEAKING_ABOVE_DBFS = -50.0
QUIET_TAIL_SAMPLES = 960
"""60 ms: with so little sound at the end a pause may be near, and a final must never wait behind a partial."""

BUSY_SHARE = 0.4
"""At most this share of the time goes into partials: on a busy machine they come less often."""

MATCH_WORDS = 12


class PartialPolicy:
    """Decides by the samples that came in and by what the last partial cost. Pure; owns no audio."""

    def __init__(self, interval_ms: int) -> None:
        self._interval_ms = interval_ms
        self._last_at_samples = 0
        self._last_cost_ms = 0.0
        self.running = False

    def reset(self) -> None:
        """A new utterance. What the last partial cost is still known."""
        self._last_at_samples = 0

    def may_begin(self, total_samples: int, newest_level_dbfs: float) -> bool:
        if self.running or newest_level_dbfs < SPEAKING_ABOVE_DBFS:
            return False
        gap_ms = max(self._interval_ms, self._last_cost_ms / BUSY_SHARE)
        if self._last_at_samples == 0:
            gap_ms = max(FIRST_AFTER_MS, gap_ms)
        return (total_samples - self._last_at_samples) * 1000 / STT_RATE_HZ >= gap_ms

    def begun(self, total_samples: int) -> None:
        self.running = True
        self._last_at_samples = total_samples

    def ended(self, cost_ms: float | None) -> None:
        self.running = False
        if cost_ms is not None:
            self._last_cost_ms = cost_ms


def join_overlap(before: str, after: str) -> str:
    """`before` continued by `after`, which repeats some of its last words.

    The longest run of words common to the end of one and the beginning of the other is where they are joined;
    without one they are simply put together.
    """
    if not before:
        return after
    old, new = before.split(), after.split()
    old_keys = ["".join(words_of(word)) for word in old]
    new_keys = ["".join(words_of(word)) for word in new]
    best = (0, len(old), 0)
    for i in range(max(0, len(old) - MATCH_WORDS), len(old)):
        for j in range(min(len(new), MATCH_WORDS)):
            size = 0
            while i + size < len(old) and j + size < len(new) and old_keys[i + size] == new_keys[j + size] != "":
                size += 1
            if size > best[0]:
                best = (size, i, j)
    _, i, j = best
    return " ".join([*old[:i], *new[j:]])


class PartialJob:
    """Marks a partial as not wanted any more."""

    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True
