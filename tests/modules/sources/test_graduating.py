"""A hosted register graduates only to a source that tells all it told, of the same people."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import pytest
from django.conf import LazySettings

from danso.kernel.errors import Conflict
from danso.modules.sources import interface as sources
from danso.modules.sources.models import Fact, HostedRegister, RegisterRecord
from tests.conftest import Database
from tests.exchange_world import AN
from tests.modules.sources.graduating import SOURCE, home_of, load, teahouse_with
from tests.modules.sources.hosting import CODE, enter, keeper, somebody
from tests.officers import journal

OTHER = "909000000002"
AM = ("S-1", AN["number"], "Nguyễn Văn Ấm", "flat", "2021-02-03", "")
LAN = ("S-2", OTHER, "Trần Thị Lan", "flat", "2021-02-03", "")


@pytest.fixture(autouse=True)
def _world(settings: LazySettings, fresh_db: Database, tmp_path: Path) -> None:
    world = teahouse_with(tmp_path)
    settings.DANSO = dataclasses.replace(
        settings.DANSO, province_path=world, home=home_of(tmp_path)
    )


@pytest.fixture
def two() -> None:
    """Two people with a record each."""
    somebody()
    somebody(OTHER, full_name="Trần Thị Lan")
    enter()
    enter(number=OTHER)


def refused(id_map: dict[str, str] | None = None, source: str = SOURCE) -> str:
    with pytest.raises(Conflict) as error:
        sources.graduate_register(CODE, source, keeper=keeper(), id_map=id_map)
    return error.value.code


@pytest.mark.usefixtures("two")
def test_the_source_tells_from_then_on_and_the_register_takes_nothing_more(
    tmp_path: Path, fresh_db: Database
) -> None:
    load(tmp_path / "drop", [AM, LAN])
    assert set(Fact.objects.values_list("source", flat=True)) == {CODE}
    id_map = {"DIA-000001": "S-1", "DIA-000002": "S-2"}
    done = sources.graduate_register(CODE, SOURCE, keeper=keeper(), id_map=id_map)
    assert (done.records, done.facts, done.differing) == (2, 2, 0)
    assert set(Fact.objects.values_list("source", flat=True)) == {SOURCE}
    followed = RegisterRecord.objects.values_list("number", "source_record")
    assert dict(followed) == id_map
    with pytest.raises(Conflict) as error:
        enter()
    assert error.value.code == "register_closed"
    assert refused(id_map) == "register_graduated"
    assert "sources.register_graduate" in {row.action for row in journal(fresh_db)}


@pytest.mark.usefixtures("two")
def test_without_a_whole_id_map_nothing_changes(tmp_path: Path) -> None:
    load(tmp_path / "drop", [AM, LAN])
    assert refused() == "register_not_covered"
    assert refused({"DIA-000001": "S-1"}) == "register_not_covered"
    assert refused({"DIA-000001": "S-2", "DIA-000002": "S-1"}) == "register_not_covered"
    assert set(Fact.objects.values_list("source", flat=True)) == {CODE}
    assert HostedRegister.objects.get().state == "open"


@pytest.mark.usefixtures("two")
def test_a_source_that_would_lose_an_answer_is_refused(tmp_path: Path) -> None:
    load(tmp_path / "drop", [AM, (*LAN[:3], "", *LAN[4:])])
    assert refused({"DIA-000001": "S-1", "DIA-000002": "S-2"}) == "register_answers_lost"
    assert Fact.objects.filter(source=CODE).count() == 2


@pytest.mark.usefixtures("two")
def test_a_source_that_tells_another_value_says_of_how_many(tmp_path: Path) -> None:
    load(tmp_path / "drop", [AM, (*LAN[:3], "deep", *LAN[4:])])
    id_map = {"DIA-000001": "S-1", "DIA-000002": "S-2"}
    done = sources.graduate_register(CODE, SOURCE, keeper=keeper(), id_map=id_map)
    assert done.differing == 1


def test_only_the_source_that_follows_takes_the_place() -> None:
    somebody()
    enter()
    assert refused(source="kettles") == "register_not_followed"


def test_what_the_next_system_needs_is_handed_out(tmp_path: Path) -> None:
    person = somebody()
    enter(secret_mark="ABC")
    assert sources.export_register(CODE, tmp_path / "out", keeper=keeper()) == 1
    with (tmp_path / "out" / "records.csv").open(encoding="utf-8") as file:
        (record,) = csv.DictReader(file)
    assert (record["record"], record["number"]) == ("DIA-000001", AN["number"])
    assert (record["shape"], record["secret_mark"]) == ("flat", "ABC")
    path = tmp_path / "out" / "id-map.csv"
    text = path.read_text(encoding="utf-8")
    assert text.splitlines() == ["record,person,source_record", f"DIA-000001,{person},"]
    assert sources.read_id_map(path) == {}
    path.write_text(text.replace(f"{person},", f"{person},S-1"), encoding="utf-8")
    assert sources.read_id_map(path) == {"DIA-000001": "S-1"}
    description = (tmp_path / "out" / "register.yaml").read_text(encoding="utf-8")
    assert sources.check_register(description).code == CODE
