"""What can be done about a breach: noted, told to the authority, reported, closed."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from danso.kernel.errors import Conflict, InvalidValue
from danso.modules.identity.interface import actor_of
from danso.modules.protection import interface as protection
from danso.screens.protection.breaches import trail
from danso.screens.protection.forms import CloseForm, NoteForm, NotifyForm
from danso.screens.protection.workers import KEEPERS, needed
from danso.toolkit.html.errors import words_of
from danso.toolkit.permission import requires


@requires(*KEEPERS)
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write down what was done or found."""
    needed(request, *KEEPERS)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            protection.note_step(key, form.cleaned_data["text"], actor=actor_of(request))
        except InvalidValue as error:
            form.add_error("text", " ".join(words_of(error)))
        else:
            messages.success(request, gettext("Đã ghi."))
            return redirect("protection:breach", key=key)
    return _step(request, key, form, (gettext("Ghi biện pháp, diễn biến"), gettext("Ghi vào sổ")))


@requires(*KEEPERS)
@require_http_methods(["GET", "POST"])
def notify(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write down that the authority was told."""
    needed(request, *KEEPERS)
    form = NotifyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            protection.notify_authority(key, form.told, actor=actor_of(request))
        except (InvalidValue, Conflict) as error:
            form.add_error(None, " ".join(words_of(error)))
        else:
            messages.success(request, gettext("Đã ghi việc thông báo."))
            return redirect("protection:breach", key=key)
    words = gettext("Đã thông báo cơ quan chuyên trách"), gettext("Ghi vào sổ")
    return _step(request, key, form, words)


@requires(*KEEPERS)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Nothing more is to be done."""
    needed(request, *KEEPERS)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        was_none = given["outcome"] == "none"
        try:
            protection.close_breach(key, given["text"], was_none=was_none, actor=actor_of(request))
        except (InvalidValue, Conflict) as error:
            form.add_error(None, " ".join(words_of(error)))
        else:
            messages.success(request, gettext("Đã kết thúc sự cố."))
            return redirect("protection:breach", key=key)
    return _step(request, key, form, (gettext("Kết thúc sự cố"), gettext("Kết thúc")))


@requires(*KEEPERS)
@require_safe
def report(request: HttpRequest, key: UUID) -> HttpResponse:
    """The notification as a text, to be carried over into the law's form."""
    needed(request, *KEEPERS)
    text = protection.report_text(key)
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="thong-bao-su-co.txt"'
    return answer


def _step(
    request: HttpRequest, key: UUID, form: forms.Form, words: tuple[str, str]
) -> HttpResponse:
    context = {"form": form, "title": words[0], "button": words[1], "trail": trail(key)}
    return render(request, "protection/step.html", context)
