"""What a client may send: binary audio, and the JSON messages of protocol/README.md."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

MAX_AUDIO_BYTES = 64_000
MAX_TEXT_CHARACTERS = 4_000
MAX_PROMPT_CHARACTERS = 500
MAX_PAUSE = 2**53
MAX_SILENCE_MS = 60_000

CLOSE_GOING_AWAY = 1001
CLOSE_UNUSABLE_DATA = 1003
CLOSE_VIOLATION = 1008
CLOSE_INTERNAL = 1011
CLOSE_TRY_LATER = 1013


class SessionError(Exception):
    """Told to the client in an error frame, then the session is closed with `close`."""

    def __init__(self, code: str, message: str, close: int) -> None:
        super().__init__(message)
        self.code = code
        self.close = close


@dataclass(frozen=True)
class Silence:
    """`pause` and `keep` as in the protocol; without a pause number it is the seed's client."""

    pause: int | None
    keep: bool


@dataclass(frozen=True)
class Endpoint:
    pause: int
    silence_ms: float


@dataclass(frozen=True)
class Reset:
    pass


@dataclass(frozen=True)
class Config:
    """None: leave as it is."""

    language: str | None = None
    prompt: str | None = None
    hotwords: str | None = None
    partials: bool | None = None
    turn: bool | None = None


Message = Silence | Endpoint | Reset | Config


def check_audio(frame: bytes) -> None:
    if len(frame) % 2:
        raise bad_frame(f"audio of {len(frame)} bytes: PCM16 has an even number", CLOSE_UNUSABLE_DATA)
    if len(frame) > MAX_AUDIO_BYTES:
        raise bad_frame(f"audio of {len(frame)} bytes: at most {MAX_AUDIO_BYTES} a frame", CLOSE_UNUSABLE_DATA)


def read_message(text: str) -> Message | None:
    """None for messages of a later version, which are ignored."""
    if len(text) > MAX_TEXT_CHARACTERS:
        raise bad_frame(f"a text frame of {len(text)} characters: at most {MAX_TEXT_CHARACTERS}")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        raise bad_frame("a text frame that is not JSON") from None
    if not isinstance(body, dict):
        raise bad_frame("a text frame that is not a JSON object")
    if body.get("silence") is True:
        pause = body.get("pause")
        if pause is not None:
            pause = whole_number(body, "pause", MAX_PAUSE)
        return Silence(pause, typed(body, "keep", bool, "true or false") or False)
    if body.get("endpoint") is True:
        return Endpoint(whole_number(body, "pause", MAX_PAUSE), amount(body, "silenceMs", MAX_SILENCE_MS))
    if body.get("reset") is True:
        return Reset()
    if "config" in body:
        return read_config(body["config"])
    return None


def read_config(body: Any) -> Config:
    if not isinstance(body, dict):
        raise bad_frame("config must be an object")
    config = Config(
        language=typed(body, "language", str, "text"),
        prompt=typed(body, "prompt", str, "text"),
        hotwords=typed(body, "hotwords", str, "text"),
        partials=typed(body, "partials", bool, "true or false"),
        turn=typed(body, "turn", bool, "true or false"),
    )
    for name, value in (("prompt", config.prompt), ("hotwords", config.hotwords)):
        if value is not None and len(value) > MAX_PROMPT_CHARACTERS:
            raise bad_frame(f"config.{name} has {len(value)} characters: at most {MAX_PROMPT_CHARACTERS}")
    return config


def typed(body: dict[str, Any], name: str, kind: type, wanted: str) -> Any:
    value = body.get(name)
    if value is not None and not isinstance(value, kind):
        raise bad_frame(f"{name} must be {wanted}")
    return value


def whole_number(body: dict[str, Any], name: str, most: int) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise bad_frame(f"{name} must be a whole number from 0")
    return value


def amount(body: dict[str, Any], name: str, most: float) -> float:
    value = body.get(name, 0)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value <= most:
        raise bad_frame(f"{name} must be a number from 0 to {most:g}")
    return value


def bad_frame(message: str, close: int = CLOSE_VIOLATION) -> SessionError:
    return SessionError("BAD_FRAME", message, close)
