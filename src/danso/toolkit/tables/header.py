"""Which row of a file is its header: the reader knows no words, so whoever opens a file says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from danso.kernel import text

TITLE_ROWS: Final = 30


def no_second_row(headings: Sequence[str], below: Sequence[str]) -> tuple[str, ...] | None:
    """For tables whose header is one row."""
    return None


@dataclass(frozen=True)
class HeaderWords:
    """How a header is known: by its cells, and whether the row below it belongs to it (then the
    two together are the headings)."""

    is_header: Callable[[Sequence[str]], bool]
    with_second_row: Callable[[Sequence[str], Sequence[str]], tuple[str, ...] | None] = (
        no_second_row
    )


def without_tail(headings: Sequence[str]) -> tuple[str, ...]:
    """Without the empty headings that a trailing delimiter leaves."""
    kept = list(headings)
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


@lru_cache(4096)
def tidied(heading: str) -> str:
    """A heading as compared: clean characters, single spaces, no case."""
    return text.tidy(heading).casefold()
