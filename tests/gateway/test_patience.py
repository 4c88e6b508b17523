"""What takes too long is ended at the next sweep; everything else goes its way."""

from __future__ import annotations

import asyncio

import pytest

from danso.gateway.patience import Patience

pytestmark = pytest.mark.anyio


async def never() -> None:
    await asyncio.Event().wait()


async def test_wait_gives_the_result_of_what_comes_in_time() -> None:
    patience = Patience()
    assert await patience.wait(asyncio.sleep(0, "here"), 5) == "here"
    patience.sweep()  # nobody waits any more
    await asyncio.sleep(0)


async def test_wait_ends_with_the_first_sweep_after_its_time() -> None:
    patience = Patience()
    late, patient = (asyncio.create_task(patience.wait(never(), seconds)) for seconds in (-1, 1000))
    await asyncio.sleep(0)
    patience.sweep()
    with pytest.raises(TimeoutError):
        await late
    assert not patient.done()
    patient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await patient


async def test_wait_leaves_the_cancelling_of_others_to_them() -> None:
    patience = Patience()
    task = asyncio.create_task(patience.wait(never(), -1))
    await asyncio.sleep(0)
    patience.sweep()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
