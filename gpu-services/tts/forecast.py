"""Will Kokoro be ready in time? Learned from how long it took lately, on this machine, under this load. Pure."""

from __future__ import annotations

SMOOTHING = 0.25
START_MS_PER_PHONEME = 20.0
"""A first guess: 0.27 to 0.5 of the audio's length, at 65 ms of audio a phoneme."""

FIXED_MS = 150.0
"""What even one word costs: "Sure." took 340 ms for 6 phonemes."""

SAFETY_RATIO = 1.15
SAFETY_MS = 60.0
DOUBT_RATIO = 0.98
BEST_MS_PER_PHONEME = 2.0

HIBARI_MS_PER_PHONEME = 0.8
HIBARI_FIXED_MS = 30.0


class Forecast:
    def __init__(self) -> None:
        self._ms_per_phoneme = START_MS_PER_PHONEME

    @property
    def ms_per_phoneme(self) -> float:
        return self._ms_per_phoneme

    def kokoro_ms(self, phonemes: int, speed: float) -> float:
        """How long Kokoro will work on a piece. Slower speech is longer, so it takes longer."""
        return FIXED_MS + phonemes * self._ms_per_phoneme / speed

    def learn(self, phonemes: int, speed: float, took_ms: float) -> None:
        if phonemes <= 0:
            return
        seen = max(0.5, (took_ms - FIXED_MS) * speed / phonemes)
        # A slow one counts at once: what made it slow is likely still there.
        weight = max(SMOOTHING, 0.5) if seen > self._ms_per_phoneme else SMOOTHING
        self._ms_per_phoneme += (seen - self._ms_per_phoneme) * weight

    def doubt(self) -> None:
        """Kokoro was not tried. Without new evidence an old, bad figure fades, or it would never be tried again."""
        self._ms_per_phoneme = max(BEST_MS_PER_PHONEME, self._ms_per_phoneme * DOUBT_RATIO)

    def fits(self, phonemes: int, speed: float, ahead_ms: float, left_ms: float) -> bool:
        """True when Kokoro, after `ahead_ms` of other work, will be done `left_ms` from now."""
        return (ahead_ms + self.kokoro_ms(phonemes, speed)) * SAFETY_RATIO + SAFETY_MS <= left_ms

    @staticmethod
    def hibari_ms(phonemes: int) -> float:
        """Time to keep for the fast voice should Kokoro not make it."""
        return HIBARI_FIXED_MS + phonemes * HIBARI_MS_PER_PHONEME
