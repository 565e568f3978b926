"""What a decode is asked and what it answers."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class DecodeOptions:
    language: str
    prompt: str = ""
    hotwords: str = ""


@dataclass(frozen=True)
class Transcript:
    text: str
    tokens: int
    avg_logprob: float
    no_speech_prob: float
    audio_ms: int
    decode_ms: float
    rejected: str | None = None

    @property
    def confidence(self) -> float:
        """Geometric mean of the token probabilities, 0 to 1; nought for what a guard refused."""
        return 0.0 if self.rejected or not self.text else round(math.exp(min(0.0, self.avg_logprob)), 3)


def join_transcripts(texts: list[Transcript]) -> Transcript:
    """One transcript of several stretches: texts one after the other, figures weighted by tokens."""
    if len(texts) == 1:
        return texts[0]
    said = [text for text in texts if text.text]
    weight = sum(text.tokens for text in said)
    return Transcript(
        text=" ".join(text.text for text in said),
        tokens=weight,
        avg_logprob=round(sum(text.avg_logprob * text.tokens for text in said) / weight, 3) if weight else 0.0,
        no_speech_prob=min(text.no_speech_prob for text in texts),
        audio_ms=sum(text.audio_ms for text in texts),
        decode_ms=texts[-1].decode_ms,
        rejected=None if said else texts[-1].rejected,
    )
