"""What others ask me for and what I agreed to: read, decide, take back; where I am signed in."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from danso.kernel import clock
from danso.kernel.errors import Conflict, InvalidValue
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import CONSENT_LAW, ConsentStanding, ConsentVoice, consent_account
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Authenticated, MandateScope
from danso.modules.signon import interface as signon
from danso.screens.citizen import consent_words as words
from danso.screens.citizen.holder import Holder, of_holder
from danso.toolkit.html.errors import words_of

SURE_ENOUGH = 2
# Of the session: which wished fields were ticked before a factor was asked for, by request.
TICKED: Final = "consent_ticked"
# Who said yes, where it was not the holder alone.
VOICES: Final = {
    ConsentVoice.PARENT: gettext_lazy("Cha, mẹ hoặc người giám hộ"),
    ConsentVoice.PARENT_AND_CHILD: gettext_lazy("Cha, mẹ hoặc người giám hộ, cùng con"),
    ConsentVoice.DESK: gettext_lazy("Người dân tại quầy, cán bộ ghi thay"),
}
RELEASED = 20


@of_holder(scope=MandateScope.CONSENT)
@require_safe
def consents(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Everything on one page: asked, in force, signed in elsewhere, ended."""
    now = clock.now()
    given = exchange.consents_of(_own_account(holder), holder.keys)
    live = [one for one in given if one.standing(now) is ConsentStanding.LIVE]
    ended = [one for one in given if one.standing(now) is not ConsentStanding.LIVE]
    # What services know by sign-in is of the account that acts.
    is_own = holder.acting is None
    released = signon.consents_of(holder.account) if is_own else ()
    access = signon.access_of(holder.account) if is_own else ()
    context = {
        "asked": [words.request_door(one) for one in exchange.consents_asked(holder.person)],
        "live": [words.live_row(one, now) for one in live],
        "ended": [words.ended_row(one, now) for one in ended],
        "access": [words.access_row(one) for one in access],
        "is_own": is_own,
        "released": [words.released_row(one) for one in released[:RELEASED] if one.given],
    }
    return render(request, "citizen/consents.html", context)


@of_holder(scope=MandateScope.CONSENT)
@require_safe
def asked(request: HttpRequest, holder: Holder, key: UUID) -> HttpResponse:
    """Who asks, for what, why, how long, by which law; and what is still needed to answer."""
    return _asked(request, holder, key)


def _asked(request: HttpRequest, holder: Holder, key: UUID, fault: str = "") -> HttpResponse:
    try:
        voice = exchange.consent_voice(identity.whose(request))
        one = exchange.consent_asked(key, holder.person, voice)
    except Conflict as error:
        return _over(request, error)
    context = {
        "one": one,
        "partner": words.partner_words(one.partner),
        "purpose": words.purpose_words(one.purpose),
        "needed": [words.field_words(code) for code in one.needed],
        "wished": [words.field_words(code) for code in one.wished],
        "law": CONSENT_LAW,
        "text": one.offer.splitlines(),
        "step_up": _step_up(request),
        # Only what the holder ticked before the factor was asked for.
        "ticked": request.session.get(TICKED, {}).get(str(key), ()),
        "whose": holder.acting.name if holder.acting else "",
        "asks_child": voice is ConsentVoice.PARENT_AND_CHILD,
        "fault": fault,
    }
    return render(request, "citizen/consent-asked.html", context)


@of_holder(scope=MandateScope.CONSENT)
@require_POST
def agree(request: HttpRequest, holder: Holder, key: UUID) -> HttpResponse:
    """Agree with what was read, and with the wished fields that were ticked. Where a factor is
    missing it is given first, and what was ticked is ticked when the page comes back."""
    if away := _step_up(request):
        request.session[TICKED] = {str(key): request.POST.getlist("wished")}
        return HttpResponseRedirect(away)
    try:
        exchange.agree_to_consent(
            key,
            _who(request),
            digest=request.POST.get("digest", ""),
            wished=request.POST.getlist("wished"),
            whose=identity.whose(request),
            child_agrees=request.POST.get("child") == "1",
        )
    except InvalidValue as error:
        return _asked(request, holder, key, " ".join(words_of(error)))
    except Conflict as error:
        return _over(request, error)
    request.session.pop(TICKED, None)
    messages.success(request, _("Đã ghi sự đồng ý. Bạn rút lại lúc nào cũng được."))
    return HttpResponseRedirect(reverse("citizen:consents"))


@of_holder(scope=MandateScope.CONSENT)
@require_POST
def decline(request: HttpRequest, holder: Holder, key: UUID) -> HttpResponse:
    """Say no; it needs no second factor and no reason."""
    try:
        exchange.decline_consent(key, _who(request), identity.whose(request))
    except Conflict as error:
        return _over(request, error)
    messages.success(
        request, _("Bạn đã không đồng ý. Đơn vị đó không nhận được gì, kể cả lời từ chối.")
    )
    return HttpResponseRedirect(reverse("citizen:consents"))


