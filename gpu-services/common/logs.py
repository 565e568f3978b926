"""Structured logs: one JSON object a line on stdout, the same shape as the application's (pino) lines.

Messages are constant strings; what varies goes into fields. Transcripts and spoken texts are only ever
logged at debug level, under the key `transcript`, which collectors can drop by name.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any

LEVEL_NUMBERS = {"DEBUG": 20, "INFO": 30, "WARNING": 40, "ERROR": 50, "CRITICAL": 60}
LEVEL_NAMES = ("debug", "info", "warning", "error")


class JsonFormatter(logging.Formatter):
    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "level": LEVEL_NUMBERS.get(record.levelname, 30),
            "time": int(record.created * 1000),
            "service": self._service,
            "msg": record.getMessage(),
        }
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line["err"] = {
                "type": type(error).__name__,
                "message": str(error),
                "stack": self.formatException(record.exc_info),
            }
        return json.dumps(line, default=str, ensure_ascii=False)


class Log:
    """`log.info("session opened", sessionId=3)`."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def debug(self, message: str, **fields: Any) -> None:
        self._logger.debug(message, extra={"fields": fields})

    def info(self, message: str, **fields: Any) -> None:
        self._logger.info(message, extra={"fields": fields})

    def warning(self, message: str, **fields: Any) -> None:
        self._logger.warning(message, extra={"fields": fields})

    def error(self, message: str, *, cause: BaseException | None = None, **fields: Any) -> None:
        self._logger.error(message, exc_info=cause, extra={"fields": fields})


def configure_logs(service: str, level: str) -> None:
    """Everything in this process, the web server's own lines too, goes out as JSON."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter(service))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # The web server tells of every connection; what matters of it the services say themselves.
    for noisy in (
        "uvicorn",
        "uvicorn.error",
        "uvicorn.access",
        "httpx2",
        "httpcore2",
        "httpx",
        "httpcore",
        "faster_whisper",
        "websockets",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True


def monotonic_ms() -> float:
    return time.perf_counter() * 1000
