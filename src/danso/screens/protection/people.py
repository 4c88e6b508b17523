"""Whose data a breach concerns, by the journal: counted first, then told by a message each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from danso.kernel.errors import Conflict, InvalidValue
from danso.modules.identity.interface import actor_of
from danso.modules.protection import interface as protection
from danso.screens.protection.breaches import trail
from danso.screens.protection.forms import ConcernedForm
from danso.screens.protection.workers import KEEPERS, needed
from danso.toolkit.html.errors import words_of
from danso.toolkit.permission import requires


@requires(*KEEPERS, reauth=True)
@require_http_methods(["GET", "POST"])
def concerned(request: HttpRequest, key: UUID) -> HttpResponse:
    """Counts only are shown, never who."""
    needed(request, *KEEPERS)
    form = ConcernedForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "key": key, "trail": trail(key), "found": None}
    if request.method == "POST" and form.is_valid():
        does_tell = request.POST.get("tell") == "1"
        work = protection.tell_concerned if does_tell else protection.count_concerned
        try:
            found = work(key, form.whom, actor=actor_of(request))
        except (InvalidValue, Conflict) as error:
            form.add_error(None, " ".join(words_of(error)))
        else:
            if does_tell:
                words = gettext("Đã nhắn %(told)d trong %(people)d người.")
                told = {"told": found.told, "people": found.people}
                messages.success(request, words % told)
                return redirect("protection:breach", key=key)
            context |= {"found": found, "hidden": _hidden(request)}
    return render(request, "protection/people.html", context)


def _hidden(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, str(value))
        for name, value in request.POST.items()
        if name not in ("csrfmiddlewaretoken", "tell")
    ]
