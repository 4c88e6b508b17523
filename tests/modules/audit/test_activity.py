"""What live pages count is what the journal holds, however many batches it was sealed in."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Activity, Entry
from danso.modules.audit.jobs import Sealer

BANK = Actor(kind="partner", id="bank")
COURT = Actor(kind="partner", id="court")
OFFICER = Actor(kind="officer", id="officer-1", unit="u")
LATE_EVENING = datetime(2026, 11, 23, 16, 59, 30, tzinfo=UTC)  # half a minute before midnight here
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def ask(actor: Actor, action: str, outcome: str, times: int = 1) -> None:
    audit.record_many([Entry(actor=actor, action=action, outcome=outcome)] * times)


def test_activity_is_counted_by_minute_day_partner_and_reason(sealer: Sealer) -> None:
    with clock.frozen(LATE_EVENING) as time:
        ask(BANK, "verify", "match", 3)
        ask(BANK, "verify", "match_incomplete")
        ask(COURT, "verify", "no_match")
        ask(COURT, "share", "shared", 2)
        ask(OFFICER, "population.search", "found")
        assert sealer.seal(4) == 4
        assert sealer.seal(1000) == 4
        time.advance(timedelta(minutes=1))
        ask(BANK, "verify", "refused:not_agreed", 2)
        ask(BANK, "batch", "too_many_attempts")
        ask(OFFICER, "sign_in", "failed")
        ask(OFFICER, "page.x", "refused:role_missing")
        ask(OFFICER, "page.x", "failed:ZeroDivisionError")
        sealer.seal(1000)
    first = datetime(2026, 11, 23, 16, 59, tzinfo=UTC)
    second = first + timedelta(minutes=1)
    evening = Activity(verifications=5, matched=4, shares=2, searches=1)
    night = Activity(refused=6)
    assert audit.activity_by_minute(first, second) == {first: evening}
    both = {first: evening, second: night}
    assert audit.activity_by_minute(first, second + timedelta(minutes=1)) == both
    assert audit.activity_by_day(MONDAY, TUESDAY) == {MONDAY: evening, TUESDAY: night}
    assert evening.match_rate == 0.8
    assert night.match_rate is None
    assert audit.activity_by_partner(MONDAY, MONDAY) == {
        "bank": Activity(verifications=4, matched=4),
        "court": Activity(verifications=1, shares=2),
    }
    assert audit.refusals(TUESDAY, TUESDAY) == {
        "not_agreed": 2,
        "page.x": 1,
        "role_missing": 1,
        "sign_in": 1,
        "too_many_attempts": 1,
    }
    assert audit.refusals(MONDAY, MONDAY) == {}


def test_parties_of_a_case_count_as_verified_and_as_shared_where_told_of(sealer: Sealer) -> None:
    with clock.frozen(LATE_EVENING):
        for outcome in ("match", "match_incomplete", "no_match", "not_found", "protected", "dead"):
            ask(COURT, "case-parties", outcome)
        for outcome in ("shared", "shared_incomplete", "shared_dead"):
            ask(COURT, "case-parties", outcome)
        for outcome in ("told", "record_waiting", "record_unknown"):
            ask(COURT, "case-parties", outcome, 2)
        ask(COURT, "case-parties", "too_many_attempts")
        ask(COURT, "case-parties", "refused:role_unknown")
        ask(COURT, "person-request", "opened")
        sealer.seal(1000)
    counted = Activity(verifications=9, matched=4, shares=3, refused=2)
    assert audit.activity_by_partner(MONDAY, MONDAY) == {"court": counted}


def test_counters_equal_a_count_of_the_whole_journal(
    sealer: Sealer, owner: psycopg.Connection
) -> None:
    with clock.frozen(LATE_EVENING) as time:
        for round_ in range(6):
            ask(BANK, "verify", "match", round_ + 1)
            ask(COURT, "verify", "not_found", 2)
            ask(OFFICER, "population.open_person", "shown")
            sealer.seal(3)
            time.advance(timedelta(seconds=25))
        sealer.seal(1000)
    truth: Counter[tuple[Any, ...]] = Counter()
    for second, text in owner.execute("SELECT second, entry FROM audit_entry WHERE kind = 1"):
        said = json.loads(text)
        actor = said["actor"] if said["actor_kind"] == "partner" else ""
        truth[(second // 60, said["action"], actor, said["outcome"])] += 1
    minutes = owner.execute("SELECT minute, action, actor, outcome, count FROM audit_tally")
    assert {tuple(row[:4]): row[4] for row in minutes} == truth
    by_day: Counter[tuple[Any, ...]] = Counter()
    for (minute, *rest), count in truth.items():
        by_day[((minute * 60 + 25200) // 86400, *rest)] += count
    days = owner.execute("SELECT day, action, actor, outcome, count FROM audit_tally_day")
    assert {tuple(row[:4]): row[4] for row in days} == by_day
    assert len({day for day, *_ in by_day}) == 2
