"""The copy of everything holds files and papers too, and nobody else's data."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from danso.config import copy_parts
from danso.modules.documents import interface as documents
from danso.modules.documents.data import Grounds, NewPaper
from danso.modules.protection import interface as protection
from tests.cases_world import Family, family, file_birth
from tests.conftest import Database
from tests.modules.documents.test_telling_forms import PDF

pytestmark = pytest.mark.clause("III.1.4.8", partly="the copy of everything")


@pytest.fixture
def home(fresh_db: Database, settings: Any, tmp_path: Path) -> Family:
    settings.PAPERS_ADDRESS = (tmp_path / "papers").as_uri()
    return family()


def copied(home: Family) -> dict[str, Any]:
    take_back = protection.use_parts(copy_parts.parts_of)
    try:
        key = protection.ask_copy(home.account, actor=home.actor)
        protection.make_copy(key)
    finally:
        take_back()
    content = protection.fetch_copy(key, account=home.account, actor=home.actor)
    with zipfile.ZipFile(BytesIO(content)) as packed:
        found: dict[str, Any] = json.loads(packed.read("du-lieu.json"))
    return found


def test_files_answers_and_papers_are_in_the_copy(home: Family) -> None:
    filed = file_birth(home)
    paper = NewPaper(home.mother, "birth-notification", PDF, "a.pdf", home.commune, "desk")
    documents.keep_paper(paper, actor=home.actor, grounds=Grounds("civil-status"))
    told = copied(home)
    assert [row["code"] for row in told["files"]] == [filed.code]
    assert [row["kind"] for row in told["papers"]] == ["birth-notification"]
    answers = {row["field"]: row for row in told["answers"]}
    assert answers["child_name"]["value"] == "Nguyễn Văn Ấm"
    assert answers["applicant_name"]["by"] == "population"
    assert "father_name" not in answers, "his data are his"


def test_whoever_applied_for_nothing_has_empty_parts(home: Family) -> None:
    told = copied(home)
    assert (told["files"], told["answers"], told["papers"]) == ([], [], [])
