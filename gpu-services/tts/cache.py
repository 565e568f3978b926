"""Phrases said before: in memory up to a number of bytes, and on disk if a folder is given."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from common.logs import Log

log = Log("cache")


@dataclass(frozen=True)
class PhraseKey:
    """All that decides how a phrase sounds. `model` is a digest of the weights, and of how what they say is cut."""

    text: str
    voice: str
    speed: float
    language: str
    model: str
    trailing_ms: int

    @property
    def file_name(self) -> str:
        parts = (self.text, self.voice, f"{self.speed:.3f}", self.language, self.model, str(self.trailing_ms))
        return hashlib.sha256("\x00".join(parts).encode()).hexdigest() + ".pcm"


class PhraseCache:
    """PCM16 by phrase; the least recently used goes first. Used from the event loop; files are written on a thread."""

    def __init__(self, limit_bytes: int, directory: Path | None = None, disk_limit_bytes: int = 0) -> None:
        self._limit_bytes = limit_bytes
        self._entries: OrderedDict[PhraseKey, bytes] = OrderedDict()
        self._bytes = 0
        self._directory = directory
        self._disk_limit_bytes = disk_limit_bytes
        self._disk_lock = threading.Lock()
        self._disk_bytes = 0
        if directory is not None:
            # What was said is for this user only, as in all of the cache that is not a model.
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._prune()

    @property
    def bytes(self) -> int:
        return self._bytes

    def get(self, key: PhraseKey) -> bytes | None:
        pcm = self._entries.get(key)
        if pcm is not None:
            self._entries.move_to_end(key)
            return pcm
        pcm = self._read_file(key)
        if pcm is not None:
            self._remember(key, pcm)
        return pcm

    async def put(self, key: PhraseKey, pcm: bytes) -> None:
        self._remember(key, pcm)
        if self._directory is not None:
            # Also when the client is gone by then: the thread goes on.
            await asyncio.to_thread(self._write_file, key, pcm)

    def _remember(self, key: PhraseKey, pcm: bytes) -> None:
        if len(pcm) > self._limit_bytes:
            return
        self._bytes += len(pcm) - len(self._entries.pop(key, b""))
        self._entries[key] = pcm
        while self._bytes > self._limit_bytes:
            _, oldest = self._entries.popitem(last=False)
            self._bytes -= len(oldest)

    def _read_file(self, key: PhraseKey) -> bytes | None:
        if self._directory is None:
            return None
        path = self._directory / key.file_name
        try:
            pcm = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return pcm if len(pcm) % 2 == 0 else None

    def _write_file(self, key: PhraseKey, pcm: bytes) -> None:
        if self._directory is None or len(pcm) > self._disk_limit_bytes:
            return
        path = self._directory / key.file_name
        partial = path.with_suffix(f".{os.getpid()}.part")
        try:
            with self._disk_lock:
                partial.touch(mode=0o600)
                partial.write_bytes(pcm)
                os.replace(partial, path)
                self._disk_bytes += len(pcm)
                if self._disk_bytes > self._disk_limit_bytes:
                    self._prune()
        except OSError as error:
            log.warning("a phrase could not be kept on disk", reason=str(error))
            partial.unlink(missing_ok=True)

    def _prune(self) -> None:
        """Counts what is there and removes what was not used for longest until it fits."""
        files = []
        for path in (self._directory or Path()).glob("*.pcm"):
            with contextlib.suppress(OSError):
                files.append((path.stat().st_mtime, path.stat().st_size, path))
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if total <= self._disk_limit_bytes:
                break
            with contextlib.suppress(OSError):
                path.unlink()
            total -= size
        self._disk_bytes = total
