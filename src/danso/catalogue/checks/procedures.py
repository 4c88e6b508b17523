"""Checks of procedures: what they name exists, steps and periods are in order, nothing is asked
that the state holds, and the essential services are all there."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final, get_args

from danso.catalogue.ask_once import giver, is_allowed, paper_reasks, reasks, tellers
from danso.catalogue.checks.effects import find_effects
from danso.catalogue.province import Province
from danso.catalogue.reading import Where
from danso.catalogue.shapes.hosted import Need, RegisterField
from danso.catalogue.shapes.procedures import Duty, Evidence, Given, Period, Procedure
from danso.catalogue.shapes.sources import SourceField
from danso.catalogue.shaping import Reader

Finding = tuple[Where, str, str]

# Appendix I of Decision 06/QĐ-TTg.
ESSENTIAL: Final = 25
DUTIES: Final[tuple[Duty, ...]] = get_args(Duty)
_CORRECT: Final = "Correct the code"


def check_procedures(province: Province, reader: Reader) -> None:
    """Every procedure fits the province and itself; so do the kinds of papers."""
    for procedure in province.procedures.values():
        found = (
            *_names(province, procedure),
            *_parties(procedure),
            *_form(province, procedure),
            *_requirements(province, procedure),
            *_steps(procedure),
            *_periods(procedure),
            *find_effects(province, procedure),
            *_asked_again(province, procedure),
        )
        file = f"procedures/{procedure.code}.yaml"
        for where, wrong, fix in found:
            reader.note(file, where, item=procedure.code, wrong=wrong, fix=fix)
    _check_papers(province, reader)
    _check_numbers(province, reader)
    _check_essential(province, reader)


def _names(province: Province, procedure: Procedure) -> Iterator[Finding]:
    for key in ("owner", "handled_by"):
        code = getattr(procedure, key)
        agency = province.agencies.get(code)
        if agency is None:
            yield (key,), f"{code} is no agency", "Add the agency, or correct the code"
        elif agency.until is not None:
            fix = "Name the successor that carries this duty"
            yield (key,), f"{code} ended on {agency.until}", fix
    if procedure.purpose not in province.purposes:
        wrong = f"{procedure.purpose} is no purpose"
        yield ("purpose",), wrong, "Add it to purposes.yaml, or correct the code"
    for index, code in enumerate(procedure.linked):
        if code not in province.procedures or code == procedure.code:
            yield ("linked", index), f"{code} is no other procedure", _CORRECT
    paper = procedure.result.paper if procedure.result else None
    if paper is not None and paper not in province.papers.by_code:
        yield ("result", "paper"), f"{paper} is no kind of paper", "Add it to papers.yaml"


def _parties(procedure: Procedure) -> Iterator[Finding]:
    yield from _twice("parties", [party.code for party in procedure.parties])
    if sum(party.found == "applicant" for party in procedure.parties) != 1:
        fix = "Let exactly one party be found: applicant"
        yield ("parties",), "nobody, or more than one, is the applicant", fix


def _form(province: Province, procedure: Procedure) -> Iterator[Finding]:
    yield from _twice("form", [field.code for field in procedure.form])
    for index, field in enumerate(procedure.form):
        where: Where = ("form", index)
        if field.code_list is not None and field.code_list not in province.code_lists:
            yield (*where, "code_list"), f"{field.code_list} is no code list", "Correct the name"
        if field.means is not None:
            for wrong, fix in _given(province, procedure, field.means):
                yield (*where, "means"), f"{field.code}: {wrong}", fix
            listed = _list_of(province, field.means)
            if listed and field.kind == "code" and field.code_list != listed:
                wrong = f"{field.code} would be given a code of {listed}"
                yield (*where, "code_list"), wrong, f"Set code_list: {listed}"
        elif field.why_asked is not None:
            wrong = f"{field.code} says why it is asked and not what a source would give"
            yield (*where, "why_asked"), wrong, "Add what it means, or take why_asked out"
        yield from _need(procedure, (*where, "required_when"), field.required_when)
        before = procedure.fields.get(field.not_before or "")
        if field.not_before is not None and (before is None or before.kind != "date"):
            wrong = f"{field.not_before} is no date of the form"
            yield (*where, "not_before"), wrong, "Name a field of kind date"


def _given(province: Province, procedure: Procedure, given: Given) -> Iterator[tuple[str, str]]:
    party = procedure.people.get(given.of)
    if party is None:
        yield f"{given.of} is no party of it", "Correct the party's code"
    elif party.found == "new":
        fix = "Ask it (leave means out), or name a party that is known"
        yield f"nothing is held of {given.of} yet", fix
    if given.field is not None and given.field not in province.fields:
        yield f"{given.field} is no field of people", "Correct it (danso catalogue list fields)"
    elif given.fact is not None and given.fact not in province.facts:
        yield f"no source or register tells {given.fact}", "Correct the fact's code"
    elif procedure.purpose in province.purposes and not is_allowed(
        province, procedure.purpose, given
    ):
        wrong = f"the purpose {procedure.purpose} may not have {given.field or given.fact}"
        fix = "Choose a purpose that may, or let the purpose share it where the law does"
        yield f"{wrong} of {giver(province, given)}", fix


def _list_of(province: Province, given: Given) -> str:
    """The code list that a given value's codes are of; empty where it is no code."""
    if given.field is not None:
        field = province.fields.get(given.field)
        return (field.code_list if field else None) or ""
    lists = (field.code_list for field in _told_in(province, given.fact or ""))
    return next(filter(None, lists), "")


