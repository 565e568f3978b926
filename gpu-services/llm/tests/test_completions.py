from __future__ import annotations

import json
from typing import Any

import pytest

from common.settings import Environment
from llm.completions import CompletionError, read_completion
from llm.settings import LlmSettings

SETTINGS = LlmSettings.read(Environment({}))
HELLO = [{"role": "user", "content": "Hello."}]


def read(body: Any) -> dict[str, Any]:
    return read_completion(json.dumps(body).encode(), SETTINGS, chat=True)


def test_a_request_is_bounded_and_keeps_its_prompt() -> None:
    wanted = read({"model": "anything", "messages": HELLO, "stream": True, "max_tokens": 100_000, "temperature": 0.2})
    assert wanted["max_tokens"] == SETTINGS.max_tokens
    assert wanted["cache_prompt"] is True
    assert wanted["model"] == SETTINGS.model_id
    assert wanted["temperature"] == 0.2
    assert read({"messages": HELLO, "max_completion_tokens": 7})["max_tokens"] == 7


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"messages": []},
        {"messages": "hi"},
        {"messages": [{"content": "no role"}]},
        {"messages": HELLO, "n": 2},
        {"messages": HELLO, "max_tokens": -1},
        {"messages": HELLO, "max_tokens": "many"},
        {"messages": [{"role": "user", "content": "x" * 20_000}]},
    ],
)
def test_what_cannot_be_served_is_refused(body: Any) -> None:
    with pytest.raises(CompletionError) as refused:
        read(body)
    assert refused.value.status == 400


def test_garbage_is_refused() -> None:
    for body in (b"", b"\xff", b"[" * 5000):
        with pytest.raises(CompletionError):
            read_completion(body, SETTINGS, chat=True)
