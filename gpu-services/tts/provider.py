"""What every way of making speech has in common."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Protocol

from tts.requests import SpeakRequest


@dataclass(frozen=True)
class Piece:
    """PCM16 at 24 kHz that can be played at once."""

    pcm: bytes
    engine: str
    cached: bool = False


class Provider(Protocol):
    def check(self, request: SpeakRequest) -> None:
        """Raises RequestError for what this provider cannot do, before anything is begun."""

    def pieces(self, request: SpeakRequest) -> AsyncIterator[Piece]:
        """Audio in order. Closing the iterator stops the work, also what still waits."""

    def voices(self) -> dict[str, Any]: ...

    def describe(self) -> dict[str, Any]: ...

    async def aclose(self) -> None: ...
