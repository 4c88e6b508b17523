"""Records that matching left open: a queue by source, one record beside whom it may be about."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.linkage import interface as linkage
from danso.modules.linkage.data import Decision, OpenLink
from danso.modules.population.data import Grounds
from danso.modules.sources import interface as sources
from danso.screens.steward import record, words
from danso.screens.steward.candidates import (
    CandidateColumn,
    DecisionLine,
    SourceLine,
    columns_of,
    compared_lines,
    decision_lines,
    fields_shown,
    source_lines,
)
from danso.screens.steward.desk import EVERYONE, Desk, with_purpose
from danso.screens.steward.forms import posted
from danso.screens.steward.joining import LinkForm
from danso.screens.steward.journaling import record_looks
from danso.screens.steward.views.people import MEMBER_FIELDS
from danso.toolkit.html.lists import Pages
from danso.toolkit.platform import province

PER_PAGE: Final = 20
NOBODY: Final = "nobody"
OLDEST: Final = "cu-nhat"
NAMED: Final = ("full_name", "birth")


@with_purpose(*EVERYONE)
def queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Sources with what waits, proposals for a second officer, one's own recent decisions."""
    decided, total = _own(request, desk)
    pages = Pages.of(request, total, PER_PAGE)
    waiting = decision_lines(linkage.waiting_decisions(desk.scope), desk)
    _record_named([*waiting, *decided], desk)
    context = {
        "desk": desk,
        "lines": source_lines(linkage.count_open(desk.scope)),
        "waiting": waiting,
        "decided": decided,
        "pages": pages,
        "oldest": OLDEST,
        "words": words,
    }
    return render(request, "steward/matching.html", context)
