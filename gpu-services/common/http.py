"""Small helpers of the HTTP services."""

from __future__ import annotations

import asyncio

from fastapi import Request
from starlette.types import Receive


async def wait_until_gone(receive: Receive) -> None:
    """Returns when the client has closed its connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


BODY_TIMEOUT_S = 10.0
"""A body is a few kilobytes from a machine nearby; who takes longer holds a connection and no more."""


async def read_bounded(request: Request, limit_bytes: int) -> bytes | None:
    """The body; None when it is larger than allowed, or does not come."""
    body = bytearray()

    async def read() -> bytes | None:
        async for block in request.stream():
            body.extend(block)
            if len(body) > limit_bytes:
                return None
        return bytes(body)

    try:
        return await asyncio.wait_for(read(), BODY_TIMEOUT_S)
    except (TimeoutError, asyncio.TimeoutError):
        return None
