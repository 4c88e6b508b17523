"""Unusual looks: noted from the journal's events, closed by an auditor with a note."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.audit.data import Entry, Positioned
from danso.modules.audit.interface import carried_out
from danso.modules.identity import data, rules
from danso.modules.identity.data import UnusualKind
from danso.modules.identity.models import Account, LookTally, UnusualLook
from danso.modules.identity.queries import unusual_look_data
from danso.modules.population import interface as population
from danso.modules.population.data import PeopleLookedUp, ProtectedLookedUp
from danso.modules.population.data import Scope as Reach
from danso.toolkit.platform import platform


def note_looks(looks: Sequence[Positioned[PeopleLookedUp]]) -> None:
    """Twice is harmless: rows are unique by position, counts remember how far they came."""
    accounts = _accounts(one.event.looker for one in looks)
    near = {key: _near(account) for key, account in accounts.items()}
    found: list[UnusualLook] = []
    for one in looks:
        account = accounts.get(one.event.looker)
        if account is not None:
            found += _close_looks(one, account, near[one.event.looker])
            found += _too_many(one, account)
    UnusualLook.objects.bulk_create(found, ignore_conflicts=True)


def note_protected(looks: Sequence[Positioned[ProtectedLookedUp]]) -> None:
    """As `note_looks`; a partner's look has no account."""
    accounts = _accounts(one.event.looker for one in looks)
    UnusualLook.objects.bulk_create(
        (
            UnusualLook(
                position=one.position,
                kind=UnusualKind.PROTECTED,
                account=accounts.get(one.event.looker),
                looker=one.event.looker,
                person=one.event.person,
                at=one.at,
            )
            for one in looks
        ),
        ignore_conflicts=True,
    )


def note_guessing(position: int, *, looker: str, person: UUID | None, at: datetime) -> None:
    """See interface."""
    row = UnusualLook(
        position=position, kind=UnusualKind.GUESSING, looker=looker, person=person, at=at
    )
    UnusualLook.objects.bulk_create([row], ignore_conflicts=True)


def close_unusual_look(key: int, *, note: str, actor: Actor) -> data.UnusualLook:
    """See interface."""
    # Without the person: this is no look at anybody.
    opening = Entry(actor=actor, action="unusual_look.closed", outcome="done", detail={"look": key})
    with carried_out(opening) as ledger:
        row = UnusualLook.objects.select_for_update().filter(pk=key).first()
        if row is None:
            raise NotFound("there is no such look", code="unusual_unknown", fix="See the list.")
        if row.closed_at is not None:
            raise Conflict("it is closed already", code="unusual_closed", fix="Read its note.")
        if str(row.account_id) == actor.id:
            raise Refused(
                "nobody closes a look of their own",
                code="own_look",
                fix="Leave it to another auditor.",
            )
        if not note.strip():
            raise InvalidValue(
                "the note is empty", code="note_missing", fix="Say what you found out."
            )
        row.note, row.closed_by, row.closed_at = note.strip(), actor.id, clock.now()
        row.save(update_fields=["note", "closed_by", "closed_at"])
        ledger.detail = {"kind": row.kind}
        return unusual_look_data(row)


def _accounts(lookers: Iterable[str]) -> dict[str, Account]:
    """Accounts by the text that events name them by; partners and the system have none."""
    keys = {key for text in set(lookers) if (key := _key(text)) is not None}
    return {str(account.pk): account for account in Account.objects.filter(pk__in=keys)}


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _near(account: Account) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """Keys of the holder, and of who lives in the same household."""
    if account.person is None or platform().register_mode == "absent":
        return frozenset(), frozenset()
    own = frozenset(population.keys_of(account.person))
    try:
        home = population.household_of(account.person, Reach(sees_protected=True))
    except NotFound:
        return own, frozenset()
    members = frozenset(member.key for member in home.members) if home else frozenset()
    return own, members - own


def _close_looks(
    one: Positioned[PeopleLookedUp],
    account: Account,
    near: tuple[frozenset[UUID], frozenset[UUID]],
) -> list[UnusualLook]:
    own, household = near
    seen = {*one.event.shown, *one.event.protected}
    kinds = [(UnusualKind.ONESELF, seen & own), (UnusualKind.HOUSEHOLD, seen & household)]
    return [
        UnusualLook(
            position=one.position,
            kind=kind,
            account=account,
            looker=one.event.looker,
            person=person,
            at=one.at,
        )
        for kind, people in kinds
        for person in sorted(people)
    ]


def _too_many(one: Positioned[PeopleLookedUp], account: Account) -> list[UnusualLook]:
    seen = len(one.event.shown) + len(one.event.protected)
    if not seen:
        return []
    day = clock.local(one.at).date()
    tally, _ = LookTally.objects.select_for_update().get_or_create(account=account, day=day)
    if tally.position >= one.position:
        return []
    before, tally.looks, tally.position = tally.looks, tally.looks + seen, one.position
    tally.save(update_fields=["looks", "position"])
    if tally.looks <= rules.UNUSUAL_TIMES * rules.LEAST_USUAL:
        return []
    usual = _usual(account, day)
    if not rules.becomes_unusual(before, tally.looks, usual):
        return []
    return [
        UnusualLook(
            position=one.position,
            kind=UnusualKind.VOLUME,
            account=account,
            looker=one.event.looker,
            at=one.at,
            count=tally.looks,
            usual=usual,
        )
    ]


def _usual(account: Account, day: date) -> int:
    """People on a usual day of the thirty before this one."""
    past = LookTally.objects.filter(
        account=account, day__lt=day, day__gte=day - timedelta(days=rules.USUAL_DAYS), looks__gt=0
    )
    return rules.usual_looks(list(past.values_list("looks", flat=True)))
