"""Vietnamese for danso's own errors, by their code: the English stands in the source beside it.

    python -m tools.error_words update [FOLDER]   (put new codes into the folder's locale/vi .po)
    python -m tools.error_words check             (codes without Vietnamese)

A code `stove_cold` has the words `stove_cold` and, when the source names a fix, `stove_cold.fix`.
Where the source fills something in ({}), `stove_cold.en` keeps its English, so that pages find out
what was filled in; `update` writes it by itself.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from tools.messages import NOISE, ROOT, SOURCE, folder_of

CONTEXT = "lỗi"
GAP, ENGLISH = "{}", ".en"
VIETNAMESE = re.compile("[À-ỹ]")
PO = Path("locale/vi/LC_MESSAGES/django.po")
# What only a command line, a machine caller or the catalogue's author reads stays English.
ROOMS = ("kernel", "modules", "screens", "toolkit")


def text_of(node: ast.expr | None) -> str | None:
    """A literal text, with {} for what an f-string fills in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
        )
    return None


def codes_in(path: Path) -> Iterator[tuple[str, str]]:
    """Each code raised in a file, and `code.fix`, with the English of the source."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        code = text_of(named.get("code"))
        words = text_of(node.args[0]) if node.args else None
        if code is None or words is None or not code.isidentifier():
            continue
        if VIETNAMESE.search(words):
            continue  # said in the source language of pages; its English is in locale/en
        yield code, words
        fix = text_of(named.get("fix"))
        if fix:
            yield f"{code}.fix", fix


def used() -> dict[Path, dict[str, str]]:
    """Every folder's codes with their English; a code of two folders belongs to the first."""
    found: dict[Path, dict[str, str]] = {}
    taken: set[str] = set()
    for room in ROOMS:
        for path in sorted((SOURCE / room).rglob("*.py")):
            folder = folder_of(path)
            for code, words in codes_in(path):
                kept = found.setdefault(folder, {})
                if code in kept or code not in taken:
                    kept.setdefault(code, words)
                    taken.add(code)
    return {folder: codes for folder, codes in found.items() if codes}


def read(folder: Path) -> dict[str, str]:
    """The folder's Vietnamese by code."""
    path = folder / PO
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalog = read_po(file, locale="vi")
    return {str(one.id): str(one.string) for one in catalog if one.id and one.context == CONTEXT}


def write(folder: Path, codes: dict[str, str], vietnamese: dict[str, str]) -> None:
    """The folder's .po: a code a message, its English as the comment."""
    catalog = Catalog(locale="vi", fuzzy=False)
    catalog.header_comment = "# Vietnamese for the errors of this folder, by code."
    for code, words in codes.items():
        catalog.add(code, vietnamese.get(code, ""), context=CONTEXT, auto_comments=[words])
        if GAP in words:
            catalog.add(f"{code}{ENGLISH}", words, context=CONTEXT)
    written = io.BytesIO()
    write_po(written, catalog, width=110, sort_output=True)
    path = folder / PO
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(NOISE.sub(b"", written.getvalue()))


def faults() -> list[str]:
    """Codes without Vietnamese. Words of a code that is gone harm nobody; `update` drops them."""
    found = []
    for folder, codes in used().items():
        have = read(folder)
        where = folder.relative_to(ROOT)
        found += [f"{where}: no Vietnamese: {one}" for one in codes if not have.get(one)]
        found += [f"{where}: run update for {code}" for code in _stale(codes, have)]
    return found


def _stale(codes: dict[str, str], have: dict[str, str]) -> list[str]:
    """Codes whose words fill something in and whose English in the .po is not the source's."""
    return [
        code
        for code, words in codes.items()
        if GAP in words and have.get(f"{code}{ENGLISH}") != words
    ]


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("command", choices=["update", "check"])
    parser.add_argument("folders", nargs="*", type=Path, help="for update: which (default: all)")
    arguments = parser.parse_args()
    if arguments.command == "check":
        lines = faults()
        print("\n".join(lines) if lines else "errors: all have Vietnamese")
        return 1 if lines else 0
    wanted = {(ROOT / folder).resolve() for folder in arguments.folders}
    for folder, codes in used().items():
        if not wanted or folder in wanted:
            write(folder, codes, read(folder))
            print(f"{folder.relative_to(ROOT)}: {len(codes)} codes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
