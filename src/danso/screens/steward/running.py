"""How a source runs by itself, as its page and the board show it; who may have it run."""

from __future__ import annotations

from dataclasses import dataclass

from danso.catalogue.shapes.sources import Source
from danso.kernel import clock
from danso.kernel.errors import DansoError, Refused
from danso.modules.identity.data import Role, Scope, ScopeKind
from danso.modules.sources import interface as sources
from danso.modules.sources.data import LoadRecord, RunRecord, SourceStanding
from danso.screens.steward.desk import Desk
from danso.toolkit.html.errors import words_of


@dataclass(frozen=True)
class RunLine:
    """A source's run and its latest load. `rate`: rows a second of a load at work."""

    source: Source
    run: RunRecord
    last: LoadRecord | None

    @property
    def is_moving(self) -> bool:
        """Whether anything is at work, or as good as."""
        return bool(self.run.phase) or self.is_waiting or self.is_loading

    @property
    def is_waiting(self) -> bool:
        """Whether its time has come and it waits for a free hand."""
        due = self.run.next_at is not None and self.run.next_at <= clock.now()
        return due and not self.run.phase and self.run.paused_at is None

    @property
    def is_loading(self) -> bool:
        """By the jobs or by a command."""
        return self.last is not None and self.last.state == "running"

    @property
    def rate(self) -> float | None:
        """None before the first batch."""
        last = self.last
        if last is None or last.moved_at is None:
            return None
        seconds = (last.moved_at - last.started_at).total_seconds()
        return last.rows / seconds if seconds > 0 else None


def run_lines(standings: list[SourceStanding], by_code: dict[str, Source]) -> dict[str, RunLine]:
    """Every source's."""
    runs = sources.source_runs()
    return {one.code: RunLine(by_code[one.code], runs[one.code], one.last) for one in standings}


def may_send(desk: Desk, source: Source) -> bool:
    """Whether this officer may send files for it: stewards of the province and of its owner."""
    return desk.officer.may(Role.STEWARD, Scope(ScopeKind.AGENCY, source.owner))


def may_run(desk: Desk, source: Source) -> bool:
    """Whether this officer may pause it and have it run: the operator too."""
    return may_send(desk, source) or str(Role.OPERATOR) in desk.officer.roles


def check(*, allowed: bool) -> None:
    """Refuse what is another agency's."""
    if not allowed:
        raise Refused(
            "This source belongs to another agency.",
            code="source_not_yours",
            fix="Ask a steward of its owner or of the province.",
        )


def check_open_to(desk: Desk, source: Source) -> None:
    """What others sent of a locked source, its rows and its record keys are for its named purposes
    only."""
    sources.check_purpose(source.code, desk.purpose.code if desk.purpose else "")


def is_open_to(desk: Desk, source: Source) -> bool:
    """Whether this officer's purpose may come near the rows of a source."""
    try:
        check_open_to(desk, source)
    except Refused:
        return False
    return True


def refusal(error: DansoError) -> str:
    """Why not, and what to do."""
    return " ".join(filter(None, words_of(error)))
