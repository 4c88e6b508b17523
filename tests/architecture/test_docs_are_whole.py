"""The reference names every command with its options, and every setting, as they are."""

from __future__ import annotations

import re
from pathlib import Path

from tools import procedure_reference, source_reference
from tools.command_reference import PAGE, page

from danso import catalogue

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ROOT / "docs" / "reference" / "settings.md"
READ = re.compile(r"""environ(?:ment)?(?:\.get)?[\[(]["'](DANSO_[A-Z_]*[A-Z])["']""")
TOLD = re.compile(r"`(DANSO_[A-Z_]*[A-Z])`")


def test_the_page_of_commands_is_what_the_program_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tools.command_reference"


def test_the_page_of_sources_is_what_the_descriptions_say() -> None:
    province = catalogue.load(catalogue.only_province(ROOT / "provinces"))
    told = source_reference.PAGE.read_text(encoding="utf-8")
    assert told == source_reference.page(province), "run: python -m tools.source_reference"


def test_the_page_of_procedures_is_what_the_descriptions_say() -> None:
    province = catalogue.load(catalogue.only_province(ROOT / "provinces"))
    told = procedure_reference.PAGE.read_text(encoding="utf-8")
    assert told == procedure_reference.page(province), "run: python -m tools.procedure_reference"


def test_every_setting_is_told_and_none_that_is_gone() -> None:
    """A setting is read from the environment by its name in quotes; secrets go by a pattern."""
    read = {
        name
        for file in (ROOT / "src").rglob("*.py")
        for name in READ.findall(file.read_text(encoding="utf-8"))
    }
    told = set(TOLD.findall(SETTINGS.read_text(encoding="utf-8")))
    assert sorted(read - told) == []
    assert sorted(told - read - {"DANSO_SECRET_DB_APP_FILE"}) == []
