"""Tables on the console: identifiers stay whole on every width."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from danso.config import commands
from danso.config.tables import show_table

KEY = "01a22c14-ef70-7746-a1b2-0123456789ab"
HEADINGS = ("key", "field", "commune", "decider")
ROW = (KEY, "permanent_residence", "14758", "provincial_police")


def shown(width: int, *, whole: tuple[str, ...] = HEADINGS) -> str:
    out = io.StringIO()
    show_table(Console(file=out, width=width), HEADINGS, [ROW, ROW], whole=whole)
    return out.getvalue()


@pytest.mark.parametrize("width", [20, 40, 80, 100, 200])
def test_show_table_any_width_cuts_no_identifier(width: int) -> None:
    lines = shown(width).splitlines()

    assert "…" not in "\n".join(lines)
    for cell in ROW:
        assert sum(cell in line for line in lines) == 2


def test_show_table_where_it_fits_is_one_line_a_row() -> None:
    assert len(shown(120).splitlines()) == 3


def test_show_table_narrow_wraps_what_is_no_identifier() -> None:
    text = shown(80, whole=("key",))

    assert text.splitlines()[0].split() == list(HEADINGS)
    assert text.count(KEY) == 2
    assert "…" not in text


def test_show_table_brackets_in_a_name_are_no_markup() -> None:
    out = io.StringIO()
    show_table(Console(file=out, width=80), ("name",), [("Nguyen [bold] An",)])

    assert "[bold]" in out.getvalue()


def test_every_command_shows_its_rows_through_show_table() -> None:
    """`danso plan` alone folds long words of its own; it cuts no identifier."""
    makers = {
        path.name
        for path in Path(str(commands.__file__)).parent.glob("*.py")
        if re.search(r"\bTable\(", path.read_text(encoding="utf-8"))
    }

    assert makers == {"plan.py"}
