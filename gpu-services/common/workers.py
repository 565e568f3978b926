"""A bounded pool of worker threads with priorities: the only place where models run.

Jobs of a lower priority number go first; within one priority, in order. What has not begun can be cancelled.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from typing import Any

from common.logs import Log, monotonic_ms

log = Log("workers")


class QueueFullError(Exception):
    """The pool has as much waiting as it may; the caller is told to come again later."""


class Job:
    """One piece of work. `on_done(result, error)` runs on the worker thread, never after `cancel()` took effect."""

    __slots__ = ("_cancelled", "begun", "on_done", "priority", "queue_ms", "queued_at_ms", "run")

    def __init__(
        self, run: Callable[[Job], Any], on_done: Callable[[Any, BaseException | None], None], priority: int
    ) -> None:
        self.run = run
        self.on_done = on_done
        self.priority = priority
        self.queued_at_ms = monotonic_ms()
        self.queue_ms = 0.0
        self.begun = False
        self._cancelled = False

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def cancel(self) -> None:
        """Not begun: it will never run. Begun: its result is not reported, and `run` may look and stop early."""
        self._cancelled = True


class WorkerPool:
    def __init__(self, name: str, threads: int, queue_limit: int) -> None:
        self._queue: list[tuple[int, int, Job]] = []
        self._queue_limit = queue_limit
        self._order = itertools.count()
        self._condition = threading.Condition()
        self._closed = False
        self._running = 0
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{index}", daemon=True) for index in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def waiting(self) -> int:
        with self._condition:
            return sum(1 for _, _, job in self._queue if not job.cancelled)

    @property
    def running(self) -> int:
        return self._running

    @property
    def threads(self) -> int:
        return len(self._threads)

    def has_waiting(self, below_priority: int) -> bool:
        """True when something more urgent than `below_priority` waits: long, unimportant work should give way."""
        with self._condition:
            return any(job.priority < below_priority and not job.cancelled for _, _, job in self._queue)

    def submit(
        self,
        run: Callable[[Job], Any],
        on_done: Callable[[Any, BaseException | None], None],
        priority: int = 0,
    ) -> Job:
        job = Job(run, on_done, priority)
        with self._condition:
            self._queue = [entry for entry in self._queue if not entry[2].cancelled]
            heapq.heapify(self._queue)
            if self._closed or len(self._queue) >= self._queue_limit:
                raise QueueFullError(f"{len(self._queue)} jobs are waiting")
            heapq.heappush(self._queue, (priority, next(self._order), job))
            self._condition.notify()
        return job

    def close(self) -> None:
        with self._condition:
            self._closed = True
            for _, _, job in self._queue:
                job.cancel()
            self._condition.notify_all()

    def _work(self) -> None:
        while True:
            with self._condition:
                while not self._queue and not self._closed:
                    self._condition.wait()
                if self._closed:
                    return
                job = heapq.heappop(self._queue)[2]
                if job.cancelled:
                    continue
                job.begun = True
                self._running += 1
            job.queue_ms = monotonic_ms() - job.queued_at_ms
            result, error = None, None
            try:
                result = job.run(job)
            except Exception as caught:
                error = caught
            finally:
                with self._condition:
                    self._running -= 1
            if not job.cancelled:
                try:
                    job.on_done(result, error)
                except Exception as caught:
                    log.error("a result could not be handed over", cause=caught)
