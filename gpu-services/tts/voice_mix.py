"""A voice, or a mix of several: "af_heart:0.8,af_nicole:0.2" is mostly the first one."""

from __future__ import annotations

import math

MAX_VOICES = 4


def parse_mix(voice: str) -> tuple[tuple[str, float], ...] | None:
    """(name, share) each, the shares adding up to 1; None where it is neither a name nor a mix."""
    parts = voice.split(",")
    if len(parts) == 1 and ":" not in voice:
        return ((voice, 1.0),)
    if len(parts) > MAX_VOICES:
        return None
    shares: list[tuple[str, float]] = []
    for part in parts:
        name, colon, amount = part.strip().partition(":")
        try:
            share = float(amount)
        except ValueError:
            return None
        if not (name and colon and math.isfinite(share) and share > 0):
            return None
        shares.append((name.strip(), share))
    total = sum(share for _, share in shares)
    return tuple((name, share / total) for name, share in shares)
