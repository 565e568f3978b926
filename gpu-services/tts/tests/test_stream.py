"""The response without a server: the test plays the client's part of ASGI."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from typing import Any

from tts.provider import Piece
from tts.requests import RequestError
from tts.stream import FRAME_BYTES, AudioResponse

LIMIT_S = 5.0


class Client:
    def __init__(self, pieces: AsyncIterator[Piece]) -> None:
        self.sent: list[dict[str, Any]] = []
        self.gone = asyncio.Event()
        self.started = asyncio.Event()
        self.firsts = 0
        self.outcomes: list[str] = []
        self.response = AudioResponse(pieces, self._on_first, self.outcomes.append)

    def _on_first(self) -> None:
        self.firsts += 1

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append(message)
        self.started.set()

    async def play(self) -> None:
        await asyncio.wait_for(self.response({"type": "http"}, self.receive, self.send), LIMIT_S)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}


def frames_of(body: bytes) -> list[bytes]:
    found, offset = [], 0
    while offset < len(body):
        (length,) = struct.unpack_from("<I", body, offset)
        found.append(body[offset + 4 : offset + 4 + length])
        offset += 4 + length
    return found


def run(scenario: Callable[[], Any]) -> None:
    asyncio.run(scenario())


async def two_pieces() -> AsyncIterator[Piece]:
    yield Piece(b"\x01\x00" * 6000, "hibari")
    yield Piece(b"\x02\x00" * 100, "kokoro")


def test_pieces_are_framed_and_ended() -> None:
    async def scenario() -> None:
        client = Client(two_pieces())
        await client.play()
        frames = frames_of(client.body)
        assert [len(frame) for frame in frames] == [FRAME_BYTES, 2400, 200, 0]
        assert client.headers["x-sample-rate"] == "24000"
        assert (client.headers["x-engine"], client.headers["x-cache"]) == ("hibari", "miss")
        assert (client.firsts, client.outcomes) == (1, ["done"])

    run(scenario)


def test_nothing_to_say_is_an_end_alone() -> None:
    async def nothing() -> AsyncIterator[Piece]:
        return
        yield

    async def scenario() -> None:
        client = Client(nothing())
        await client.play()
        assert client.body == bytes(4)
        assert client.sent[0]["status"] == 200

    run(scenario)


def test_the_client_going_away_stops_the_work() -> None:
    stopped = asyncio.Event()

    async def endless() -> AsyncIterator[Piece]:
        try:
            yield Piece(b"\x01\x00", "kokoro")
            await asyncio.Event().wait()
        finally:
            stopped.set()

    async def scenario() -> None:
        client = Client(endless())
        playing = asyncio.create_task(client.play())
        await asyncio.wait_for(client.started.wait(), LIMIT_S)
        client.gone.set()
        await playing
        assert stopped.is_set()
        assert client.outcomes == ["cancelled"]

    run(scenario)


def test_a_fault_before_the_first_piece_is_an_answer() -> None:
    async def refused() -> AsyncIterator[Piece]:
        raise RequestError("PROVIDER_FAILED", "no", status=502)
        yield

    async def scenario() -> None:
        client = Client(refused())
        await client.play()
        assert client.sent[0]["status"] == 502
        assert b"PROVIDER_FAILED" in client.body
        assert client.outcomes == ["failed"]

    run(scenario)


def test_a_fault_in_the_middle_leaves_no_end_frame() -> None:
    async def breaks() -> AsyncIterator[Piece]:
        yield Piece(b"\x01\x00", "kokoro")
        raise RequestError("PROVIDER_FAILED", "no", status=502)

    async def scenario() -> None:
        client = Client(breaks())
        await client.play()
        assert not client.body.endswith(bytes(4))
        assert client.outcomes == ["failed"]

    run(scenario)
