"""The page of every procedure, made from the province's descriptions.

python -m tools.procedure_reference        (writes docs/reference/procedures.md)
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeVar

from danso import catalogue
from danso.catalogue import Province
from danso.catalogue.ask_once import giver
from danso.catalogue.shapes.procedures import (
    Effect,
    Evidence,
    Fee,
    FormField,
    Given,
    NationalNumber,
    Paper,
    Period,
    Procedure,
    Requirement,
    Term,
)

T = TypeVar("T")
ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "reference" / "procedures.md"
HEAD: Final = """\
# Procedures

Generated from the descriptions of {province} by `python -m tools.procedure_reference`.

What each public service asks, what the state gives instead of asking, what is proven by what, and
what changes in the end. {essential} of {whole} are essential services of Decision 06.
**unknown**: no public text at hand said it, and pages say so instead of guessing. **law**,
**observed**, **assumed**: how sure we are
([describe a procedure](../how-to/describe-a-procedure.md)).

Of {fields} fields {given} are given by the register or a connected source and {asked} are asked,
{explained} of them although the state could give them, with the law that has them asked
([ask once](../explanation/ask-once.md)).
"""


def main() -> None:
    PAGE.write_text(page(catalogue.load(catalogue.only_province(ROOT / "provinces"))))


def page(province: Province) -> str:
    """The whole page."""
    procedures = sorted(province.procedures.values(), key=_place)
    fields = [field for one in procedures for field in one.form]
    given = sum(field.is_given for field in fields)
    head = HEAD.format(
        province=province.identity.en,
        essential=sum(one.essential is not None for one in procedures),
        whole=len(procedures),
        fields=len(fields),
        given=given,
        asked=len(fields) - given,
        explained=sum(field.why_asked is not None for field in fields),
    )
    heading = "| | procedure | national number | handled by | asked | given | papers |"
    rows = [_summary(province, one) for one in procedures]
    parts = [head, "\n".join([heading, "|---|---|---|---|---|---|---|", *rows]) + "\n"]
    parts += ["\n".join(_lines(province, one)) + "\n" for one in procedures]
    return "\n".join([*parts, "\n".join(_papers(province)) + "\n"])


def _place(one: Procedure) -> tuple[bool, int, str]:
    """The essential ones first, in the order of the decision."""
    return one.essential is None, one.essential or 0, one.en


def _summary(province: Province, one: Procedure) -> str:
    numbers = one.numbers if one.numbers != "unknown" else ()
    papers = sum(all(way.given is None for way in need.evidence) for need in one.requirements)
    cells = [
        str(one.essential or ""),
        f"[{one.en}](#{one.code})",
        numbers[-1].number if numbers else "unknown",
        province.agency(one.handled_by).en,
        str(len(one.asked)),
        str(len(one.given)),
        str(papers),
    ]
    return _row(cells)


def _lines(province: Province, one: Procedure) -> Iterator[str]:
    essential = f" Essential service {one.essential}." if one.essential else ""
    yield f"## {one.code}\n"
    yield f"{one.en} ({one.vi}).{essential} Version {one.version}.\n"
    yield f"- owner: {province.agency(one.owner).en}; handled by: {_handler(province, one)}"
    yield f"- who: {one.applicant.en}; people say: {', '.join(one.searched)}"
    yield f"- numbers: {'; '.join(map(_number, _known(one.numbers))) or 'unknown'}"
    yield f"- term: {'; '.join(map(_term, _known(one.terms))) or 'unknown'}"
    yield f"- fees: {'; '.join(map(_fee, _known(one.fees))) or 'unknown'}"
    steps = ", ".join(f"{step.en} ({step.duty}, {step.role})" for step in one.steps)
    yield f"- steps: {steps}"
    if one.result is not None:
        yield f"- result: {one.result.en}"
    yield f"- changes: {'; '.join(map(_effect, one.effects)) or 'nothing'}"
    if one.linked:
        linked = ", ".join(f"[{code}](#{code})" for code in one.linked)
        yield f"- carries out together: {linked}"
    yield f"- purpose {one.purpose}; law: {one.law} ({one.basis}); clauses {', '.join(one.cites)}"
    if one.note:
        yield f"- {one.note}"
    if one.requirements:
        yield "\n| proven | by | law | basis |\n|---|---|---|---|"
        yield from (_requirement(province, need) for need in one.requirements)
    if one.form:
        yield "\n| field | says | kind | where from |\n|---|---|---|---|"
        yield from (_field(province, field) for field in one.form)


def _handler(province: Province, one: Procedure) -> str:
    online = "" if one.online == "unknown" else f", online: {one.online}"
    beyond = ", whatever the applicant's commune" if one.out_of_area else ""
    return f"{province.agency(one.handled_by).en} ({one.level}{online}{beyond})"


def _known(found: tuple[T, ...] | str) -> tuple[T, ...]:
    return () if isinstance(found, str) else found


def _number(number: NationalNumber) -> str:
    note = f", {number.note}" if number.note else ""
    return f"{number.number}{_when(number)} ({number.basis}{note})"


def _term(term: Term) -> str:
    return f"{term.amount} {term.unit}{_when(term)} ({term.law}; {term.basis})"


def _fee(fee: Fee) -> str:
    return f"{fee.channel} {fee.amount:,} đ{_when(fee)} ({fee.law}; {fee.basis})"


def _when(period: Period) -> str:
    since = f" from {period.since}" if period.since else ""
    return since + (f" until {period.until}" if period.until else "")


def _effect(effect: Effect) -> str:
    whom = f" {effect.source}" if effect.source else ""
    which = " (temporary)" if effect.residence == "temporary" else ""
    return f"{effect.kind}{whom}{which}"


def _requirement(province: Province, need: Requirement) -> str:
    when = f", where {need.when.field} is {' or '.join(need.when.is_one_of)}" if need.when else ""
    ways = ", else ".join(_way(province, way) for way in need.evidence)
    return _row([f"{need.en}{when}", ways, need.law, need.basis])


def _way(province: Province, way: Evidence) -> str:
    return _given(province, way.given) if way.given else f"paper `{way.paper}`"


def _given(province: Province, given: Given) -> str:
    return f"{giver(province, given)}: `{given.field or given.fact}` of the {given.of}"


def _field(province: Province, field: FormField) -> str:
    where = "asked"
    if field.means is not None:
        where = _given(province, field.means)
        if field.why_asked is not None:
            where = f"asked ({field.why_asked.en}, {field.why_asked.law}), beside {where}"
    return _row([f"`{field.code}`", f"{field.en} ({field.vi})", field.kind, where])


def _papers(province: Province) -> Iterator[str]:
    yield "## Kinds of papers\n"
    yield "| paper | what | issued by | valid | told in its place by | basis |"
    yield "|---|---|---|---|---|---|"
    for paper in sorted(province.papers.papers, key=lambda one: one.code):
        fact = ""
        if paper.fact:
            fact = giver(province, Given(of="anybody", fact=paper.fact))
        cells = [f"`{paper.code}`", f"{paper.en} ({paper.vi})", _issuer(province, paper)]
        yield _row([*cells, _validity(paper), fact, paper.basis])


def _issuer(province: Province, paper: Paper) -> str:
    return "unknown" if paper.issuer == "unknown" else province.agency(paper.issuer).en


def _validity(paper: Paper) -> str:
    if paper.months is None:
        return "does not end"
    return "unknown" if paper.months == "unknown" else f"{paper.months} months"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    main()
