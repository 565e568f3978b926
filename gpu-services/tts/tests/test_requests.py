from __future__ import annotations

from typing import Any

import pytest

from conftest import wire_cases
from tts.requests import RequestError, read_request


@pytest.mark.parametrize("case", wire_cases("tts-requests.json"))
def test_requests_of_the_protocol(case: dict[str, Any]) -> None:
    body = case["body"].encode()
    if case.get("code") != "BAD_REQUEST":
        assert read_request(body, "af_heart", "auto", 2000).text
        return
    with pytest.raises(RequestError) as refused:
        read_request(body, "af_heart", "auto", 2000)
    assert (refused.value.status, refused.value.code) == (case["status"], case["code"])


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b'{"text":"a","speed":NaN}', b"[" * 5000, b'{"text":"' + b"x" * 2001 + b'"}']
)
def test_hostile_bodies_are_refused(body: bytes) -> None:
    with pytest.raises(RequestError):
        read_request(body, "af_heart", "auto", 2000)
