"""No province, agency, clause, purpose, database or unit code stands as a literal in src.

They are data: a second province is a second folder. Docstrings and comments may cite a clause.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from danso import catalogue
from danso.catalogue import Province

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src" / "danso"
PROVINCES = sorted(file.parent for file in (ROOT / "provinces").glob("*/province.yaml"))
TEXTS = frozenset((".html", ".jinja", ".sql", ".txt", ".js", ".po", ".pot", ".json", ".scss"))

# Words of the trade that some catalogue also uses as a code: the engine's own kinds of number,
# record and reason. A word stands here only with its meaning in the engine.
ENGINE_WORDS = frozenset(
    (
        "residence",  # a column of the files that agencies keep
        # What identity itself acts for, in every home; a province's purposes only tell its law.
        "electronic-identity",
    )
)


def forbidden(province: Province) -> dict[str, str]:
    """Every code that only the province's files may hold, and what it is."""
    identity = province.identity
    words = dict.fromkeys((identity.slug, identity.agency_code), "province")
    words |= dict.fromkeys(province.agencies, "agency")
    words |= dict.fromkeys(province.clauses, "clause")
    words |= dict.fromkeys(province.databases, "database")
    words |= dict.fromkeys(province.purposes, "purpose")
    words |= dict.fromkeys(province.units.by_code, "commune")
    words |= dict.fromkeys(province.units.old_by_code, "commune")
    words[province.numbers.own_prefix] = words[province.numbers.synthetic_prefix] = "prefix"
    # Fields are the engine's own vocabulary; the catalogue labels them.
    spoken = ENGINE_WORDS | set(province.fields)
    return {word: kind for word, kind in words.items() if word not in spoken}


def names(province: Province) -> tuple[str, ...]:
    """The province's names without the word for province."""
    own = province.identity
    return (own.vi.removeprefix("Tỉnh "), own.en.removesuffix(" province"), own.slug)


def literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every string constant with its line, docstrings left out."""
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and id(node) not in documents:
            yield getattr(node, "lineno", 0), text


def found_in(text: str, codes: dict[str, str], called: tuple[str, ...]) -> Iterator[str]:
    """What of the province stands in one literal: codes as whole words, names anywhere."""
    if text in codes:
        yield f"{codes[text]} {text!r}"
    # Inside a longer text only codes that can't be everyday words count.
    for word in set(re.findall(r"[\w.-]*[\w]", text)) - {text}:
        if word in codes and ("-" in word or "." in word) and not word.isdigit():
            yield f"{codes[word]} {word!r}"
    yield from (f"name {name!r}" for name in called if name in text)


@pytest.mark.parametrize("folder", PROVINCES, ids=lambda folder: folder.name)
def test_no_code_of_a_province_is_a_literal(folder: Path) -> None:
    province = catalogue.load(folder)
    codes, called = forbidden(province), names(province)
    guilty = [
        f"{file.relative_to(ROOT)}:{line}: {what}"
        for file in sorted(SOURCES.rglob("*.py"))
        for line, text in literals(ast.parse(file.read_text(encoding="utf-8")))
        for what in found_in(text, codes, called)
    ]
    assert not guilty, "these belong into provinces/:\n" + "\n".join(guilty)


@pytest.mark.parametrize("folder", PROVINCES, ids=lambda folder: folder.name)
def test_no_page_or_query_names_a_province(folder: Path) -> None:
    called = names(catalogue.load(folder))
    guilty = [
        f"{file.relative_to(ROOT)}: {name!r}"
        for file in sorted(SOURCES.rglob("*"))
        if file.suffix in TEXTS and file.is_file()
        for name in called
        if name in file.read_text(encoding="utf-8")
    ]
    assert not guilty, "these belong into provinces/:\n" + "\n".join(guilty)


def test_the_search_finds_what_it_is_for() -> None:
    """A check that can't fail checks nothing."""
    codes = {"cup-office": "agency", "T.1": "clause", "tax": "purpose", "901": "prefix"}
    called = ("Quán Trà",)
    source = (
        '"""Cites T.1."""\nx = ["cup-office", "see T.1 now", "tax", "a tax", "901", "Quán Trà"]\n'
    )
    found = [
        what for _, text in literals(ast.parse(source)) for what in found_in(text, codes, called)
    ]
    assert found == [
        "agency 'cup-office'",
        "clause 'T.1'",
        "purpose 'tax'",
        "prefix '901'",
        "name 'Quán Trà'",
    ]
