"""Opening level 1 from home, and getting a password back: one thing per page, no JavaScript.

Which enrolment a browser is in stands in its session; every form carries it along, so that a second
tab cannot answer for the first. No page depends on whether somebody is known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danso.kernel.errors import DansoError, NotFound
from danso.modules.identity import interface as identity
from danso.modules.identity.data import EnrolmentData, EnrolmentKind
from danso.screens.eid import forms
from danso.toolkit.html.errors import words_of
from danso.toolkit.permission import public
from danso.toolkit.platform import platform
from danso.toolkit.security import network_of

KEPT: Final = "eid_enrolment"
STEPS: Final = ("number", "name", "birth", "phone", "code", "password")
OF_CHILD: Final = ("number", "name", "birth", "password")
HEADINGS: Final[dict[EnrolmentKind, str | Promise]] = {
    EnrolmentKind.OPEN: gettext_lazy("Mở tài khoản định danh"),
    EnrolmentKind.RECOVER: gettext_lazy("Lấy lại mật khẩu"),
    EnrolmentKind.CHILD: gettext_lazy("Mở tài khoản cho con"),
}
Work = Callable[[EnrolmentData, Form], None]


@public
def start(request: HttpRequest) -> HttpResponse:
    """What is needed; or, where VNeID is the only account, which law says so."""
    return _begin(request, EnrolmentKind.OPEN, "eid/start.html")


@public
def recover(request: HttpRequest) -> HttpResponse:
    """Who may get the password back from home, and who may not."""
    return _begin(request, EnrolmentKind.RECOVER, "eid/recover.html")


def _begin(request: HttpRequest, kind: EnrolmentKind, template: str) -> HttpResponse:
    if platform().identity_mode != "provider":
        return render(request, "eid/broker.html")
    if request.method == "POST":
        begin(request, kind)
        return HttpResponseRedirect(reverse("eid:number"))
    is_over = request.GET.get("het-han") == "1"
    return render(request, template, {"is_over": is_over, "can_tell": identity.can_tell()})


def begin(request: HttpRequest, kind: EnrolmentKind, account: UUID | None = None) -> None:
    """A new enrolment for this browser; an earlier one is left to expire."""
    network = network_of(str(request.META.get("REMOTE_ADDR", "")))
    key = identity.begin_enrolment(kind, network=network, account=account)
    request.session[KEPT] = str(key)


@public
def number(request: HttpRequest) -> HttpResponse:
    """The personal number."""

    def keep(at: EnrolmentData, form: Form) -> None:
        identity.give_answers(at.key, number=form.cleaned_data["number"])

    return _step(request, "number", forms.NumberForm, keep)


@public
def name(request: HttpRequest) -> HttpResponse:
    """The full name."""

    def keep(at: EnrolmentData, form: Form) -> None:
        identity.give_answers(at.key, full_name=form.cleaned_data["full_name"])

    return _step(request, "name", forms.NameForm, keep)


@public
def birth(request: HttpRequest) -> HttpResponse:
    """The birth date; then the register is asked."""

    def keep(at: EnrolmentData, form: Form) -> None:
        identity.give_birth(at.key, form.cleaned_data["birth"])

    return _step(request, "birth", forms.BirthForm, keep)


@public
def phone(request: HttpRequest) -> HttpResponse:
    """The telephone: a code goes there."""

    def keep(at: EnrolmentData, form: Form) -> None:
        identity.send_code(at.key, form.cleaned_data["phone"])

    return _step(request, "phone", forms.PhoneForm, keep)


@public
def code(request: HttpRequest) -> HttpResponse:
    """The code that came."""

    def keep(at: EnrolmentData, form: Form) -> None:
        identity.prove_code(at.key, form.cleaned_data["code"])

    return _step(request, "code", forms.CodeForm, keep)


@public
def password(request: HttpRequest) -> HttpResponse:
    """A password; then it is over."""

    def keep(at: EnrolmentData, form: Form) -> None:
        chosen = form.cleaned_data["password"]
        for fault in identity.password_faults(at.key, chosen):
            form.add_error("password", fault)
        if form.is_valid():
            identity.finish_enrolment(at.key, chosen)
            del request.session[KEPT]

    return _step(request, "password", forms.PasswordForm, keep)


@public
def done(request: HttpRequest) -> HttpResponse:
    """The same for everybody: what comes next is told to the telephone."""
    return render(request, "eid/done.html")


@public
def locked(request: HttpRequest) -> HttpResponse:
    """Where the right password of a locked account leads."""
    is_broker = platform().identity_mode == "broker"
    return render(request, "eid/locked.html", {"is_broker": is_broker})


def _step(request: HttpRequest, step: str, kind: type[Form], keep: Work) -> HttpResponse:
    at = _enrolment(request)
    if at is None:
        return HttpResponseRedirect(f"{reverse('eid:start')}?het-han=1")
    steps = OF_CHILD if at.kind is EnrolmentKind.CHILD else STEPS
    due = due_step(at)
    # Answers that were compared are not changed any more: the back button leads forward.
    if not _is_open(step, due, at, steps):
        return HttpResponseRedirect(reverse(f"eid:{due}"))
    form = kind(forms.posted(request))
    if request.method == "POST" and _is_same(request, form, at) and form.is_valid():
        try:
            keep(at, form)
        except NotFound:
            return HttpResponseRedirect(f"{reverse('eid:start')}?het-han=1")
        except DansoError as error:
            form.add_error(next(iter(form.fields), None), _reason(error))
        if form.is_valid():
            following = steps.index(step) + 1
            name = steps[following] if following < len(steps) else "done"
            return HttpResponseRedirect(reverse(f"eid:{name}"))
    context = {
        "form": form,
        "at": at,
        "step": step,
        "caption": HEADINGS[at.kind],
        "place": _("Bước %(n)d trên %(all)d") % {"n": steps.index(step) + 1, "all": len(steps)},
        "back": _before(step, due, at, steps),
    }
    answer = render(request, "eid/step.html", context)
    answer["Cache-Control"] = "no-store, private"
    return answer


def _reason(error: DansoError) -> str:
    """What to do; the kernel's advice about numbers is for whoever reads spreadsheets."""
    if error.code.startswith("number_"):
        return _("Số định danh có đúng 12 chữ số. Xem lại trên thẻ.")
    return " ".join(words_of(error)).strip()


