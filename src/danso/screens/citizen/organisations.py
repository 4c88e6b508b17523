"""Organisations that I represent: asked for, decided by police, acted for; their mandates."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from danso.kernel.errors import DansoError
from danso.modules.audit import interface as audit
from danso.modules.identity import interface as identity
from danso.modules.identity.data import (
    KIND_NAMES,
    ORGANISATION_SCOPES,
    SCOPE_NAMES,
    ActingGround,
    MandateOffer,
    MandateScope,
    OrganisationClaim,
    OrganisationData,
    OrganisationKind,
    RepresentationData,
    RepresentationState,
)
from danso.screens.citizen import look_words
from danso.screens.citizen.holder import Holder, of_holder
from danso.screens.citizen.mandates import OfferForm, deed_text, shown
from danso.toolkit.html.errors import words_of
from danso.toolkit.html.units import unit_name
from danso.toolkit.permission import View
from danso.toolkit.platform import platform, province

ROLES: Final = (
    ("legal", _("Người đại diện theo pháp luật")),
    ("delegate", _("Người được tổ chức ủy quyền")),
)
STATES: Final = {
    RepresentationState.ASKED: (_("chờ công an quyết định"), "calm"),
    RepresentationState.GRANTED: (_("đang đại diện"), "good"),
    RepresentationState.REFUSED: (_("không được chấp nhận"), "bad"),
    RepresentationState.WITHDRAWN: (_("đã rút"), "mute"),
    RepresentationState.ENDED: (_("đã thôi đại diện"), "mute"),
}
ACCOUNT_STATES: Final = {
    "active": (_("Đang hoạt động"), "good"),
    "locked": (_("Đang khóa"), "bad"),
    "closed": (_("Đã đóng"), "mute"),
}


class AskForm(forms.Form):
    """Which organisation, as its registration says."""

    kind = forms.ChoiceField(
        label=_("Loại tổ chức"),
        choices=[(kind.value, _(words)) for kind, words in KIND_NAMES.items()],
        widget=forms.RadioSelect,
    )
    number = forms.CharField(
        label=_("Mã số của tổ chức"),
        help_text=_(
            "Mã số doanh nghiệp hoặc mã số thuế, 10 chữ số; chi nhánh thêm 3 chữ số. "
            "Cơ quan: mã đơn vị có quan hệ với ngân sách, 7 chữ số."
        ),
        max_length=24,
        widget=forms.TextInput(
            {"class": "govuk-input--width-20", "autocomplete": "off", "inputmode": "numeric"}
        ),
    )
    name = forms.CharField(
        label=_("Tên tổ chức"),
        help_text=_("Viết như trên giấy chứng nhận đăng ký hoặc quyết định thành lập."),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "organization", "spellcheck": "false"}),
    )
    short_name = forms.CharField(
        label=_("Tên viết tắt, nếu có"),
        max_length=60,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    head_office = forms.CharField(
        label=_("Trụ sở chính"),
        help_text=_("Số nhà, đường, thôn hoặc khu phố."),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    commune = forms.ChoiceField(
        label=_("Xã, phường của trụ sở"), help_text=_("Công an ở đó quyết định.")
    )
    role = forms.ChoiceField(label=_("Bạn là ai?"), choices=ROLES, widget=forms.RadioSelect)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        field = self.fields["commune"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        units = sorted(province().units.communes, key=lambda unit: unit.name)
        field.choices = [("", gettext("Chọn xã, phường")), *((one.code, one.name) for one in units)]

    def claim(self) -> OrganisationClaim:
        """What was typed."""
        given = self.cleaned_data
        return OrganisationClaim(
            kind=OrganisationKind(given["kind"]),
            number=given["number"],
            name=given["name"],
            head_office=given["head_office"],
            commune=given["commune"],
            short_name=given["short_name"],
            is_delegate=given["role"] == "delegate",
        )


class EmployForm(OfferForm):
    """Whom the organisation lets act, for what of its affairs, how long."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.label = _("Người đó được làm gì thay tổ chức?")
        field.choices = [(one.value, gettext(SCOPE_NAMES[one])) for one in ORGANISATION_SCOPES]


def for_organisation(
    *, is_representative: bool = True, reauth: bool = False
) -> Callable[[Callable[..., HttpResponse]], View]:
    """A page of somebody who acts for an organisation just now: the view gets it as its third
    argument. Unless told otherwise only for its representative; nobody else finds the page."""

    def closed(view: Callable[..., HttpResponse]) -> View:
        @of_holder(is_of_all=True, reauth=reauth)
        @wraps(view)
        def shown_to(request: HttpRequest, holder: Holder, **named: Any) -> HttpResponse:
            acting = holder.acting
            if acting is None or acting.organisation is None:
                raise Http404
            if is_representative and acting.ground is not ActingGround.ORGANISATION:
                raise Http404
            return view(request, holder, identity.get_organisation(acting.organisation), **named)

        return shown_to

    return closed


@of_holder()
@require_safe
def listed(request: HttpRequest, holder: Holder) -> HttpResponse:
    """What I asked for and represent, and the way to turn to it."""
    rows = [_row(one) for one in identity.representations_of(holder.account)]
    others = [one for one in identity.actings_of(holder.account) if one.organisation]
    context = {"rows": rows, "others": others, "is_provider": _is_provider()}
    return render(request, "citizen/organisations.html", context)


