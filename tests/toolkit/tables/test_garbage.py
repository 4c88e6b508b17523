"""Whatever bytes a file holds, it is read or refused; nothing else comes out of it."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from danso.kernel.errors import InvalidValue
from danso.toolkit.tables.opening import open_table
from tests.toolkit.tables.test_formats import KINDS, KNOWN, WANTED, made

ROUNDS = 150


def whole(folder: Path, kind: str) -> bytes:
    """A good file of a kind."""
    path = folder / f"good.{kind}"
    if kind == "dbf":
        made(path, "MA C(5); HO_TEN C(30); SO N(5,0)", [(f"K{n}", "x", n) for n in range(50)])
    elif kind == "parquet":
        pl.DataFrame({"MA": [f"K{n}" for n in range(50)], "SO": range(50)}).write_parquet(path)
    elif kind == "xlsx":
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in (["MA", "HO_TEN"], *([f"K{n}", "Ấm"] for n in range(50))):
            book.active.append(row)
        book.save(path)
    else:
        lines = {
            "csv": ["MA,HO_TEN", *(f'K{n},"Ấm, {n}"' for n in range(50))],
            "jsonl": [f'{{"MA": "K{n}", "HO_TEN": ["Ấm"]}}' for n in range(50)],
            "xml": ["<a>", *(f"<b><MA>K{n}</MA></b>" for n in range(50)), "</a>"],
        }[kind]
        path.write_text("\n".join(lines), encoding="utf-8")
    return path.read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_hurt_anywhere_is_read_or_refused(tmp_path: Path, kind: str) -> None:
    good = whole(tmp_path, kind)
    chance = random.Random(kind)
    path = tmp_path / "hurt"
    for _ in range(ROUNDS):
        hurt = bytearray(good)
        for _ in range(chance.randint(1, 8)):
            hurt[chance.randrange(len(hurt))] = chance.randrange(256)
        path.write_bytes(hurt[: chance.randint(1, len(hurt))] if chance.random() < 0.3 else hurt)
        with suppress(InvalidValue):
            for piece in open_table(path, KNOWN, KINDS).read(WANTED):
                assert piece.rows.columns == [*WANTED, "line"]
