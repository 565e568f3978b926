"""Checks of a completion request before it costs anything, and its way to llama.cpp and back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx2
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from common.http import wait_until_gone
from common.logs import Log
from llm.settings import LlmSettings

log = Log("completions")


class CompletionError(Exception):
    def __init__(self, status: int, code: str, message: str, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.retry_after_s = retry_after_s

    def response(self) -> Response:
        """OpenAI's shape of an error."""
        kind = "invalid_request_error" if self.status < 500 else "server_error"
        body = {"error": {"code": self.code, "message": str(self), "type": kind}}
        headers = {"Retry-After": str(self.retry_after_s)} if self.retry_after_s is not None else None
        return JSONResponse(body, status_code=self.status, headers=headers)


def read_completion(body: bytes, settings: LlmSettings, chat: bool) -> dict[str, Any]:
    """The request as it is passed on: bounded, for our model, with the prompt kept for the next turn."""
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        raise CompletionError(400, "BAD_REQUEST", "the body is not JSON") from None
    if not isinstance(request, dict):
        raise CompletionError(400, "BAD_REQUEST", "the body must be a JSON object")
    if chat:
        check_messages(request.get("messages"))
    elif not isinstance(request.get("prompt"), str):
        raise CompletionError(400, "BAD_REQUEST", "prompt must be text")
    size = len(json.dumps(request.get("messages" if chat else "prompt"), ensure_ascii=False))
    if size > settings.max_prompt_characters:
        message = f"the prompt has {size} characters: at most {settings.max_prompt_characters}"
        raise CompletionError(400, "PROMPT_TOO_LONG", message)
    wanted = request.pop("max_completion_tokens", None) or request.get("max_tokens") or settings.max_tokens
    if not isinstance(wanted, int) or wanted < 1:
        raise CompletionError(400, "BAD_REQUEST", "max_tokens must be a whole number from 1")
    if request.get("n") not in (None, 1):
        raise CompletionError(400, "BAD_REQUEST", "n must be 1")
    request["max_tokens"] = min(wanted, settings.max_tokens)
    request["model"] = settings.model_id
    request.setdefault("cache_prompt", True)
    return request


def check_messages(messages: Any) -> None:
    if not isinstance(messages, list) or not messages:
        raise CompletionError(400, "BAD_REQUEST", "messages must be a list with at least one message")
    for index, message in enumerate(messages):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            raise CompletionError(400, "BAD_REQUEST", f"messages[{index}] must have a role")


class ProxyResponse(Response):
    """Passes the answer on as it comes. The client going away closes the connection to llama.cpp, which aborts."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        request: httpx2.Request,
        on_first: Callable[[], None],
        on_end: Callable[[str], None],
        begun: asyncio.Semaphore,
    ) -> None:
        super().__init__()
        self._client = client
        self._request = request
        self._on_first = on_first
        self._on_end = on_end
        self._begun = begun

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        outcome = "failed"
        gone = asyncio.create_task(wait_until_gone(receive))
        passing = asyncio.create_task(self._pass(scope, receive, send))
        try:
            await asyncio.wait((gone, passing), return_when=asyncio.FIRST_COMPLETED)
            outcome = passing.result() if passing.done() else "aborted"
        except asyncio.CancelledError:
            outcome = "aborted"
            raise
        finally:
            for task in (gone, passing):
                task.cancel()
            await asyncio.gather(gone, passing, return_exceptions=True)
            self._on_end(outcome)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> str:
        async with self._begun:
            started = False
            try:
                upstream = await self._client.send(self._request, stream=True)
                try:
                    await send(start_message(upstream))
                    started = True
                    async for block in upstream.aiter_raw():
                        self._on_first()
                        await send({"type": "http.response.body", "body": block, "more_body": True})
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
                    return "done" if upstream.status_code < 400 else "refused"
                finally:
                    await upstream.aclose()
            except httpx2.HTTPError as error:
                log.error("the language model did not answer", cause=error)
                if started:
                    # The connection is cut, not ended: the client must not take half an answer for a whole one.
                    raise
                failure = CompletionError(503, "ENGINE_FAILED", "the language model is being restarted", 1)
                await failure.response()(scope, receive, send)
                return "failed"


def start_message(upstream: httpx2.Response) -> dict[str, Any]:
    content_type = upstream.headers.get("content-type", "application/json")
    headers = [(b"content-type", content_type.encode()), (b"cache-control", b"no-store")]
    return {"type": "http.response.start", "status": upstream.status_code, "headers": headers}
