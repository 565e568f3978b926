"""How far a fetch is: one line a step change, JSON for the set-up, plain for people."""

from __future__ import annotations

import json
import sys
from typing import IO

from models.catalogue import Part


class Progress:
    """Prints one line a step change: JSON for the set-up, plain for people."""

    def __init__(self, as_json: bool, out: IO[str] | None = None) -> None:
        self._as_json = as_json
        self._out = sys.stdout if out is None else out

    def report(
        self, part: Part, status: str, done_bytes: int, message: str | None = None, total_bytes: int | None = None
    ) -> None:
        total = part.download_bytes if total_bytes is None else total_bytes
        line = {
            "step": part.id,
            "title": part.title,
            "status": status,
            "bytes": done_bytes,
            "totalBytes": total,
        }
        if message is not None:
            line["message"] = message
        if self._as_json:
            print(json.dumps(line), file=self._out, flush=True)
            return
        megabytes = f"{done_bytes / 1e6:.0f} of {total / 1e6:.0f} MB"
        print(f"{part.title}: {status} ({megabytes})" + (f": {message}" if message else ""), file=self._out, flush=True)
