from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from common.settings import Environment
from conftest import wait_until_loaded, wire_cases
from stt.server import SttService, build_app
from stt.settings import SttSettings
from stt.tests.test_session import SPEECH, FakeRecogniser, FakeTurnModel


def client_of(**variables: str) -> Iterator[TestClient]:
    settings = SttSettings.read(Environment(variables))
    stt = SttService(settings, FakeRecogniser(), FakeTurnModel())
    with TestClient(build_app(stt), base_url="http://127.0.0.1") as client:
        wait_until_loaded(client)
        yield client


@pytest.fixture
def client() -> Iterator[TestClient]:
    yield from client_of(STT_PARTIALS="off", STT_MAX_SESSIONS="1")


def test_health_says_what_it_is(client: TestClient) -> None:
    body = client.get("/health").json()
    assert (body["status"], body["service"], body["model"], body["turnModel"]) == ("ready", "stt", "fake", "fake-turn")


def test_metrics_are_served(client: TestClient) -> None:
    assert "parley_stt_sessions 0.0" in client.get("/metrics").text


def test_a_session_from_ready_to_final(client: TestClient) -> None:
    with client.websocket_connect("ws://127.0.0.1/ws/stt") as socket:
        assert socket.receive_json() == {"type": "ready", "model": "fake", "turnModel": "fake-turn", "protocol": 2}
        socket.send_bytes(SPEECH)
        socket.send_text('{"silence":true}')
        final = socket.receive_json()
        assert (final["type"], final["text"]) == ("final", "1s")


@pytest.mark.parametrize("case", wire_cases("stt-client-frames.json"))
def test_what_is_refused_is_told_and_closed(client: TestClient, case: Any) -> None:
    with client.websocket_connect("ws://127.0.0.1/ws/stt") as socket:
        socket.receive_json()
        if "bytes" in case:
            socket.send_bytes(bytes(case["bytes"]))
        else:
            socket.send_text(case["text"])
        if case["verdict"] != "refuse":
            socket.send_text('{"reset":true}')
            socket.send_bytes(SPEECH)
            socket.send_text('{"silence":true}')
            while (answer := socket.receive_json())["type"] != "final":
                pass
            assert answer["text"] in ("1s", "0s", "2s")
            return
        while (answer := socket.receive_json())["type"] != "error":
            pass
        assert answer["code"] == case["code"]
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
        assert closed.value.code == case["close"]


def test_one_session_too_many_is_refused(client: TestClient) -> None:
    with client.websocket_connect("ws://127.0.0.1/ws/stt") as first:
        first.receive_json()
        with client.websocket_connect("ws://127.0.0.1/ws/stt") as second:
            assert second.receive_json()["code"] == "FULL"
            with pytest.raises(WebSocketDisconnect) as closed:
                second.receive_json()
            assert closed.value.code == 1013
    with client.websocket_connect("ws://127.0.0.1/ws/stt") as third:
        assert third.receive_json()["type"] == "ready"


def test_a_model_that_is_not_there_is_a_reason_not_a_crash(tmp_path: Any) -> None:
    settings = SttSettings.read(Environment({"PARLEY_MODELS_DIR": str(tmp_path)}))
    with TestClient(build_app(SttService(settings)), base_url="http://127.0.0.1") as client:
        reply = wait_until_loaded(client)
        assert reply.status_code == 503
        assert reply.json()["status"] == "failed"
        assert "models.fetch" in reply.json()["reason"]
        with client.websocket_connect("ws://127.0.0.1/ws/stt") as socket:
            assert json.loads(socket.receive_text())["code"] == "NOT_READY"
