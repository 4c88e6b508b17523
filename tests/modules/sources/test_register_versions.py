"""Descriptions of hosted registers change by versions; records keep the one they came by."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest
from django.conf import LazySettings

from danso.catalogue import CatalogueError
from danso.kernel.errors import Conflict, InvalidValue, Refused
from danso.modules.sources import interface as sources
from danso.modules.sources.models import Fact
from tests.conftest import Database
from tests.exchange_world import AN, TEAHOUSE
from tests.modules.sources.hosting import CODE, enter, given, keeper, somebody

FILE = TEAHOUSE / "registers" / f"{CODE}.yaml"
MARK = "secret_mark"


def world(folder: Path, *changes: tuple[str, str]) -> Path:
    """The teahouse with its saucers described anew."""
    made = folder / "teahouse"
    shutil.copytree(TEAHOUSE, made)
    text = FILE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (made / "registers" / FILE.name).write_text(text, encoding="utf-8")
    return made


@pytest.fixture(autouse=True)
def _teahouse(settings: LazySettings, fresh_db: Database) -> None:
    settings.DANSO = dataclasses.replace(settings.DANSO, province_path=TEAHOUSE)


def own(text: str) -> str:
    """The saucers' description as another register's, with facts and numbers of its own."""
    changes = {"code: saucers": "code: plates", "prefix: DIA": "prefix: DIB"}
    changes |= {"{code: saucer,": "{code: plate,"}
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


PLATES = own(FILE.read_text(encoding="utf-8"))


def test_a_changed_file_with_the_old_version_takes_no_entry(
    settings: LazySettings, tmp_path: Path
) -> None:
    somebody()
    record = enter()
    changed = world(tmp_path, ("vi: Độ sâu", "vi: Bề sâu"))
    settings.DANSO = dataclasses.replace(settings.DANSO, province_path=changed)
    with pytest.raises(Conflict) as refused:
        sources.change_record(
            CODE, record.key, given(shape="flat"), revision=1, why="", keeper=keeper()
        )
    assert refused.value.code == "register_version_changed"


def test_records_of_an_earlier_version_keep_what_it_knew(
    settings: LazySettings, tmp_path: Path
) -> None:
    somebody()
    record = enter(secret_mark="ABC")
    dropped = next(line for line in FILE.read_text(encoding="utf-8").splitlines() if MARK in line)
    changed = world(tmp_path, ("version: 1", "version: 2"), (dropped + "\n", ""))
    settings.DANSO = dataclasses.replace(settings.DANSO, province_path=changed)
    shown, _ = sources.open_record(CODE, record.key, keeper=keeper())
    assert (shown.version, shown.values[MARK]) == (1, "ABC")
    assert sources.register_versions(CODE)[1].by_code[MARK].en == "Secret mark"
    police = keeper(("commune_police", "commune", record.commune))
    assert MARK not in sources.open_record(CODE, record.key, keeper=police)[0].values


def test_what_is_defined_here_is_used_told_and_agreed_on_like_a_file() -> None:
    person = somebody()
    made = sources.define_register(PLATES, keeper=keeper())
    assert made.code == "plates"
    assert "plate" in sources.facts_for("tea-service")
    entered = sources.enter_record("plates", given(AN["number"]), keeper=keeper())
    assert entered.number == "DIB-000001"
    fact = Fact.objects.get()
    assert (fact.kind, fact.person) == ("plate", person)

    wider = PLATES.replace("version: 1", "version: 2").replace("field: shape, since", "field: "
        "held_from, since")  # fmt: skip
    sources.define_register(wider, keeper=keeper())
    assert Fact.objects.get().value == "2021-02-03"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (PLATES, "register_version"),
        (PLATES.replace("version: 1", "version: 3"), "register_version"),
        (
            PLATES.replace("version: 1", "version: 2").replace("prefix: DIB", "prefix: DIC"),
            "register_prefix",
        ),
    ],
)
def test_a_version_follows_the_one_before_and_keeps_the_numbers(text: str, code: str) -> None:
    sources.define_register(PLATES, keeper=keeper())
    with pytest.raises(InvalidValue) as refused:
        sources.define_register(text, keeper=keeper())
    assert refused.value.code == code


def test_a_register_of_the_files_is_not_defined_over() -> None:
    text = FILE.read_text(encoding="utf-8").replace("version: 1", "version: 2")
    with pytest.raises(Conflict) as refused:
        sources.define_register(text, keeper=keeper())
    assert refused.value.code == "register_of_files"


def test_who_decides_for_one_commune_defines_nothing() -> None:
    with pytest.raises(Refused):
        sources.define_register(PLATES, keeper=keeper(("steward", "commune", "90101")))


def test_every_fault_of_a_description_is_told_at_once() -> None:
    wrong = PLATES.replace("cup-office", "mug-office").replace(
        "retention: quarantine", "retention: ever"
    )
    with pytest.raises(CatalogueError) as refused:
        sources.check_register(wrong)
    assert {fault.item for fault in refused.value.faults} == {"owner", "retention"}
