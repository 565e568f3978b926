"""Awaiting work of a pool from the event loop. Cancelling the await cancels the work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from common.workers import Job, WorkerPool

Result = TypeVar("Result")


async def in_pool(
    pool: WorkerPool,
    run: Callable[[Job], Result],
    priority: int = 0,
    on_submit: Callable[[Job], None] = lambda _: None,
    on_cancel: Callable[[], None] = lambda: None,
) -> Result:
    """The result of `run` on a thread of the pool. `on_cancel` may stop work that has begun."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def settle(result: Any, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)

    def done(result: Any, error: BaseException | None) -> None:
        loop.call_soon_threadsafe(settle, result, error)

    job = pool.submit(run, done, priority)
    on_submit(job)
    try:
        return await future
    except asyncio.CancelledError:
        job.cancel()
        on_cancel()
        raise