def _enrolment(request: HttpRequest) -> EnrolmentData | None:
    kept = request.session.get(KEPT)
    if kept is None:
        return None
    try:
        return identity.get_enrolment(UUID(kept))
    except NotFound:
        del request.session[KEPT]
        return None


def due_step(at: EnrolmentData) -> str:
    """The first step that is not done yet."""
    if not at.is_judged:
        answers = at.answers
        given = (("number", answers.number), ("name", answers.full_name))
        return next((step for step, told in given if not told), "birth")
    if at.kind is EnrolmentKind.CHILD or at.is_proven:
        return "password"
    return "code" if at.is_code_sent else "phone"


def _is_open(step: str, due: str, at: EnrolmentData, steps: tuple[str, ...]) -> bool:
    if step not in steps or steps.index(step) > steps.index(due):
        return False
    if at.is_proven or at.is_judged:
        # Another telephone, or another code, may be asked for until one is proved.
        return step == due or (step == "phone" and not at.is_proven)
    return True


def _before(step: str, due: str, at: EnrolmentData, steps: tuple[str, ...]) -> str:
    place = steps.index(step)
    before = steps[place - 1] if place else ""
    return reverse(f"eid:{before}") if before and _is_open(before, due, at, steps) else ""


def _is_same(request: HttpRequest, form: Form, at: EnrolmentData) -> bool:
    """A form of an earlier enrolment (another tab) does not answer for this one."""
    if request.POST.get("at") == str(at.key):
        return True
    form.add_error(None, _("Trang này thuộc lần khai đã bỏ. Hãy điền lại cho lần khai đang mở."))
    return False
