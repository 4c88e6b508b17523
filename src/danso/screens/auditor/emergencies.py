"""Breakings of the glass: the auditor's list, each closed with a note."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from danso.modules.identity import interface as identity
from danso.modules.identity.data import Role
from danso.screens.auditor import words
from danso.screens.auditor.unusual import NoteForm
from danso.toolkit.permission import requires


@requires(Role.AUDITOR)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every one, newest first."""
    return render(request, "auditor/emergencies.html", {"rows": identity.break_glasses()})


@requires(Role.AUDITOR)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, key: UUID) -> HttpResponse:
    """Who broke it on which machine and why, what came of it; closed with a note that stays."""
    found = next((row for row in identity.break_glasses() if row.key == key), None)
    if found is None:
        raise Http404
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        identity.close_glass(key, note=note, actor=identity.actor_of(request))
        messages.success(request, gettext("Đã ghi kết luận."))
        return redirect("auditor:emergencies")
    context = {"row": found, "form": form, "closed_by": words.looker_words(found.closed_by)}
    return render(request, "auditor/emergency.html", context)
