"""Walks the table of docs/environment.md: every variable that a service reads stands there, and each example does
something."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from common import service
from common.settings import Environment
from conftest import HERE
from llm.settings import LlmSettings
from stt.settings import SttSettings
from tts.settings import TtsSettings

DOCUMENT = HERE.parent / "docs" / "environment.md"
READERS: dict[str, Callable[[Environment], Any]] = {
    "stt": SttSettings.read,
    "tts": TtsSettings.read,
    "llm": LlmSettings.read,
}
OF_SERVE = {"PARLEY_SERVICES_BIND", "STT_PORT", "TTS_PORT", "LLM_PORT"}
"""Read by `serve`, before there are settings."""

WITH_ELEVENLABS = {"TTS_PROVIDER": "elevenlabs", "ELEVENLABS_API_KEY": "another-key"}


class Recorder(Environment):
    """Notes what is asked for."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        super().__init__(variables)
        self.asked: set[str] = set()

    def text(self, name: str, default: str) -> str:
        self.asked.add(name)
        return super().text(name, default)


def table() -> dict[str, str]:
    section = DOCUMENT.read_text(encoding="utf-8").split("## Speech services\n")[1]
    return dict(re.findall(r"^\| `(\w+)` \| `([^`]*)` \|", section, re.MULTILINE))


def read(reader: str, variables: Mapping[str, str]) -> tuple[Any, set[str]]:
    env = Recorder(variables)
    settings = READERS[reader](env)
    env.finish()
    return settings, env.asked


def test_every_variable_is_in_the_table() -> None:
    asked = {name for reader in READERS for name in read(reader, WITH_ELEVENLABS)[1]}
    files = {name for name in asked if name.endswith("_FILE")}
    assert asked - files == set(table()) - OF_SERVE


@pytest.mark.parametrize(("name", "example"), [row for row in table().items() if row[0] not in OF_SERVE])
def test_the_example_reaches_a_setting(name: str, example: str) -> None:
    base = WITH_ELEVENLABS if name.startswith("ELEVENLABS_") else {}
    readers = [reader for reader in READERS if name in read(reader, WITH_ELEVENLABS)[1]]
    assert readers
    for reader in readers:
        given = {**base, "ELEVENLABS_API_KEY": "another-key", name: example}
        assert read(reader, given)[0] != read(reader, base)[0]


@pytest.mark.parametrize("name", ["stt", "tts", "llm"])
def test_ports_and_addresses_reach_the_server(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    seen: dict[str, Any] = {}

    class StopError(Exception):
        pass

    def config(_app: Any, **options: Any) -> None:
        seen.update(options)
        raise StopError

    monkeypatch.setattr(service.uvicorn, "Config", config)
    for variable in OF_SERVE:
        monkeypatch.setenv(variable, table()[variable])
    monkeypatch.setenv("PARLEY_SERVICES_KEY", "a-key-of-sixteen-or-more")
    with pytest.raises(StopError):
        service.serve(name, 1, lambda _env, access: service.create_app(service.Service(name, dict), access=access), [])
    assert (seen["host"], str(seen["port"])) == (table()["PARLEY_SERVICES_BIND"], table()[f"{name.upper()}_PORT"])


@pytest.mark.parametrize(("variable", "value"), [("STT_PORT", "seven"), ("STT_PORT", "70000"), ("LOG_LEVEL", "loud")])
def test_a_wrong_one_is_told_and_ends_with_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variable: str, value: str
) -> None:

    monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit) as end:
        service.serve(
            "stt", 1, lambda _env, access: service.create_app(service.Service("stt", dict), access=access), []
        )
    assert end.value.code == 2
    assert f"{variable} is '{value}'" in capsys.readouterr().err
