"""A language model that another server runs, such as vLLM: knows whether it is well.

This service stands before it, so that the app finds chat and sentence vectors at one address, with one key.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2

from common.logs import Log
from llm.settings import LlmSettings

POLL_S = 2.0
PATIENCE_S = 1.5

log = Log("remote")


class RemoteEngine:
    """Like `EngineSupervisor`, without a process. `address` is None while nobody can be asked; `reason` says why."""

    restarts = 0

    def __init__(self, settings: LlmSettings, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._url = settings.upstream_url
        self.address: str | None = None
        self.reason = f"{self._url} was not asked yet"
        # A server without a key does not look at it.
        self.key = settings.upstream_key or "none"
        self._stopping = False
        self._client = httpx2.AsyncClient(timeout=PATIENCE_S, trust_env=False, transport=transport)

    async def run(self) -> None:
        """Until cancelled or stopped."""
        while not self._stopping:
            await self.look()
            await asyncio.sleep(POLL_S)

    async def look(self) -> None:
        was = self.address
        try:
            reply = await self._client.get(f"{self._url}/health")
            self.reason = f"{self._url}/health answers {reply.status_code}"
            self.address = self._url if reply.status_code == 200 else None
        except httpx2.HTTPError as error:
            self.address, self.reason = None, f"{self._url} does not answer: {error or type(error).__name__}"
        if self.address != was:
            log.info("the other server of the language model", reason=self.reason)

    async def stop(self) -> None:
        self._stopping = True
        await self._client.aclose()


def for_remote(request: dict[str, Any], thinks: bool) -> dict[str, Any]:
    """The request without what only llama.cpp knows. Models that think first (Qwen3) take seconds for it: too long
    for a telephone."""
    request = {name: value for name, value in request.items() if name != "cache_prompt"}
    if not thinks:
        template = request.get("chat_template_kwargs")
        request["chat_template_kwargs"] = {"enable_thinking": False, **(template if isinstance(template, dict) else {})}
    return request
