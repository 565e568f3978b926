"""Small helpers of the HTTP services."""

from __future__ import annotations

from fastapi import Request
from starlette.types import Receive


async def wait_until_gone(receive: Receive) -> None:
    """Returns when the client has closed its connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def read_bounded(request: Request, limit_bytes: int) -> bytes | None:
    """The body; None when it is larger than allowed."""
    body = bytearray()
    async for block in request.stream():
        body += block
        if len(body) > limit_bytes:
            return None
    return bytes(body)
