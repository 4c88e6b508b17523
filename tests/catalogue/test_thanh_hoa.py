"""What the real province's files must say, against the plan and the official lists."""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from danso import catalogue
from danso.catalogue import Province
from danso.kernel.working_days import YearNotDecided
from tests.catalogue.conftest import ROOT, THANH_HOA


@pytest.mark.clause("I.2.2", partly="following the duties is not built")
def test_every_task_names_bodies_that_exist_today_or_have_heirs(thanh_hoa: Province) -> None:
    tasks = thanh_hoa.plan.tasks
    assert tasks
    for task in tasks:
        assert task.lead is not None
        for code in (task.lead, *task.together_with):
            assert all(agency.until is None for agency in thanh_hoa.agencies_today(code)), code


def test_the_description_that_the_how_to_gives_to_copy_is_sound(tmp_path: Path) -> None:
    how_to = (ROOT / "docs" / "how-to" / "connect-a-source.md").read_text(encoding="utf-8")
    _, _, begun = how_to.partition("```yaml\n")
    text, _, _ = begun.partition("```\n")
    made = tmp_path / THANH_HOA.name
    shutil.copytree(THANH_HOA, made)
    (made / "sources" / "fishing-boats.yaml").write_text(text, encoding="utf-8")
    assert catalogue.load(made).source("fishing-boats").told_once == ()


def test_a_clause_may_send_a_duty_elsewhere_than_its_agency_went(thanh_hoa: Province) -> None:
    bodies = [body.code for body in thanh_hoa.bodies_today("III.2.3.1")]
    assert bodies == ["cong-an-tinh", "so-khcn"]
    assert [body.code for body in thanh_hoa.bodies_today("III.2.3.2")] == [
        "so-khcn",
        "cong-an-tinh",
    ]


def test_units_are_those_of_2022_and_2025_with_the_gaps_open(thanh_hoa: Province) -> None:
    units = thanh_hoa.units
    assert len(units.districts) == 27
    assert Counter(unit.kind for unit in units.old_communes) == {
        "xã": 469,
        "phường": 60,
        "thị trấn": 30,
    }
    assert Counter(unit.kind for unit in units.communes) == {"xã": 147, "phường": 19}
    kinds = Counter(successor.kind for successor in units.successors.values())
    assert kinds == {"whole": 537, "part": 10, "unresolved": 12}
    assert sum(unit.population or 0 for unit in units.communes) == 3_944_983
    assert sum(bool(unit.other_code) for unit in units.communes) == 6
    assert set(units.main_district) == set(units.by_code)


def test_a_code_may_mean_another_unit_today(thanh_hoa: Province) -> None:
    assert thanh_hoa.old_commune("14758").name == "Phường Đông Thọ"
    assert thanh_hoa.commune("14758").name == "Phường Hàm Rồng"
    assert thanh_hoa.current_commune("14758").default == "14797"
    assert thanh_hoa.current_commune("14788").kind == "unresolved"


def test_the_plan_is_whole(thanh_hoa: Province) -> None:
    plan = thanh_hoa.plan
    sections = Counter(section for section, _, _ in plan.walk())
    assert sections == {
        "goals": 45,
        "principles": 3,
        "tasks": 37,
        "organisation": 37,
        "reporting": 3,
    }
    assert len(plan.later_law) == 5
    assert len(plan.sister_plans) == 3
    assert plan.task_force is not None
    assert plan.task_force.deputy.seal == "vp-ubnd-tinh"
    report = thanh_hoa.clause("III.1.4.9").monthly
    assert [step.day for step in report] == [15, 20, 21]


def test_the_plan_counts_29_databases_and_three_stand_beside(thanh_hoa: Province) -> None:
    beside = {base.code for base in thanh_hoa.databases.values() if not base.counted}
    assert len(thanh_hoa.databases) == 32
    assert beside == {"identity-card", "immigration", "vehicle-registration"}
    assert thanh_hoa.database("vaccination").code == "electronic-health-record"


def test_closed_databases_hold_what_must_never_be_matched(thanh_hoa: Province) -> None:
    closed = {base.code for base in thanh_hoa.databases.values() if base.reach == "closed"}
    assert {"preventive-measures", "complaints-denunciations-anticorruption"} <= closed
    assert all(thanh_hoa.database(code).sensitivity == "secret" for code in closed)


