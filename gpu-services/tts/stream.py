"""The response: pieces framed as they come, and all work stopped as soon as the client goes away."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from common.http import wait_until_gone
from common.logs import Log
from common.service import error_response
from tts.provider import Piece
from tts.requests import RequestError
from tts.shaping import RATE_HZ

FRAME_BYTES = 9600
"""200 ms a frame: a client that grants credit is not handed whole sentences."""

PIECES_AHEAD = 2
"""Made while earlier ones are still being read by a slow client."""

END = struct.pack("<I", 0)

log = Log("stream")


def frames(pcm: bytes) -> bytes:
    """Length-prefixed frames of at most 200 ms."""
    out = bytearray()
    for start in range(0, len(pcm), FRAME_BYTES):
        block = pcm[start : start + FRAME_BYTES]
        out += struct.pack("<I", len(block)) + block
    return bytes(out)


class AudioResponse(Response):
    """`on_first()` is called with the first piece; `on_end(outcome)` once: done, cancelled, or failed."""

    def __init__(
        self,
        pieces: AsyncIterator[Piece],
        on_first: Callable[[], None],
        on_end: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._pieces = pieces
        self._on_first = on_first
        self._on_end = on_end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        outcome = "failed"
        gone = asyncio.create_task(wait_until_gone(receive))
        sending = asyncio.create_task(self._send(scope, receive, send))
        try:
            await asyncio.wait((gone, sending), return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
                outcome = "done"
            else:
                outcome = "cancelled"
        except RequestError:
            outcome = "failed"
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        finally:
            for task in (gone, sending):
                task.cancel()
            await asyncio.gather(gone, sending, return_exceptions=True)
            self._on_end(outcome)

    async def _send(self, scope: Scope, receive: Receive, send: Send) -> None:
        queue: asyncio.Queue[Piece | BaseException | None] = asyncio.Queue(PIECES_AHEAD)
        producer = asyncio.create_task(self._produce(queue))
        started = False
        try:
            while True:
                item = await queue.get()
                if isinstance(item, BaseException):
                    if not started:
                        await to_response(item)(scope, receive, send)
                    raise item
                if not started:
                    started = True
                    self._on_first()
                    await send(start_message(item))
                if item is None:
                    await send({"type": "http.response.body", "body": END, "more_body": False})
                    return
                await send({"type": "http.response.body", "body": frames(item.pcm), "more_body": True})
        finally:
            producer.cancel()
            await asyncio.gather(producer, return_exceptions=True)

    async def _produce(self, queue: asyncio.Queue[Piece | BaseException | None]) -> None:
        try:
            async for piece in self._pieces:
                await queue.put(piece)
        except Exception as error:
            await queue.put(error)
            return
        finally:
            close = getattr(self._pieces, "aclose", None)
            if close is not None:
                await close()
        await queue.put(None)


def start_message(first: Piece | None) -> dict[str, Any]:
    headers = {
        "content-type": "application/octet-stream",
        "x-sample-rate": str(RATE_HZ),
        "x-engine": first.engine if first else "none",
        "x-cache": "hit" if first and first.cached else "miss",
        "cache-control": "no-store",
    }
    return {
        "type": "http.response.start",
        "status": 200,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }


def to_response(error: BaseException) -> Response:
    if isinstance(error, RequestError):
        headers = {"Retry-After": str(error.retry_after_s)} if error.retry_after_s is not None else None
        return error_response(error.status, error.code, str(error), headers)
    log.error("speech could not be made", cause=error)
    return error_response(500, "SYNTHESIS_FAILED", type(error).__name__)
