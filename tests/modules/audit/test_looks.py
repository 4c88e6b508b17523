"""What a person sees about themselves, what a decision withholds, proofs that outlive entries."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import NotFound
from danso.modules.audit.data import (
    BodyKind,
    Decision,
    Look,
    NotSealedYet,
    WithheldCount,
    WithholdingRefused,
)
from danso.modules.audit.interface import (
    consistency,
    count_withheld,
    entries_about,
    inclusion,
    journal_health,
    propose_term,
    propose_withholding,
    prove_look,
    record,
    record_many,
    sign_withholding,
    tree_head,
    verify_journal,
    withholdings_in_force,
)
from danso.modules.audit.jobs import Sealer
from danso.wire import leaf, merkle
from tests.conftest import Database
from tests.modules.audit.conftest import OFFICER, look
from tests.modules.audit.test_verification import check

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SECOND = dataclasses.replace(OFFICER, id="officer-2")
BODY = "POLICE-PC02"


def decision(person: UUID, **changes: Any) -> Decision:
    made = Decision(BodyKind.INVESTIGATION, BODY, person, "QD-17", AT + timedelta(days=30))
    return dataclasses.replace(made, **changes)


def withhold(person: UUID) -> int:
    opened = propose_withholding(decision(person), actor=OFFICER)
    sign_withholding(opened, actor=SECOND)
    return opened


@pytest.mark.clause("I.2.3", partly="an independent test of the whole is to come")
def test_person_sees_every_look_with_who_why_and_when(sealer: Sealer) -> None:
    person = uuid4()
    with clock.frozen(AT) as frozen:
        record(look(person))
        frozen.advance(timedelta(minutes=1))
        record(look(person, outcome="not_allowed"))
        record(look(uuid4()))
        assert entries_about(person) == []
        sealer.seal()
    shown = entries_about(person)
    assert [one.outcome for one in shown] == ["not_allowed", "done"]
    assert shown[1] == Look(
        reference=shown[1].reference,
        at=AT,
        actor=OFFICER,
        action="population.viewed",
        outcome="done",
        service="",
        purpose="residence",
        legal_basis="Luật Cư trú",
        procedure="",
        file_code="26-0001",
        fields=("name", "birth"),
        detail={},
    )
    assert entries_about(person, limit=1, offset=1) == shown[1:]
    assert "position" not in {one.name for one in dataclasses.fields(Look)}


def test_merged_person_sees_the_looks_at_both_records(sealer: Sealer) -> None:
    kept, merged = uuid4(), uuid4()
    record_many([look(kept), look(merged)])
    sealer.seal()
    assert len(entries_about(kept, also=[merged])) == 2


def test_decision_withholds_its_bodys_later_looks_until_its_date(sealer: Sealer) -> None:
    person = uuid4()
    with clock.frozen(AT) as frozen:
        record(look(person, unit=BODY))
        sealer.seal()
        frozen.advance(timedelta(minutes=1))
        withhold(person)
        record_many([look(person, unit=BODY), look(person)])
        record(look(uuid4(), unit=BODY))
        sealer.seal()
        units = [(one.actor.unit, one.is_withheld) for one in entries_about(person)]
        assert units == [("H56.14", False), (BODY, False)]
        everything = entries_about(person, with_withheld=True)
        assert [one.is_withheld for one in everything] == [False, True, False]
        assert count_withheld() == WithheldCount({"investigation": 1}, 1)
        with pytest.raises(NotFound):
            prove_look(person, everything[1].reference)
        frozen.advance(timedelta(days=31))
        assert len(entries_about(person)) == 3
        assert count_withheld() == WithheldCount({}, 0)


def test_withholding_holds_only_after_a_second_officer_signed(sealer: Sealer) -> None:
    person = uuid4()
    with clock.frozen(AT):
        opened = propose_withholding(decision(person), actor=OFFICER)
        assert withholdings_in_force() == []
        with pytest.raises(WithholdingRefused) as caught:
            sign_withholding(opened, actor=OFFICER)
        assert caught.value.code == "withholding_same_officer"
        sign_withholding(opened, actor=SECOND)
        (held,) = withholdings_in_force()
        assert (held.subject, held.decision_number, held.since) == (person, "QD-17", AT)
        with pytest.raises(NotFound):
            sign_withholding(opened, actor=SECOND)


def test_renewal_prolongs_and_early_end_shortens_by_further_decisions(sealer: Sealer) -> None:
    with clock.frozen(AT) as frozen:
        opened = withhold(uuid4())
        later = AT + timedelta(days=90)
        propose_term(opened, decision_number="QD-18", until=later, actor=SECOND)
        assert withholdings_in_force()[0].until == AT + timedelta(days=30)
        sign_withholding(opened, actor=OFFICER)
        assert withholdings_in_force()[0].until == later
        frozen.advance(timedelta(days=60))
        over = clock.now()
        with pytest.raises(WithholdingRefused):
            propose_term(opened, decision_number="QD-19", until=over, actor=OFFICER)
        propose_term(opened, decision_number="QD-19", until=over, actor=OFFICER, is_early_end=True)
        sign_withholding(opened, actor=SECOND)
        assert withholdings_in_force() == []


@pytest.mark.parametrize(
    ("changes", "actor", "code"),
    [
        ({"body_kind": "civil_court"}, OFFICER, "withholding_body"),
        ({"body_kind": "bank"}, OFFICER, "withholding_body"),
        ({"number": " "}, OFFICER, "withholding_decision"),
        ({"until": AT - timedelta(days=1)}, OFFICER, "withholding_until"),
        ({}, Actor(kind="partner", id="p-1"), "withholding_officer"),
    ],
)
def test_withholding_that_the_law_does_not_allow_is_refused(
    fresh_db: Database, changes: dict[str, object], actor: Actor, code: str
) -> None:
    with clock.frozen(AT), pytest.raises(WithholdingRefused) as caught:
        propose_withholding(decision(uuid4(), **changes), actor=actor)
    assert caught.value.code == code


def test_database_itself_refuses_a_civil_court_and_one_officer_twice(
    owner: psycopg.Connection,
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute(
            "INSERT INTO audit_withholding (body_kind, body_unit, file_code, subject) "
            "VALUES ('civil_court', 'TAND', '', gen_random_uuid())"
        )
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute("INSERT INTO audit_withholding_signature VALUES (1, 'a', 'a', now())")


def test_withholding_is_journaled_without_naming_the_person(
    sealer: Sealer, owner: psycopg.Connection
) -> None:
    person = uuid4()
    with clock.frozen(AT):
        withhold(person)
    sealer.seal()
    texts = [text for (text,) in owner.execute("SELECT entry FROM audit_entry ORDER BY position")]
    assert len(texts) == 2
    assert "journal.withholding_signed" in texts[1]
    assert not any(str(person) in text for text in texts)


def test_proof_of_a_shown_look_checks_against_the_signed_head(sealer: Sealer) -> None:
    person = uuid4()
    record_many([look(uuid4()) for _ in range(300)])
    record(look(person))
    sealer.seal()
    (shown,) = entries_about(person)
    with pytest.raises(NotSealedYet):
        prove_look(person, shown.reference)
    sealer.sign_head()
    proof = prove_look(person, shown.reference)
    assert proof.salt is not None
    assert proof.entry is not None
    hashed = leaf.entry_leaf(proof.position, proof.second, proof.salt, proof.entry.encode())
    assert hashed == proof.leaf
    head = proof.head.head
    assert merkle.verify_inclusion(hashed, proof.position, head.size, proof.path, head.root)
    for stranger in (uuid4(), UUID(int=0)):
        with pytest.raises(NotFound):
            prove_look(stranger, shown.reference)
    with pytest.raises(NotFound):
        prove_look(person, "no hex")


def test_heads_are_consistent_and_every_position_is_included(sealer: Sealer) -> None:
    heads = []
    with clock.frozen(AT) as frozen:
        for count in (3, 254, 300):
            record_many([look() for _ in range(count)])
            sealer.seal()
            heads.append(sealer.sign_head())
            frozen.advance(timedelta(minutes=1))
    latest = tree_head().head
    for signed in heads:
        assert signed is not None
        old = signed.head
        path = consistency(old.size)
        assert merkle.verify_consistency(old.size, old.root, latest.size, latest.root, path)
        proof = inclusion(old.size - 1, size=old.size)
        assert merkle.verify_inclusion(proof.leaf, old.size - 1, old.size, proof.path, old.root)
    with pytest.raises(NotSealedYet):
        inclusion(latest.size)


def test_month_past_its_legal_term_is_destroyed_and_every_proof_still_checks(
    sealer: Sealer, owner: psycopg.Connection, tmp_path: Path
) -> None:
    person = uuid4()
    with clock.frozen(datetime(2020, 3, 31, 23, 59, tzinfo=UTC)) as frozen:
        sealer.register_key()
        record_many([look(person) for _ in range(400)])
        sealer.seal()
        frozen.advance(timedelta(minutes=2))
        sealer.sign_head()
    record(look(person))
    sealer.seal()
    kept = tree_head()
    before = [inclusion(position, size=401) for position in (0, 255, 400)]
    assert sealer.destroy_expired() == ["202003"]
    assert sealer.destroy_expired() == []
    sealer.seal()
    sealer.sign_head()
    assert owner.execute("SELECT count(*) FROM audit_entry WHERE position < 401").fetchone() == (0,)
    assert len(entries_about(person)) == 1
    assert [inclusion(position, size=401) for position in (0, 255, 400)] == before
    latest = tree_head().head
    path = consistency(kept.head.size)
    assert merkle.verify_consistency(kept.head.size, kept.head.root, latest.size, latest.root, path)
    report = verify_journal([kept])
    assert report.findings == ()
    assert (report.destroyed, report.entries) == (401, 403)
    done = check(tmp_path, kept)
    assert done.returncode == 0, done.stdout
    assert "401 entries destroyed by law" in done.stdout


def test_months_within_the_legal_term_are_kept(sealer: Sealer) -> None:
    with clock.frozen(clock.now() - timedelta(days=4 * 365)):
        record(look())
        sealer.seal()
    assert sealer.destroy_expired() == []


def test_month_dropped_without_a_word_is_found(
    sealer: Sealer, owner: psycopg.Connection, tmp_path: Path
) -> None:
    with clock.frozen(datetime(2020, 3, 1, tzinfo=UTC)):
        sealer.register_key()
        record(look())
        sealer.seal()
        sealer.sign_head()
    owner.execute("DROP TABLE audit_entry_202003")
    assert [one["code"] for one in verify_journal().findings] == ["removed"]
    assert "REMOVED" in check(tmp_path).stdout


@pytest.mark.django_db
def test_health_without_any_head_says_so() -> None:
    health = journal_health()
    assert health.head is None
    assert (health.backlog, health.sealed_size) == (0, 0)
