"""Where the code of a broken glass is typed, and where an old log-in leads in a home of persons."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from danso.kernel.errors import Refused
from danso.modules.identity.interface import enter_by_glass
from danso.toolkit.html.errors import words_of
from danso.toolkit.permission import public


class CodeForm(forms.Form):
    """The code that the console showed once."""

    code = forms.CharField(
        label=_("Mã khẩn cấp"),
        max_length=40,
        help_text=_("Mã mà lệnh danso break-glass hiện một lần trên máy chủ."),
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-20", "autocomplete": "off", "spellcheck": "false"}
        ),
    )


@public
@never_cache
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """One operator for an hour, when nobody can sign in. The code is never in an address."""
    if getattr(request, "officer", None) is not None:
        return HttpResponseRedirect(reverse("front:home"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            enter_by_glass(request, form.cleaned_data["code"])
        except Refused as error:
            form.add_error("code", " ".join(words_of(error)))
        else:
            return HttpResponseRedirect(reverse("operator:home"))
    return render(request, "account/emergency.html", {"form": form})


@public
@require_safe
def lapsed(request: HttpRequest) -> HttpResponse:
    """A first password that was not used within its week."""
    return render(request, "account/lapsed.html")


@public
@require_safe
def persons(request: HttpRequest) -> HttpResponse:
    """Here officers sign in as persons: what to do with an old log-in."""
    return render(request, "account/persons.html")