@of_holder(scope=MandateScope.CONSENT)
@require_safe
def given(request: HttpRequest, holder: Holder, key: UUID) -> HttpResponse:
    """One consent with the text that was agreed to."""
    one = exchange.get_consent(key, _own_account(holder), holder.keys)
    state, tone = words.standing_words(one, clock.now())
    context = {
        "one": one,
        "partner": words.partner_words(one.partner),
        "purpose": words.purpose_words(one.purpose),
        "fields": [words.field_words(code) for code in one.fields],
        "state": state,
        "tone": tone,
        "by": str(VOICES.get(one.voice, "")),
        "is_live": one.standing(clock.now()) is ConsentStanding.LIVE,
        "last_day": words.last_day(one.until),
        "text": one.text.splitlines(),
        # In eights: sixty-four in a row are wider than a telephone.
        "digest": " ".join(one.digest[at : at + 8] for at in range(0, len(one.digest), 8)),
    }
    return render(request, "citizen/consent.html", context)


@of_holder(scope=MandateScope.CONSENT)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, holder: Holder, key: UUID) -> HttpResponse:
    """One question, and it is over from the next call on."""
    one = exchange.get_consent(key, _own_account(holder), holder.keys)
    partner = words.partner_words(one.partner)
    if request.method == "POST":
        try:
            exchange.withdraw_consent(key, _who(request), holder.keys, identity.whose(request))
        except Conflict as error:
            return _over(request, error)
        messages.success(
            request, _("Đã rút lại. %(partner)s không nhận thêm được gì.") % {"partner": partner}
        )
        return HttpResponseRedirect(reverse("citizen:consents"))
    context = {
        "one": one,
        "partner": partner,
        "fields": [words.field_words(code) for code in one.fields],
    }
    return render(request, "citizen/consent-withdraw.html", context)


@of_holder()
@require_POST
def end_access(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Be signed out of one service, with everything that it may read."""
    client = request.POST.get("client", "")
    signon.end_access(holder.account, client)
    messages.success(request, _("Đã kết thúc đăng nhập ở dịch vụ đó."))
    return HttpResponseRedirect(reverse("citizen:consents"))


def _own_account(holder: Holder) -> UUID | None:
    """The holder's own; None while they act for somebody else."""
    return None if holder.acting else holder.account


def _who(request: HttpRequest) -> Authenticated:
    """Who is signed in, and how surely."""
    who = identity.authenticated(request)
    if who is None:
        raise consent_account()
    return who


def _step_up(request: HttpRequest) -> str:
    """Where the second factor is given (or set up) first; empty where nothing is missing."""
    who, officer = _who(request), identity.officer_of(request)
    here = urlencode({"next": request.path.removesuffix("dong-y-nhan/")})
    if who.authentication < SURE_ENOUGH:
        if not identity.has_factor(who.account):
            return reverse("account:factors")
        return f"{reverse('mfa_reauthenticate')}?{here}"
    return "" if officer.is_fresh else f"{reverse('account_reauthenticate')}?{here}"


def _over(request: HttpRequest, error: Conflict) -> HttpResponse:
    """Answered in another window, sent twice, too late, or no longer as it was read."""
    said = {
        "consent_answered": _("Bạn đã trả lời yêu cầu này rồi."),
        "consent_request_over": _("Yêu cầu này đã hết hạn."),
        "consent_ended": _("Sự đồng ý này đã kết thúc từ trước."),
        "consent_changed": _("Nội dung yêu cầu đã khác lúc bạn đọc. Hãy đọc lại."),
        "consent_without_agreement": _("Đơn vị này không còn được phép nhận các dữ liệu đó."),
    }
    if error.code not in said:
        raise error
    messages.info(request, said[error.code])
    return HttpResponseRedirect(reverse("citizen:consents"))


ROUTES: Final[list[URLPattern]] = [
    path("dong-y/", consents, name="consents"),
    path("dong-y/dich-vu/ket-thuc/", end_access, name="end-access"),
    path("dong-y/yeu-cau/<uuid:key>/", asked, name="consent-asked"),
    path("dong-y/yeu-cau/<uuid:key>/dong-y-nhan/", agree, name="consent-agree"),
    path("dong-y/yeu-cau/<uuid:key>/tu-choi/", decline, name="consent-decline"),
    path("dong-y/<uuid:key>/", given, name="consent"),
    path("dong-y/<uuid:key>/rut-lai/", withdraw, name="consent-withdraw"),
]
