"""What a source's owner is asked: the queue, one mismatch with both values, answers by XLSX."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from danso.catalogue.shapes.sources import LIFE, Source, SourceField
from danso.kernel.errors import DansoError, InvalidValue
from danso.modules.identity.data import Role
from danso.modules.sources import interface as sources
from danso.modules.sources.data import MismatchRecord, OwnersAnswer, RowOutcome, mismatch_not_found
from danso.screens.steward import mismatch_words, words
from danso.screens.steward import source_words as source_said
from danso.screens.steward.desk import Desk, at_work, with_purpose
from danso.screens.steward.downloads import Export, export_page, workbook
from danso.screens.steward.forms import UploadForm, posted, sent
from danso.screens.steward.mismatch_forms import SaidForm
from danso.screens.steward.mismatch_lines import lines_of, steps_of
from danso.screens.steward.views.worklists import LIMIT, OutcomeLine
from danso.toolkit.html.lists import Pages
from danso.toolkit.platform import province

PER_PAGE: Final = 50
# How far the order of the queue is looked at for the one behind.
SKIPPABLE: Final = 500
RESULT: Final = "steward_mismatch_result"
ANSWERS: Final[dict[str, OwnersAnswer]] = {"corrected": "corrected", "right": "right"}


@with_purpose(Role.STEWARD)
def queue(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """What waits for this source's owner, the earliest deadline first; by field, by tab."""
    source = _owned(code, desk)
    tab = request.GET.get("muc", "cho")
    tab = tab if tab in mismatch_words.TABS else "cho"
    field = request.GET.get("truong", "")
    field = field if field in source.compared else ""
    states = mismatch_words.TABS[tab][1]
    total = sources.list_mismatches(sources=(code,), states=states, field=field, limit=0)[1]
    pages = Pages.of(request, total, PER_PAGE)
    found, _ = sources.list_mismatches(
        sources=(code,), states=states, field=field, limit=PER_PAGE, offset=pages.offset
    )
    context = _words(desk) | {
        "source": source,
        "tab": tab,
        "field": field,
        "fields": [one for one in source.compared.values() if _may_differ(source, one)],
        "lines": lines_of(found, desk),
        "pages": pages,
    }
    return render(request, "steward/mismatches.html", context)


@with_purpose(Role.STEWARD)
def one(request: HttpRequest, desk: Desk, code: str, key: UUID) -> HttpResponse:
    """One mismatch: both values and proofs side by side; its owner answers here."""
    source = _owned(code, desk)
    record = sources.get_mismatch(key, sources=(code,))
    form = SaidForm(posted(request))
    if request.method == "POST" and form.is_valid() and _answered(request, record, form, desk):
        return _next(source)
    (line,) = lines_of([record], desk)
    context = _words(desk) | {
        "source": source,
        "line": line,
        "steps": steps_of(key),
        "form": form,
        "may_answer": record.state in ("asked", "promised"),
        "skip": _after(source, key),
    }
    return render(request, "steward/mismatch.html", context)


@with_purpose(Role.STEWARD, reauth=True)
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """What waits for the owner, as XLSX, after a last word on what it holds."""
    source = _owned(code, desk)
    if request.method == "GET":
        what = source_said.said(source)
        place = source_said.said(province().agency(source.owner))
        return export_page(request, desk, Export(what, "", "", back=_queue(source), owner=place))
    return workbook(sources.mismatch_file(code, owner=desk.owner, grounds=desk.grounds))


