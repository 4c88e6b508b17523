"""Mandates: what holds, until when, and what strangers and former mandataries get."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.identity import interface as identity
from danso.modules.identity import rules
from danso.modules.identity.actions.eids import make_citizen
from danso.modules.identity.actions.following import follow_merge
from danso.modules.identity.data import (
    OF_PARENT_SCOPES,
    LockReason,
    MandateOffer,
    MandateScope,
)
from danso.modules.population import interface as population
from danso.modules.population.data import Scope
from tests.acting_world import (
    GIVER,
    GIVER_NAME,
    HELPER,
    HELPER_NAME,
    OTHER,
    SEE,
    actor_of,
    holder,
    mandate,
    person_of,
)
from tests.conftest import Database
from tests.eid_world import CLERK, GROUNDS, citizen, told
from tests.officers import TESTER, journal

pytestmark = pytest.mark.clause("II.2.2", partly="acting for others; filing comes with the cases")


@pytest.fixture
def giver(fresh_db: Database) -> UUID:
    return holder(GIVER, GIVER_NAME)


@pytest.fixture
def helper(giver: UUID) -> UUID:
    return holder(HELPER, HELPER_NAME)


def may(helper: UUID, giver: UUID, scope: MandateScope = MandateScope.SEE_DATA) -> bool:
    return identity.may_act_for(actor_of(helper), person_of(giver), scope)


def test_accepted_mandate_lets_do_what_it_names_and_nothing_else(giver: UUID, helper: UUID) -> None:
    assert not may(helper, giver)
    mandate(giver, helper)
    assert may(helper, giver)
    assert not may(helper, giver, MandateScope.CORRECT)
    assert not may(giver, helper), "it holds one way"


def test_offer_holds_nothing_before_it_is_accepted(giver: UUID, helper: UUID) -> None:
    offer = MandateOffer(HELPER, HELPER_NAME, SEE, months=1)
    key = identity.offer_mandate(giver, offer, actor=actor_of(giver))
    assert not may(helper, giver)
    identity.answer_mandate(key, helper, accepts=False, actor=actor_of(helper))
    assert not may(helper, giver)
    with pytest.raises(NotFound):
        identity.answer_mandate(key, helper, accepts=True, actor=actor_of(helper))


def test_withdrawn_mandate_is_over_at_once_and_both_are_told(
    giver: UUID, helper: UUID, fresh_db: Database
) -> None:
    key = mandate(giver, helper)
    identity.end_mandate(key, giver, actor=actor_of(giver))
    assert not may(helper, giver)
    assert told()[-1] == ("eid.mandate_ended", "0912345679")
    about = [row.subject for row in journal(fresh_db) if row.action == "eid.mandate_ended"]
    assert set(about) == {str(person_of(giver)), str(person_of(helper))}
    with pytest.raises(Conflict):
        identity.end_mandate(key, giver, actor=actor_of(giver))


def test_mandate_is_over_when_its_term_is(giver: UUID, helper: UUID) -> None:
    mandate(giver, helper)
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert not may(helper, giver)


def test_offer_is_over_after_two_weeks(giver: UUID, helper: UUID) -> None:
    offer = MandateOffer(HELPER, HELPER_NAME, SEE, months=1)
    key = identity.offer_mandate(giver, offer, actor=actor_of(giver))
    with clock.frozen(clock.now() + timedelta(days=15)), pytest.raises(Conflict):
        identity.answer_mandate(key, helper, accepts=True, actor=actor_of(helper))


@pytest.mark.parametrize("locked", ["giver", "helper"])
def test_locked_account_of_either_stops_it(giver: UUID, helper: UUID, locked: str) -> None:
    mandate(giver, helper)
    account = giver if locked == "giver" else helper
    identity.lock_eid(account, LockReason.POLICE, actor=TESTER)
    assert not may(helper, giver)


def test_death_stops_it_before_any_account_is_locked(giver: UUID, helper: UUID) -> None:
    mandate(giver, helper)
    population.record_death(
        person_of(giver),
        PartialDate(2026, 1, 2),
        actor=CLERK,
        grounds=GROUNDS,
        scope=Scope(),
    )
    assert not may(helper, giver)


def test_stranger_gets_nothing_and_cannot_accept_or_end(giver: UUID, helper: UUID) -> None:
    key = mandate(giver, helper)
    stranger = holder(OTHER, "Trần Thị Mây")
    assert not may(stranger, giver)
    with pytest.raises(NotFound):
        identity.end_mandate(key, stranger, actor=actor_of(stranger))
    with pytest.raises(NotFound):
        identity.answer_mandate(key, stranger, accepts=True, actor=actor_of(stranger))
    with pytest.raises(NotFound):
        identity.end_mandate(uuid4(), giver, actor=actor_of(giver))


@pytest.mark.parametrize(
    ("number", "name"),
    [("099184000999", HELPER_NAME), (HELPER, "Lê Văn Khác")],
    ids=["unknown", "another name"],
)
def test_number_and_name_that_do_not_agree_are_refused_at_once_in_the_same_words(
    giver: UUID, helper: UUID, number: str, name: str, fresh_db: Database
) -> None:
    before = told()
    offer = MandateOffer(number, name, SEE, months=1)
    with pytest.raises(InvalidValue) as refused:
        identity.offer_mandate(giver, offer, actor=actor_of(giver))
    assert refused.value.code == "mandate_unconfirmed"
    assert identity.mandates_given(giver) == identity.mandates_received(helper) == ()
    assert told() == before, "nobody is told"
    compared = [row for row in journal(fresh_db) if row.action == "eid.mandate_compared"]
    known = [(str(person_of(helper)), "no_match")] if number == HELPER else []
    assert [(row.subject, row.outcome) for row in compared] == known


def test_offer_to_somebody_without_an_account_looks_like_every_other(giver: UUID) -> None:
    citizen(HELPER, HELPER_NAME)
    before = told()
    offer = MandateOffer(HELPER, HELPER_NAME, SEE, months=1)
    identity.offer_mandate(giver, offer, actor=actor_of(giver))
    (shown,) = identity.mandates_given(giver)
    assert (shown.state, shown.mandatary_name, shown.is_in_force) == ("offered", HELPER_NAME, False)
    assert told() == before


def test_protected_person_is_refused_as_an_unknown_one(giver: UUID, helper: UUID) -> None:
    population.protect(
        person_of(helper), actor=CLERK, grounds=GROUNDS, scope=Scope(sees_protected=True)
    )
    offer = MandateOffer(HELPER, HELPER_NAME, SEE, months=1)
    with pytest.raises(InvalidValue, match="could not be confirmed"):
        identity.offer_mandate(giver, offer, actor=actor_of(giver))


def test_level_1_and_the_young_give_nothing(giver: UUID) -> None:
    offer = MandateOffer(HELPER, HELPER_NAME, SEE, months=1)
    low = holder(OTHER, "Trần Thị Mây", level=1)
    young = holder("099210000555", "Trần Văn Mầm", clock.today().year - 16)
    for account, code in ((low, "mandate_level"), (young, "mandate_age")):
        with pytest.raises(Refused) as refused:
            identity.offer_mandate(account, offer, actor=actor_of(account))
        assert refused.value.code == code


def test_mandate_for_nothing_to_oneself_or_without_end_is_refused(giver: UUID) -> None:
    cases = [
        (MandateOffer(HELPER, HELPER_NAME, frozenset(), 1), "mandate_empty"),
        (MandateOffer(HELPER, HELPER_NAME, SEE, 1200), "mandate_term"),
        (MandateOffer(GIVER, GIVER_NAME, SEE, 1), "mandate_self"),
    ]
    for offer, code in cases:
        with pytest.raises(InvalidValue) as refused:
            identity.offer_mandate(giver, offer, actor=actor_of(giver))
        assert refused.value.code == code


def test_sixth_offer_of_a_day_is_refused_on_record(giver: UUID, fresh_db: Database) -> None:
    offer = MandateOffer("099184000999", HELPER_NAME, SEE, months=1)
    for _ in range(rules.OFFERS_A_DAY):
        with pytest.raises(InvalidValue, match="could not be confirmed"):
            identity.offer_mandate(giver, offer, actor=actor_of(giver))
    with pytest.raises(Refused):
        identity.offer_mandate(giver, offer, actor=actor_of(giver))
    last = journal(fresh_db)[-1]
    assert (last.action, last.outcome) == ("eid.mandate_offered", "refused:mandates_spent")
    assert last.subject == str(person_of(giver))


def child(parent: UUID, age: int, number: str = "099220000777") -> UUID:
    """A child of the parent by the register, with an e-ID opened through them."""
    born = PartialDate(clock.today().year - age, 1, 1)
    person = citizen(number, "Nguyễn Văn Mầm", born, mother_number=GIVER)
    make_citizen(number, "0912345678", person, parent)
    return person


@pytest.mark.parametrize(
    ("age", "sees", "files"), [(10, True, True), (14, False, True), (18, False, False)]
)
def test_parent_acts_for_a_child_until_they_are_of_age(
    giver: UUID, age: int, sees: bool, files: bool
) -> None:
    person = child(giver, age)
    actor = actor_of(giver)
    assert identity.may_act_for(actor, person, MandateScope.SEE_DATA) is sees
    assert identity.may_act_for(actor, person, MandateScope.FILE) is files


def test_somebody_of_the_household_who_is_no_parent_does_not_act(giver: UUID) -> None:
    helper = holder(HELPER, HELPER_NAME)
    person = child(giver, 10)
    assert not identity.may_act_for(actor_of(helper), person, MandateScope.SEE_DATA)


def test_parents_account_below_level_2_acts_for_nobody(fresh_db: Database) -> None:
    low = holder(GIVER, GIVER_NAME, level=1)
    person = child(low, 10)
    assert not identity.may_act_for(actor_of(low), person, MandateScope.SEE_DATA)


def test_mandate_follows_its_giver_through_a_merge(giver: UUID, helper: UUID) -> None:
    mandate(giver, helper)
    kept = citizen("099090000111", GIVER_NAME)
    follow_merge(kept, person_of(giver))
    assert identity.may_act_for(actor_of(helper), kept, MandateScope.SEE_DATA)


def test_scopes_of_children_are_those_of_their_age() -> None:
    assert rules.scopes_for_child(13) == rules.ALL_SCOPES | set(OF_PARENT_SCOPES)
    assert rules.scopes_for_child(17) == rules.OF_YOUTH
    assert rules.scopes_for_child(18) == frozenset()
