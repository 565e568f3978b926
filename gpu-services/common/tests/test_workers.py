from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from common.calls import in_pool
from common.workers import Job, QueueFullError, WorkerPool

LIMIT_S = 5.0


class Blocked:
    """A pool whose only thread is busy until `open()`."""

    def __init__(self, queue_limit: int = 8) -> None:
        self.pool = WorkerPool("test", 1, queue_limit)
        self.order: list[str] = []
        self._gate = threading.Event()
        begun = threading.Event()

        def wait(_: Job) -> None:
            begun.set()
            self._gate.wait(LIMIT_S)

        self.pool.submit(wait, lambda *_: None)
        assert begun.wait(LIMIT_S)

    def submit(self, name: str, priority: int = 0) -> Job:
        return self.pool.submit(lambda _: self.order.append(name), lambda *_: None, priority)

    def open_and_finish(self) -> None:
        done = threading.Event()
        self.pool.submit(lambda _: done.set(), lambda *_: None, 99)
        self._gate.set()
        assert done.wait(LIMIT_S)


def test_what_is_urgent_goes_first_and_order_is_kept() -> None:
    blocked = Blocked()
    for name, priority in (("partial", 2), ("first", 0), ("second", 0)):
        blocked.submit(name, priority)
    assert blocked.pool.has_waiting(2)
    blocked.open_and_finish()
    assert blocked.order == ["first", "second", "partial"]


def test_what_is_cancelled_never_runs_and_takes_no_place() -> None:
    blocked = Blocked(queue_limit=2)
    blocked.submit("a").cancel()
    blocked.submit("b")
    blocked.submit("c")
    with pytest.raises(QueueFullError):
        blocked.submit("d")
    assert blocked.pool.waiting == 2


def test_an_error_reaches_whoever_asked() -> None:
    pool = WorkerPool("test", 1, 8)

    def fail(_: Job) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        asyncio.run(in_pool(pool, fail))
    assert asyncio.run(in_pool(pool, lambda _: 5)) == 5


def test_cancelling_the_await_cancels_the_work() -> None:
    blocked = Blocked()
    stopped: list[str] = []

    async def scenario() -> Any:
        call = in_pool(blocked.pool, lambda _: blocked.order.append("x"), on_cancel=lambda: stopped.append("yes"))
        task = asyncio.create_task(call)
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(scenario())
    blocked.open_and_finish()
    assert blocked.order == []
    assert stopped == ["yes"]
