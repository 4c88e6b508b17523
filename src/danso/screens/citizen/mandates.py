"""Mandates: whom I let act for me, for whom I may act, and what was done in somebody's name."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from danso.kernel.errors import DansoError
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Look
from danso.modules.identity import interface as identity
from danso.modules.identity.data import (
    MANDATE_SCOPES,
    SCOPE_NAMES,
    ActingGround,
    MandateData,
    MandateOffer,
    MandateScope,
)
from danso.modules.population import interface as population
from danso.screens.citizen import look_words
from danso.screens.citizen.holder import Holder, of_holder
from danso.toolkit.html.errors import words_of

STATES = {
    "offered": (_("chờ trả lời"), "calm"),
    "accepted": (_("hết hạn"), "mute"),
    "declined": (_("bị từ chối"), "mute"),
    "withdrawn": (_("đã chấm dứt"), "mute"),
    "renounced": (_("người nhận thôi làm"), "mute"),
}
# What is the reader's own deed on the list of looks is somebody else's here.
DEEDS = {
    "citizen.my_data": _("Xem dữ liệu đang lưu"),
    "citizen.my_looks": _("Xem ai đã tra cứu"),
    "citizen.paper": _("In dữ liệu ra giấy"),
    "sources.correction_open": _("Báo sai, đề nghị sửa"),
}


class OfferForm(forms.Form):
    """To whom, for what, how long."""

    number = forms.CharField(
        label=_("Số định danh của người được ủy quyền"),
        help_text=_("12 chữ số trên thẻ của người đó."),
        max_length=24,
        widget=forms.TextInput(
            {"class": "govuk-input--width-20", "autocomplete": "off", "inputmode": "numeric"}
        ),
    )
    full_name = forms.CharField(
        label=_("Họ, chữ đệm và tên của người đó"),
        help_text=_("Viết đủ dấu như trên thẻ."),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    # Nothing is ticked beforehand.
    scopes = forms.MultipleChoiceField(
        label=_("Người đó được làm gì thay bạn?"),
        choices=[
            (scope.value, _(words))
            for scope, words in SCOPE_NAMES.items()
            if scope in MANDATE_SCOPES
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    months = forms.TypedChoiceField(
        label=_("Trong bao lâu?"),
        choices=[(1, _("1 tháng")), (6, _("6 tháng")), (12, _("12 tháng"))],
        coerce=int,
        widget=forms.RadioSelect,
    )


@of_holder()
def mandates(request: HttpRequest, holder: Holder) -> HttpResponse:
    """What I gave, what I was given, and whose affairs I may turn to."""
    account = holder.account
    received = identity.mandates_received(account)
    context = {
        "given": [shown(one) for one in identity.mandates_given(account)],
        "waiting": [shown(one) for one in received if one.state == "offered"],
        "held": [shown(one) for one in received if one.state != "offered"],
        "others": identity.actings_of(account),
    }
    return render(request, "citizen/mandates.html", context)


def shown(one: MandateData) -> tuple[MandateData, str, str, str]:
    """A mandate, what may be done, its state in words with a tone."""
    state, tone = (_("có hiệu lực"), "good") if one.is_in_force else STATES[one.state]
    return one, scope_text(one.scopes), str(state), tone


def scope_text(scopes: Iterable[MandateScope]) -> str:
    """In the order of the form."""
    held = set(scopes)
    return "; ".join(gettext(words) for scope, words in SCOPE_NAMES.items() if scope in held)


@of_holder(reauth=True)
def offer(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Give a mandate; the answer is the same whether the other has an account."""
    form = OfferForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = MandateOffer(
            number=given["number"],
            full_name=given["full_name"],
            scopes=frozenset(MandateScope(one) for one in given["scopes"]),
            months=given["months"],
        )
        try:
            identity.offer_mandate(holder.account, made, actor=holder.actor)
        except DansoError as error:
            of_number = ("number", "mandate_self", "mandate_unconfirmed")
            field = "number" if error.code.startswith(of_number) else None
            form.add_error(field, " ".join(words_of(error)).strip())
        else:
            messages.success(
                request,
                _("Số và tên khớp nhau. Nếu có tài khoản mức độ 2, người đó nhận được tin nhắn."),
            )
            return HttpResponseRedirect(reverse("citizen:mandates"))
    return render(request, "citizen/mandate-offer.html", {"form": form})


@of_holder(reauth=True)
def answer(request: HttpRequest, holder: Holder, key: UUID) -> HttpResponse:
    """Accept or decline what somebody offers."""
    waiting = identity.mandates_received(holder.account)
    found = next((one for one in waiting if one.key == key and one.state == "offered"), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        accepts = request.POST.get("answer") == "accept"
        identity.answer_mandate(key, holder.account, accepts=accepts, actor=holder.actor)
        messages.success(request, _("Đã nhận ủy quyền.") if accepts else _("Đã từ chối."))
        return HttpResponseRedirect(reverse("citizen:mandates"))
    context = {"one": found, "scopes": scope_text(found.scopes)}
    return render(request, "citizen/mandate-answer.html", context)


@of_holder()
@require_POST
def end(request: HttpRequest, holder: Holder, key: UUID) -> HttpResponse:
    """Withdraw or renounce: at once, without any further question."""
    identity.end_mandate(key, holder.account, actor=holder.actor)
    messages.success(request, _("Đã chấm dứt. Người kia được báo."))
    return HttpResponseRedirect(reverse("citizen:mandates"))


@of_holder(is_of_all=True)
@require_POST
def begin_acting(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Turn this session to somebody else's affairs."""
    try:
        ground = ActingGround(request.POST.get("ground", ""))
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        raise Http404 from None
    identity.begin_acting(request, ground, key)
    return HttpResponseRedirect(reverse("citizen:home"))


@of_holder(is_of_all=True)
@require_POST
def end_acting(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Back to one's own affairs."""
    identity.end_acting(request)
    return HttpResponseRedirect(reverse("citizen:home"))


@of_holder()
def deeds(request: HttpRequest, holder: Holder) -> HttpResponse:
    """What others did in my name, and what I did in theirs: each side sees the same entries."""
    account = holder.account
    received = {
        (one.organisation or one.person, one.giver_name)
        for one in identity.mandates_received(account)
    }
    own = {
        (one.subject, one.name)
        for one in identity.actings_of(account)
        if one.ground is not ActingGround.MANDATE
    }
    mine = [
        (name, deed_text(look), look)
        for subject, name in sorted(received | own, key=str)
        for look in audit.deeds_for(
            subject, also=population.keys_of(subject), by=str(account), limit=50
        )
    ]
    names = mandataries(account)
    context = {
        "for_me": [
            (deed_text(look), look_words.helper_text(look.actor, names), look)
            for look in audit.deeds_for(holder.person, also=holder.keys, limit=50)
        ],
        "mine": sorted(mine, key=lambda row: row[2].at, reverse=True)[:50],
    }
    return render(request, "citizen/mandate-deeds.html", context)


def deed_text(look: Look) -> str:
    """What was done, in words."""
    return str(DEEDS.get(look.action) or look_words.deed_text(look.action, by_other=True))


def mandataries(account: UUID) -> dict[str, str]:
    """Whom this holder ever mandated and who accepted, by account, as the holder called them."""
    given = identity.mandates_given(account)
    return {str(one.mandatary): one.mandatary_name for one in given if one.mandatary is not None}
