"""Who is let in. Symptom: any page that was open in a browser could use the speech services, and shut them off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from common.access import Access, read_access
from common.settings import Environment, SettingsError

KEY = "a-key-of-the-speech-services"
HOLDER = {"authorization": f"Bearer {KEY}"}


def scope(path: str = "/v1/models", method: str = "GET", kind: str = "http", **headers: str) -> dict[str, Any]:
    given = {"host": "127.0.0.1:7003", **headers}
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
    return {"type": kind, "path": path, "method": method, "headers": raw}


def refused(access: Access, asked: dict[str, Any]) -> tuple[int, str] | None:
    refusal = access.refusal(asked)
    return (refusal.status, refusal.code) if refusal else None


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (scope(), (401, "KEY_REFUSED")),
        (scope(authorization="Bearer another-key-of-the-services"), (401, "KEY_REFUSED")),
        (scope(authorization=f"Basic {KEY}"), (401, "KEY_REFUSED")),
        (scope(authorization=f"Bearer {KEY}x"), (401, "KEY_REFUSED")),
        (scope(authorization="Bearer"), (401, "KEY_REFUSED")),
        (scope("/metrics"), (401, "KEY_REFUSED")),
        (scope("/ws/stt", kind="websocket"), (401, "KEY_REFUSED")),
        (scope("/nowhere"), (401, "KEY_REFUSED")),
        (scope("/health/"), (401, "KEY_REFUSED")),
        (scope("/health", authorization="Bearer another-key-of-the-services"), (401, "KEY_REFUSED")),
        (scope("/health"), None),
        (scope(**HOLDER), None),
        (scope("/ws/stt", kind="websocket", **HOLDER), None),
        (scope(host="gpu.example.net:7003", **HOLDER), None),
        (scope(origin="https://page.example.net", **HOLDER), (403, "ORIGIN_REFUSED")),
        (scope(origin="null", **HOLDER), (403, "ORIGIN_REFUSED")),
        (scope(origin="http://127.0.0.1:7003", **HOLDER), (403, "ORIGIN_REFUSED")),
        (scope("/ws/stt", kind="websocket", origin="https://page.example.net"), (403, "ORIGIN_REFUSED")),
        (scope("/health", origin="https://page.example.net"), (403, "ORIGIN_REFUSED")),
        (scope(sec_fetch_site="cross-site", **HOLDER), (403, "ORIGIN_REFUSED")),
        (scope("/health", sec_fetch_site="none"), None),
    ],
)
def test_with_a_key(asked: dict[str, Any], expected: tuple[int, str] | None) -> None:
    assert refused(Access(KEY), asked) == expected


@pytest.mark.parametrize(
    ("content_type", "taken"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("Application/JSON", True),
        ("text/plain", False),
        ("application/x-www-form-urlencoded", False),
        ("multipart/form-data; boundary=application/json", False),
        ("text/plain; application/json", False),
        ("application/jsonp", False),
        ("", False),
    ],
)
def test_a_body_must_say_that_it_is_json(content_type: str, taken: bool) -> None:
    for access in (Access(KEY), Access(None)):
        asked = scope("/tts/stream", "POST", content_type=content_type, **HOLDER)
        assert refused(access, asked) == (None if taken else (415, "NOT_JSON"))


@pytest.mark.parametrize(
    ("host", "taken"),
    [
        ("127.0.0.1:7003", True),
        ("localhost:7003", True),
        ("LOCALHOST", True),
        ("[::1]:7003", True),
        ("192.0.2.7", True),
        ("page.example.net:7003", False),
        ("localhost.example.net", False),
        ("127.0.0.1.example.net", False),
        ("", False),
    ],
)
def test_without_a_key_no_other_name_is_answered(host: str, taken: bool) -> None:
    assert refused(Access(None), scope(host=host)) == (None if taken else (403, "HOST_REFUSED"))


def read(host: str, **variables: str) -> str | None:
    """The key, or what is wrong."""
    env = Environment(variables)
    access = read_access(env, host)
    env.finish()
    return access.key


def test_the_key_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    file.chmod(0o600)
    assert read("127.0.0.1") is None
    assert read("0.0.0.0", PARLEY_SERVICES_KEY=KEY) == KEY
    assert read("0.0.0.0", PARLEY_SERVICES_KEY_FILE=str(file)) == KEY
    file.chmod(0o640)
    assert read("::", PARLEY_SERVICES_KEY_FILE=str(file)) == KEY


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "gpu.example.net", ""])
def test_a_service_that_others_reach_wants_a_key(host: str) -> None:
    with pytest.raises(SettingsError, match=r"PARLEY_SERVICES_KEY .*must be set"):
        read(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_one_that_they_do_not_reach_wants_none(host: str) -> None:
    assert read(host) is None


@pytest.mark.parametrize("key", ["short", "has a space in the middle of it", "x" * 201, "schlüssel-der-dienste"])
def test_a_key_that_is_none_is_told(key: str) -> None:
    with pytest.raises(SettingsError, match="16 to 200 printable characters"):
        read("127.0.0.1", PARLEY_SERVICES_KEY=key)


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o620, 0o666, 0o601])
def test_a_file_that_others_read_or_write_is_no_secret(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key"
    file.write_text(KEY)
    file.chmod(mode)
    with pytest.raises(SettingsError, match="chmod 600") as fault:
        read("127.0.0.1", PARLEY_SERVICES_KEY_FILE=str(file))
    assert KEY not in str(fault.value)


@pytest.mark.parametrize(("content", "said"), [("", "is empty"), (" \n", "is empty"), ("\xff\xfe", "printable")])
def test_a_file_without_a_key_is_told(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "key"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(SettingsError, match=said):
        read("127.0.0.1", PARLEY_SERVICES_KEY_FILE=str(file))
    with pytest.raises(SettingsError, match="cannot be read"):
        read("127.0.0.1", PARLEY_SERVICES_KEY_FILE=str(tmp_path / "none"))
