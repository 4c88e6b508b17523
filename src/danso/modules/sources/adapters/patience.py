"""A pull that outlives short outages by itself, from the checkpoint behind the last batch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

from danso.kernel.errors import Unavailable
from danso.modules.sources.adapters.port import Batch, Checkpoint, Connector

FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 60.0


def pull_patiently(
    connector: Connector,
    since: Checkpoint | None,
    *,
    tries: int = 5,
    wait: Callable[[float], None] = time.sleep,
) -> Iterator[Batch]:
    """As the connector's `pull`, begun again where it broke off, each time later; Unavailable when
    the source stays away, or asks to be left alone for longer than that.

    A batch that was handed out counts as stored: its checkpoint is what the next try begins at.
    """
    pause, left = FIRST_WAIT, tries
    while True:
        try:
            for batch in connector.pull(since):
                since, pause, left = batch.after, FIRST_WAIT, tries
                yield batch
        except Unavailable as away:
            asked = float(getattr(away, "retry_after", 0.0))
            left -= 1
            if left <= 0 or asked > LONGEST_WAIT:
                raise
            wait(max(asked, pause))
            pause = min(pause * 2, LONGEST_WAIT)
        else:
            return