@with_purpose(Role.STEWARD)
def upload(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Send an answered list back."""
    source = _owned(code, desk)
    form = UploadForm(*sent(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["sheet"]
        try:
            if given.size > LIMIT:
                raise InvalidValue(
                    "The file is larger than 5 MB.", code="sheet_too_large", fix="Send the list."
                )
            outcomes = sources.read_mismatches(
                given.read(), code=code, owner=desk.owner, grounds=desk.grounds
            )
        except InvalidValue as error:
            form.add_error("sheet", mismatch_words.refusal_text(error))
        else:
            request.session[RESULT] = [[one.line, one.outcome, one.reason] for one in outcomes]
            return HttpResponseRedirect(reverse("steward:mismatches-result", args=[code]))
    context = _words(desk) | {"form": form, "source": source}
    return render(request, "steward/mismatches_upload.html", context)


@at_work(Role.STEWARD)
def result(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """What became of each line of the file that was sent last: line numbers and reasons only."""
    source = _owned(code, desk)
    kept: list[list[Any]] = request.session.get(RESULT, [])
    outcomes = [RowOutcome(*row) for row in kept]
    counts: Counter[str] = Counter(one.outcome for one in outcomes)
    todo = [one for one in outcomes if one.outcome not in ("applied", "already")]
    pages = Pages.of(request, len(todo), PER_PAGE)
    context = _words(desk) | {
        "source": source,
        "total": len(outcomes),
        "counts": [
            (str(text), tone, counts[row])
            for row, (text, tone) in words.ROWS.items()
            if counts[row]
        ],
        "lines": [_line(one) for one in todo[pages.offset : pages.offset + PER_PAGE]],
        "pages": pages,
    }
    return render(request, "steward/mismatches_result.html", context)


def _line(one: RowOutcome) -> OutcomeLine:
    text, tone = words.ROWS[one.outcome]
    return OutcomeLine(one.line, str(text), tone, mismatch_words.reason_text(one.reason))


def _may_differ(source: Source, field: SourceField) -> bool:
    """Fields that say who the person is; the life of who is served; what nobody has twice."""
    is_life = field.code == LIFE.code and not source.keeps_the_dead
    return bool(field.term) or is_life or field.code in {fact.code for fact in source.told_once}


def _owned(code: str, desk: Desk) -> Source:
    """A source that is not one's own looks like one that there is not."""
    if code not in desk.owned_sources:
        raise mismatch_not_found()
    return province().source(code)


def _words(desk: Desk) -> dict[str, Any]:
    return {"desk": desk, "said": source_said, "told": mismatch_words, "words": words}


def _queue(source: Source) -> str:
    return reverse("steward:mismatches", args=[source.code])


def _answered(request: HttpRequest, record: MismatchRecord, form: SaidForm, desk: Desk) -> bool:
    """Carry the answer out; False where the form must be shown again."""
    answer = ANSWERS.get(request.POST.get("decision", ""))
    if answer is None:
        form.add_error(None, mismatch_words.reason_text("decision_missing"))
        return False
    try:
        state = sources.answer_mismatch(
            record.key, answer, form.said, owner=desk.owner, seen=request.POST.get("seen", "")
        )
    except DansoError as error:
        proof = error.code == "mismatch_proof_missing"
        form.add_error("evidence" if proof else None, mismatch_words.refusal_text(error))
        return False
    field = source_said.said(province().source(record.source).compared[record.field])
    what = {"field": field, "record": record.record, "state": mismatch_words.STATES[state][0]}
    # The page that follows shows the next one.
    told = gettext("%(field)s, bản ghi %(record)s: đã trả lời. %(state)s.") % what
    messages.success(request, told)
    return True


def _after(source: Source, key: UUID) -> str:
    """To the one behind this in the queue; from the last, to the queue."""
    found, _ = sources.list_mismatches(sources=(source.code,), states=("asked",), limit=SKIPPABLE)
    keys = [one.key for one in found]
    place = keys.index(key) + 1 if key in keys else 0
    if place >= len(keys):
        return _queue(source)
    return reverse("steward:mismatch", kwargs={"code": source.code, "key": keys[place]})


def _next(source: Source) -> HttpResponse:
    """On to the next one that waits."""
    found, _ = sources.list_mismatches(sources=(source.code,), states=("asked",), limit=1)
    if found:
        where = {"code": source.code, "key": found[0].key}
        return HttpResponseRedirect(reverse("steward:mismatch", kwargs=where))
    return HttpResponseRedirect(_queue(source))