def _codes_of(province: Province, given: Given) -> frozenset[str]:
    """Every code that it can be, by whoever tells it; none where somebody tells no code."""
    if given.field is not None:
        listed = province.code_lists.get(_list_of(province, given))
        return frozenset(listed.codes if listed else ())
    told = [_codes(province, field) for field in _told_in(province, given.fact or "")]
    return frozenset().union(*told) if all(told) else frozenset()


def _codes(province: Province, field: SourceField | RegisterField) -> frozenset[str]:
    listed = province.code_lists.get(field.code_list or "")
    own = field.choices if isinstance(field, RegisterField) else ()
    return frozenset((*(listed.codes if listed else ()), *(choice.code for choice in own)))


def _told_in(province: Province, fact: str) -> Iterator[SourceField | RegisterField]:
    """The fields whose values sources and hosted registers tell under this name."""
    for one in tellers(province, fact):
        fields: Mapping[str, SourceField | RegisterField] = one.by_code
        for told in one.facts:
            if told.code == fact and told.field in fields:
                yield fields[told.field]


def _need(procedure: Procedure, where: Where, need: Need | None) -> Iterator[Finding]:
    if need is None:
        return
    field = procedure.fields.get(need.field)
    if field is None:
        yield where, f"{need.field} is no field of the form", "Correct the field's code"
        return
    known = {choice.code for choice in field.choices}
    for value in need.is_one_of if known else ():
        if value not in known:
            yield where, f"{need.field} is never {value}", "Use one of its choices"


def _requirements(province: Province, procedure: Procedure) -> Iterator[Finding]:
    yield from _twice("requirements", [one.code for one in procedure.requirements])
    for index, requirement in enumerate(procedure.requirements):
        where: Where = ("requirements", index)
        yield from _need(procedure, (*where, "when"), requirement.when)
        for first, then in pairwise(requirement.evidence):
            if first.paper is not None and then.given is not None:
                wrong = f"{requirement.code} asks for a paper before what is held"
                yield (*where, "evidence"), wrong, "Put what is given first, papers last"
        for place, evidence in enumerate(requirement.evidence):
            for wrong, fix in _evidence(province, procedure, evidence):
                yield (*where, "evidence", place), f"{requirement.code}: {wrong}", fix


def _evidence(
    province: Province, procedure: Procedure, evidence: Evidence
) -> Iterator[tuple[str, str]]:
    if evidence.paper is not None and evidence.paper not in province.papers.by_code:
        yield f"{evidence.paper} is no kind of paper", "Add it to papers.yaml"
    if evidence.given is None:
        if evidence.equals:
            yield "equals goes with what is given", "Take it out"
        return
    yield from _given(province, procedure, evidence.given)
    codes = _codes_of(province, evidence.given)
    for value in evidence.equals if codes else ():
        if value not in codes:
            known = evidence.given.field or evidence.given.fact
            yield f"{known} is never {value}", f"Use one of: {', '.join(sorted(codes))}"


def _steps(procedure: Procedure) -> Iterator[Finding]:
    yield from _twice("steps", [step.code for step in procedure.steps])
    duties = [step.duty for step in procedure.steps]
    if duties[0] != "receive":
        yield ("steps", 0), "it does not begin with receiving", "Let the first duty be receive"
    if "decide" not in duties:
        yield ("steps",), "nobody decides", "Add a step with the duty decide"
    for index, (first, then) in enumerate(pairwise(duties), start=1):
        if DUTIES.index(then) < DUTIES.index(first):
            wrong = f"it goes back from {first} to {then}"
            yield ("steps", index), wrong, f"Order the steps: {', '.join(DUTIES)}"


