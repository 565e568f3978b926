"""Fixtures of all services' tests. Tests marked `models` run where the models are, and are skipped elsewhere."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

from models.catalogue import default_models_dir, is_complete, load_catalogue

HERE = Path(__file__).parent
WIRE = HERE / "protocol" / "fixtures"


def wire_cases(name: str) -> list[Any]:
    """Cases of a fixture file that both languages test, as pytest parameters."""
    cases = json.loads((WIRE / name).read_text(encoding="utf-8"))["cases"]
    return [pytest.param(case, id=case["name"]) for case in cases]


@pytest.fixture(scope="session")
def models_dir() -> Path:
    directory = default_models_dir()
    missing = [part.id for part in load_catalogue() if not part.optional and not is_complete(part, directory)]
    if missing:
        pytest.skip(f"not in {directory}: {', '.join(missing)} (python -m models.fetch)")
    return directory


def wait_until_loaded(client: Any, limit_s: float = 60.0) -> Any:
    """The first answer of /health that is not "starting", whatever it says."""
    end_s = time.monotonic() + limit_s
    while time.monotonic() < end_s:
        with contextlib.suppress(httpx2.ConnectError):
            reply = client.get("/health")
            if reply.json()["status"] != "starting":
                return reply
        time.sleep(0.02)
    raise TimeoutError("the service did not load in time")
