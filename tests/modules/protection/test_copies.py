"""A copy holds what its person may see and nothing else; sealed, fetched, gone."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, NotFound, Refused
from danso.modules.audit import interface as audit
from danso.modules.audit.data import BodyKind, Decision
from danso.modules.audit.jobs import Sealer
from danso.modules.population import interface as population
from danso.modules.population.data import Scope
from danso.modules.protection import interface as protection
from danso.modules.protection.data import CopyState
from danso.modules.protection.models import Copy
from danso.modules.sources.models import Fact
from tests.conftest import Database
from tests.eid_world import CLERK, GROUNDS, NAME, NUMBER, citizen
from tests.modules.audit.conftest import key_path, sealer  # noqa: F401
from tests.officers import journal
from tests.rights_world import citizen_actor, holder, look_at, messages, officer

pytestmark = pytest.mark.clause("III.1.4.8", partly="rights of people and breaches; not the whole")


@pytest.fixture
def person(fresh_db: Database, key_path: Path) -> UUID:  # noqa: F811
    del key_path
    return citizen()


def made(account: UUID) -> UUID:
    key = protection.ask_copy(account, actor=citizen_actor(account))
    protection.make_copy(key)
    return key


def unpacked(account: UUID, key: UUID) -> dict[str, str]:
    content = protection.fetch_copy(key, account=account, actor=citizen_actor(account))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name).decode("utf-8-sig") for name in packed.namelist()}


def document(account: UUID) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(unpacked(account, made(account))["du-lieu.json"])
    return found


def tell_fact(person: UUID, source: str, kind: str, value: str) -> None:
    Fact.objects.create(
        source=source,
        record=value,
        kind=kind,
        person=person,
        value=value,
        since=date(2024, 1, 1),
        as_of=clock.now(),
        quality="good",
    )


def test_a_copy_holds_record_facts_account_and_looks(person: UUID, sealer: Sealer) -> None:  # noqa: F811
    looker = Actor("officer", officer("steward").id, "so-y-te", "pages")
    look_at(person, looker, sealer=sealer)
    tell_fact(person, "civil-servants", "civil_servant", "Chuyên viên")
    told = document(holder(person))
    assert told["version"] == "1.0"
    held = {row["field"]: row["value"] for row in told["record"]}
    assert (held["full_name"], held["number"]) == (NAME, NUMBER)
    assert [row["value"] for row in told["facts"]] == ["Chuyên viên"]
    assert {"name": "level", "value": "2"} in told["account"]
    assert "Sở Y tế" in [row["who"] for row in told["looks"]]
    # Which body looked is told; which of its officers is not.
    assert looker.id not in json.dumps(told)


def test_withheld_closed_and_secret_things_are_never_in_it(
    person: UUID,
    sealer: Sealer,  # noqa: F811
) -> None:
    until = clock.now() + timedelta(days=30)
    decision = Decision(BodyKind.INVESTIGATION, "cong-an-tinh", person, "QD-1", until)
    # Entries are withheld from the second of the signature on.
    with clock.frozen(clock.now() - timedelta(seconds=5)):
        case = audit.propose_withholding(decision, actor=officer("auditor"))
        audit.sign_withholding(case, actor=officer("auditor"))
    look_at(person, Actor("officer", "detective", "cong-an-tinh", "pages"), sealer=None)
    look_at(person, Actor("officer", "nurse", "so-y-te", "pages"))
    sealer.seal()
    sealer.sign_head()
    tell_fact(person, "preventive-measures", "civil_servant", "Cấm đi khỏi nơi cư trú")
    population.protect(person, actor=CLERK, grounds=GROUNDS, scope=Scope(sees_protected=True))
    account = holder(person)
    files = unpacked(account, made(account))
    text = "\n".join(files.values())
    assert "Sở Y tế" in text
    for hidden in ("Công an tỉnh", "Cấm đi khỏi", "protected", "under_investigation"):
        assert hidden not in text


def test_it_lies_sealed_and_goes_after_seven_days(person: UUID) -> None:
    account = holder(person)
    key = made(account)
    row = Copy.objects.get(key=key)
    assert row.sealed is not None
    assert bytes(row.sealed)[:2] != b"PK"
    with clock.frozen(clock.now() + timedelta(days=7, minutes=1)):
        with pytest.raises(Conflict) as refused:
            protection.fetch_copy(key, account=account, actor=citizen_actor(account))
        assert refused.value.code == "copy_over"
        assert protection.end_copies() == 1
    assert Copy.objects.get(key=key).sealed is None
    assert protection.copies_of(account)[0].state is CopyState.OVER


def test_asking_making_and_fetching_are_journaled_and_told(
    person: UUID, fresh_db: Database
) -> None:
    account = holder(person)
    unpacked(account, made(account))
    rows = {row.action: row for row in journal(fresh_db) if row.action.startswith("rights.copy")}
    assert list(rows) == ["rights.copy_asked", "rights.copy_made", "rights.copy_fetched"]
    assert {row.subject for row in rows.values()} == {str(person)}
    assert len(messages("copy_asked")) == 1


def test_anothers_copy_is_unknown_and_level_1_gets_none(person: UUID) -> None:
    account = holder(person)
    key = made(account)
    other = holder(citizen("099084000124", "Lê Văn Đồi"), level=1)
    with pytest.raises(NotFound):
        protection.fetch_copy(key, account=other, actor=citizen_actor(other))
    with pytest.raises(Refused) as refused:
        protection.ask_copy(other, actor=citizen_actor(other))
    assert refused.value.code == "copy_level"


def test_three_copies_a_day_and_one_at_a_time(person: UUID) -> None:
    account = holder(person)
    protection.ask_copy(account, actor=citizen_actor(account))
    with pytest.raises(Conflict) as waiting:
        protection.ask_copy(account, actor=citizen_actor(account))
    assert waiting.value.code == "copy_waiting"
    for key in protection.waiting_copies():
        protection.make_copy(key)
    made(account)
    made(account)
    with pytest.raises(Refused) as refused:
        protection.ask_copy(account, actor=citizen_actor(account))
    assert refused.value.code == "copies_enough"


def test_a_text_that_begins_like_a_formula_is_none_in_a_table(person: UUID) -> None:
    tell_fact(person, "civil-servants", "civil_servant", "=1+1")
    account = holder(person)
    files = unpacked(account, made(account))
    assert ",'=1+1," in files["facts.csv"]
    assert ">=1+1</td>" in files["doc.html"]
