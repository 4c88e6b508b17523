"""Filling in an application over days: start, save, drop, prepare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from uuid import UUID

from danso.catalogue.shapes.procedures import Channel, Given, Procedure
from danso.kernel import clock, text
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue, Refused
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import Ledger, carried_out
from danso.modules.cases import rules
from danso.modules.cases.actions.moving import entry
from danso.modules.cases.data import Claim, DraftData, GivenValue, NewPaper, PartyData, Prepared
from danso.modules.cases.engine import forms, proofs
from danso.modules.cases.models import Draft
from danso.modules.cases.queries import known
from danso.modules.cases.queries.definitions import procedure_today
from danso.modules.cases.queries.drafts import alive
from danso.modules.cases.queries.reading import draft_of, paper_body
from danso.modules.identity import interface as identity
from danso.modules.population import interface as population
from danso.toolkit.platform import platform, province


@dataclass(frozen=True)
class Weighed:
    """A draft beside what the state holds: what `submit` needs, and `Prepared` shows."""

    prepared: Prepared
    parties: Mapping[str, PartyData]
    held: Mapping[Given, GivenValue]
    kept: Mapping[str, str]


def start_draft(
    procedure: str,
    applicant: UUID,
    *,
    channel: Channel,
    actor: Actor,
    unit: str = "",
    filed_at_unit: str = "",
) -> UUID:
    with _carried_out("draft_started", procedure, applicant, actor) as ledger:
        found = procedure_today(procedure)
        check_applicant(applicant, actor)
        if alive().filter(filed_by=actor.id, applicant=applicant).count() >= rules.MOST_DRAFTS:
            raise Refused(
                "There are many drafts already.",
                code="drafts_enough",
                fix="Hand one in, or drop those you no longer need.",
            )
        if unit:
            province().commune(unit)
        row = Draft.objects.create(
            procedure=found.code,
            applicant=applicant,
            filed_by=actor.id,
            channel=channel,
            unit=unit,
            filed_at_unit=filed_at_unit,
        )
        ledger.detail = {"draft": str(row.key)}
    return UUID(str(row.key))


def save_answers(
    key: UUID,
    *,
    actor: Actor,
    answers: Mapping[str, str] | None = None,
    claims: Mapping[str, Claim | None] | None = None,
    papers: Sequence[NewPaper] | None = None,
    unit: str | None = None,
) -> DraftData:
    with carried_out(entry("draft_saved", actor)) as ledger:
        row = locked_draft(key, actor)
        ledger.subject = row.applicant
        procedure = procedure_today(row.procedure)
        _check_known(procedure, answers or {}, claims or {})
        row.answers = {**row.answers, **{k: text.tidy(v) for k, v in (answers or {}).items()}}
        row.claims = _with_claims(row.claims, claims or {})
        if papers is not None:
            row.papers = _paper_bodies(papers)
        if unit is not None:
            row.unit = province().commune(unit).code if unit else ""
        row.changed_at = clock.now()
        row.save()
        ledger.detail = {"draft": str(key)}
    return draft_of(row)


def drop_draft(key: UUID, *, actor: Actor) -> None:
    with carried_out(entry("draft_dropped", actor)) as ledger:
        row = locked_draft(key, actor)
        ledger.subject = row.applicant
        row.delete()


def prepare(key: UUID, *, actor: Actor) -> Prepared:
    with carried_out(entry("draft_prepared", actor)) as ledger:
        row = locked_draft(key, actor)
        ledger.subject = row.applicant
        weighed = weigh(row)
        journal_held(ledger, weighed, actor)
    return weighed.prepared


def weigh(row: Draft) -> Weighed:
    """Everything that can be said of a draft now; reads the register and sources."""
    procedure = procedure_today(row.procedure)
    draft = draft_of(row)
    parties, faults = known.find_parties(
        procedure, row.applicant, draft.claims, asked_by=row.filed_by
    )
    held = known.held_of(procedure, parties)
    given = known.given_of(procedure, held)
    lists = known.lists_for(procedure, clock.today())
    kept, wrong = forms.judge(procedure, given, row.answers, lists)
    values = {code: one.value for code, one in given.items()} | kept
    may_be_shown = row.channel != "online"
    faults |= wrong | proofs.paper_faults(procedure, draft.papers, may_be_shown=may_be_shown)
    proven, unproven = proofs.weigh(procedure, held, draft.papers, values)
    for one in unproven:
        faults.setdefault(f"requirement:{one.code}", "paper_missing")
    unit = _unit(procedure, row, kept)
    if not unit:
        faults["unit"] = "unit_missing"
    fee = procedure.fee_on(clock.today(), draft.channel)
    prepared = Prepared(
        draft, procedure, given, faults, unproven, proven, fee.amount if fee else None, unit
    )
    return Weighed(prepared, parties, held, kept)


def journal_held(ledger: Ledger, weighed: Weighed, actor: Actor, code: str = "") -> None:
    """Every person whose data were read stands in the journal with the fields."""
    procedure = weighed.prepared.procedure
    for name, party in weighed.parties.items():
        fields = tuple(sorted({str(o.field or o.fact) for o in weighed.held if o.of == name}))
        if party.person is None or not fields:
            continue
        if party.person == ledger.subject:
            ledger.fields = fields
            continue
        row = entry(
            "party_read",
            actor,
            procedure=procedure.code,
            purpose=procedure.purpose,
            code=code,
            subject=party.person,
        )
        ledger.entries.append(_with_fields(row, fields))


def check_applicant(applicant: UUID, actor: Actor) -> None:
    """A citizen applies for themself, or for whom they act; an officer for whoever stands there."""
    if actor.kind == "citizen":
        own = identity.get_account(UUID(actor.id)).person
        acts_for = UUID(actor.behalf) if actor.behalf else own
        if applicant != acts_for:
            raise Refused(
                "This is not whom you act for.",
                code="not_applicant",
                fix="Apply in your own name, or open your mandate first.",
            )
    if platform().register_mode == "absent":
        return
    record = population.find_person(applicant)
    if record is None or record.status != "alive":
        raise Conflict(
            "The register knows no living person by that key.",
            code="applicant_unknown",
            fix="Look the person up again.",
        )


def locked_draft(key: UUID, actor: Actor) -> Draft:
    """A draft of whoever acts, within its days."""
    row = alive().select_for_update().filter(key=key, filed_by=actor.id).first()
    if row is None:
        raise rules.draft_unknown()
    return row


def _carried_out(
    action: str, procedure: str, applicant: UUID, actor: Actor
) -> AbstractContextManager[Ledger]:
    return carried_out(entry(action, actor, procedure=procedure, subject=applicant))


def _with_fields(row: Entry, fields: tuple[str, ...]) -> Entry:
    return replace(row, fields=fields)


def _unit(procedure: Procedure, row: Draft, kept: Mapping[str, str]) -> str:
    """Where it is worked on: an agency, or the commune where it takes effect, else the one that
    was chosen, else where the applicant lives."""
    if procedure.level == "province":
        return province().agencies_today(procedure.handled_by)[0].code
    field = rules.commune_field(procedure)
    if field:
        return kept.get(field, "")
    if row.unit:
        return row.unit
    record = population.find_person(row.applicant)
    lives_in = record.commune if record is not None else None
    return lives_in if lives_in and lives_in in province().units.by_code else ""


def _check_known(
    procedure: Procedure, answers: Mapping[str, str], claims: Mapping[str, Claim | None]
) -> None:
    """What a form does not have can't be saved in its draft either."""
    by_number = {party.code for party in procedure.parties if party.found == "number"}
    if answers.keys() - procedure.fields.keys() or claims.keys() - by_number:
        raise InvalidValue(
            "The form has no such field.",
            code="field_not_in_form",
            fix="Load the page again and enter it there.",
        )
    if any(len(answer) > rules.LONGEST_WORDS for answer in answers.values()):
        raise InvalidValue(
            "An answer is too long.", code="answer_too_long", fix="Write it in fewer words."
        )


def _with_claims(
    held: dict[str, dict[str, str]], new: Mapping[str, Claim | None]
) -> dict[str, dict[str, str]]:
    merged = {**held, **{code: asdict(one) for code, one in new.items() if one is not None}}
    return {code: one for code, one in merged.items() if new.get(code, one) is not None}


def _paper_bodies(papers: Sequence[NewPaper]) -> list[dict[str, str | None]]:
    if len(papers) > rules.MOST_PAPERS:
        raise InvalidValue(
            "There are too many papers.",
            code="papers_enough",
            fix="Join pages of one paper into one file.",
        )
    return [paper_body(paper) for paper in papers]
