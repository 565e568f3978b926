"""The first generation's endpoint, with stand-ins for its models."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
from fastapi.testclient import TestClient

from batch import voice_chat
from batch.chat import ChatError, delta_of
from batch.engines import Heard
from batch.wav import write_wav
from common.access import Access
from common.settings import Environment

WAV = write_wav((np.sin(np.arange(16_000) / 10) * 8000).astype("<i2").tobytes(), 16_000)


class StandIn:
    """Recogniser, voice and language model in one; remembers how many of a kind were at work at once."""

    def __init__(self) -> None:
        self.asked: list[list[dict[str, str]]] = []
        self.at_once = 0
        self.most = 0
        self.fails = False

    name = "stand-in"

    def hear(self, audio: Any, language: str | None = None) -> Heard:
        del language
        return Heard(f"heard {round(audio.size / 16_000)} s", [], 1.0)

    async def reply(self, messages: list[dict[str, str]]) -> str:
        if self.fails:
            raise ChatError("the language model cannot be asked: gone")
        self.asked.append(list(messages))
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await asyncio.sleep(0.02)
        self.at_once -= 1
        return "Ten dollars."

    async def speak(self, text: str) -> bytes:
        return WAV + text.encode()

    async def aclose(self) -> None:
        pass


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    one = StandIn()
    monkeypatch.setattr(voice_chat, "Recogniser", lambda _: one)
    one.settings = type("Settings", (), {"voice": "af_heart"})()  # type: ignore[attr-defined]
    monkeypatch.setattr(voice_chat, "Speaker", lambda _: one)
    monkeypatch.setattr(voice_chat.Chat, "read", staticmethod(lambda _: one))
    return one


@pytest.fixture
def client(stand_in: StandIn) -> Any:
    del stand_in
    with TestClient(voice_chat.build(Environment({}), Access("k" * 20)), base_url="http://127.0.0.1") as client:
        client.headers["authorization"] = "Bearer " + "k" * 20
        for _ in range(100):
            if client.get("/health").status_code == 200:
                break
        yield client


def ask(client: Any, session: str = "a", **fields: Any) -> Any:
    body = {"audio": base64.b64encode(WAV).decode(), "session": session, **fields}
    return client.post("/voice-chat", json=body)


def test_a_whole_wav_file_comes_back_and_the_conversation_is_remembered(client: Any, stand_in: StandIn) -> None:
    first = ask(client)
    assert first.status_code == 200
    assert first.headers["content-type"] == "audio/wav"
    assert unquote(first.headers["x-transcript"]) == "heard 1 s"
    assert unquote(first.headers["x-reply"]) == "Ten dollars."
    assert first.content.startswith(b"RIFF")
    ask(client)
    assert [message["role"] for message in stand_in.asked[1]] == ["user", "assistant", "user"]
    ask(client, "somebody else")
    assert len(stand_in.asked[2]) == 1


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"audio": 5}', b'{"audio": "%%"}', b'{"audio": "AAAA"}', json.dumps({"x": 1}).encode()]
)
def test_bad_bodies_get_an_answer_that_says_what_is_wanted(client: Any, body: bytes) -> None:
    response = client.post("/voice-chat", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert "WAV" in response.json()["error"]["message"]


def test_a_language_model_that_is_away_is_a_502(client: Any, stand_in: StandIn) -> None:
    stand_in.fails = True
    assert ask(client).status_code == 502


def test_lines_of_a_stream() -> None:
    assert delta_of('data: {"choices":[{"delta":{"content":"Hi"}}]}') == "Hi"
    for line in (
        "",
        ": ping",
        "data:",
        "data: [DONE]",
        "data: null",
        "data: {",
        'data: {"choices":[]}',
        'data: {"choices":[{"delta":{}}]}',
        "data: []",
    ):
        assert delta_of(line) == ""
