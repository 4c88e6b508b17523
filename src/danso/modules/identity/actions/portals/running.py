"""A whole file reconciled, some thousand rows a transaction: what is done stays done.

A chunk's accounts, its journal rows, what was told of it and how far the file got are one commit: a
run that is killed goes on with the next chunk, and a file that is done is only reported again.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
import polars as pl
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.kernel.keys import new_key
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import carried_out, emit, record_each
from danso.modules.identity.actions import eids
from danso.modules.identity.actions.portals.comparing import Seen, compare
from danso.modules.identity.actions.portals.keeping import (
    Judged,
    Standing,
    keep,
    part_second_accounts,
    people_by_outcome,
    standing_of,
    tie_to_eids,
)
from danso.modules.identity.actions.portals.reading import read_accounts
from danso.modules.identity.adapters.sealing import digest_many, seal
from danso.modules.identity.data import (
    PORTAL_ADVICE,
    PORTAL_REASONS,
    WRONG_ADVICE,
    WRONG_ROWS,
    PortalClaim,
    PortalReason,
    PortalState,
    ReconcilingAbsent,
)
from danso.modules.identity.data import Reconciliation as Reconciled
from danso.modules.identity.engine.portals import judge
from danso.modules.identity.models import ReconciledChunk, Reconciliation
from danso.modules.identity.queries.portals import reconciliation_data
from danso.modules.population.data import PeopleLookedUp
from danso.toolkit.platform import platform
from danso.toolkit.tables.files import digest_of
from danso.toolkit.tables.sheets import harmless

CHUNK: Final = 20_000
FIELDS: Final = ("number", "full_name", "birth")
_WRONG: Final = "wrong"
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('identity.reconcile'))"
_COLUMNS: Final = ("line", "portal", "account", "outcome", "reason", "why", "what_to_do")
Say = Callable[[int, int], None]


def reconcile(
    path: Path, portal: str, report: Path, *, actor: Actor, again: bool, say: Say
) -> Reconciled:
    """See interface."""
    if platform().register_mode == "absent":
        raise ReconcilingAbsent
    _check_portal(portal)
    run = _begin(digest_of(path), portal, actor, again=again)
    frame = read_accounts(path, portal).frame
    for one in frame["portal"].unique().to_list():
        _check_portal(one)
    chunks = list(frame.iter_slices(CHUNK)) if frame.height else []
    for n, rows in enumerate(chunks):
        _reconcile_chunk(run, n, rows, actor)
        say(min((n + 1) * CHUNK, frame.height), frame.height)
    done = _finish(run, frame.height, actor)
    _write_report(report, run, frame)
    return done


def _check_portal(code: str) -> None:
    if len(code) > 64 or not set(code) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-"):
        raise InvalidValue(
            f"{code[:80]!r} is no code of a portal",
            code="portal_shape",
            fix="Use its address, as portal.example.vn: small letters, digits, dots, dashes.",
        )


def _begin(digest: str, portal: str, actor: Actor, *, again: bool) -> UUID:
    with carried_out(eids.entry(actor, "portals_begun", digest=digest, portal=portal)) as ledger:
        row, _made = Reconciliation.objects.get_or_create(
            digest=digest,
            portal=portal,
            defaults={"opened_at": clock.now(), "opened_by": actor.id},
        )
        if again:
            ReconciledChunk.objects.filter(run=row).delete()
            row.done, row.finished_at = 0, None
            row.save(update_fields=["done", "finished_at"])
        key: UUID = row.key
        ledger.detail["run"] = str(key)
    return key


@transaction.atomic
def _reconcile_chunk(run: UUID, n: int, rows: pl.DataFrame, actor: Actor) -> None:
    """Nothing, where it was done before."""
    with connection.cursor() as cursor:
        # One chunk at a time, of whichever file: a person's first account at a portal stands.
        cursor.execute(_LOCK)
    if ReconciledChunk.objects.filter(run_id=run, n=n).exists():
        return
    told = [(line, _WRONG, wrong) if wrong else None for line, wrong in
            rows.select("line", "wrong").iter_rows()]  # fmt: skip
    places = [place for place, one in enumerate(told) if one is None]
    sound = rows[places]
    judged, outcomes = _judge(sound, run, actor)
    keep(judged, run, clock.now())
    for place, (state, reason) in zip(places, outcomes, strict=True):
        told[place] = (rows["line"][place], state.value, reason.value)
    text = "\n".join(",".join(map(str, one)) for one in told if one)
    ReconciledChunk.objects.create(run_id=run, n=n, told=text)
    Reconciliation.objects.filter(pk=run).update(done=(n * CHUNK) + rows.height)


def _judge(
    rows: pl.DataFrame, run: UUID, actor: Actor
) -> tuple[list[Judged], list[tuple[PortalState, PortalReason]]]:
    """Rows to write, and what is told of every row: what stands on the same claims is not compared
    again."""
    logins = digest_many("login", rows["login"].to_list())
    claims = digest_many("claims", _claims(rows))
    phones = digest_many("phone", rows["phone"].to_list())
    known = standing_of(logins)
    portals = rows["portal"].to_list()
    held = [known.get(pair) for pair in zip(logins, portals, strict=True)]
    fresh = [
        place
        for place, standing in enumerate(held)
        if standing is None or not standing.holds_for(claims[place])
    ]
    seen = compare(rows[fresh], clock.today()) if fresh else []
    flags = rows.select("two_names", "twice").rows()
    judged = [
        _judged(one, (portals[place], logins[place], claims[place], phones[place]), flags[place])
        for place, one in zip(fresh, seen, strict=True)
    ]
    part_second_accounts(judged)
    tie_to_eids(judged)
    _seal_open(judged, rows[fresh])
    _journal(judged, seen, run, actor)
    new = dict(zip(fresh, judged, strict=True))
    return judged, [_outcome(new.get(place), standing) for place, standing in enumerate(held)]


def _claims(rows: pl.DataFrame) -> list[str]:
    parts = ("number", "old_number", "name", "birth", "phone")
    filled = [pl.col(name).fill_null("") for name in parts]
    joined = rows.select(pl.concat_str(*filled, separator="|")).to_series()
    return joined.to_list()


def _judged(one: Seen, keys: tuple[str, str, str, str], flags: tuple[bool, bool]) -> Judged:
    state, reason = judge(one.comparison, two_names=flags[0], twice=flags[1])
    return Judged(new_key(), *keys, state, reason, one.person, one.commune)


def _outcome(new: Judged | None, standing: Standing | None) -> tuple[PortalState, PortalReason]:
    if new is not None:
        return new.state, new.reason
    if standing is None:
        raise AssertionError("a row neither new nor standing")
    return standing.state, standing.reason


def _seal_open(judged: list[Judged], rows: pl.DataFrame) -> None:
    """What the file said, for whoever decides: sealed, and only of those that wait."""
    said = rows.select("login", "said_number", "said_name", "said_birth", "said_phone")
    for place, one in enumerate(judged):
        if one.state is PortalState.OPEN:
            claim = PortalClaim(*said.row(place))
            one.sealed = seal(msgspec.json.encode(claim).decode())


def _journal(judged: list[Judged], seen: list[Seen], run: UUID, actor: Actor) -> None:
    """A row for everybody whose number was named, in this commit; guardians are alerted."""
    detail = {"run": str(run)}
    for (portal, state, reason), people in people_by_outcome(judged).items():
        told = {**detail, "portal": portal, "result": state.value, "reason": reason.value}
        record_each(
            _entry(actor, "match" if state != PortalState.OPEN else "no_match", told), people
        )
    hidden = [one.hidden for one in seen if one.hidden is not None]
    record_each(_entry(actor, "protected", detail), hidden)
    if hidden:
        emit(PeopleLookedUp(looker=actor.id, shown=(), protected=tuple(hidden)))


def _entry(actor: Actor, outcome: str, detail: dict[str, str]) -> Entry:
    made = eids.entry(actor, "portal_verified")
    return replace(made, outcome=outcome, fields=FIELDS, detail=detail)


def _finish(run: UUID, rows: int, actor: Actor) -> Reconciled:
    """The run's own journal row with what came out; the second time nothing is added."""
    row = Reconciliation.objects.get(pk=run)
    if row.finished_at is not None:
        return reconciliation_data(row)
    with carried_out(eids.entry(actor, "portals_done", run=str(run))) as ledger:
        row.rows, row.done, row.finished_at = rows, rows, clock.now()
        row.save(update_fields=["rows", "done", "finished_at"])
        done = reconciliation_data(row)
        ledger.detail["rows"] = rows
        ledger.detail |= dict(done.counts)
    return done


