"""A hub on this machine that is slow, breaks off, or lies about what it sends."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from models import hub
from models.hub import HubError, HubFile, read_spec

BODY = b"GGUF" + bytes(range(256)) * 4000
SHA = hashlib.sha256(BODY).hexdigest()
FILE = HubFile("owner", "repository", "sub/model.gguf")


class Hub:
    """What it says and does; `asked` has the Range of each GET."""

    def __init__(self) -> None:
        self.body = BODY
        self.headers: dict[str, str] = {"X-Linked-Size": str(len(BODY)), "X-Linked-ETag": f'"{SHA}"'}
        self.status = 200
        self.failing_times = 0
        self.cut_after: int | None = None
        self.takes_range = True
        self.stalls_after: int | None = None
        self.over = threading.Event()
        self.redirects = False
        self.asked: list[str | None] = []
        self.tokens: list[str | None] = []
        self.paths: list[str] = []

    def __enter__(self) -> Hub:
        hub_ = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self.answer(False)

            def do_GET(self) -> None:
                hub_.asked.append(self.headers.get("Range"))
                self.answer(True)

            def answer(self, with_body: bool) -> None:
                hub_.paths.append(self.path)
                hub_.tokens.append(self.headers.get("Authorization"))
                if hub_.failing_times > 0:
                    hub_.failing_times -= 1
                    self.send_error(503)
                    return
                if hub_.status != 200:
                    self.send_error(hub_.status)
                    return
                if hub_.redirects and not self.path.startswith("/store"):
                    self.send_response(302)
                    self.send_header("Location", "/store/blob")
                    for name, value in hub_.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                given = self.headers.get("Range")
                start = int(given[6:-1]) if given and hub_.takes_range else 0
                rest = hub_.body[start:]
                self.send_response(206 if start else 200)
                if start:
                    self.send_header("Content-Range", f"bytes {start}-{len(hub_.body) - 1}/{len(hub_.body)}")
                for name, value in hub_.headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in hub_.headers:
                    self.send_header("Content-Length", str(len(rest)))
                self.end_headers()
                if with_body:
                    with contextlib.suppress(OSError):
                        if hub_.stalls_after is not None:
                            self.wfile.write(rest[: hub_.stalls_after])
                            hub_.stalls_after = None
                            hub_.over.wait(10)
                            return
                        self.wfile.write(rest[: hub_.cut_after])

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def environment(self) -> dict[str, str]:
        return {"HF_ENDPOINT": f"http://127.0.0.1:{self._server.server_address[1]}"}


@pytest.fixture
def there() -> Iterator[Hub]:
    with Hub() as it:
        yield it


def fetch(there: Hub, folder: Path, **more: Any) -> Path:
    return hub.fetch(FILE, folder, environment={**there.environment, **more.pop("env", {})}, pause_s=0, **more)


@pytest.mark.parametrize("redirects", [False, True])
def test_a_file_is_fetched_once(there: Hub, tmp_path: Path, redirects: bool) -> None:
    there.redirects = redirects
    seen: list[tuple[int, int | None]] = []
    place = fetch(there, tmp_path, on_bytes=lambda done, total: seen.append((done, total)), env={"HF_TOKEN": "secret"})
    assert place == tmp_path / "hub-files/owner/repository/sub/model.gguf"
    assert place.read_bytes() == BODY
    assert seen[-1] == (len(BODY), len(BODY))
    assert there.paths[0] == "/owner/repository/resolve/main/sub/model.gguf"
    shown = {path.startswith("/store"): token for path, token in zip(there.paths, there.tokens, strict=True)}
    assert shown == ({False: "Bearer secret", True: None} if redirects else {False: "Bearer secret"})
    assert fetch(there, tmp_path) == place
    assert len(there.asked) == (2 if redirects else 1)
    assert [path.name for path in place.parent.iterdir()] == ["model.gguf"]


def test_a_line_that_breaks_off_again_and_again_is_followed_to_the_end(there: Hub, tmp_path: Path) -> None:
    there.cut_after = 100_000
    assert fetch(there, tmp_path).read_bytes() == BODY
    assert there.asked[:3] == [None, "bytes=100000-", "bytes=200000-"]
    assert len(there.asked) == 11


def test_a_hub_that_falls_silent_is_left_and_asked_for_the_rest(
    there: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "SILENCE_S", 0.3)
    there.stalls_after = hub.BLOCK_BYTES * 2
    assert fetch(there, tmp_path).read_bytes() == BODY
    assert there.asked == [None, f"bytes={hub.BLOCK_BYTES * 2}-"]


def test_a_fetch_goes_on_in_the_next_start(there: Hub, tmp_path: Path) -> None:
    done = iter([False, True])
    with pytest.raises(HubError, match="stopped"):
        fetch(there, tmp_path, is_stopped=lambda: next(done))
    first = len(there.asked)
    assert fetch(there, tmp_path).read_bytes() == BODY
    assert there.asked[first] is not None


def test_a_hub_that_knows_no_ranges_is_begun_anew(there: Hub, tmp_path: Path) -> None:
    part = FILE.place(tmp_path).with_name(".model.gguf.part")
    part.parent.mkdir(parents=True)
    part.write_bytes(b"something else that is there")
    there.takes_range = False
    assert fetch(there, tmp_path).read_bytes() == BODY


def test_a_hub_that_has_a_bad_moment_is_asked_again(there: Hub, tmp_path: Path) -> None:
    there.failing_times = 4
    assert fetch(there, tmp_path).read_bytes() == BODY


def test_one_that_stays_away_is_given_up(there: Hub, tmp_path: Path) -> None:
    there.failing_times = 100
    with pytest.raises(HubError, match="HTTP 503"):
        fetch(there, tmp_path)
    with pytest.raises(HubError, match="cannot be fetched"):
        hub.fetch(FILE, tmp_path, environment={"HF_ENDPOINT": "http://127.0.0.1:9"}, pause_s=0)


@pytest.mark.parametrize(
    ("headers", "body", "said"),
    [
        ({"X-Linked-Size": "1000", "X-Linked-ETag": f'"{SHA}"'}, BODY, "more than the 1000 bytes that it promised"),
        ({"X-Linked-Size": str(len(BODY) + 5)}, BODY, f"broke off after {len(BODY)} of {len(BODY) + 5}"),
        ({"X-Linked-Size": str(len(BODY)), "X-Linked-ETag": '"' + "0" * 64 + '"'}, BODY, "SHA-256"),
        ({"X-Linked-ETag": f'"{SHA}"'}, BODY[:-1] + b"x", "SHA-256"),
        ({"Content-Length": "x"}, BODY, "neither its length nor its checksum"),
        ({}, b"<!doctype html><title>Sign in</title>", "no GGUF file"),
        ({}, b"", "no GGUF file"),
    ],
)
def test_what_is_not_whole_is_never_put_in_place(
    there: Hub, tmp_path: Path, headers: dict[str, str], body: bytes, said: str
) -> None:
    there.headers, there.body = headers, body
    with pytest.raises(HubError, match=said):
        fetch(there, tmp_path)
    assert not FILE.place(tmp_path).exists()


@pytest.mark.parametrize(
    ("status", "said"), [(404, "does not exist"), (401, "HF_TOKEN"), (403, "HF_TOKEN"), (400, "400")]
)
def test_what_is_refused_is_told_at_once(there: Hub, tmp_path: Path, status: int, said: str) -> None:
    there.status = status
    with pytest.raises(HubError, match=said):
        fetch(there, tmp_path)
    assert len(there.paths) == 1


@pytest.mark.parametrize(
    "text",
    [
        *("hub:", "hub:owner", "hub:owner/repository", "hub:owner/repository/", "hub:/a/b", "hub:a//b", "a/b/c"),
        *(
            "hub:a/../b",
            "hub:a/b/../../c",
            "hub:a/b/.hidden",
            "hub:a/b/c?d",
            "hub:a/b/c d",
            "hub:a/b/..",
            "hub:a/b/%2e",
        ),
    ],
)
def test_a_name_that_is_none_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="hub:OWNER/REPOSITORY/FILE"):
        read_spec(text)


def test_names() -> None:
    assert read_spec("hub:owner/repository/sub/model.gguf") == FILE
