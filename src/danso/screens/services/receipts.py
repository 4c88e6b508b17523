"""A file's receipt: squares for a telephone, and a page where anybody checks one.

The token in the squares is signed by this home and says which file, which service, when and where;
nothing about who. It is checked off line too, against the published keys of sign-on.
"""

from __future__ import annotations

from io import BytesIO

import segno
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from markupsafe import Markup

from danso.modules.cases import interface as cases
from danso.modules.cases.data import CaseData
from danso.modules.signon import interface as signon
from danso.modules.signon.data import FileReceipt
from danso.screens.services.telling import said
from danso.toolkit.html.units import unit_name
from danso.toolkit.permission import public


class ReceiptForm(forms.Form):
    """What the squares say, as a telephone or a hand reader gives it."""

    text = forms.CharField(
        label=_("Nội dung mã vuông trên giấy"),
        help_text=_("Quét mã bằng điện thoại rồi dán toàn bộ chữ vào đây."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Dán nội dung mã vuông")},
    )


@public
@require_http_methods(["GET", "POST"])
def check_receipt(request: HttpRequest) -> HttpResponse:
    """Whether a receipt is ours, and what it says. Nothing is looked up: the token says it all."""
    form = ReceiptForm(request.POST or None)
    found = None
    if request.method == "POST" and form.is_valid():
        found = signon.read_file_receipt(form.cleaned_data["text"])
        if found is None:
            form.add_error("text", _("Đây không phải giấy của hệ thống này, hoặc đã bị sửa"))
    context = {
        "form": form,
        "found": found,
        "unit": unit_name(found.unit) if found else "",
        "service": _service(found.procedure) if found else "",
    }
    return render(request, "services/check-receipt.html", context)


def squares_of(one: CaseData) -> Markup | None:
    """The receipt of a file that was taken in, as a picture; None before."""
    if one.received_at is None:
        return None
    token = signon.sign_file_receipt(
        FileReceipt(
            code=one.code,
            procedure=one.definition.code,
            received=one.received_at,
            due=one.listed.due_at,
            unit=one.listed.unit,
        )
    )
    written = BytesIO()
    made = segno.make(token, micro=False, error="m", boost_error=False)
    made.save(written, kind="svg", border=2, scale=3, xmldecl=False, svgns=True, omitsize=True)
    return Markup(written.getvalue().decode())  # noqa: S704 - made here of squares alone


def _service(code: str) -> str:
    known = {one.code: one for one in cases.procedures()}
    return said(known[code]) if code in known else code


ROUTES = (path("kiem-tra-giay-hen/", check_receipt, name="check-receipt"),)
