"""Organisations' e-IDs: asked for, decided, handed on, lost, locked; employees act by mandate."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.identity import interface as identity
from danso.modules.identity.actions.following import lock_dead
from danso.modules.identity.data import (
    Decided,
    LockReason,
    MandateOffer,
    MandateScope,
    OrganisationClaim,
    OrganisationKind,
)
from danso.modules.identity.engine.organisation_number import parse_organisation_number
from danso.modules.population import interface as population
from danso.modules.population.data import Scope
from tests.acting_world import (
    GIVER,
    GIVER_NAME,
    HELPER,
    HELPER_NAME,
    OTHER,
    actor_of,
    holder,
    person_of,
)
from tests.conftest import Database
from tests.eid_world import CLERK, GROUNDS, told
from tests.officers import TESTER, journal
from tests.organisation_world import CLAIM, COMMUNE, NUMBER, decider, represent

pytestmark = pytest.mark.clause("II.2.2", partly="organisations; filing comes with the cases")
FILE = frozenset({MandateScope.FILE})


@pytest.fixture
def owner(fresh_db: Database) -> UUID:
    return holder(GIVER, GIVER_NAME)


@pytest.fixture
def officer(owner: UUID) -> UUID:
    return decider()


def may(account: UUID, organisation: UUID) -> bool:
    return identity.may_act_for_organisation(actor_of(account), organisation, MandateScope.FILE)


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        (OrganisationKind.ENTERPRISE, "0100109106", "0100109106"),
        (OrganisationKind.COOPERATIVE, " 0100 109 106 ", "0100109106"),
        (OrganisationKind.BRANCH, "0100109106001", "0100109106-001"),
        (OrganisationKind.AGENCY, "1 053 629", "1053629"),
    ],
)
def test_number_is_read_as_its_kind_has_it(kind: OrganisationKind, text: str, number: str) -> None:
    assert parse_organisation_number(kind, text) == number


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (OrganisationKind.ENTERPRISE, "0100109107"),
        (OrganisationKind.ENTERPRISE, "0100109106-001"),
        (OrganisationKind.ENTERPRISE, "٠١٠٠١٠٩١٠٦"),
        (OrganisationKind.BRANCH, "0100109106-000"),
        (OrganisationKind.AGENCY, "105362"),
        (OrganisationKind.OTHER, ""),
    ],
)
def test_number_that_no_organisation_has_is_refused(kind: OrganisationKind, text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_organisation_number(kind, text)
    assert refused.value.code == "organisation_number"


def test_asked_and_granted_it_is_opened_and_acted_for(
    owner: UUID, officer: UUID, fresh_db: Database
) -> None:
    key = identity.ask_organisation(owner, CLAIM, actor=actor_of(owner))
    assert identity.find_organisation(NUMBER) is None
    decided = Decided(grants=True, place=f"commune:{COMMUNE}", evidence="giấy chứng nhận ĐKDN")
    identity.decide_representation(key, decided, communes={COMMUNE}, actor=actor_of(officer))
    found = identity.find_organisation(NUMBER)
    assert found is not None
    assert (found.state, found.representative, found.is_usable) == ("active", owner, True)
    kept = identity.representations_of(owner)[0]
    assert (kept.way, kept.evidence, kept.is_in_force) == ("paper", "giấy chứng nhận ĐKDN", True)
    assert told()[-1] == ("eid.organisation_granted", "0912345678")
    assert may(owner, found.key)
    assert not identity.may_act_for(actor_of(owner), found.key, MandateScope.FILE)
    rows = [(row.action, row.subject) for row in journal(fresh_db)]
    assert ("eid.organisation_granted", str(person_of(owner))) in rows
    assert ("eid.organisation_opened", str(found.key)) in rows


def test_source_is_evidence_for_a_legal_representative_and_for_no_delegate(
    owner: UUID, officer: UUID
) -> None:
    told_by = Decided(True, "province", source="business-registration", as_of=clock.now())
    delegate = OrganisationClaim(
        CLAIM.kind, CLAIM.number, CLAIM.name, CLAIM.head_office, COMMUNE, is_delegate=True
    )
    key = identity.ask_organisation(owner, delegate, actor=actor_of(owner))
    with pytest.raises(InvalidValue) as refused:
        identity.decide_representation(key, told_by, communes=None, actor=actor_of(officer))
    assert refused.value.code == "evidence_missing"
    identity.end_representation(key, owner, actor=actor_of(owner))
    key = identity.ask_organisation(owner, CLAIM, actor=actor_of(owner))
    identity.decide_representation(key, told_by, communes=None, actor=actor_of(officer))
    assert identity.representations_of(owner)[0].way == "source"


def test_only_police_of_its_commune_see_and_decide_and_nobody_their_own(
    owner: UUID, officer: UUID
) -> None:
    key = identity.ask_organisation(owner, CLAIM, actor=actor_of(owner))
    assert identity.organisations_waiting({"00000"}) == ()
    assert [one.key for one in identity.organisations_waiting({COMMUNE})] == [key]
    decided = Decided(grants=True, place="province", evidence="giấy")
    with pytest.raises(NotFound):
        identity.decide_representation(key, decided, communes={"00000"}, actor=actor_of(officer))
    with pytest.raises(Refused) as refused:
        identity.decide_representation(key, decided, communes=None, actor=actor_of(owner))
    assert refused.value.code == "own_organisation"


def test_refused_request_opens_nothing_and_is_decided_once(owner: UUID, officer: UUID) -> None:
    key = identity.ask_organisation(owner, CLAIM, actor=actor_of(owner))
    decided = Decided(grants=False, place="province", evidence="giấy không khớp")
    identity.decide_representation(key, decided, communes=None, actor=actor_of(officer))
    assert identity.find_organisation(NUMBER) is None
    assert told()[-1][0] == "eid.organisation_refused"
    with pytest.raises(Conflict):
        identity.decide_representation(key, decided, communes=None, actor=actor_of(officer))


def test_level_1_and_the_young_represent_nothing(owner: UUID) -> None:
    low = holder(OTHER, "Trần Thị Mây", level=1)
    young = holder("099210000555", "Trần Văn Mầm", clock.today().year - 16)
    for account in (low, young):
        with pytest.raises(Refused) as refused:
            identity.ask_organisation(account, CLAIM, actor=actor_of(account))
        assert refused.value.code == "organisation_level"


def test_same_request_twice_and_a_sixth_one_are_refused(owner: UUID) -> None:
    identity.ask_organisation(owner, CLAIM, actor=actor_of(owner))
    with pytest.raises(Conflict):
        identity.ask_organisation(owner, CLAIM, actor=actor_of(owner))
    for number in ("1000001", "1000002", "1000003", "1000004"):
        claim = OrganisationClaim(OrganisationKind.AGENCY, number, "Trạm", "Thôn 1", COMMUNE)
        identity.ask_organisation(owner, claim, actor=actor_of(owner))
    claim = OrganisationClaim(OrganisationKind.AGENCY, "1000005", "Trạm", "Thôn 1", COMMUNE)
    with pytest.raises(Refused) as refused:
        identity.ask_organisation(owner, claim, actor=actor_of(owner))
    assert refused.value.code == "organisations_spent"


def test_new_representative_takes_the_place_of_the_former_who_is_told(
    owner: UUID, officer: UUID, fresh_db: Database
) -> None:
    organisation = represent(owner, officer)
    new = holder(HELPER, HELPER_NAME)
    assert represent(new, officer) == organisation, "the same account goes on"
    assert not may(owner, organisation)
    assert may(new, organisation)
    assert ("eid.organisation_replaced", "0912345678") in told()
    assert identity.representations_of(owner)[0].ended_why == "replaced"
    about = [row.subject for row in journal(fresh_db) if row.action == "eid.representative_left"]
    assert about == [str(person_of(owner))]


def test_death_locks_the_organisation_until_somebody_new_represents_it(
    owner: UUID, officer: UUID
) -> None:
    organisation = represent(owner, officer)
    day = PartialDate(2026, 1, 2)
    person = person_of(owner)
    population.record_death(person, day, actor=CLERK, grounds=GROUNDS, scope=Scope())
    assert not may(owner, organisation), "before anything has followed"
    lock_dead([person])
    lock_dead([person])
    waits = identity.get_organisation(organisation)
    assert (waits.state, waits.lock, waits.representative) == ("locked", "vacant", None)
    with pytest.raises(Refused) as refused:
        identity.unlock_organisation(
            organisation, communes=None, actor=actor_of(officer), evidence="đơn"
        )
    assert refused.value.code == "organisation_vacant"
    represent(holder(HELPER, HELPER_NAME), officer)
    assert identity.get_organisation(organisation).state == "active"


def test_locked_e_id_of_the_representative_stops_everybody_and_unlocked_goes_on(
    owner: UUID, officer: UUID
) -> None:
    organisation, employee = represent(owner, officer), holder(HELPER, HELPER_NAME)
    employ(owner, employee, organisation)
    assert may(employee, organisation)
    identity.lock_eid(owner, LockReason.HOLDER, actor=TESTER)
    assert not may(owner, organisation)
    assert not may(employee, organisation)
    identity.unlock_eid(owner, roles={"commune_police"}, actor=TESTER, evidence="đơn")
    assert may(employee, organisation)


def test_closed_e_id_ends_the_representation(owner: UUID, officer: UUID) -> None:
    organisation = represent(owner, officer)
    identity.close_eid(owner, actor=TESTER, evidence="đơn")
    assert identity.get_organisation(organisation).lock == "vacant"


def test_renounced_it_waits(owner: UUID, officer: UUID) -> None:
    organisation = represent(owner, officer)
    key = identity.representations_of(owner)[0].key
    stranger = holder(HELPER, HELPER_NAME)
    with pytest.raises(NotFound):
        identity.end_representation(key, stranger, actor=actor_of(stranger))
    identity.end_representation(key, owner, actor=actor_of(owner))
    assert identity.get_organisation(organisation).lock == "vacant"


def employ(owner: UUID, employee: UUID, organisation: UUID) -> UUID:
    offer = MandateOffer(HELPER, HELPER_NAME, FILE, 1, organisation)
    key = identity.offer_mandate(owner, offer, actor=actor_of(owner))
    identity.answer_mandate(key, employee, accepts=True, actor=actor_of(employee))
    return key


def test_employee_acts_within_the_mandate_that_outlives_its_giver(
    owner: UUID, officer: UUID
) -> None:
    organisation, employee = represent(owner, officer), holder(HELPER, HELPER_NAME)
    key = employ(owner, employee, organisation)
    assert identity.mandates_given(owner) == (), "it is the organisation's, not the giver's"
    assert identity.mandates_received(employee)[0].giver_name == CLAIM.name
    actor = actor_of(employee)
    receive = MandateScope.RECEIVE
    assert not identity.may_act_for_organisation(actor, organisation, receive)
    assert not identity.may_act_for(actor, person_of(owner), MandateScope.FILE)
    new = holder(OTHER, "Trần Thị Mây")
    represent(new, officer)
    assert may(employee, organisation)
    with pytest.raises(NotFound):
        identity.end_mandate(key, owner, actor=actor_of(owner))
    identity.end_mandate(key, new, actor=actor_of(new))
    assert not may(employee, organisation)


def test_mandate_of_an_organisation_is_given_by_its_representative_for_its_own_scopes(
    owner: UUID, officer: UUID
) -> None:
    organisation, other = represent(owner, officer), holder(HELPER, HELPER_NAME)
    offer = MandateOffer(GIVER, GIVER_NAME, FILE, 1, organisation)
    with pytest.raises(NotFound):
        identity.offer_mandate(other, offer, actor=actor_of(other))
    sees = frozenset({MandateScope.SEE_DATA})
    with pytest.raises(InvalidValue) as refused:
        identity.offer_mandate(
            owner, MandateOffer(HELPER, HELPER_NAME, sees, 1, organisation), actor=actor_of(owner)
        )
    assert refused.value.code == "mandate_empty"


def test_locks_of_holder_and_police_and_the_end(owner: UUID, officer: UUID) -> None:
    organisation = represent(owner, officer)
    police = actor_of(officer)
    with pytest.raises(NotFound):
        identity.lock_own_organisation(organisation, uuid4(), actor=actor_of(owner))
    identity.lock_own_organisation(organisation, owner, actor=actor_of(owner))
    assert not may(owner, organisation)
    identity.lock_organisation(organisation, communes=None, actor=police, evidence="quyết định")
    assert identity.get_organisation(organisation).lock == "police"
    with pytest.raises(Conflict):
        identity.lock_organisation(organisation, communes=None, actor=police, evidence="lại")
    identity.unlock_organisation(organisation, communes=None, actor=police, evidence="quyết định")
    assert may(owner, organisation)
    identity.close_organisation(organisation, communes=None, actor=police, evidence="giải thể")
    assert not may(owner, organisation)
    assert identity.representations_of(owner)[0].ended_why == "organisation_closed"
    assert identity.find_organisation(NUMBER) is None
    assert represent(owner, officer) != organisation, "a closed number may be asked for again"
