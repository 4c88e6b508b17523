"""Share, link, changes and corrections: what state bodies are told, and the trace it leaves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest

from danso.kernel.dates import PartialDate
from danso.modules.population import interface as population
from danso.modules.population.data import EVERYWHERE, Correction, Grounds, Scope
from danso.modules.sources import interface as sources
from tests.conftest import Database
from tests.exchange_world import AN, OFFICER, agree, enrol, entries, make_partner
from tests.gateway.conftest import ENVELOPE, Caller

pytestmark = pytest.mark.anyio

KNOWN = AN | {"birth": "1984-03-21"}
WHY = Grounds(reason="test")


async def ask(caller: Caller, path: str, **asked: Any) -> dict[str, Any]:
    answer = await caller.post(path, {"envelope": ENVELOPE} | asked, **{"Idempotency-Key": "k" * 9})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def seal(database: Database) -> None:
    """What the sealer does, as far as followers of events care: positions in order."""
    with psycopg.connect(database.dsn("sealer"), autocommit=True) as connection:
        connection.execute("SELECT audit_v1.ensure_month(extract(epoch FROM now())::bigint)")
        connection.execute(
            """
            WITH moved AS (DELETE FROM public.audit_inbox RETURNING *),
            placed AS (
                SELECT *, row_number() OVER (ORDER BY id) - 1
                          + (SELECT count(*) FROM public.audit_entry) AS position FROM moved)
            INSERT INTO public.audit_entry
                (position, second, kind, subject, recorded_at, salt, entry)
            SELECT position, extract(epoch FROM now())::bigint, kind, subject, recorded_at, '',
                   entry
            FROM placed
            """
        )


@pytest.mark.clause("I.A.2022.4", partly="the tax database is not connected")
async def test_share_tells_the_fields_named_and_no_more(
    caller: Caller, fresh_db: Database, an: str, commune: str
) -> None:
    body = await ask(caller, "/v1/share", person=KNOWN, fields=["sex", "permanent_place"])
    assert body["result"] == "match"
    assert body["shared"]["fields"].keys() == {"sex", "permanent_place"}
    assert body["shared"]["fields"]["sex"] == 1
    assert body["shared"]["fields"]["permanent_place"]["commune"] == commune
    assert body["shared"]["as_of"]
    (entry,) = entries(fresh_db)
    assert (entry["outcome"], entry["subject"]) == ("shared", an)
    assert entry["fields"] == ["sex", "permanent_place"]


@pytest.mark.parametrize(
    "wrong",
    [{"full_name": "Trần Văn Khác"}, {"birth": "1984-03-22"}, {"number": "909000000009"}],
)
async def test_share_tells_nothing_unless_number_name_and_birth_match(
    caller: Caller, wrong: dict[str, str]
) -> None:
    body = await ask(caller, "/v1/share", person=KNOWN | wrong, fields=["sex"])
    assert body["result"] in ("no_match", "not_found")
    assert "shared" not in body


async def test_share_of_a_protected_person_is_as_of_nobody(caller: Caller, an: str) -> None:
    nobody = await ask(
        caller, "/v1/share", person=KNOWN | {"number": "909000000009"}, fields=["sex"]
    )
    guardian = Scope(sees_protected=True)
    population.protect(UUID(an), actor=OFFICER, grounds=WHY, scope=guardian)
    assert await ask(caller, "/v1/share", person=KNOWN, fields=["sex"]) == nobody


async def test_share_carries_the_quality_flags_of_what_it_tells(caller: Caller, an: str) -> None:
    population.mark_field(
        UUID(an), "sex", "under_investigation", actor=OFFICER, grounds=WHY, scope=EVERYWHERE
    )
    body = await ask(caller, "/v1/share", person=KNOWN, fields=["sex", "birth"])
    assert body["shared"]["flags"].keys() == {"sex"}
    assert (await ask(caller, "/v1/share", person=KNOWN, fields=["birth"]))["shared"]["flags"] == {}


async def test_share_of_the_dead_says_so(caller: Caller, an: str, fresh_db: Database) -> None:
    population.record_death(UUID(an), PartialDate(2020, 5, 1), actor=OFFICER, grounds=WHY)
    body = await ask(caller, "/v1/share", person=KNOWN, fields=["sex"])
    assert (body["result"], body["shared"]["life"]) == ("dead", "dead")
    assert entries(fresh_db)[-1]["outcome"] == "shared_dead"


@pytest.mark.clause("I.A.2022.1", partly="the national portal is not connected")
async def test_link_number_goes_both_ways(caller: Caller, fresh_db: Database) -> None:
    enrol("Lê Văn Cũ", number="909000000003", old_number="880000001")
    expected = {"number": "909000000003", "old_numbers": ["880000001"]}
    for number in ("880000001", "909000000003"):
        person = {"number": number, "full_name": "Lê Văn Cũ", "birth": "1984-03-21"}
        linked = (await ask(caller, "/v1/link-number", person=person))["linked"]
        assert {name: linked[name] for name in expected} == expected
    assert [entry["outcome"] for entry in entries(fresh_db)] == ["linked", "linked"]


async def test_link_number_means_the_person_whose_name_fits(caller: Caller) -> None:
    enrol("Lê Văn Một", number="909000000003", old_number="880000001")
    enrol("Lê Văn Hai", number="909000000004", old_number="880000001")
    for name, number in (("Lê Văn Một", "909000000003"), ("Lê Văn Hai", "909000000004")):
        person = {"number": "880000001", "full_name": name, "birth": "1984-03-21"}
        body = await ask(caller, "/v1/link-number", person=person)
        assert body["linked"]["number"] == number
    stranger = {"number": "880000001", "full_name": "Lê Văn Ba", "birth": "1984-03-21"}
    assert "linked" not in await ask(caller, "/v1/link-number", person=stranger)


async def test_changes_tell_only_of_people_followed(
    caller: Caller, fresh_db: Database, an: str
) -> None:
    await ask(caller, "/v1/share", person=KNOWN, fields=["sex"], follow=True)
    stranger = enrol("Lê Văn Lạ", number="909000000005")
    for person in (UUID(an), stranger):
        population.correct_field(
            person, Correction("birth", "1984-03-22"), actor=OFFICER, grounds=WHY, scope=EVERYWHERE
        )
    seal(fresh_db)
    body = await ask(caller, "/v1/changes", after=-1)
    (change,) = body["changes"]
    assert (change["kind"], change["number"], change["fields"]) == (
        "person_corrected",
        AN["number"],
        ["birth"],
    )
    assert body["next_after"] >= change["position"]
    (entry,) = entries(fresh_db, "changes")
    assert (entry["outcome"], entry["subject"]) == ("told", an)
    assert (await ask(caller, "/v1/changes", after=body["next_after"]))["changes"] == []
    assert entries(fresh_db, "changes")[-1]["outcome"] == "nothing_new"


async def test_changes_go_on_from_the_last_one_told(
    caller: Caller, fresh_db: Database, an: str
) -> None:
    await ask(caller, "/v1/share", person=KNOWN, fields=["sex"], follow=True)
    for day in (22, 23, 24):
        population.correct_field(
            UUID(an),
            Correction("birth", f"1984-03-{day}"),
            actor=OFFICER,
            grounds=WHY,
            scope=EVERYWHERE,
        )
    seal(fresh_db)
    seen: list[int] = []
    after = -1
    for _ in range(4):
        body = await ask(caller, "/v1/changes", after=after, limit=1)
        seen += [change["position"] for change in body["changes"]]
        after = body["next_after"]
    assert len(seen) == len(set(seen)) == 3


@pytest.mark.clause("I.D.2022.2", partly="other databases are not cleaned yet")
async def test_correction_mends_the_register_and_the_next_verify_matches(
    caller: Caller, fresh_db: Database, an: str, commune: str
) -> None:
    right = AN | {"birth": "1984-03-12"}
    before = await ask(caller, "/v1/verify", person=right)
    assert before["code"] == "birth_differs"
    asked = {"field": "birth", "claimed": "1984-03-12", "evidence": "birth certificate 7/1984"}
    opened = await ask(caller, "/v1/corrections", person=right, **asked)
    assert opened["result"] == "opened"
    key = opened["correction"]
    state = await ask(caller, "/v1/corrections/status", correction=key)
    assert (state["state"], state["field"]) == ("open", "birth")
    sources.route_opened(UUID(key))
    police = sources.Decider(OFFICER, frozenset({"commune_police"}), (commune,))
    sources.answer_correction(UUID(key), accept=True, answer="seen", decider=police)
    state = await ask(caller, "/v1/corrections/status", correction=key)
    assert (state["state"], state["answer"]) == ("accepted", "seen")
    assert (await ask(caller, "/v1/verify", person=right))["result"] == "match"


async def test_correction_sent_again_is_the_same_and_another_body_is_refused(
    caller: Caller, an: str
) -> None:
    asked = {
        "envelope": ENVELOPE,
        "person": KNOWN,
        "field": "sex",
        "claimed": "2",
        "evidence": "card",
    }
    keyed = {"Idempotency-Key": "write-0001"}
    first = await caller.post("/v1/corrections", asked, **keyed)
    again = await caller.post("/v1/corrections", asked, **keyed)
    assert first.json()["correction"] == again.json()["correction"]
    other = await caller.post("/v1/corrections", asked | {"claimed": "1"}, **keyed)
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    bare = await caller.post("/v1/corrections", asked)
    assert bare.json()["code"] == "key_missing"


async def test_correction_about_nobody_is_not_opened(caller: Caller) -> None:
    person = KNOWN | {"number": "909000000009"}
    asked = {"field": "sex", "claimed": "2", "evidence": "card"}
    body = await ask(caller, "/v1/corrections", person=person, **asked)
    assert (body["result"], "correction" in body) == ("not_found", False)


async def test_following_needs_an_agreement_that_opens_changes(caller: Caller) -> None:
    partner = make_partner("cup", agency="cup-office")
    agree("cup", "share")
    cup = Caller(caller.gateway, caller.http, partner)
    await cup.gateway.news.ask()
    await cup.sign_in()
    asked = {"envelope": ENVELOPE, "person": KNOWN, "fields": ["sex"], "follow": True}
    answer = await cup.post("/v1/share", asked)
    assert (answer.json()["code"], answer.json()["field"]) == ("not_agreed", "follow")
