"""A vLLM elsewhere behind this service: one address and one key for chat and sentence vectors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from common.settings import Environment, SettingsError
from llm.remote import RemoteEngine, for_remote
from llm.server import LlmService, build_app
from llm.settings import LlmSettings

VARIABLES = {
    "LLM_ENGINE": "remote",
    "LLM_UPSTREAM_URL": "http://192.0.2.8:8010/v1/",
    "LLM_MODEL_ID": "qwen3-4b",
    "LLM_API_KEY": "of-the-upstream",
}
SETTINGS = LlmSettings.read(Environment(VARIABLES))
TOOLS = [{"type": "function", "function": {"name": "book", "parameters": {"type": "object", "properties": {}}}}]


async def events() -> AsyncIterator[bytes]:
    yield b'data: {"choices": []}\n\n'
    yield b"data: [DONE]\n\n"


def upstream(seen: list[httpx2.Request], health: int = 200) -> httpx2.MockTransport:
    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        if request.url.path == "/health":
            return httpx2.Response(health)
        return httpx2.Response(200, content=events(), headers={"content-type": "text/event-stream"})

    return httpx2.MockTransport(answer)


async def ask(body: dict[str, Any], seen: list[httpx2.Request], health: int = 200) -> httpx2.Response:
    llm = LlmService(SETTINGS)
    llm._client = httpx2.AsyncClient(transport=upstream(seen))
    llm.engine = RemoteEngine(SETTINGS, upstream(seen, health))
    await llm.engine.look()
    transport = httpx2.ASGITransport(build_app(llm))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return await client.post("/v1/chat/completions", json=body)


def test_a_completion_reaches_the_other_server_with_its_model_and_its_key() -> None:
    seen: list[httpx2.Request] = []
    messages = [{"role": "user", "content": "Hello."}]
    reply = asyncio.run(ask({"model": "SmolLM2-135M-Instruct", "messages": messages, "tools": TOOLS}, seen))
    assert reply.status_code == 200
    assert reply.text == 'data: {"choices": []}\n\ndata: [DONE]\n\n'
    asked = seen[-1]
    assert str(asked.url) == "http://192.0.2.8:8010/v1/chat/completions"
    assert asked.headers["authorization"] == "Bearer of-the-upstream"
    body = json.loads(asked.content)
    assert body["model"] == "qwen3-4b"
    assert body["tools"] == TOOLS
    assert body["chat_template_kwargs"] == {"enable_thinking": False}
    assert "cache_prompt" not in body


def test_a_server_that_is_not_well_is_not_asked() -> None:
    seen: list[httpx2.Request] = []
    reply = asyncio.run(ask({"messages": [{"role": "user", "content": "Hello."}]}, seen, health=503))
    assert reply.status_code == 503
    assert "http://192.0.2.8:8010/health answers 503" in reply.text
    assert len(seen) == 1


def test_no_answer_is_a_reason() -> None:
    def fail(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("connection refused", request=request)

    engine = RemoteEngine(SETTINGS, httpx2.MockTransport(fail))
    asyncio.run(engine.look())
    assert engine.address is None
    assert engine.reason == "http://192.0.2.8:8010 does not answer: connection refused"


def test_what_the_caller_says_of_thinking_stands() -> None:
    asked = {"chat_template_kwargs": {"enable_thinking": True, "other": 1}, "cache_prompt": True}
    assert for_remote(asked, False) == {"chat_template_kwargs": {"enable_thinking": True, "other": 1}}
    assert for_remote({"model": "m"}, True) == {"model": "m"}


@pytest.mark.parametrize(
    ("variables", "fault"),
    [
        ({"LLM_MODEL_ID": ""}, "LLM_MODEL_ID must say"),
        ({"LLM_UPSTREAM_URL": "192.0.2.8:8010"}, "LLM_UPSTREAM_URL is '192.0.2.8:8010'"),
        ({"LLM_ENGINE": "vllm"}, "LLM_ENGINE is 'vllm'"),
    ],
)
def test_a_wrong_environment_is_told(variables: dict[str, str], fault: str) -> None:
    environment = Environment({**VARIABLES, **variables})
    LlmSettings.read(environment)
    with pytest.raises(SettingsError, match=fault):
        environment.finish()
