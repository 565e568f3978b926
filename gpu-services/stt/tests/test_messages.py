from __future__ import annotations

from typing import Any

import pytest

from conftest import wire_cases
from stt.messages import Config, Endpoint, Reset, SessionError, Silence, check_audio, read_message

KINDS = {"pause": Silence, "endpoint": Endpoint, "reset": Reset, "config": Config}


@pytest.mark.parametrize("case", wire_cases("stt-client-frames.json"))
def test_frames_of_the_protocol(case: dict[str, Any]) -> None:
    if case["verdict"] == "refuse":
        with pytest.raises(SessionError) as refused:
            take(case)
        assert (refused.value.code, refused.value.close) == (case["code"], case["close"])
        return
    message = take(case)
    if case["verdict"] == "ignore" or case["means"] == "audio":
        assert message is None
        return
    assert isinstance(message, KINDS[case["means"]])
    for field, name in (("pause", "pause"), ("keep", "keep"), ("silenceMs", "silence_ms")):
        if field in case:
            assert getattr(message, name) == case[field]


def take(case: dict[str, Any]) -> Any:
    if "bytes" in case:
        check_audio(bytes(case["bytes"]))
        return None
    return read_message(case["text"])


HOSTILE = [
    "[" * 3000,
    "x" * 5000,
    '{"silence":true,"pause":true}',
    '{"silence":true,"pause":-1}',
    '{"silence":true,"pause":1e3}',
    '{"endpoint":true,"pause":1,"silenceMs":1e9}',
    '{"config":{"prompt":"' + "x" * 600 + '"}}',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(SessionError):
        read_message(text)
