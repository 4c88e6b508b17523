"""For whom somebody may act: asked anew with every request, of accounts, mandates and register."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from danso.kernel import clock
from danso.kernel.errors import NotFound
from danso.modules.identity import rules
from danso.modules.identity.adapters.sealing import unseal
from danso.modules.identity.data import (
    AccountState,
    Acting,
    ActingGround,
    AssistedData,
    HelperKind,
    MandateData,
    MandateScope,
    MandateState,
)
from danso.modules.identity.models import Account, AssistedSession, Citizen, Mandate
from danso.modules.identity.queries.eid import is_sound
from danso.modules.identity.queries.officers import posts_of
from danso.modules.identity.queries.organisations import (
    find_represented,
    is_usable,
    represented_by,
)
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord


def is_parent(account: UUID | None, child: PersonRecord) -> bool:
    """Whether the register names the account's holder as the child's parent or representative."""
    holder = Citizen.objects.select_related("account").filter(pk=account, is_open=True).first()
    if holder is None:
        return False
    keys = {child.father, child.mother} - {None}
    numbers = {child.father_number, child.mother_number, child.representative_number} - {None, ""}
    return holder.account.person in keys or unseal(holder.number_sealed) in numbers


def age_of(person: PersonRecord) -> int:
    """Full years that are certain; 0 for a birth that nobody knows."""
    return rules.age_on(person.born, clock.today()) if person.born else 0


def mandates_given(account: UUID) -> tuple[MandateData, ...]:
    """All that this holder gave in their own name, the newest first."""
    return _as_data(_offered().filter(giver_id=account, organisation=None))


def mandates_of_organisation(organisation: UUID) -> tuple[MandateData, ...]:
    """All that were given in an organisation's name, the newest first."""
    return _as_data(_offered().filter(organisation_id=organisation))


def _offered() -> QuerySet[Mandate]:
    """Those that named somebody: wrong tries only count."""
    return _mandates().exclude(state=MandateState.UNCONFIRMED)


def mandates_received(account: UUID) -> tuple[MandateData, ...]:
    """All that were accepted by this holder or wait for them, the newest first."""
    waits = Q(state=MandateState.OFFERED, answer_by__gt=clock.now())
    found = _mandates().filter(mandatary_id=account)
    return _as_data(found.filter(waits | Q(since__isnull=False)))


def actings_of(account: UUID) -> tuple[Acting, ...]:
    """All for whom this account may act now: children, organisations, then by mandate."""
    holder = Account.objects.filter(pk=account).first()
    if holder is None or not is_sound(holder):
        return ()
    children = (_of_child(holder, child) for child in _children(holder))
    accepted = _mandates().filter(mandatary_id=account, state=MandateState.ACCEPTED)
    mandates = (_of_mandate(row) for row in accepted)
    found = (*children, *represented_by(account), *mandates)
    return tuple(one for one in found if one is not None)


def find_acting(account: UUID, ground: ActingGround, key: UUID, handle: str) -> Acting | None:
    """One of them, or this browser's assisted session, if it still holds; None where not."""
    holder = Account.objects.filter(pk=account).first()
    if holder is not None and ground is ActingGround.ASSISTED:
        live = AssistedSession.objects.filter(key=key, helper=holder, handle=handle).first()
        return _of_assisted(live, holder) if live else None
    if holder is None or not is_sound(holder):
        return None
    if ground is ActingGround.CHILD:
        child = population.find_person(key)
        return _of_child(holder, child) if child else None
    if ground is ActingGround.ORGANISATION:
        return find_represented(account, key)
    row = _mandates().filter(key=key, mandatary_id=account).first()
    return _of_mandate(row) if row else None


def may_act_for(account: UUID, person: UUID, scope: MandateScope) -> bool:
    """Whether one of the grounds that hold now gives this account that scope for this person."""
    keys = set(population.keys_of(person)) | {person}
    rows = AssistedSession.objects.filter(helper_id=account, person__in=keys, ended_at=None)
    assisted = (_of_assisted(row, row.helper) for row in rows.select_related("helper"))
    found = (*actings_of(account), *(one for one in assisted if one))
    return any(one.person in keys and one.may(scope) for one in found)


def may_act_for_organisation(account: UUID, organisation: UUID, scope: MandateScope) -> bool:
    """The same for an organisation: as its representative or by its mandate."""
    found = actings_of(account)
    return any(one.organisation == organisation and one.may(scope) for one in found)


def _mandates() -> QuerySet[Mandate]:
    rows = Mandate.objects.select_related("giver", "mandatary", "organisation__representative")
    return rows.order_by("-offered_at")


def _children(holder: Account) -> Iterable[PersonRecord]:
    """Members of the own household, and children whose account was opened through this one; the
    register holds no list of children by parent."""
    if holder.person is None:
        return ()
    home = population.household_of(holder.person)
    found = {one.key: one for one in home.members} if home else {}
    opened = Citizen.objects.filter(parent=holder, is_open=True, account__person__isnull=False)
    others = [key for key in opened.values_list("account__person", flat=True) if key not in found]
    found |= population.people_by_keys(key for key in others if key)
    return [one for one in found.values() if one.key != holder.person]


