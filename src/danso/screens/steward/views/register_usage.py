"""What a hosted register is, who used it, and whether it takes entries."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from danso.kernel.errors import Refused
from danso.modules.sources import interface as sources
from danso.screens.steward import register_words as said
from danso.screens.steward import source_words, words
from danso.screens.steward.registering import Counter, in_register
from danso.toolkit.html.lists import Pages
from danso.toolkit.html.units import unit_name
from danso.toolkit.platform import province

DAYS: Final = 30
PER_PAGE: Final = 50


@in_register("read")
def described(request: HttpRequest, counter: Counter) -> HttpResponse:
    """The register's description: fields, rights, what it tells to whom, its versions."""
    register = counter.register
    known = province().purposes
    context = _context(counter) | {
        "facts_told": [(fact, [known[code] for code in fact.purposes]) for fact in register.facts],
        "retention": province().keep(register.retention),
        "owner": province().agency(register.owner),
        "texts": sources.register_texts(register.code),
        "communes": sources.count_by_commune(register, counter.keeper)[:10],
        "source_words": source_words,
    }
    return render(request, "steward/register_described.html", context)


@in_register("decide")
def usage(request: HttpRequest, counter: Counter) -> HttpResponse:
    """Who looked, entered, changed, exported and was told, from the journal; never about whom."""
    uses = sources.uses_of(counter.register.code, keeper=counter.keeper, days=DAYS)
    pages = Pages.of(request, len(uses), PER_PAGE)
    context = _context(counter) | {
        "uses": uses[pages.offset : pages.offset + PER_PAGE],
        "pages": pages,
        "days": DAYS,
        "unit_name": unit_name,
    }
    return render(request, "steward/register_usage.html", context)


@in_register("decide")
@require_POST
def close(request: HttpRequest, counter: Counter) -> HttpResponse:
    """Take no more entries, or take them again."""
    code = counter.register.code
    is_open = counter.standing.state == "closed"
    try:
        sources.close_register(code, keeper=counter.keeper, is_open=is_open)
    except Refused as error:
        messages.error(request, said.refusal_text(error))
    else:
        messages.success(request, gettext("Đã mở lại sổ.") if is_open else gettext("Đã đóng sổ."))
    return HttpResponseRedirect(reverse("steward:register-described", kwargs={"code": code}))


def _context(counter: Counter) -> dict[str, Any]:
    return {
        "desk": counter.desk,
        "counter": counter,
        "register": counter.register,
        "said": said,
        "words": words,
    }
