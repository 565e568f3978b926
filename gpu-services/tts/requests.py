"""The request of protocol/README.md, read and checked."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from tts.settings import ENGINES

MAX_DEADLINE_MS = 600_000
MAX_BODY_BYTES = 256 * 1024


class RequestError(Exception):
    """A request that cannot be served; told to the client as {"error": {"code", "message"}}."""

    def __init__(self, code: str, message: str, status: int = 400, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.retry_after_s = retry_after_s


@dataclass(frozen=True)
class SpeakRequest:
    text: str
    voice: str
    speed: float
    language: str | None
    engine: str
    deadline_ms: float
    """The audio before this is played out in so many milliseconds; 0: the listener waits already."""
    last: bool
    cache: bool


def read_request(body: bytes, default_voice: str, default_engine: str, max_text_characters: int) -> SpeakRequest:
    if len(body) > MAX_BODY_BYTES:
        raise bad(f"the body has {len(body)} bytes: at most {MAX_BODY_BYTES}")
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise bad("the body is not JSON") from None
    if not isinstance(fields, dict):
        raise bad("the body must be a JSON object")
    text = fields.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad("text must be given and not be empty")
    if len(text) > max_text_characters:
        raise bad(f"text has {len(text)} characters: at most {max_text_characters}")
    engine = typed(fields, "engine", str, default_engine)
    if engine not in ENGINES:
        raise bad(f"engine is {engine!r}: it must be one of {', '.join(ENGINES)}")
    typed(fields, "first", bool, False)
    return SpeakRequest(
        text=text,
        voice=typed(fields, "voice", str, default_voice),
        speed=amount(fields, "speed", 1.0, 0.5, 2.0),
        language=typed(fields, "language", str, None),
        engine=engine,
        deadline_ms=amount(fields, "deadlineMs", 0.0, 0.0, MAX_DEADLINE_MS),
        last=typed(fields, "last", bool, False),
        cache=typed(fields, "cache", bool, False),
    )


def typed(fields: dict[str, Any], name: str, kind: type, default: Any) -> Any:
    value = fields.get(name)
    if value is None:
        return default
    if not isinstance(value, kind):
        raise bad(f"{name} must be {'true or false' if kind is bool else 'text'}")
    return value


def amount(fields: dict[str, Any], name: str, default: float, low: float, high: float) -> float:
    value = fields.get(name)
    if value is None:
        return default
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
        raise bad(f"{name} must be a number")
    if not low <= value <= high:
        raise bad(f"{name} is {value}: it must be from {low:g} to {high:g}")
    return float(value)


def bad(message: str) -> RequestError:
    return RequestError("BAD_REQUEST", message)
