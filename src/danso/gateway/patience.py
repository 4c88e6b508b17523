"""Ends what takes too long, looking once in a while: a timer for each call would cost more than
reading its body, which is nearly always there already."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from typing import TypeVar

Waited = TypeVar("Waited")


class Patience:
    """Calls that wait for their bodies, each with its end. `sweep` is called about each second."""

    def __init__(self) -> None:
        self._until: dict[asyncio.Task[object], float] = {}
        self._ended: set[asyncio.Task[object]] = set()

    async def wait(self, awaitable: Awaitable[Waited], seconds: float) -> Waited:
        """The result, or TimeoutError from the first sweep after `seconds`."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can wait")
        self._until[task] = time.monotonic() + seconds
        try:
            return await awaitable
        except asyncio.CancelledError:
            # Whoever else cancelled it as well goes first.
            if task in self._ended and task.uncancel() == 0:
                raise TimeoutError from None
            raise
        finally:
            self._until.pop(task, None)
            self._ended.discard(task)

    def sweep(self) -> None:
        """End what has waited too long."""
        now = time.monotonic()
        for task in [task for task, until in self._until.items() if until < now]:
            del self._until[task]
            self._ended.add(task)
            task.cancel()
