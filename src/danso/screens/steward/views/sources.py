"""Connected sources: where each stands, and one of them whole. Counts only, nobody's data."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from danso.catalogue.shapes.sources import Source
from danso.kernel import clock
from danso.modules.linkage import interface as linkage
from danso.modules.linkage.data import MatchRun, NoLinks
from danso.modules.sources import interface as sources
from danso.screens.steward import source_rule_words
from danso.screens.steward import source_run_words as ran
from danso.screens.steward import source_words as said
from danso.screens.steward.desk import SOURCE_VIEWERS, Desk, at_work
from danso.screens.steward.running import RunLine, may_run, may_send, run_lines
from danso.screens.steward.source_board import board_of
from danso.screens.steward.standing import fault_lines, later_law, line_of
from danso.toolkit.platform import province

LOADS: Final = 20


@at_work(*SOURCE_VIEWERS)
def board(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every connected source of the province."""
    return render(request, "steward/sources.html", {"desk": desk} | _board(request))


@at_work(*SOURCE_VIEWERS)
def board_live(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The board's moving part alone, asked for while a load is running."""
    return render(request, "steward/_sources.html", {"desk": desk} | _board(request))


@at_work(*SOURCE_VIEWERS)
def one(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """A source: what it is, its loads, what was wrong, its mapping, what it tells, its matching."""
    source = province().source(code)
    standing = next(one for one in sources.source_standings() if one.code == code)
    loads = sources.loads_of(code, limit=LOADS)
    judged = next((load for load in loads if load.rows), None)
    context = {
        "desk": desk,
        "line": line_of(source, standing, sources.connected_since()),
        "law": later_law(source.cites),
        "database": province().database(source.database),
        "owner": province().owner(source),
        "retention": province().keep(source.retention),
        "loads": loads,
        "ran_line": RunLine(source, sources.source_runs()[code], loads[0] if loads else None),
        "alerts": sources.source_alerts(code),
        "known": province().sources,
        "may_run": may_run(desk, source),
        "may_send": may_send(desk, source),
        "ran": ran,
        "judged": judged,
        "faults": fault_lines(source, judged) if judged else [],
        "facts_told": _facts(source),
        "run": _last_run(code),
        "said": said,
        "rule_words": source_rule_words,
    }
    return render(request, "steward/source.html", context)


def _board(request: HttpRequest) -> dict[str, Any]:
    since = sources.connected_since()
    standings = sources.source_standings()
    lines = [line_of(province().source(one.code), one, since) for one in standings]
    runs = run_lines(standings, dict(province().sources))
    law = later_law()
    return {
        "lines": lines,
        "board": board_of(lines, request.GET.dict()),
        "runs": runs,
        "alerts": sources.source_alerts(),
        "known": province().sources,
        "ran": ran,
        "is_running": any(run.is_moving for run in runs.values()),
        "is_empty": all(line.state == "waiting" for line in lines),
        "law": law,
        "days_left": (law.due - clock.today()).days if law and law.due else None,
        "said": said,
    }


def _facts(source: Source) -> list[tuple[Any, list[Any]]]:
    """What it tells, each with the purposes that may read it."""
    known = province().purposes
    return [(fact, [known[code] for code in fact.purposes]) for fact in source.facts]


def _last_run(code: str) -> MatchRun | None:
    if province().is_locked(code):
        return None
    try:
        return linkage.last_run(code)
    except NoLinks:
        return None
