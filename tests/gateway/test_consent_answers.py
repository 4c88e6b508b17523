"""The holder's side of consents: who may answer, what is agreed to, and how long it is kept."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from danso.kernel import clock
from danso.kernel.errors import DansoError
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.models import Consent
from danso.modules.identity.data import Authenticated
from danso.modules.population.data import Grounds
from tests.conftest import Database
from tests.consent_world import (
    FIELDS,
    KNOWN,
    PURPOSE,
    Running,
    agreed,
    asked,
    holder,
    make_bank,
    share,
    signed_in,
    who,
)
from tests.exchange_world import OFFICER, agree, enrol
from tests.gateway.conftest import Caller

pytestmark = pytest.mark.anyio
GROUNDS = Grounds(reason="test")
NOBODY = KNOWN | {"number": "909000000009"}


@pytest.fixture
async def bank(an: str, running: Running) -> Caller:
    del an
    return await signed_in(running, make_bank())


@pytest.fixture
def me(an: str) -> Authenticated:
    return holder(an)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"level": 1}, "consent_level"), ({"authentication": 1}, "consent_step_up")],
)
async def test_agreeing_needs_level_2_twice(
    bank: Caller, me: Authenticated, changes: dict[str, int], code: str
) -> None:
    key = await asked(bank)
    assert me.person is not None
    weak = who(me.account, me.person, **changes)
    with pytest.raises(DansoError) as refusal:
        agreed(key, weak)
    assert refusal.value.code == code
    assert not Consent.objects.exists()


async def test_nobody_answers_for_somebody_else(bank: Caller, me: Authenticated) -> None:
    key = await asked(bank)
    thief = holder(enrol("Lê Thị Hai", number="909000000005"), "909000000005")
    assert thief.person is not None
    for act in (
        lambda: exchange.agree_to_consent(UUID(key), thief, digest="", wished=()),
        lambda: exchange.decline_consent(UUID(key), thief),
    ):
        with pytest.raises(DansoError) as refusal:
            act()
        assert refusal.value.code == "consent_request_unknown"
    given = agreed(key, me)
    with pytest.raises(DansoError) as refusal:
        exchange.withdraw_consent(given.key, thief, [thief.person])
    assert refusal.value.code == "consent_unknown"


async def test_a_form_sent_twice_agrees_once(bank: Caller, me: Authenticated, an: str) -> None:
    key = await asked(bank)
    digest = exchange.consent_asked(UUID(key), UUID(an)).digest
    given = agreed(key, me)
    exchange.withdraw_consent(given.key, me, [UUID(an)])
    # Replayed after the withdrawal, it brings nothing back.
    with pytest.raises(DansoError) as refusal:
        exchange.agree_to_consent(UUID(key), me, digest=digest)
    assert refusal.value.code == "consent_answered"
    answer = await bank.post("/v1/share", share())
    assert answer.json()["code"] == "consent_needed"


async def test_what_was_not_read_is_not_agreed_to(bank: Caller, me: Authenticated) -> None:
    key = await asked(bank)
    with pytest.raises(DansoError) as refusal:
        exchange.agree_to_consent(UUID(key), me, digest="0" * 64)
    assert refusal.value.code == "consent_changed"
    with pytest.raises(DansoError) as refusal:
        agreed(key, me, "birth")
    assert refusal.value.code == "consent_fields"


async def test_a_late_answer_and_one_to_nobody_who_may_ask_are_refused(
    bank: Caller, me: Authenticated, an: str
) -> None:
    key = await asked(bank)
    digest = exchange.consent_asked(UUID(key), UUID(an)).digest
    with clock.frozen(clock.now() + timedelta(days=15)), pytest.raises(DansoError) as refusal:
        exchange.agree_to_consent(UUID(key), me, digest=digest)
    assert refusal.value.code == "consent_request_over"
    (in_force,) = (
        one for one in exchange.agreements("tea-bank") if one.terms.service.value == "share"
    )
    exchange.revoke_agreement(in_force.code, reason="misused", actor=OFFICER)
    with pytest.raises(DansoError) as refusal:
        exchange.agree_to_consent(UUID(key), me, digest=digest)
    assert refusal.value.code == "consent_without_agreement"


async def test_what_was_agreed_to_is_kept_with_its_text(
    bank: Caller, me: Authenticated, an: str
) -> None:
    given = agreed(await asked(bank), me)
    assert "tea-bank" in given.text
    assert "Mở tài khoản tiết kiệm" in given.text
    assert PURPOSE not in given.text
    (kept,) = exchange.consents_of(me.account, [UUID(an)])
    assert (kept.digest, kept.fields) == (given.digest, ("full_name", "sex"))
    assert kept.until - kept.given_at == timedelta(days=90)


async def test_a_demo_home_has_somebody_who_agreed(
    bank: Caller, me: Authenticated, an: str
) -> None:
    key = exchange.publish_consent("tea-bank", PURPOSE, me, actor=OFFICER)
    assert exchange.publish_consent("tea-bank", PURPOSE, me, actor=OFFICER) == key
    told = (await bank.post("/v1/share", share(*FIELDS))).json()
    assert (told["result"], told["shared"]["fields"].keys()) == ("match", set(FIELDS))
    assert [str(one.key) for one in exchange.consents_of(me.account, [UUID(an)])] == [key]


async def test_what_is_over_goes_after_its_term(
    bank: Caller, me: Authenticated, an: str, fresh_db: Database
) -> None:
    given = agreed(await asked(bank), me)
    await asked(bank, person=NOBODY)
    later = clock.now() + timedelta(days=104 + 1)
    assert exchange.destroy_past_term(now=later) == {"consent-request": 1}
    exchange.withdraw_consent(given.key, me, [UUID(an)])
    assert exchange.destroy_past_term(now=later) == {}
    much_later = clock.now() + timedelta(days=5 * 366)
    assert exchange.destroy_past_term(now=much_later) == {"consent": 1, "consent-request": 1}
    with psycopg.connect(fresh_db.dsn("app"), autocommit=True) as connection:
        for statement in (
            "DELETE FROM exchange_consent",
            "UPDATE exchange_consent SET until = now()",
            "INSERT INTO exchange_consent_request DEFAULT VALUES",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


async def test_counts(bank: Caller, me: Authenticated, an: str) -> None:
    given = agreed(await asked(bank), me)
    await asked(bank, person=NOBODY)
    counts = exchange.count_consents("tea-bank")
    assert (counts.open, counts.live, counts.ended) == (1, 1, 0)
    exchange.withdraw_consent(given.key, me, [UUID(an)])
    assert exchange.count_consents("tea-bank").ended == 1


def test_agreements_of_the_state_are_not_by_consent(fresh_db: Database) -> None:
    make_bank()
    agree_to = {one.terms.service.value: one.consent for one in exchange.agreements("tea-bank")}
    assert agree_to == {"verify": True, "share": True}
    with pytest.raises(DansoError) as refusal:
        agree("tea-bank", "changes", purpose=PURPOSE, fields=("sex",))
    assert refusal.value.code in ("service_not_for_purpose", "state_bodies_only")
