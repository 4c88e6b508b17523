"""What owners and commune police cannot agree on: the province decides, both proofs seen."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from danso.kernel.errors import DansoError
from danso.modules.identity.data import Role
from danso.modules.sources import interface as sources
from danso.modules.sources.data import RightSide
from danso.screens.steward import mismatch_words, words
from danso.screens.steward import source_words as source_said
from danso.screens.steward.desk import Desk, with_purpose
from danso.screens.steward.forms import posted
from danso.screens.steward.mismatch_forms import SaidForm
from danso.screens.steward.mismatch_lines import lines_of, steps_of
from danso.toolkit.html.lists import Pages

PER_PAGE: Final = 50
SIDES: Final[dict[str, RightSide]] = {"register": "register", "source": "source"}


@with_purpose(Role.PROVINCIAL_POLICE)
def listed(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every disagreement that waits for the province."""
    total = sources.list_mismatches(sources=None, states=("above",), limit=0)[1]
    pages = Pages.of(request, total, PER_PAGE)
    found, _ = sources.list_mismatches(
        sources=None, states=("above",), limit=PER_PAGE, offset=pages.offset
    )
    context = {
        "desk": desk,
        "lines": lines_of(found, desk),
        "pages": pages,
        "told": mismatch_words,
        "said": source_said,
    }
    return render(request, "steward/disagreements.html", context)


@with_purpose(Role.PROVINCIAL_POLICE)
def one(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """One disagreement: both values, both proofs, the decision."""
    record = sources.get_mismatch(key, sources=None)
    form = SaidForm(posted(request))
    if request.method == "POST" and form.is_valid() and _decided(request, key, form, desk):
        return HttpResponseRedirect(reverse("steward:disagreements"))
    (line,) = lines_of([record], desk)
    steps = steps_of(key)
    is_own = any(step.record.by == desk.decider.actor.id for step in steps)
    context = {
        "desk": desk,
        "source": line.source,
        "line": line,
        "steps": steps,
        "form": form,
        "may_decide": record.state == "above" and not is_own,
        "is_own": record.state == "above" and is_own,
        "told": mismatch_words,
        "said": source_said,
        "words": words,
    }
    return render(request, "steward/disagreement.html", context)


def _decided(request: HttpRequest, key: UUID, form: SaidForm, desk: Desk) -> bool:
    side = SIDES.get(request.POST.get("decision", ""))
    if side is None:
        form.add_error(None, mismatch_words.reason_text("decision_missing"))
        return False
    try:
        state = sources.decide_mismatch(
            key, side, form.said, decider=desk.decider, seen=request.POST.get("seen", "")
        )
    except DansoError as error:
        proof = error.code == "mismatch_proof_missing"
        form.add_error("evidence" if proof else None, mismatch_words.refusal_text(error))
        return False
    messages.success(request, str(mismatch_words.STATES[state][0]))
    return True
