"""Who may use a service: whoever has its key. Web pages never may, whatever they know.

The key is PARLEY_SERVICES_KEY, the same on both machines; the app makes one at each start for the services that it
starts. Without a key a service listens on loopback only, for whoever is logged in there.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from common.settings import Environment

KEY_VARIABLE = "PARLEY_SERVICES_KEY"
KEY_SHAPE = re.compile(r"[\x21-\x7e]{16,200}")
MAKE_ONE = "`openssl rand -hex 32` makes one"

OTHERS_MAY = stat.S_IWGRP | stat.S_IRWXO
"""A group may read a key (root:parley, 0640); nobody else may, and nobody else may write it."""

WITH_BODY = ("POST", "PUT", "PATCH")
HEALTH_PATH = "/health"


@dataclass(frozen=True)
class Refusal:
    status: int
    code: str
    message: str


@dataclass(frozen=True)
class Access:
    """`key` is None where none was given; then only this machine can reach the service."""

    key: str | None

    def holds_key(self, scope: Scope) -> bool:
        if self.key is None:
            return True
        given = header(scope, b"authorization").encode("latin-1")
        return hmac.compare_digest(given, b"Bearer " + self.key.encode("ascii"))

    def refusal(self, scope: Scope) -> Refusal | None:
        """Why a request is not even looked at."""
        site = header(scope, b"sec-fetch-site")
        if header(scope, b"origin") or site not in ("", "none"):
            return Refusal(403, "ORIGIN_REFUSED", "web pages may not use this service")
        if self.key is None and not is_address(host_name(header(scope, b"host"))):
            # A page whose name was made to mean 127.0.0.1 (DNS rebinding) counts as this machine for its browser.
            return Refusal(403, "HOST_REFUSED", "without a key this service is asked by address or as localhost")
        asks_health = scope["type"] == "http" and scope["path"] == HEALTH_PATH
        if not self.holds_key(scope) and not (asks_health and not header(scope, b"authorization")):
            said = "is not this service's" if header(scope, b"authorization") else "is missing"
            return Refusal(401, "KEY_REFUSED", f"the key {said}: send {KEY_VARIABLE} as `Authorization: Bearer KEY`")
        if scope["type"] == "http" and scope["method"] in WITH_BODY and not is_json(header(scope, b"content-type")):
            return Refusal(415, "NOT_JSON", "the body must come as content-type: application/json")
        return None


class Gate:
    """Stands before the application: what it refuses costs an answer and no more."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._access.refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refusal is None:
            await self._app(scope, receive, send)
            return
        if scope["type"] == "http":
            await answer(refusal, "http.response", send)
            return
        await receive()
        if "websocket.http.response" in scope.get("extensions", {}):
            await answer(refusal, "websocket.http.response", send)
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": refusal.code})


async def answer(refusal: Refusal, kind: str, send: Send) -> None:
    body = json.dumps({"error": {"code": refusal.code, "message": refusal.message}}).encode()
    # The connection goes too: whatever body may still come is not read.
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers.append((b"connection", b"close"))
    if refusal.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": f"{kind}.start", "status": refusal.status, "headers": headers})
    await send({"type": f"{kind}.body", "body": body})


def read_access(env: Environment, host: str) -> Access:
    """The key of the environment or of the file that PARLEY_SERVICES_KEY_FILE names; `host` is listened on."""
    key = env.text(KEY_VARIABLE, "")
    source = KEY_VARIABLE
    file = env.text(f"{KEY_VARIABLE}_FILE", "")
    if not key and file:
        source = f"{KEY_VARIABLE}_FILE"
        key = read_key_file(env, source, Path(file).expanduser())
        if not key:
            return Access(None)
    if key and not KEY_SHAPE.fullmatch(key):
        env.fault(f"{source}: the key must have 16 to 200 printable characters without spaces; {MAKE_ONE}")
    if not key and not is_loopback(host):
        env.fault(
            f"the service would listen on {host}, where other machines reach it, so {KEY_VARIABLE} "
            f"(or {KEY_VARIABLE}_FILE) must be set, to the same on the machine of the app; {MAKE_ONE}"
        )
    return Access(key or None)


def read_key_file(env: Environment, source: str, path: Path) -> str:
    try:
        mode = path.stat().st_mode
        key = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        env.fault(f"{source} is {str(path)!r}, which cannot be read: {error}")
        return ""
    if mode & OTHERS_MAY:
        shown = f"{stat.S_IMODE(mode):04o}"
        env.fault(f"{source} is {str(path)!r}, which others may read or write (mode {shown}): chmod 600 {path}")
        return ""
    if not key:
        env.fault(f"{source} is {str(path)!r}, which is empty; it must hold the key; {MAKE_ONE}")
    return key


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_address(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def host_name(host: str) -> str:
    """Of a Host header: without the port and the brackets of IPv6."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()


def is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"


def header(scope: Scope, name: bytes) -> str:
    """The first of that name; nothing where a client sends none."""
    headers: list[tuple[bytes, bytes]] = scope.get("headers", [])
    found: Any = next((value for key, value in headers if key.lower() == name), b"")
    return found.decode("latin-1")