@of_holder(reauth=True)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Say which organisation one represents."""
    if not _is_provider():
        return HttpResponseRedirect(reverse("citizen:organisations"))
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            identity.ask_organisation(holder.account, form.claim(), actor=holder.actor)
        except DansoError as error:
            at_number = error.code in ("organisation_number", "organisation_asked")
            form.add_error("number" if at_number else None, " ".join(words_of(error)).strip())
        else:
            messages.success(request, _("Đã gửi. Bạn được nhắn tin khi công an quyết định."))
            return HttpResponseRedirect(reverse("citizen:organisations"))
    return render(request, "citizen/organisation-ask.html", {"form": form})


@of_holder()
@require_POST
def end(request: HttpRequest, holder: Holder, key: UUID) -> HttpResponse:
    """Take a request back, or represent it no more."""
    identity.end_representation(key, holder.account, actor=holder.actor)
    messages.success(request, _("Đã ghi."))
    return HttpResponseRedirect(reverse("citizen:organisations"))


@for_organisation(is_representative=False)
@require_safe
def own(request: HttpRequest, holder: Holder, organisation: OrganisationData) -> HttpResponse:
    """The organisation for which one acts; its mandates and deeds for its representative."""
    acting = holder.acting
    is_head = acting is not None and acting.ground is ActingGround.ORGANISATION
    state, tone = ACCOUNT_STATES[organisation.state]
    given = identity.mandates_of_organisation(organisation.key) if is_head else ()
    names = {str(one.mandatary): one.mandatary_name for one in given if one.mandatary}
    names[str(organisation.representative)] = gettext("Người đại diện")
    by = "" if is_head else str(holder.account)
    looks = audit.deeds_for(organisation.key, by=by, limit=50)
    context = {
        "one": organisation,
        "kind": gettext(KIND_NAMES[organisation.kind]),
        "place": unit_name(organisation.commune),
        "state": state,
        "tone": tone,
        "is_head": is_head,
        "mandates": [shown(one) for one in given],
        "deeds": [
            (deed_text(look), look_words.helper_text(look.actor, names), look) for look in looks
        ],
    }
    return render(request, "citizen/organisation.html", context)


@for_organisation(reauth=True)
@require_http_methods(["GET", "POST"])
def employ(request: HttpRequest, holder: Holder, organisation: OrganisationData) -> HttpResponse:
    """Mandate an employee in the organisation's name."""
    form = EmployForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        offer = MandateOffer(
            number=given["number"],
            full_name=given["full_name"],
            scopes=frozenset(MandateScope(one) for one in given["scopes"]),
            months=given["months"],
            organisation=organisation.key,
        )
        try:
            identity.offer_mandate(holder.account, offer, actor=holder.actor)
        except DansoError as error:
            field = "number" if error.code.startswith(("number", "mandate_self")) else None
            form.add_error(field, " ".join(words_of(error)).strip())
        else:
            messages.success(
                request,
                _("Đã ghi. Nếu đúng là người có tài khoản mức độ 2, họ nhận được tin nhắn."),
            )
            return HttpResponseRedirect(reverse("citizen:organisation"))
    context = {"form": form, "name": organisation.name}
    return render(request, "citizen/organisation-employ.html", context)


@for_organisation()
@require_POST
def end_mandate(
    request: HttpRequest, holder: Holder, organisation: OrganisationData, key: UUID
) -> HttpResponse:
    """Withdraw an employee's mandate at once."""
    if key not in {one.key for one in identity.mandates_of_organisation(organisation.key)}:
        raise Http404
    identity.end_mandate(key, holder.account, actor=holder.actor)
    messages.success(request, _("Đã chấm dứt. Người kia được báo."))
    return HttpResponseRedirect(reverse("citizen:organisation"))


@for_organisation()
@require_POST
def lock(request: HttpRequest, holder: Holder, organisation: OrganisationData) -> HttpResponse:
    """Lock the organisation's account: acting for it is over for everybody, oneself too."""
    identity.lock_own_organisation(organisation.key, holder.account, actor=holder.actor)
    identity.end_acting(request)
    messages.success(request, _("Đã khóa tài khoản của tổ chức. Công an mở lại được."))
    return HttpResponseRedirect(reverse("citizen:organisations"))


def _is_provider() -> bool:
    """Whether this home gives e-IDs at all; elsewhere organisations have theirs of VNeID."""
    return platform().identity_mode == "provider"


def _row(one: RepresentationData) -> tuple[RepresentationData, str, str, str]:
    """A request, its kind and state in words with a tone."""
    state, tone = STATES[one.state]
    is_waiting = one.state is RepresentationState.GRANTED and not one.is_in_force
    if is_waiting:
        state, tone = _("tài khoản tổ chức đang khóa"), "bad"
    return one, gettext(KIND_NAMES[one.claim.kind]), str(state), tone


ROUTES: Final[list[URLPattern]] = [
    path("to-chuc/", listed, name="organisations"),
    path("to-chuc/moi/", ask, name="organisation-ask"),
    path("to-chuc/<uuid:key>/thoi/", end, name="organisation-end"),
    path("to-chuc/dang-lam/", own, name="organisation"),
    path("to-chuc/dang-lam/uy-quyen/", employ, name="organisation-employ"),
    path(
        "to-chuc/dang-lam/uy-quyen/<uuid:key>/cham-dut/",
        end_mandate,
        name="organisation-mandate-end",
    ),
    path("to-chuc/dang-lam/khoa/", lock, name="organisation-lock"),
]
