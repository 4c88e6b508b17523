"""Procedures: what a description may say, what is told when it says too much, and ask once."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from danso import catalogue
from danso.catalogue import Province
from danso.catalogue.ask_once import reasks
from danso.catalogue.checks.effects import NEEDS
from danso.catalogue.faults import Faults
from danso.catalogue.reading import parse_yaml
from danso.catalogue.shapes.procedures import Effect, EffectKind, Procedure
from danso.modules.population.data import columns_of
from tests.catalogue.conftest import ROOT, Break

LOAN = "procedures/cup-loan.yaml"
FIRST = "procedures/first-cup.yaml"
PAPERS = "papers.yaml"
WARM = "{given: {of: applicant, fact: warm_kettle}}"
DRINKS = "{given: {of: applicant, field: sex}, equals"
SEX = "field: sex}, equals"
AWAY = "parties: {person: applicant}}\n  - {kind: tell"
WRONG = [
    # what it names exists
    (LOAN, "code: cup-loan", "code: mug-loan", "the file is called"),
    (LOAN, "owner: cup-office", "owner: mug-office", "mug-office is no agency"),
    (LOAN, "owner: cup-office", "owner: saucer-office", "ended on"),
    (LOAN, "handled_by: cup-office", "handled_by: mug-office", "no agency"),
    (LOAN, "purpose: tea-service", "purpose: tea-theft", "no purpose"),
    (LOAN, "linked: [first-cup]", "linked: [last-cup]", "no other procedure"),
    (LOAN, "linked: [first-cup]", "linked: [cup-loan]", "no other procedure"),
    (LOAN, "cup, paper: cup-note}", "cup, paper: mug-note}", "no kind of paper"),
    (LOAN, "{paper: cup-note}]", "{paper: mug-note}]", "no kind of paper"),
    (LOAN, "cites: [T.1]", "cites: [T.7]", "no clause"),
    (LOAN, "source: kettles", "source: pots", "no connected source"),
    # parties
    (LOAN, "found: number", "found: applicant", "more than one, is the applicant"),
    (LOAN, "code: host,", "code: applicant,", "applicant stands twice under parties"),
    (LOAN, "{of: host, field: birth}", "{of: guest, field: birth}", "guest is no party"),
    (FIRST, "{of: applicant, field: number}", "{of: child, field: number}", "nothing is held of"),
    # the form
    (LOAN, "code: since, vi", "code: until, vi", "until stands twice under form"),
    (LOAN, "field: full_name}", "field: nickname}", "nickname is no field of people"),
    (LOAN, "field: full_name}", "fact: cold_kettle}", "no source or register tells cold_kettle"),
    (LOAN, "field: full_name}", "field: old_number}", "may not have old_number"),
    (LOAN, "code_list: sex, means", "code_list: leaf, means", "would be given a code of sex"),
    (FIRST, "code_list: sex", "code_list: taste", "taste is no code list"),
    (LOAN, "means: {of: host, field: birth}, why", "why", "says why it is asked and not what"),
    (LOAN, "not_before: since", "not_before: size", "size is no date of the form"),
    (LOAN, "required_when: {field: size", "required_when: {field: weight", "weight is no field"),
    (
        LOAN,
        "{field: size, is_one_of: [large]}, hint",
        "{field: size, is_one_of: [huge]}, hint",
        "never",
    ),
    (
        LOAN,
        "when: {field: size, is_one_of: [large]}\n",
        "when: {field: x, is_one_of: [big]}\n",
        "x is",
    ),
    # evidence
    (LOAN, f"[{WARM}, {{paper: kettle-note}}]", f"[{{paper: kettle-note}}, {WARM}]", "before what"),
    (LOAN, WARM, WARM.replace("applicant", "nobody"), "has_kettle: nobody is no party"),
    (LOAN, "code: is_thirsty", "code: has_kettle", "has_kettle stands twice under requirements"),
    (LOAN, f'{DRINKS}: ["1", "2"]', f'{DRINKS}: ["1", "7"]', "sex is never 7"),
    (LOAN, f'{SEX}: ["1", "2"]', 'fact: saucer}, equals: ["tall"]', "saucer is never tall"),
    (LOAN, "{paper: cup-note}]", '{paper: cup-note, equals: ["1"]}]', "equals goes with"),
    (LOAN, f"[{WARM}, ", "[", "asks for the paper kettle-note, and kettles tells warm_kettle"),
    # steps
    (LOAN, "code: look", "code: pour", "pour stands twice under steps"),
    (LOAN, "duty: receive", "duty: check", "does not begin with receiving"),
    (LOAN, "duty: decide", "duty: check", "nobody decides"),
    (LOAN, "duty: check", "duty: return", "goes back from return to decide"),
    # periods
    (LOAN, "until: 2020-12-31, basis", "until: 2021-01-01, basis", "two of numbers hold on"),
    (LOAN, "until: 2020-12-31, law", "until: 2021-01-01, law", "two of terms hold on"),
    (LOAN, "channel: online", "channel: direct", "two of fees hold on the same day (direct)"),
    (LOAN, "[{code: CH01,", "[{code: CH01, law: x}, {code: CH01,", "two of paper_forms"),
    (
        LOAN,
        "since: 2021-01-01, basis",
        "since: 2021-01-01, until: 2020-01-01, basis",
        "ends before",
    ),
    # effects
    (LOAN, "{until: until, valid", "{until: always, valid", "always is no field of the form"),
    (LOAN, "{until: until, valid", "{valid", "record-absence does not say its until"),
    (LOAN, AWAY, AWAY.replace("applicant", "nobody"), "nobody is no party"),
    (LOAN, AWAY, AWAY.replace("person: applicant", ""), "does not say its person"),
    (LOAN, "valid_on: since}", "valid: since}", "record-absence does nothing with valid"),
    (LOAN, "source: kettles, ", "", "a source goes with tell-source"),
    (
        LOAN,
        "{kind: record-absence,",
        "{kind: record-absence, source: kettles,",
        "a source goes with",
    ),
    (
        LOAN,
        "{kind: record-absence,",
        "{kind: record-absence, residence: temporary,",
        "goes with end-",
    ),
    (
        LOAN,
        "record-absence, fields: {until: until, ",
        "record-permanent-residence, fields: {",
        "says no place",
    ),
    (FIRST, "{mother: applicant}", "{aunt: applicant}", "record-birth does nothing with aunt"),
    (FIRST, "birth: child_birth}", "born: child_birth}", "record-birth does not say its birth"),
    # papers
    (PAPERS, "issuer: cup-office", "issuer: mug-office", "mug-office is no agency"),
    (PAPERS, "retention: case-paper", "retention: ever", "ever is no rule of retention"),
    (PAPERS, "fact: warm_kettle", "fact: hot_kettle", "hot_kettle is no fact"),
    (PAPERS, "code: kettle-note", "code: cup-note", "cup-note stands twice"),
    # whose number it is; the essential services
    (
        FIRST,
        "numbers: unknown",
        'numbers: [{number: "9.000002", basis: law}]',
        "cup-loan has the number 9.000002 too",
    ),
    (LOAN, "version: 2", "version: 2\nessential: 3", "it lacks 1, 2, 4"),
]

# Asked although the state holds it: by its words, its words without the party's, its code.
ASKED_AGAIN = [
    (LOAN, "{code: taste, vi: Vị trà", "{code: taste, vi: Nơi ngồi", "field: permanent_place"),
    (LOAN, "{code: taste, vi: Vị trà", "{code: taste, vi: NƠI NGỒI của chủ quán", "{of: host, fie"),
    (
        LOAN,
        "{code: taste, vi: Vị trà",
        "{code: host_sex, vi: Trai hay gái",
        "{of: host, field: sex",
    ),
    (LOAN, "{code: taste, vi: Vị trà", "{code: taste, vi: Ấm còn nóng", "fact: warm_kettle"),
    (
        LOAN,
        "full_name}}",
        "full_name}}\n  - {code: x, vi: Tên gọi, en: X, kind: text}",
        "full_name",
    ),
    (FIRST, "vi: Họ tên của trẻ", "vi: Họ tên người xin", "{of: applicant, field: full_name}"),
]


@pytest.mark.parametrize(("file", "old", "new", "words"), WRONG)
def test_what_is_wrong_with_a_procedure_is_told(
    breaking: Break, file: str, old: str, new: str, words: str
) -> None:
    found = [fault for fault in breaking(file, old, new) if fault.file == file]
    assert any(words in fault.wrong for fault in found), found
    assert all(fault.fix and fault.line >= 1 for fault in found)


@pytest.mark.parametrize(("file", "old", "new", "known"), ASKED_AGAIN)
def test_a_form_that_asks_for_what_is_held_is_a_fault(
    breaking: Break, folder: Path, file: str, old: str, new: str, known: str
) -> None:
    fields = folder / "fields.yaml"
    text = fields.read_text(encoding="utf-8")
    fields.write_text(text.replace("en: Full name,", "en: Full name, also: [Tên gọi],", 1), "utf-8")
    (fault,) = [one for one in breaking(file, old, new) if one.file == file]
    assert "the form asks for" in fault.wrong
    assert ("kettles" if "fact" in known else "the population register") in fault.wrong
    assert known in fault.fix
    assert "why_asked" in fault.fix


def test_what_is_not_known_yet_or_not_allowed_may_be_asked(
    breaking: Break, teahouse: Province
) -> None:
    # Of the child nothing is known; the purpose does not share an old number.
    assert not list(reasks(teahouse, teahouse.procedures["first-cup"]))
    assert breaking(LOAN, "{code: taste, vi: Vị trà", "{code: taste, vi: Số cũ") == ()


def test_a_value_told_by_a_hosted_register_may_be_wanted(breaking: Break) -> None:
    assert breaking(LOAN, f'{SEX}: ["1", "2"]', 'fact: saucer}, equals: ["flat"]') == ()


def test_a_fault_of_a_form_names_its_line(breaking: Break, folder: Path) -> None:
    (fault,) = breaking(LOAN, "{code: taste, vi: Vị trà", "{code: taste, vi: Nơi ngồi")
    line = (folder / LOAN).read_text(encoding="utf-8").splitlines()[fault.line - 1]
    assert "code: taste" in line


def test_two_claims_to_one_essential_service_are_told(folder: Path) -> None:
    for name in (LOAN, FIRST):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace("group:", "essential: 1\ngroup:", 1), "utf-8")
    told = [fault.wrong for fault in catalogue.find_faults(folder)]
    assert told.count("another procedure is essential service 1 too") == 2


def test_every_effect_has_its_needs_and_the_shape_tells_them() -> None:
    assert set(NEEDS) == set(get_args(EffectKind))
    parts = (Effect.__doc__ or "").split("\n    - ")
    for kind, needs in NEEDS.items():
        (told,) = (part for part in parts if part.startswith(f"{kind}:"))
        for name in (*needs.fields, *needs.parties, *needs.more_fields, *needs.more_parties):
            assert name in told, (kind, name)


@pytest.mark.clause(
    "II.2.4", partly="described and checked; working on cases comes with the module cases"
)
def test_the_province_describes_the_25_essential_services(thanh_hoa: Province) -> None:
    procedures = thanh_hoa.procedures.values()
    essential = {one.essential: one for one in procedures if one.essential is not None}
    assert sorted(essential) == list(range(1, 26))
    assert {one.linked for one in (essential[15], essential[16])} == {
        ("birth-registration", "permanent-residence"),
        ("death-registration", "permanent-residence-removal"),
    }
    numbers = {
        number.number for one in procedures if one.numbers != "unknown" for number in one.numbers
    }
    assert {"1.003197", "1.010028", "1.010038", "1.010041", "2.000635", "1.004873"} <= numbers


def test_what_nobody_knows_is_unknown_and_says_so(thanh_hoa: Province) -> None:
    for one in thanh_hoa.procedures.values():
        assert one.numbers != "unknown" or "number" in one.note or "portal" in one.note, one.code
        assert all(len(words) > 2 for words in one.searched)
        assert any(clause.startswith(("II.2.4", "II.2.10")) for clause in one.cites), one.code


@pytest.mark.clause("II.2.1", partly="guiding agencies is people's work; the portal is not joined")
@pytest.mark.clause("II.2.10", partly="procedures of other fields are not described")
def test_no_form_of_the_province_asks_for_what_is_held(thanh_hoa: Province) -> None:
    for one in thanh_hoa.procedures.values():
        assert not list(reasks(thanh_hoa, one)), one.code
        assert one.given or not one.form, one.code


def test_what_procedures_take_from_the_register_is_kept_there(thanh_hoa: Province) -> None:
    for one in thanh_hoa.procedures.values():
        ways = [way.given for need in one.requirements for way in need.evidence]
        for given in (*(field.means for field in one.form), *ways):
            if given is not None and given.field is not None:
                assert columns_of(given.field), (one.code, given.field)


def test_the_file_in_the_how_to_can_be_copied(folder: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "describe-a-procedure.md").read_text(encoding="utf-8")
    text = page.partition("```yaml\n")[2].partition("```")[0]
    faults = Faults(folder)
    document = parse_yaml(text, folder / "copied.yaml", faults)
    assert document is not None
    assert not faults.found
    assert Procedure.model_validate(document.value).code == "temporary-residence-extension"
