"""One whole reply of an OpenAI-compatible language model."""

from __future__ import annotations

import json
from collections.abc import Sequence

import httpx2

from common.settings import Environment

TIMEOUT_S = 120.0
MAX_REPLY_CHARACTERS = 8000


class ChatError(Exception):
    """Why there is no reply."""


class Chat:
    def __init__(self, base_url: str, model: str, key: str, prompt: str, max_tokens: int, temperature: float) -> None:
        headers = {"authorization": f"Bearer {key}"} if key else {}
        self._client = httpx2.AsyncClient(base_url=base_url, headers=headers, timeout=TIMEOUT_S)
        self._model, self._prompt, self._max_tokens, self._temperature = model, prompt, max_tokens, temperature

    @staticmethod
    def read(env: Environment) -> Chat:
        return Chat(
            base_url=env.text("VLLM_BASE_URL", "http://127.0.0.1:8000").rstrip("/").removesuffix("/v1"),
            model=env.text("VLLM_MODEL_ID", "SmolLM2-135M-Instruct"),
            key=env.text("LLM_API_KEY", env.text("PARLEY_SERVICES_KEY", "")),
            prompt=env.text("LLM_SYSTEM_PROMPT", "Answer in one or two short sentences."),
            max_tokens=env.integer("LLM_MAX_NEW_TOKENS", 80, 1, 4096),
            temperature=env.number("LLM_TEMPERATURE", 0.2, 0.0, 2.0),
        )

    async def reply(self, messages: Sequence[dict[str, str]]) -> str:
        """The text, once all of it is there. The stream is only read because every server has it."""
        body = {
            "model": self._model,
            "messages": [{"role": "system", "content": self._prompt}, *messages],
            "stream": True,
            "temperature": self._temperature,
            "max_tokens": self._max_tokens,
        }
        text = ""
        try:
            async with self._client.stream("POST", "/v1/chat/completions", json=body) as response:
                if response.status_code != 200:
                    said = (await response.aread())[:300].decode("utf-8", "replace")
                    raise ChatError(f"the language model answered {response.status_code}: {said}")
                async for line in response.aiter_lines():
                    text += delta_of(line)
                    if len(text) > MAX_REPLY_CHARACTERS:
                        break
        except httpx2.HTTPError as error:
            raise ChatError(f"the language model cannot be asked: {type(error).__name__} {error}") from error
        if not text.strip():
            raise ChatError("the language model said nothing")
        return text.strip()

    async def aclose(self) -> None:
        await self._client.aclose()


def delta_of(line: str) -> str:
    """The text in one line of an event stream; nothing where there is none."""
    if not line.startswith("data:") or line[5:].strip() in ("", "[DONE]", "null"):
        return ""
    try:
        choices = json.loads(line[5:]).get("choices") or [{}]
        return (choices[0].get("delta") or {}).get("content") or ""
    except (ValueError, AttributeError, TypeError, IndexError):
        return ""