def told_of(run: UUID) -> Iterator[tuple[int, str, str]]:
    """Line, state and reason of every row, in the order of the file."""
    chunks = ReconciledChunk.objects.filter(run_id=run).order_by("n")
    for text in chunks.values_list("told", flat=True).iterator(chunk_size=4):
        for told in text.split("\n") if text else ():
            line, outcome, reason = told.split(",")
            yield int(line), outcome, reason


def _write_report(report: Path, run: UUID, frame: pl.DataFrame) -> None:
    """One line for each of the file's, for whoever runs the portal; readable by its owner only, and
    whole or not there."""
    with override("vi"):
        words = {code: _words(code) for code in (*PortalReason, *WRONG_ROWS)}
    draft = report.with_name(f"{report.name}.new")
    draft.unlink(missing_ok=True)
    accounts = frame.select("portal", "login").iter_rows()
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        # Excel takes a file without this mark for another encoding.
        file.write("\ufeff")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(
            (line, portal, harmless(login), outcome, reason, *words[reason])
            for (portal, login), (line, outcome, reason) in zip(accounts, told_of(run), strict=True)
        )
        file.flush()
        os.fsync(file.fileno())
    draft.replace(report)


def _words(code: str) -> tuple[str, str]:
    if code in WRONG_ROWS:
        return _(WRONG_ROWS[code]), _(WRONG_ADVICE)
    reason = PortalReason(code)
    return _(PORTAL_REASONS[reason]), _(PORTAL_ADVICE[reason])
