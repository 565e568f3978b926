"""One file of a model hub (Hugging Face's way of serving them): `hub:OWNER/REPOSITORY/FILE`.

A fetch that is broken off goes on where it stopped. What lies in place is whole: its length, and its SHA-256 where the
hub tells one, were checked before it was put there. Only the standard library is used.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PREFIX = "hub:"
ENDPOINT = "https://huggingface.co"
SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,199}")
SHA256 = re.compile(r"[0-9a-f]{64}")
BLOCK_BYTES = 1 << 18
SILENCE_S = 30.0
ATTEMPTS = 6
"""Without a byte more; a line that breaks off but brings something each time is followed to the end."""

PAUSE_S = 2.0
DISK_RESERVE_BYTES = 200 << 20


class HubError(Exception):
    """The file could not be had; the message is for whoever asked for it."""


class BrokenOffError(Exception):
    """Worth another attempt."""


@dataclass(frozen=True)
class HubFile:
    owner: str
    repository: str
    file: str

    def place(self, models_dir: Path) -> Path:
        return models_dir / "hub-files" / self.owner / self.repository / self.file

    def url(self, endpoint: str) -> str:
        return f"{endpoint.rstrip('/')}/{self.owner}/{self.repository}/resolve/main/{self.file}"


@dataclass(frozen=True)
class Promise:
    """What the hub says of a file before it sends it."""

    total_bytes: int | None
    sha256: str | None


def read_spec(text: str) -> HubFile:
    """Raises ValueError, with what would be right."""
    segments = text.removeprefix(PREFIX).split("/")
    if not text.startswith(PREFIX) or len(segments) < 3 or not all(SEGMENT.fullmatch(one) for one in segments):
        raise ValueError("must be hub:OWNER/REPOSITORY/FILE, such as hub:Qwen/Qwen2.5-1.5B-Instruct-GGUF/model.gguf")
    return HubFile(segments[0], segments[1], "/".join(segments[2:]))


def fetch(
    wanted: HubFile,
    models_dir: Path,
    on_bytes: Callable[[int, int | None], None] = lambda _done, _total: None,
    is_stopped: Callable[[], bool] = lambda: False,
    environment: Mapping[str, str] = os.environ,
    pause_s: float = PAUSE_S,
) -> Path:
    """Where the file lies, once it does. HF_ENDPOINT names another hub, HF_TOKEN opens what is not for everybody."""
    place = wanted.place(models_dir)
    if place.is_file():
        return place
    url = wanted.url(environment.get("HF_ENDPOINT") or ENDPOINT)
    token = environment.get("HF_TOKEN") or None
    partial = place.with_name(f".{place.name}.part")
    partial.parent.mkdir(parents=True, exist_ok=True)
    failures = 0
    while True:
        before = size_of(partial)
        try:
            promise = ask(url, token)
            check_disk(partial, promise)
            receive(url, token, partial, promise, on_bytes, is_stopped)
            check(partial, promise, place.name)
            os.replace(partial, place)
            return place
        except BrokenOffError as error:
            failures = 0 if size_of(partial) > before else failures + 1
            if failures >= ATTEMPTS:
                kept = f"; {size_of(partial) / 1e6:.0f} MB are kept for the next time" if size_of(partial) else ""
                raise HubError(f"{url} cannot be fetched: {error}{kept}") from error
        if is_stopped():
            raise HubError("stopped")
        time.sleep(pause_s)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """The hub tells length and checksum with the redirect to where the bytes are."""

    def redirect_request(self, *_: Any) -> None:
        return None


def ask(url: str, token: str | None) -> Promise:
    try:
        with urllib.request.build_opener(NoRedirect).open(request(url, token, "HEAD"), timeout=SILENCE_S) as answer:
            headers = answer.headers
    except urllib.error.HTTPError as error:
        with error:
            if error.code not in (301, 302, 303, 307, 308):
                raise refusal(url, error.code) from error
            headers = error.headers
    except (OSError, http.client.HTTPException) as error:
        raise BrokenOffError(reason_of(error)) from error
    # A redirect has a length of its own; what the file has is told beside it.
    direct = headers.get("Location") is None
    length = headers.get("X-Linked-Size") or (headers.get("Content-Length") if direct else None)
    mark = (headers.get("X-Linked-ETag") or headers.get("ETag") or "").strip('W/"').lower()
    total = int(length) if length is not None and length.isdigit() else None
    return Promise(total, mark if SHA256.fullmatch(mark) else None)


def receive(
    url: str,
    token: str | None,
    partial: Path,
    promise: Promise,
    on_bytes: Callable[[int, int | None], None],
    is_stopped: Callable[[], bool],
) -> None:
    """Appends what is missing. More than was promised is refused."""
    have = size_of(partial)
    total = promise.total_bytes
    if total is not None and have >= total and partial.exists():
        if have == total:
            return
        partial.unlink()
        have = 0
    asked = request(url, token, "GET")
    if have:
        asked.add_header("Range", f"bytes={have}-")
    try:
        with urllib.request.urlopen(asked, timeout=SILENCE_S) as answer:
            goes_on = answer.status == 206 and (answer.headers.get("Content-Range") or "").startswith(f"bytes {have}-")
            with partial.open("ab" if goes_on else "wb") as out:
                done = have if goes_on else 0
                while block := answer.read(BLOCK_BYTES):
                    out.write(block)
                    done += len(block)
                    if total is not None and done > total:
                        break
                    on_bytes(done, total)
                    if is_stopped():
                        raise HubError("stopped")
                out.flush()
                os.fsync(out.fileno())
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 416:
                partial.unlink(missing_ok=True)
                raise BrokenOffError("what was there before is longer than the file") from error
            raise refusal(url, error.code) from error
    except (OSError, http.client.HTTPException) as error:
        raise BrokenOffError(reason_of(error)) from error
    if total is not None and done > total:
        partial.unlink()
        raise HubError(f"{url} sends more than the {total} bytes that it promised")
    if total is not None and done < total:
        raise BrokenOffError(f"it broke off after {done} of {total} bytes")


def check(partial: Path, promise: Promise, name: str) -> None:
    """What is wrong is thrown away: going on from it would help nobody."""
    fault = None
    if promise.total_bytes is None and promise.sha256 is None:
        fault = "the hub tells neither its length nor its checksum, so nobody can know whether it is whole"
    elif promise.sha256 is not None and (found := file_sha256(partial)) != promise.sha256:
        fault = f"its SHA-256 is {found}, and the hub says {promise.sha256}"
    elif name.endswith(".gguf") and partial.open("rb").read(4) != b"GGUF":
        fault = "it is no GGUF file"
    if fault is not None:
        partial.unlink()
        raise HubError(f"{name} was fetched and thrown away: {fault}")


def request(url: str, token: str | None, method: str) -> urllib.request.Request:
    asked = urllib.request.Request(url, method=method, headers={"Accept-Encoding": "identity"})
    if token is not None:
        # For the hub alone, not for the store that it sends us on to.
        asked.add_unredirected_header("Authorization", f"Bearer {token}")
    return asked


def refusal(url: str, status: int) -> Exception:
    if status in (401, 403):
        return HubError(f"{url} is not for everybody (HTTP {status}): accept its terms, and set HF_TOKEN")
    if status == 404:
        return HubError(f"{url} does not exist (HTTP 404): is every part of hub:OWNER/REPOSITORY/FILE right?")
    if status == 429 or status >= 500:
        return BrokenOffError(f"HTTP {status}")
    return HubError(f"{url} is refused with HTTP {status}")


def reason_of(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error or type(error).__name__)


def check_disk(partial: Path, promise: Promise) -> None:
    missing = (promise.total_bytes or 0) - size_of(partial)
    free = shutil.disk_usage(partial.parent).free
    if missing + DISK_RESERVE_BYTES > free:
        raise HubError(f"{partial.parent} has {free / 1e6:.0f} MB free, and {missing / 1e6:.0f} MB are missing")


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def file_sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()
