"""Real sockets: what a page in a browser, or another program of the machine, could do to recognition."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2
import pytest
import uvicorn
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from common.access import Access
from common.settings import Environment
from conftest import wait_until_loaded
from stt.server import SttService, build_app
from stt.settings import SttSettings
from stt.tests.test_session import SPEECH, FakeRecogniser, FakeTurnModel

KEY = "a-key-of-the-speech-services"
HOLDER = {"authorization": f"Bearer {KEY}"}
LIMIT_S = 20.0


@dataclass
class Running:
    port: int
    service: SttService

    def connect(self, headers: dict[str, str] | None = None, origin: str | None = None) -> ClientConnection:
        return connect(
            f"ws://127.0.0.1:{self.port}/ws/stt",
            additional_headers=headers,
            origin=origin,  # type: ignore[arg-type]
            open_timeout=LIMIT_S,
            proxy=None,
        )

    def get(self, path: str, **headers: str) -> httpx2.Response:
        return httpx2.get(f"http://127.0.0.1:{self.port}{path}", headers=headers, trust_env=False, timeout=LIMIT_S)


@contextlib.contextmanager
def running(key: str | None, **variables: str) -> Iterator[Running]:
    service = SttService(SttSettings.read(Environment(variables)), FakeRecogniser(), FakeTurnModel())
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        server = uvicorn.Server(uvicorn.Config(build_app(service, Access(key)), log_config=None, lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        try:
            with httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
                wait_until_loaded(client, LIMIT_S)
            yield Running(port, service)
        finally:
            server.should_exit = True
            thread.join(LIMIT_S)


@pytest.fixture
def keyed() -> Iterator[Running]:
    with running(KEY) as it:
        yield it


@pytest.mark.parametrize(
    ("headers", "origin", "status"),
    [
        (None, None, 401),
        ({"authorization": "Bearer wrong-key-of-the-services"}, None, 401),
        (None, "https://page.example.net", 403),
        (HOLDER, "https://page.example.net", 403),
        (HOLDER, "http://localhost:3000", 403),
        (HOLDER, "null", 403),
    ],
)
def test_no_session_without_the_key_or_for_a_page(
    keyed: Running, headers: dict[str, str] | None, origin: str | None, status: int
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        keyed.connect(headers, origin)
    assert refused.value.response.status_code == status
    assert json.loads(refused.value.response.body)["error"]["code"] in ("KEY_REFUSED", "ORIGIN_REFUSED")
    assert keyed.service.open_sessions == 0


def test_the_holder_is_understood_while_others_knock(keyed: Running) -> None:
    for _ in range(100):
        with contextlib.suppress(InvalidStatus):
            keyed.connect()
    with keyed.connect(HOLDER) as session:
        assert json.loads(session.recv(LIMIT_S))["type"] == "ready"
        session.send(SPEECH)
        session.send('{"silence":true}')
        while (frame := json.loads(session.recv(LIMIT_S)))["type"] != "final":
            pass
        assert frame["text"] == "1s"


def test_health_says_little_to_strangers(keyed: Running) -> None:
    assert keyed.get("/health").json() == {"status": "ready", "service": "stt", "keyWanted": True}
    assert keyed.get("/health", **HOLDER).json()["model"] == "fake"
    assert keyed.get("/health", authorization="Bearer wrong-key-of-the-services").status_code == 401
    assert keyed.get("/metrics").status_code == 401
    assert "parley_stt_sessions" in keyed.get("/metrics", **HOLDER).text


def test_silent_sessions_do_not_shut_recognition_off() -> None:
    """Symptom: 64 connections of one program, and no call was understood any more until that program ended."""
    with running(None, STT_IDLE_S="1", STT_MAX_SESSIONS="8") as it, contextlib.ExitStack() as stack:
        silent = [stack.enter_context(it.connect()) for _ in range(8)]
        with it.connect() as refused:
            assert json.loads(refused.recv(LIMIT_S))["code"] == "FULL"
        for session in silent:
            assert json.loads(session.recv(LIMIT_S))["type"] == "ready"
            assert json.loads(session.recv(LIMIT_S))["code"] == "IDLE"
            with pytest.raises(ConnectionClosed) as closed:
                session.recv(LIMIT_S)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1001
        with it.connect() as caller:
            assert json.loads(caller.recv(LIMIT_S))["type"] == "ready"


def test_a_call_in_which_nobody_speaks_keeps_its_session() -> None:
    with running(None, STT_IDLE_S="1") as it, it.connect() as session:
        assert json.loads(session.recv(LIMIT_S))["type"] == "ready"
        end_s = time.monotonic() + 2.2
        while time.monotonic() < end_s:
            session.send('{"alive":true}')
            with contextlib.suppress(TimeoutError):
                pytest.fail(f"unexpected {session.recv(0.3)!r}")
        session.send(SPEECH)
        session.send('{"silence":true}')
        assert json.loads(session.recv(LIMIT_S))["type"] in ("partial", "final")


def test_without_a_key_a_page_gets_no_session_either() -> None:
    with running(None) as it:
        for origin in ("https://page.example.net", "http://127.0.0.1:7003", "null"):
            with pytest.raises(InvalidStatus) as refused:
                it.connect(origin=origin)
            assert refused.value.response.status_code == 403
        with pytest.raises(InvalidStatus) as renamed:
            it.connect({"host": "page.example.net"})
        assert renamed.value.response.status_code in (400, 403)