def _of_child(holder: Account, child: PersonRecord) -> Acting | None:
    scopes = rules.scopes_for_child(age_of(child)) if child.born else frozenset()
    if child.status != "alive" or not scopes or not is_parent(holder.pk, child):
        return None
    return Acting(ActingGround.CHILD, child.key, child.key, scopes, None, child.full_name)


def _of_assisted(row: AssistedSession, helper: Account) -> Acting | None:
    """A confirmed session, while its time lasts, its helper may still help, and the person lives
    and nobody has locked their account."""
    if row.person is None or not is_live(row) or not _may_help(row, helper):
        return None
    person = population.find_person(row.person)
    locked = Citizen.objects.filter(
        account__person=row.person, is_open=True, account__state=AccountState.LOCKED
    )
    if person is None or person.status != "alive" or locked.exists():
        return None
    scopes = frozenset(MandateScope(one) for one in row.scopes)
    name = person.full_name
    return Acting(ActingGround.ASSISTED, row.key, person.key, scopes, row.until, name)


def is_live(row: AssistedSession) -> bool:
    """Confirmed, and neither ended nor out of time."""
    is_open = row.confirmed_at is not None and row.ended_at is None
    return is_open and row.until is not None and clock.now() < row.until


def _may_help(row: AssistedSession, helper: Account) -> bool:
    if row.kind == HelperKind.TEAM:
        return is_sound(helper)
    held = {post.role for post in posts_of(helper.pk)}
    return helper.is_active and bool(held & rules.ASSISTED_ROLES)


def get_assisted(key: UUID, helper: UUID, handle: str) -> AssistedData:
    """This helper's own, of this browser session; NotFound for every other."""
    row = AssistedSession.objects.filter(
        key=key, helper_id=helper, handle=handle, person__isnull=False, ended_at=None
    ).first()
    if row is None:
        raise NotFound("There is no such session.", code="assisted_unknown", fix="Begin anew.")
    return assisted_data(row)


def assisted_data(row: AssistedSession) -> AssistedData:
    """The row as it passes the door."""
    person = population.find_person(row.person) if row.person else None
    if person is None:
        raise NotFound("There is no such session.", code="assisted_unknown", fix="Begin anew.")
    return AssistedData(
        key=row.key,
        helper=row.helper_id,
        person=person.key,
        full_name=person.full_name,
        birth=person.birth or "",
        scopes=frozenset(MandateScope(one) for one in row.scopes),
        ways=rules.WAYS[HelperKind(row.kind)],
        begun_at=row.begun_at,
        confirmed_at=row.confirmed_at,
        until=row.until,
        is_code_sent=row.codes_sent > 0,
        is_printed=bool(row.summary),
        is_card_read=row.read == rules.CARD_READ,
        is_live=is_live(row),
    )


def _of_mandate(row: Mandate) -> Acting | None:
    giver = population.find_person(row.person)
    if giver is None or not _is_in_force(row, giver):
        return None
    scopes = frozenset(MandateScope(one) for one in row.scopes)
    ground, until, organisation = ActingGround.MANDATE, row.until, row.organisation
    if organisation is not None:
        return Acting(ground, row.key, None, scopes, until, organisation.name, organisation.key)
    return Acting(ground, row.key, giver.key, scopes, until, giver.full_name)


def _is_in_force(row: Mandate, giver: PersonRecord | None) -> bool:
    is_accepted = row.state == MandateState.ACCEPTED and row.since is not None
    is_timely = clock.now() < row.until
    return is_accepted and is_timely and is_sound(row.mandatary) and is_giver_sound(row, giver)


def is_giver_sound(row: Mandate, giver: PersonRecord | None) -> bool:
    """Whether whoever gave it can still let others act: a person who lives and whose account is
    sound; of an organisation's mandate the organisation, whoever represents it now."""
    if row.organisation is not None:
        return is_usable(row.organisation)
    return is_sound(row.giver) and giver is not None and giver.status == "alive"


def _as_data(rows: Iterable[Mandate]) -> tuple[MandateData, ...]:
    held = list(rows)
    givers = population.people_by_keys({row.person for row in held})
    return tuple(_data(row, givers.get(row.person)) for row in held)


def _data(row: Mandate, giver: PersonRecord | None) -> MandateData:
    return MandateData(
        key=row.key,
        person=row.person,
        giver_name=row.organisation.name if row.organisation else _name_of(giver),
        mandatary_name=unseal(row.mandatary_name),
        scopes=frozenset(MandateScope(one) for one in row.scopes),
        state=row.state,
        offered_at=row.offered_at,
        answer_by=row.answer_by,
        since=row.since,
        until=row.until,
        ended_at=row.ended_at,
        is_in_force=_is_in_force(row, giver),
        mandatary=row.mandatary_id if row.since else None,
        organisation=row.organisation_id,
    )


def _name_of(giver: PersonRecord | None) -> str:
    return giver.full_name if giver else ""
