"""What I may ask about my data, and what became of what I asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from danso.catalogue.shapes.base import Words
from danso.catalogue.shapes.rights import RightKind, RightTerm
from danso.kernel import clock
from danso.kernel.errors import Conflict, NotFound, Refused
from danso.modules.identity import interface as identity
from danso.modules.identity.data import MandateScope
from danso.modules.protection import interface as protection
from danso.modules.protection.data import REQUEST_STATES, STEP_NAMES, RequestData, RequestState
from danso.screens.citizen.holder import Holder, of_holder
from danso.toolkit.html.errors import words_of
from danso.toolkit.html.formats import span

TONES: Final = {
    RequestState.WAITING: "warn",
    RequestState.TAKEN: "calm",
    RequestState.DONE: "good",
    RequestState.REFUSED: "bad",
    RequestState.WITHDRAWN: "mute",
}
# Where one goes for it without waiting for an officer: route, what one does there.
ROADS: Final[dict[str, tuple[str, Promise]]] = {
    "correction": ("citizen:my-data", _("Báo sai ngay tại dữ liệu của tôi")),
    "consents": ("citizen:consents", _("Rút sự đồng ý ngay")),
    "export": ("citizen:copies", _("Tải bản sao ngay")),
    "looks": ("citizen:looks", _("Xem ai đã xem dữ liệu của tôi")),
}


# Closed while acting for somebody else.
OWN_ROADS: Final = frozenset({"export"})


class ChooseForm(forms.Form):
    """Which right."""

    right = forms.ChoiceField(label=_("Bạn muốn yêu cầu gì?"), widget=forms.RadioSelect)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        field = self.fields["right"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(one.code, said(one)) for one in protection.right_kinds()]


class FileForm(forms.Form):
    """What exactly."""

    text = forms.CharField(
        label=_("Nội dung yêu cầu"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Dữ liệu nào, ở đâu nếu bạn biết, và vì sao. Không cần ghi lại số định danh."),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One request as pages show it."""

    request: RequestData
    title: str
    state: str
    tone: str
    is_late: bool


def said(words: Words) -> str:
    """The catalogue's words in the reader's language."""
    return words.en if (get_language() or "").startswith("en") else words.vi


def term_words(term: RightTerm) -> str:
    """How long it takes, in words."""
    if term.counted == "working":
        return gettext("%(n)d ngày làm việc") % {"n": term.days}
    return span(term.days)


def road_of(kind: RightKind) -> tuple[str, str] | None:
    """Where to go for it at once, and the words of the link; None where there is none."""
    found = ROADS.get(kind.road)
    if found is None:
        return None
    try:
        return reverse(found[0]), str(found[1])
    except NoReverseMatch:
        return None


@of_holder(scope=MandateScope.RIGHTS)
@require_safe
def listed(request: HttpRequest, holder: Holder) -> HttpResponse:
    """What I asked, and the way to ask."""
    rows = [_line(one) for one in protection.requests_of(holder.keys)]
    return render(request, "citizen/requests.html", {"rows": rows})


@of_holder(scope=MandateScope.RIGHTS)
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Which right."""
    del holder
    form = ChooseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return redirect("citizen:request-file", right=form.cleaned_data["right"])
    return render(request, "citizen/request-choose.html", {"form": form})


@of_holder(scope=MandateScope.RIGHTS)
@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, holder: Holder, right: str) -> HttpResponse:
    """One right: what it is, how long it takes, the quicker road; then the words."""
    kind = protection.find_right(right)
    if kind is None:
        raise NotFound("There is no such request.", code="right_unknown", fix="Choose again.")
    form = FileForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            key = protection.file_request(
                holder.account,
                right,
                form.cleaned_data["text"],
                actor=holder.actor,
                whose=identity.whose(request),
            )
        except (Conflict, Refused) as error:
            form.add_error(None, " ".join(words_of(error)))
        else:
            messages.success(request, gettext("Đã gửi. Hạn trả lời ghi ở dưới."))
            return redirect("citizen:request", key=key)
    context = {
        "form": form,
        "kind": kind,
        "title": said(kind),
        "says": said(kind.says),
        "term": term_words(kind.carry_out),
        "road": None if holder.acting and kind.road in OWN_ROADS else road_of(kind),
    }
    return render(request, "citizen/request-file.html", context)


@of_holder(scope=MandateScope.RIGHTS)
@require_safe
def one(request: HttpRequest, holder: Holder, key: UUID) -> HttpResponse:
    """One request: its days, its steps, its answer."""
    found = protection.get_request(key, persons=holder.keys)
    ground = next((g for g in protection.refusal_grounds() if g.code == found.ground), None)
    context = {
        "row": _line(found),
        "ground": (said(ground), ground.law) if ground else None,
        "steps": steps(found.steps),
    }
    return render(request, "citizen/request.html", context)


@of_holder(scope=MandateScope.RIGHTS)
@require_POST
def withdraw(request: HttpRequest, holder: Holder, key: UUID) -> HttpResponse:
    """Take it back."""
    protection.withdraw_request(key, persons=holder.keys, actor=holder.actor)
    messages.success(request, gettext("Đã rút lại yêu cầu."))
    return redirect("citizen:request", key=key)


def steps(found: Any) -> list[tuple[str, Any]]:
    """What was done when; never by whom: an office answers, not a name."""
    return [(gettext(STEP_NAMES.get(step.what, step.what)), step.at) for step in found]


def _line(found: RequestData) -> Line:
    kind = protection.find_right(found.kind)
    return Line(
        found,
        said(kind) if kind else found.kind,
        gettext(REQUEST_STATES[found.state]),
        TONES[found.state],
        found.is_late(clock.today()),
    )
