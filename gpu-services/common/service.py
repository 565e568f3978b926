"""The life of a service: starting, ready or failed; /health and /metrics; an orderly end on SIGTERM.

Models load on a thread while the port already answers, so that whoever waits learns what it waits for.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Gauge,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from common.access import Access, Gate, read_access
from common.devices import DeviceMissingError
from common.logs import LEVEL_NAMES, Log, configure_logs
from common.settings import Environment, SettingsError

GRACE_S = 3.5
"""What runs is finished or cut within this; the contract allows 5 s to the exit."""

HARD_EXIT_S = 4.7
"""By then the process ends whatever its native threads are doing."""

PARENT_POLL_S = 1.0

SETTINGS_EXIT_CODE = 2
"""The environment asks for what cannot be: whoever started the service need not try again."""

log = Log("service")

disable_created_metrics()


@dataclass
class Service:
    """State that /health reports. `details` are added to a ready answer (model, device, ...)."""

    name: str
    load: Callable[[], dict[str, Any]]
    close: Callable[[], None] = lambda: None
    extra_reason: Callable[[], str | None] = lambda: None
    """Asked at each /health: why a service whose models are loaded is not ready all the same."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    status: str = "starting"
    reason: str = "models are being loaded"
    details: dict[str, Any] = field(default_factory=dict)
    stopping: bool = False
    on_unusable: Callable[[str], None] = lambda _: None
    """Told when the device that was asked for is not there: the process then ends, as with any wrong setting."""

    def __post_init__(self) -> None:
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._ready_gauge = Gauge(f"parley_{self.name}_ready", "1 when the models are loaded", registry=self.registry)

    @property
    def ready(self) -> bool:
        return self.status == "ready" and not self.stopping and self.extra_reason() is None

    def load_now(self) -> None:
        try:
            self.details = self.load()
        except DeviceMissingError as error:
            self.status, self.reason = "failed", str(error)
            log.error("the device that was asked for cannot be used", reason=str(error))
            self.on_unusable(str(error))
            return
        except Exception as error:
            self.status, self.reason = "failed", f"{type(error).__name__}: {error}"
            log.error("models could not be loaded", cause=error)
            return
        self.status, self.reason = "ready", ""
        self._ready_gauge.set(1)
        log.info("ready", **self.details)

    def health(self) -> tuple[int, dict[str, Any]]:
        if self.ready:
            return 200, {"status": "ready", "service": self.name, **self.details}
        status = "starting" if self.status == "ready" else self.status
        reason = "shutting down" if self.stopping else self.reason or self.extra_reason() or ""
        return 503, {"status": status, "service": self.name, "reason": reason}

    def public_health(self) -> tuple[int, dict[str, Any]]:
        """For health checks, which have no key: whether it is ready, and nothing of what it is."""
        status_code, body = self.health()
        return status_code, {"status": body["status"], "service": self.name, "keyWanted": True}


OPEN = Access(None)


async def nothing() -> None:
    pass


def create_app(
    service: Service,
    on_start: Callable[[], None] = lambda: None,
    on_end: Callable[[], Awaitable[None]] = nothing,
    metrics: Callable[[], Awaitable[bytes]] | None = None,
    access: Access = OPEN,
) -> FastAPI:
    """`on_start` and `on_end` run on the event loop; `metrics` replaces the plain text of the registry."""

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        on_start()
        loading = asyncio.create_task(asyncio.to_thread(service.load_now))
        yield
        service.stopping = True
        service.close()
        loading.cancel()
        await on_end()

    app = FastAPI(title=f"Parley {service.name}", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Gate, access=access)
    app.state.service = service

    @app.get("/health")
    async def health(request: Request) -> JSONResponse:
        status_code, body = service.health() if access.holds_key(request.scope) else service.public_health()
        return JSONResponse(body, status_code=status_code)

    @app.get("/metrics")
    async def metrics_text() -> Response:
        text = await metrics() if metrics is not None else generate_latest(service.registry)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()
        )
        return error_response(400, "BAD_REQUEST", faults[:1000])

    return app


def error_response(status_code: int, code: str, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=status_code, headers=headers)


class GracefulServer(uvicorn.Server):
    """Ends with code 0 on SIGTERM and SIGINT, where uvicorn's own would raise the signal again."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        yield

    def _on_signal(self, number: int, _: Any) -> None:
        if self.should_exit:
            self.force_exit = True
        self.stop(signal.Signals(number).name)

    def stop(self, cause: str, exit_code: int = 0) -> None:
        log.info("shutting down", cause=cause)
        timer = threading.Timer(HARD_EXIT_S, lambda: os._exit(exit_code))
        timer.daemon = True
        timer.start()
        self.should_exit = True


def serve(
    name: str, default_port: int, build: Callable[[Environment, Access], FastAPI], argv: list[str] | None = None
) -> None:
    """The `main` of each service: arguments, logs, settings, server, exit code."""
    environment = Environment()
    parser = argparse.ArgumentParser(prog=f"python -m {name}.server")
    bind = environment.text("PARLEY_SERVICES_BIND", environment.text("HOST", "127.0.0.1"))
    parser.add_argument("--host", default=bind)
    port = environment.integer(f"{name.upper()}_PORT", default_port, 0, 65_535)
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument(
        "--log-level", choices=LEVEL_NAMES, default=environment.choice("LOG_LEVEL", "info", LEVEL_NAMES)
    )
    parser.add_argument("--parent-pid", type=int, default=None, help="end when this process is gone")
    options = parser.parse_args(argv)
    configure_logs(name, options.log_level)

    try:
        access = read_access(environment, options.host)
        app = build(environment, access)
        environment.finish()
    except SettingsError as error:
        print(f"{name}: the environment is not right:\n{error}", file=sys.stderr)
        sys.exit(SETTINGS_EXIT_CODE)

    if access.key is None:
        log.warning("no key is set: whoever is logged in on this machine may use this service")
    server = GracefulServer(
        uvicorn.Config(
            app,
            host=options.host,
            port=options.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=int(GRACE_S),
            timeout_keep_alive=75,
            ws_max_size=1 << 18,
            ws_ping_interval=20,
            ws_ping_timeout=20,
            ws_per_message_deflate=False,
            server_header=False,
        )
    )
    unusable: list[str] = []

    def on_unusable(reason: str) -> None:
        unusable.append(reason)
        server.stop("the device that was asked for cannot be used", SETTINGS_EXIT_CODE)

    app.state.service.on_unusable = on_unusable
    if options.parent_pid is not None:
        threading.Thread(target=watch_parent, args=(options.parent_pid, server), daemon=True).start()
    server.run()
    # Native threads of the engines may still be at work: nothing of theirs needs to be finished.
    sys.stdout.flush()
    if unusable:
        print(f"{name}: the device that was asked for cannot be had: {unusable[0]}", file=sys.stderr, flush=True)
        os._exit(SETTINGS_EXIT_CODE)
    os._exit(0 if server.started else 1)


def watch_parent(pid: int, server: GracefulServer) -> None:
    """A service whose supervisor was killed must not keep its port."""
    # A parent's number may go to another process after its end, so being its child says more than that it is there.
    is_child = os.getppid() == pid
    never = threading.Event()
    while not never.wait(PARENT_POLL_S):
        if os.getppid() != pid if is_child else not is_running(pid):
            server.stop("parent is gone")
            return


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
