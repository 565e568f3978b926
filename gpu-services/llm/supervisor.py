"""Keeps llama.cpp's process running: starts it, learns its address, starts it again when it dies."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

from common.devices import DeviceMissingError
from common.logs import Log
from llm.settings import LlmSettings
from models import hub

START_TIMEOUT_S = 120.0
BACKOFF_S = (0.2, 1.0, 3.0, 10.0)
STEADY_AFTER_S = 30.0
END_TIMEOUT_S = 2.0
LAST_LINES = 20

log = Log("supervisor")


class EngineSupervisor:
    """`address` is None while there is nothing to talk to; `reason` says why."""

    def __init__(self, settings: LlmSettings) -> None:
        self._settings = settings
        self.address: str | None = None
        self.reason = "the language model is being loaded"
        self.key = secrets.token_hex(16)
        self.restarts = -1
        self.on_device: Callable[[str], None] = lambda _: None
        """Told what it runs on, by itself, whenever it has started."""
        self.on_unusable: Callable[[str], None] = lambda _: None
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False
        self._last_words: list[str] = []

    async def run(self) -> None:
        """Until cancelled or stopped."""
        loop = asyncio.get_running_loop()
        failures = 0
        while not self._stopping:
            began_s = loop.time()
            self.restarts += 1
            try:
                await self._run_once()
            except DeviceMissingError as error:
                self.reason = str(error)
                log.error("the device that was asked for cannot be used", reason=self.reason)
                self.on_unusable(self.reason)
                return
            except (OSError, ValueError, asyncio.TimeoutError) as error:
                self.reason = f"llama.cpp could not be started: {error or type(error).__name__}"
            finally:
                self.address = None
                await self._end()
            if self._stopping:
                return
            failures = 0 if loop.time() - began_s > STEADY_AFTER_S else failures + 1
            wait_s = BACKOFF_S[min(failures, len(BACKOFF_S)) - 1] if failures else BACKOFF_S[0]
            log.error("llama.cpp ended", reason=self.reason, lastLines=self._last_words[-3:], againInS=wait_s)
            await asyncio.sleep(wait_s)

    async def stop(self) -> None:
        self._stopping = True
        await self._end()

    async def _run_once(self) -> None:
        settings = self._settings
        if settings.hub_file is not None and not settings.model.is_file():
            await self._fetch(settings.hub_file)
        if not settings.model.is_file():
            raise ValueError(f"{settings.model} is not there: fetch it with `python -m models.fetch`")
        self._last_words = []
        self._process = process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "llm.engine", "--model", str(settings.model), "--model-id", settings.model_id),
            *("--threads", str(settings.threads), "--slots", str(settings.slots)),
            *("--context-tokens", str(settings.context_tokens), "--gpu-layers", str(settings.gpu_layers)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=Path(__file__).parent.parent,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(f"{self.key}\n".encode())
        listening = asyncio.create_task(self._listen(process.stderr))
        try:
            line = await asyncio.wait_for(process.stdout.readline(), START_TIMEOUT_S)
            if not line:
                await process.wait()
                raise ValueError(f"it ended with code {process.returncode}")
            said = json.loads(line)
            if "missing" in said:
                raise DeviceMissingError(said["missing"])
            self.address = said["address"]
            self.on_device(said["device"])
            log.info("llama.cpp is ready", restarts=self.restarts)
            code = await process.wait()
            self.reason = f"llama.cpp ended with code {code} and is being started again"
        finally:
            listening.cancel()

    async def _fetch(self, wanted: hub.HubFile) -> None:
        """The set-up has done it already where there was one. /health tells how far it is."""
        log.info("a model is being fetched", model=wanted.file)

        def on_bytes(done: int, total: int | None) -> None:
            of = "" if total is None else f" of {total / 1e6:.0f}"
            self.reason = f"{wanted.file} is being fetched: {done / 1e6:.0f}{of} MB"

        try:
            await asyncio.to_thread(hub.fetch, wanted, self._settings.models_dir, on_bytes, lambda: self._stopping)
        except hub.HubError as error:
            raise ValueError(str(error)) from error
        self.reason = "the language model is being loaded"
        log.info("a model was fetched", model=wanted.file)

    async def _listen(self, stream: asyncio.StreamReader) -> None:
        """Its own lines: kept for the moment something goes wrong, seen at debug level."""
        while True:
            try:
                line = await stream.readline()
            except ValueError:
                continue
            if not line:
                return
            text = line.decode(errors="replace").rstrip()
            self._last_words = [*self._last_words, text][-LAST_LINES:]
            log.debug("llama.cpp", line=text)

    async def _end(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), END_TIMEOUT_S)
        except asyncio.TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