def test_prefixes_are_the_63_and_the_made_up_one_is_none_of_them(thanh_hoa: Province) -> None:
    assert len(thanh_hoa.numbers.provinces) == 63
    assert thanh_hoa.numbers.own_prefix == "038"
    assert thanh_hoa.numbers.synthetic_prefix not in thanh_hoa.numbers.prefixes
    assert thanh_hoa.number_rules(accepts_synthetic=True).parse("099095000001")


@pytest.mark.clause("I.2.3", partly="an independent test of the whole is to come")
def test_a_body_outside_the_state_may_nothing_without_consent(thanh_hoa: Province) -> None:
    outside = [p for p in thanh_hoa.purposes.values() if {"bank", "business"} & set(p.readers)]
    assert {purpose.code for purpose in outside} == {
        "bank-customers",
        "utility-customers",
        "certificate-authorities",
    }
    for purpose in outside:
        assert purpose.consent
        assert set(purpose.services) <= {"verify", "batch", "share"}
        assert bool(purpose.share) == ("share" in purpose.services)
        levels = {thanh_hoa.field(code).sensitivity for code in purpose.share}
        assert levels <= {"basic"}, "nothing sensitive, not by consent either"


def test_sensitive_fields_are_labelled(thanh_hoa: Province) -> None:
    labels = {code: field.sensitivity for code, field in thanh_hoa.fields.items()}
    for code in ("ethnicity", "religion", "marital_status", "father", "spouse", "card_image"):
        assert labels[code] == "sensitive"
    assert labels["protected"] == labels["under_investigation"] == "secret"
    assert labels["full_name"] == "basic"


def test_code_lists_are_those_of_the_message_standard(thanh_hoa: Province) -> None:
    assert len(thanh_hoa.code_list("ethnicity").rows) == 55
    assert thanh_hoa.code_list("ethnicity").label("06") == "Mường"
    assert thanh_hoa.code_list("marital-status").label("4") == "Góa"
    assert not thanh_hoa.code_list("relation-to-head").head.complete
    assert len(thanh_hoa.code_list("country").rows) == 249


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2021, 2, 16), False),
        (date(2022, 5, 3), False),
        (date(2023, 9, 4), False),
        (date(2024, 4, 29), False),
        (date(2024, 5, 4), True),
        (date(2025, 4, 26), True),
        (date(2025, 5, 2), False),
        (date(2026, 1, 2), False),
        (date(2026, 1, 10), True),
        (date(2026, 8, 22), True),
        (date(2026, 8, 31), False),
        (date(2026, 11, 23), True),
        (date(2026, 11, 24), False),
    ],
)
def test_working_days_are_those_decided(day: date, working: bool, thanh_hoa: Province) -> None:
    assert thanh_hoa.calendar.is_working(day) is working


def test_the_year_nobody_decided_is_refused(thanh_hoa: Province) -> None:
    assert thanh_hoa.year(2027).decided_by is None
    with pytest.raises(YearNotDecided):
        thanh_hoa.calendar.add(date(2026, 12, 30), 5)


def test_every_decided_year_cites_its_decision(thanh_hoa: Province) -> None:
    assert [year.year for year in thanh_hoa.years] == list(range(2021, 2028))
    assert all(year.decided_by for year in thanh_hoa.years if year.year < 2027)


def test_ethnic_groups_add_up_to_what_the_census_says(thanh_hoa: Province) -> None:
    """Weighted by population, within a quarter of the shares of 2019."""
    weights: Counter[str] = Counter()
    for unit in thanh_hoa.units.communes:
        weights[thanh_hoa.main_district(unit.code)] += unit.population or 0
    totals: Counter[str] = Counter()
    for row in thanh_hoa.people.ethnic_shares:
        totals[row.ethnicity] += round(weights[row.district_code] * row.per_mille)
    everyone = totals.total()
    for code, share in {"06": 0.103, "03": 0.068, "08": 0.0051, "24": 0.0032}.items():
        assert totals[code] / everyone == pytest.approx(share, rel=0.25), code
