"""Tables on the console that never cut a key, a code or a name, however narrow the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

ROOM: Final = 14  # below this a column that may wrap is no longer readable
BETWEEN: Final = 2


def show_table(
    console: Console,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    whole: Iterable[str] = (),
) -> None:
    """Print rows under headings; columns in `whole` stay on one line, the others may wrap.

    Where the terminal is too narrow for that, each row becomes a block of its own.
    """
    found = [tuple(row) for row in rows]
    widths = [
        max(cell_len(line) for cell in (heading, *cells) for line in (cell.splitlines() or [""]))
        for heading, *cells in zip(headings, *found, strict=True)
    ]
    kept = set(whole)
    least = [
        width if heading in kept else min(width, ROOM)
        for heading, width in zip(headings, widths, strict=True)
    ]
    if sum(least) + BETWEEN * len(least) > console.width:
        _show_blocks(console, headings, found)
        return
    table = Table(box=None, pad_edge=False)
    for heading, width in zip(headings, least, strict=True):
        table.add_column(
            Text(heading), overflow="fold", no_wrap=heading in kept, min_width=width or 1
        )
    for row in found:
        # As Text: a name with brackets must not be read as markup.
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _show_blocks(console: Console, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    margin = max(cell_len(heading) for heading in headings)
    for number, row in enumerate(rows):
        if number:
            console.print()
        for heading, cell in zip(headings, row, strict=True):
            if cell:
                gap = " " * (margin - cell_len(heading))
                shown = cell.replace("\n", ", ")
                console.print(Text(f"{heading}{gap}  {shown}"), soft_wrap=True)
