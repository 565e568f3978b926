"""The language model service: `python -m llm.server --port 8000`."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import generate_latest

from common.access import Access
from common.calls import in_pool
from common.http import read_bounded
from common.logs import Log, monotonic_ms
from common.service import OPEN, Service, create_app, serve
from common.settings import Environment
from common.workers import QueueFullError, WorkerPool
from llm.completions import CompletionError, ProxyResponse, read_completion
from llm.embeddings import MiniLm
from llm.metrics import LlmMetrics
from llm.remote import RemoteEngine, for_remote
from llm.settings import LlmSettings
from llm.supervisor import EngineSupervisor

DEFAULT_PORT = 8000
MAX_BODY_BYTES = 2 << 20
MAX_EMBEDDING_CHARACTERS = 4000
EMBEDDING_QUEUE_LIMIT = 64
ENGINE_TIMEOUT_S = 120.0
METRICS_TIMEOUT_S = 0.5

log = Log("llm")


def make_engine(settings: LlmSettings) -> EngineSupervisor | RemoteEngine | None:
    if settings.engine == "remote":
        return RemoteEngine(settings)
    return EngineSupervisor(settings) if settings.engine == "llama" else None


class LlmService:
    """The engine's supervisor, the sentence vectors, and the bounds on both."""

    def __init__(self, settings: LlmSettings) -> None:
        self.settings = settings
        self.service = Service("llm", load=self.load, close=self.close, extra_reason=self.engine_reason)
        self.metrics = LlmMetrics(self.service.registry)
        self.engine = make_engine(settings)
        self._device = f"at {settings.upstream_url}" if settings.engine == "remote" else "cpu"
        if isinstance(self.engine, EngineSupervisor):
            self.engine.on_device = self._runs_on
        self._minilm: MiniLm | None = None
        self._pool = WorkerPool("embed", 1, EMBEDDING_QUEUE_LIMIT)
        self._client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(ENGINE_TIMEOUT_S, connect=2.0),
            limits=httpx2.Limits(max_connections=settings.slots + 4),
            trust_env=False,
        )
        self._begun = asyncio.Semaphore(settings.slots)
        self._open = 0
        self._running: asyncio.Task[None] | None = None

    def load(self) -> dict[str, Any]:
        self._minilm = MiniLm(self.settings.embedding_dir)
        self._minilm.embed("Good morning.")
        return {
            "model": self.settings.model_id if self.engine else None,
            "embeddingModel": self.settings.embedding_id,
            "device": self._device,
            "slots": self.settings.slots,
            "contextTokens": self.settings.context_tokens,
        }

    def _runs_on(self, device: str) -> None:
        self._device = device
        if self.service.details:
            self.service.details["device"] = device

    def start(self) -> None:
        if self.engine is not None:
            self.engine.on_unusable = self.service.on_unusable
            self._running = asyncio.create_task(self.engine.run())

    def close(self) -> None:
        self._pool.close()
        if self.engine is not None:
            self._stopping = asyncio.ensure_future(self.engine.stop())

    async def ended(self) -> None:
        if self.engine is not None:
            await self.engine.stop()
        if self._running is not None:
            self._running.cancel()
        await self._client.aclose()

    def engine_reason(self) -> str | None:
        """Why the engine cannot be talked to; None when it can, or is not wanted."""
        return self.engine.reason if self.engine is not None and self.engine.address is None else None

    async def complete(self, request: Request, path: str) -> Response:
        try:
            body = await read_bounded(request, MAX_BODY_BYTES)
            if body is None:
                raise CompletionError(400, "BAD_REQUEST", f"the body has over {MAX_BODY_BYTES} bytes, or does not come")
            wanted = read_completion(body, self.settings, chat=path.endswith("chat/completions"))
            upstream = self._upstream(path, wanted)
        except CompletionError as error:
            self.metrics.requests.labels("full" if error.code == "FULL" else "refused").inc()
            return error.response()
        began_ms = monotonic_ms()
        self._open += 1
        self.metrics.open.inc()
        seen: list[float] = []

        def on_first() -> None:
            if not seen:
                seen.append(monotonic_ms() - began_ms)
                self.metrics.first_seconds.observe(seen[0] / 1000)

        def on_end(outcome: str) -> None:
            self._open -= 1
            self.metrics.open.dec()
            self.metrics.requests.labels(outcome).inc()

        return ProxyResponse(self._client, upstream, on_first, on_end, self._begun)

    def _upstream(self, path: str, wanted: dict[str, Any]) -> httpx2.Request:
        if self.engine is None:
            raise CompletionError(404, "NO_ENGINE", "LLM_ENGINE is off: only /v1/embeddings is served here")
        if self.engine.address is None or self.service.stopping:
            raise CompletionError(503, "NOT_READY", self.engine_reason() or "shutting down", 1)
        limit = self.settings.slots + self.settings.queue_limit
        if self._open >= limit:
            raise CompletionError(503, "FULL", f"{limit} completions run or wait already", 1)
        headers = {"authorization": f"Bearer {self.engine.key}", "content-type": "application/json"}
        if isinstance(self.engine, RemoteEngine):
            wanted = for_remote(wanted, self.settings.thinks)
        return self._client.build_request(
            "POST", self.engine.address + path, headers=headers, content=json.dumps(wanted)
        )

    async def embeddings(self, request: Request) -> Response:
        try:
            texts = self._read_inputs(await read_bounded(request, MAX_BODY_BYTES))
            minilm = self._minilm
            if minilm is None or self.service.stopping:
                raise CompletionError(503, "NOT_READY", self.service.reason or "shutting down", 1)
            vectors = [await self._embed(minilm, text) for text in texts]
        except CompletionError as error:
            return error.response()
        tokens = sum(count for _, count in vectors)
        return JSONResponse(
            {
                "object": "list",
                "model": self.settings.embedding_id,
                "data": [
                    {"object": "embedding", "index": index, "embedding": vector}
                    for index, (vector, _) in enumerate(vectors)
                ],
                "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
            }
        )

    async def _embed(self, minilm: MiniLm, text: str) -> tuple[list[float], int]:
        began_ms = monotonic_ms()
        try:
            vector, tokens = await in_pool(self._pool, lambda _: minilm.embed(text))
        except QueueFullError:
            raise CompletionError(503, "FULL", "too many sentences wait for their vectors", 1) from None
        self.metrics.embedding_seconds.observe((monotonic_ms() - began_ms) / 1000)
        return [round(float(value), 6) for value in vector], tokens

    def _read_inputs(self, body: bytes | None) -> list[str]:
        try:
            fields = json.loads(body or b"")
        except (ValueError, RecursionError):
            raise CompletionError(400, "BAD_REQUEST", "the body is not JSON, or too large") from None
        given = fields.get("input") if isinstance(fields, dict) else None
        texts = [given] if isinstance(given, str) else given
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
            raise CompletionError(400, "BAD_REQUEST", "input must be a text or a list of texts")
        if len(texts) > self.settings.embedding_inputs:
            raise CompletionError(400, "BAD_REQUEST", f"at most {self.settings.embedding_inputs} inputs a request")
        for text in texts:
            if not text.strip() or len(text) > MAX_EMBEDDING_CHARACTERS:
                message = f"each input must have 1 to {MAX_EMBEDDING_CHARACTERS} characters"
                raise CompletionError(400, "BAD_REQUEST", message)
        return texts

    def models(self) -> dict[str, Any]:
        names = [self.settings.model_id] if self.engine else []
        names.append(self.settings.embedding_id)
        return {"object": "list", "data": [{"id": name, "object": "model", "owned_by": "parley"} for name in names]}

    async def metrics_text(self) -> bytes:
        if self.engine is not None:
            self.metrics.restarts.set(max(0, self.engine.restarts))
        own = generate_latest(self.service.registry)
        if self.engine is None or self.engine.address is None:
            return own
        try:
            reply = await self._client.get(
                self.engine.address + "/metrics",
                headers={"authorization": f"Bearer {self.engine.key}"},
                timeout=METRICS_TIMEOUT_S,
            )
            return own + reply.content if reply.status_code == 200 else own
        except httpx2.HTTPError:
            return own


def build_app(llm: LlmService, access: Access = OPEN) -> FastAPI:
    app = create_app(llm.service, on_start=llm.start, on_end=llm.ended, metrics=llm.metrics_text, access=access)

    @app.post("/v1/chat/completions")
    async def chat_completions(request: Request) -> Response:
        return await llm.complete(request, "/v1/chat/completions")

    @app.post("/v1/completions")
    async def completions(request: Request) -> Response:
        return await llm.complete(request, "/v1/completions")

    @app.post("/v1/embeddings")
    async def embeddings(request: Request) -> Response:
        return await llm.embeddings(request)

    @app.get("/v1/models")
    async def models() -> dict[str, Any]:
        return llm.models()

    return app


def build(environment: Environment, access: Access = OPEN) -> FastAPI:
    settings = LlmSettings.read(environment)
    environment.finish()
    return build_app(LlmService(settings), access)


if __name__ == "__main__":
    serve("llm", DEFAULT_PORT, build)
