"""The next version of a register that was defined in the browser, out of rows."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from danso.modules.sources import interface as sources
from danso.screens.steward import register_words as said
from danso.screens.steward import source_words
from danso.screens.steward.forms import posted
from danso.screens.steward.register_building import MOST_ROWS, ROWS, field_rows
from danso.screens.steward.register_versioning import (
    NextHeadForm,
    head_of,
    known_rows,
    next_version,
    read_description,
)
from danso.screens.steward.registering import Counter, in_register
from danso.screens.steward.views.register_builder import (
    ADD,
    MAKE,
    asking,
    count_rows,
    text_step,
    told_to,
)

# The version that the rows were made of: somebody else may have kept another meanwhile.
BASE: Final = "ban"


@in_register("decide")
def extend(request: HttpRequest, counter: Counter) -> HttpResponse:
    """Fields of now as rows: rename, retire, add; then the text that they make."""
    if "text" in request.POST:
        return text_step(request, counter.desk, request.POST["text"], counter)
    if counter.standing.origin != "browser":
        messages.error(request, gettext("Sổ này được mô tả ở tệp của tỉnh: sửa ở đó."))
        return _to(counter, "steward:register-described")
    version = counter.register.version
    if request.method == "POST" and request.POST.get(BASE) != str(version):
        text = gettext("Sổ đã có bản %(n)s từ lúc bạn mở trang này: xem lại rồi sửa tiếp.")
        messages.error(request, text % {"n": version})
        return _to(counter, "steward:register-next")
    return _rows_step(request, counter)


def _rows_step(request: HttpRequest, counter: Counter) -> HttpResponse:
    latest = read_description(sources.register_texts(counter.register.code)[0].text)
    step = request.POST.get("buoc", "")
    known = known_rows(latest, posted(request))
    least = len(known) + ROWS
    count = max(count_rows(request) if request.method == "POST" else 0, least)
    count = min(count + (ROWS if step == ADD else 0), len(known) + MOST_ROWS)
    new = field_rows(posted(request), count, after=len(known))
    head = NextHeadForm(posted(request), initial=head_of(latest))
    is_sound = all([head.is_valid(), *(row.is_valid() for row in (*known, *new))])
    if step == MAKE and is_sound:
        text = next_version(
            latest,
            head.cleaned_data,
            [row.cleaned_data for row in known],
            [row.cleaned_data for row in new],
            told_to(request),
        )
        return text_step(request, counter.desk, text, counter, is_fresh=True)
    context = {
        "desk": counter.desk,
        "counter": counter,
        "register": counter.register,
        "head": head,
        "known": known,
        "new": new,
        "count": count,
        "told_to": request.POST.getlist("told_to"),
        "asking": asking(),
        "is_checked": step == MAKE,
        "said": said,
        "steps": {"add": ADD, "make": MAKE},
        "base": BASE,
        "source_words": source_words,
    }
    return render(request, "steward/register_next.html", context)


def _to(counter: Counter, name: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(name, kwargs={"code": counter.register.code}))
