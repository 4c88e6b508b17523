"""Forms as JSON Schema, and the ledger of what was cut."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from typer.testing import CliRunner

from danso import catalogue
from danso.catalogue import Province
from danso.catalogue.forms import form_schema
from danso.catalogue.ledger import FormShare, Line, form_share, form_targets, ledger
from danso.config.commands.procedure import app
from danso.kernel.errors import NotFound
from tests.catalogue.conftest import TEAHOUSE, THANH_HOA

DAY = date(2026, 12, 1)
LOAN = "procedures/cup-loan.yaml"
runner = CliRunner()
FILLED = {"size": "small", "since": "2021-01-01", "until": "2021-01-02"}


def _schema(province: Province, code: str, on: date = DAY) -> dict[str, Any]:
    return form_schema(province, province.procedure(code), on=on)


def _line(province: Province, code: str) -> Line:
    (found,) = (one for one in ledger(province, on=DAY) if one.procedure.code == code)
    return found


def test_a_form_is_a_json_schema_in_two_languages(teahouse: Province) -> None:
    schema = _schema(teahouse, "cup-loan")
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == "urn:danso:procedure:cup-loan:2"
    assert (schema["title"], schema["x-title-en"]) == ("Mượn chén", "Borrowing a cup")
    assert schema["required"] == ["size", "since", "until"]
    name, birth = schema["properties"]["applicant_name"], schema["properties"]["host_birth"]
    assert name["readOnly"] is True
    assert name["x-given"]["giver"] == "the population register"
    assert birth["readOnly"] is False
    assert birth["x-why-asked"]["law"] == "Luật Ấm Chén, điều 4"
    assert schema["properties"]["until"]["x-not-before"] == "since"
    taste = schema["properties"]["taste"]
    assert (taste["maxLength"], taste["x-description-en"]) == (20, "Bitter or sweet")
    assert _schema(teahouse, "first-cup")["properties"]["child_birth"]["x-not-in-future"] is True


@pytest.mark.parametrize(
    ("changed", "is_right"),
    [
        ({}, True),
        ({"size": "huge"}, False),
        ({"colour": "red"}, False),
        ({"since": "yesterday"}, False),
        ({"size": "large"}, False),
        ({"size": "large", "taste": "bitter"}, True),
        ({"taste": "bitter" * 4}, False),
        ({"applicant_sex": "3"}, False),
    ],
)
def test_it_takes_what_the_form_takes(
    teahouse: Province, changed: dict[str, str], is_right: bool
) -> None:
    checker = jsonschema.Draft202012Validator(
        _schema(teahouse, "cup-loan"), format_checker=jsonschema.FormatChecker()
    )
    assert checker.is_valid(FILLED | changed) is is_right
    assert not checker.is_valid({"size": "small"})


def test_every_form_of_the_province_is_a_schema(thanh_hoa: Province) -> None:
    for code in thanh_hoa.procedures:
        schema = _schema(thanh_hoa, code)
        jsonschema.Draft202012Validator.check_schema(schema)
        for found in schema["properties"].values():
            assert found["title"]
            assert found["x-title-en"]


def test_codes_that_ended_stand_only_where_they_are_given(thanh_hoa: Province) -> None:
    given = _schema(thanh_hoa, "driving-licence-renewal")["properties"]["licence_class"]
    assert "B2" in {one["const"] for one in given["oneOf"]}
    field = thanh_hoa.procedure("driving-licence-renewal").fields["licence_class"]
    asked = thanh_hoa.procedure("driving-licence-renewal").model_copy(
        update={"form": (field.model_copy(update={"means": None}),)}
    )
    shown = form_schema(thanh_hoa, asked, on=DAY)["properties"]["licence_class"]
    assert "B2" not in {one["const"] for one in shown["oneOf"]}
    assert "B" in {one["const"] for one in shown["oneOf"]}


@pytest.mark.clause("I.A.2022.7", partly="no baseline of the province's decisions was at hand")
@pytest.mark.clause("I.A.2025.8", partly="no baseline of the province's decisions was at hand")
def test_cuts_are_told_against_a_baseline_with_its_decision(teahouse: Province) -> None:
    line = _line(teahouse, "cup-loan")
    counted = {one.kind: (one.before, one.now, one.cut) for one in line.figures}
    assert counted == {
        "fields": (9, 5, 4),
        "papers": (2, 0, 2),
        "steps": (4, 4, 0),
        "days": (3, 1, 2),
        "fee": (None, 5000, None),
    }
    assert line.verdict == "cut"


@pytest.mark.parametrize(
    ("baseline", "verdict"),
    [
        ("{decision: x, day: 2020-01-01, fields: 5, steps: 4}", "same"),
        ("{decision: x, day: 2020-01-01, fields: 4}", "grown"),
        ("{decision: x, day: 2020-01-01, fields: 4, days: 3}", "mixed"),
        ("{decision: x, day: 2020-01-01}", "no baseline"),
    ],
)
def test_what_grew_or_stayed_is_not_called_cut(folder: Path, baseline: str, verdict: str) -> None:
    text = (folder / LOAN).read_text(encoding="utf-8")
    start = text.index("baseline: ")
    end = text.index("\n", start)
    (folder / LOAN).write_text(text[:start] + f"baseline: {baseline}" + text[end:], "utf-8")
    assert _line(catalogue.load(folder), "cup-loan").verdict == verdict


def test_without_a_sourced_baseline_nothing_is_cut(thanh_hoa: Province) -> None:
    assert {line.verdict for line in ledger(thanh_hoa, on=DAY)} == {"no baseline"}
    days = {one.kind: one.now for one in _line(thanh_hoa, "residence-confirmation").figures}
    assert days["days"] == 1
    assert _line(thanh_hoa, "passport").figures[3].now is None


def test_a_form_that_asks_what_is_held_is_not_standardised(teahouse: Province) -> None:
    share = form_share(teahouse)
    assert share == FormShare(("first-cup",), ("cup-loan",), ())
    assert share.percent == 50
    assert FormShare((), (), ("x",)).percent is None
    # The nonsense plan sets no target for it.
    assert form_targets(teahouse, share) == ()


@pytest.mark.clause("I.A.2025.6", partly="of the forms described here, not of all in the province")
@pytest.mark.clause("I.A.2030.1", partly="of the forms described here, not of all in the province")
def test_the_share_stands_beside_the_plans_targets(thanh_hoa: Province) -> None:
    found = form_targets(thanh_hoa, form_share(thanh_hoa))
    assert [(one.wanted, one.reached) for one in found] == [(50, True), (70, True)]
    assert [one.reached for one in form_targets(thanh_hoa, FormShare((), (), ()))] == [None, None]


def test_the_command_lists_and_shows() -> None:
    listed = json.loads(runner.invoke(app, ["list", str(TEAHOUSE), "--json"]).stdout)
    assert [one["code"] for one in listed] == ["cup-loan", "first-cup"]
    assert [one["number"] for one in listed] == ["9.000002", "unknown"]
    assert "cup-loan" in runner.invoke(app, ["list", str(TEAHOUSE)]).output
    shown = runner.invoke(app, ["show", "cup-loan", str(TEAHOUSE)]).output
    assert "kettles: warm_kettle of applicant, else paper kettle-note" in shown
    assert "term: 1 working-days; fees: direct 5,000 đ, online 0 đ" in shown
    told = runner.invoke(app, ["show", "first-cup", str(TEAHOUSE)]).output
    assert "term: unknown; fees: unknown" in told
    schema = runner.invoke(app, ["show", "cup-loan", str(TEAHOUSE), "--json-schema"]).stdout
    assert json.loads(schema)["x-title-en"] == "Borrowing a cup"
    gone = runner.invoke(app, ["show", "mug-loan", str(TEAHOUSE)])
    assert isinstance(gone.exception, NotFound)


def test_the_command_shows_the_ledger() -> None:
    shown = runner.invoke(app, ["ledger", str(TEAHOUSE)]).output
    assert "9 > 5" in shown
    assert "1 of 2 forms described here" in shown
    told = json.loads(runner.invoke(app, ["ledger", str(THANH_HOA), "--json"]).stdout)
    assert {one["verdict"] for one in told["procedures"]} == {"no baseline"}
    assert [one["wanted"] for one in told["targets"]] == [50, 70]
    assert "these reach it" in runner.invoke(app, ["ledger", str(THANH_HOA)]).output