def _periods(procedure: Procedure) -> Iterator[Finding]:
    fees = procedure.fees if procedure.fees != "unknown" else ()
    terms = procedure.terms if procedure.terms != "unknown" else ()
    numbers = procedure.numbers if procedure.numbers != "unknown" else ()
    forms = procedure.paper_forms
    yield from _overlaps("numbers", [("", one) for one in numbers])
    yield from _overlaps("terms", [("", one) for one in terms])
    yield from _overlaps("fees", [(fee.channel, fee) for fee in fees])
    yield from _overlaps("paper_forms", [(form.code, form) for form in forms])


def _overlaps(key: str, periods: list[tuple[str, Period]]) -> Iterator[Finding]:
    for index, (name, period) in enumerate(periods):
        if period.since and period.until and period.until < period.since:
            yield (key, index), "it ends before it begins", "Correct since or until"
        for other, earlier in periods[:index]:
            if other == name and _meet(earlier, period):
                wrong = f"two of {key} hold on the same day{f' ({name})' if name else ''}"
                yield (key, index), wrong, "End the earlier one with until, or remove one"


def _meet(one: Period, other: Period) -> bool:
    starts_late = one.until and other.since and one.until < other.since
    ends_early = other.until and one.since and other.until < one.since
    return not (starts_late or ends_early)


def _asked_again(province: Province, procedure: Procedure) -> Iterator[Finding]:
    """The ask-once rule: a form does not ask for what the state holds."""
    places = {field.code: index for index, field in enumerate(procedure.form)}
    for one in reasks(province, procedure):
        what = f"field: {one.known.field}" if one.known.field else f"fact: {one.known.fact}"
        means = f"means: {{of: {one.known.of}, {what}}}"
        wrong = f"the form asks for {one.field.code}, which {one.giver} holds"
        fix = f"Take it from there ({means}); where the law has it asked, add why_asked to that"
        yield ("form", places[one.field.code]), wrong, fix
    for paper in paper_reasks(province, procedure):
        where = ("requirements", procedure.requirements.index(paper.requirement))
        wrong = f"it asks for the paper {paper.paper}, and {paper.giver} tells {paper.fact}"
        fix = f"Put given: {{of: ..., fact: {paper.fact}}} before the paper"
        yield (*where, "evidence", paper.place), wrong, fix


def _twice(key: str, codes: Iterable[str]) -> Iterator[Finding]:
    for code, times in Counter(codes).items():
        if times > 1:
            yield (key,), f"{code} stands twice under {key}", "Give one another code"


def _check_papers(province: Province, reader: Reader) -> None:
    seen = Counter(paper.code for paper in province.papers.papers)
    for index, paper in enumerate(province.papers.papers):
        for key, wrong in (
            ("code", f"{paper.code} stands twice" if seen[paper.code] > 1 else ""),
            ("issuer", _unknown(paper.issuer, {"unknown", *province.agencies}, "agency")),
            ("retention", _unknown(paper.retention, province.retention, "rule of retention")),
            ("fact", _unknown(paper.fact, province.facts, "fact that a source tells")),
        ):
            if wrong:
                where = ("papers", index, key)
                reader.note("papers.yaml", where, item=paper.code, wrong=wrong, fix=_CORRECT)


def _unknown(code: str | None, known: Iterable[str], kind: str) -> str:
    return "" if code is None or code in known else f"{code} is no {kind}"


def _check_numbers(province: Province, reader: Reader) -> None:
    """A national number is one procedure's."""
    holders: dict[str, str] = {}
    for one in province.procedures.values():
        for index, number in enumerate(one.numbers if one.numbers != "unknown" else ()):
            holder = holders.setdefault(number.number, one.code)
            if holder != one.code:
                file, where = f"procedures/{one.code}.yaml", ("numbers", index)
                wrong, fix = f"{holder} has the number {number.number} too", "Correct one of them"
                reader.note(file, where, item=one.code, wrong=wrong, fix=fix)


def _check_essential(province: Province, reader: Reader) -> None:
    """Whoever claims essential services has all of them, each once."""
    claims = [one for one in province.procedures.values() if one.essential is not None]
    seen = Counter(one.essential for one in claims)
    for one in claims:
        if seen[one.essential] > 1:
            wrong = f"another procedure is essential service {one.essential} too"
            file, where = f"procedures/{one.code}.yaml", ("essential",)
            reader.note(file, where, item=one.code, wrong=wrong, fix="Give one its own number")
    lacking = [str(number) for number in range(1, ESSENTIAL + 1) if number not in seen]
    if claims and lacking:
        file = f"procedures/{claims[0].code}.yaml"
        wrong = f"of the {ESSENTIAL} essential services it lacks {', '.join(lacking)}"
        fix = "Describe them in procedures/, or claim none (leave essential out)"
        reader.note(file, ("essential",), item="essential services", wrong=wrong, fix=fix)
