"""Taking a step: the form, the module's answer, and who was first where somebody was."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from danso.kernel.errors import Conflict, DansoError, NotFound, Refused
from danso.modules.cases import interface as cases
from danso.modules.cases.data import CaseData, FormFaults, NewPaper
from danso.modules.identity import interface as identity
from danso.screens.desk import words
from danso.screens.desk.case import page
from danso.screens.desk.desk import Desk, at_desk
from danso.screens.desk.issuing import LONGEST_NAME, issue, keep_scan
from danso.screens.desk.step_forms import FORMS, TITLES, StepForm
from danso.screens.desk.steps import next_steps
from danso.toolkit.html.formats import moment

Take = Callable[[Desk, CaseData, Any], object]


@at_desk()
@require_POST
def act(request: HttpRequest, desk: Desk, key: UUID, step: str) -> HttpResponse:
    """Take one step of a file. What is refused comes back with the words beside its form."""
    if step not in FORMS:
        raise Http404
    case = _opened(desk, key)
    form = FORMS[step](request.POST, request.FILES, case=case)
    if form.is_valid():
        try:
            _take(step, desk, case, form)
        except DansoError as error:
            if error.code == "case_unknown":
                raise
            if error.code == "case_changed":
                return _changed(request, desk, _opened(desk, key))
            _mark(form, error)
        else:
            return _done(request, key, step)
    return page(
        request, desk, case, bound={step: form}, status=HTTPStatus.UNPROCESSABLE_ENTITY.value
    )


def _take(step: str, desk: Desk, case: CaseData, form: StepForm) -> None:
    """What was shown is compared before anything is kept; the module looks again when it holds the
    file."""
    if form.cleaned_data["version"] != case.version:
        raise Conflict(
            "Somebody changed this file since you opened it.",
            code="case_changed",
            fix="Open it again and look at what was done.",
        )
    TAKEN[step](desk, case, form)


def _done(request: HttpRequest, key: UUID, step: str) -> HttpResponse:
    """Back to the file, or to the list where it has left this officer's reach."""
    messages.success(request, _("Đã ghi: %(step)s.") % {"step": str(TITLES[step])})
    if step == "transfer":
        return HttpResponseRedirect(reverse("desk:queue"))
    return HttpResponseRedirect(reverse("desk:case", kwargs={"key": key}))


def _opened(desk: Desk, key: UUID) -> CaseData:
    return cases.open_case(key, reach=desk.reach, actor=desk.actor)


def _changed(request: HttpRequest, desk: Desk, case: CaseData) -> HttpResponse:
    """Who was first, and the file as it is now."""
    last = case.steps[-1]
    said = _("%(who)s vừa làm trước bạn: %(step)s, lúc %(at)s. Việc bạn gửi chưa được ghi.") % {
        "who": words.names_of([last.by])[last.by],
        "step": words.step(last),
        "at": moment(last.at),
    }
    return page(request, desk, case, changed=said, status=HTTPStatus.CONFLICT.value)


def _mark(form: StepForm, error: DansoError) -> None:
    if not isinstance(error, FormFaults):
        form.add_error(None, words.refusal(error))
        return
    for name, code in error.faults.items():
        field = f"answer-{name}"
        requirement = f"shown-{name.removeprefix('requirement:')}"
        known = next((one for one in (field, requirement) if one in form.fields), None)
        form.add_error(known, words.fault(code))


def _how(desk: Desk, form: StepForm) -> dict[str, Any]:
    """What every step takes along."""
    return {"reach": desk.reach, "actor": desk.actor, "version": form.cleaned_data["version"]}


def _receive(desk: Desk, case: CaseData, form: Any) -> None:
    seen = [UUID(key) for key in form.cleaned_data.get("papers", ())]
    cases.receive(case.key, papers_checked=seen, **_how(desk, form))


def _ask_supplement(desk: Desk, case: CaseData, form: Any) -> None:
    until = form.cleaned_data["until"]
    cases.ask_supplement(
        case.key,
        form.cleaned_data["words"],
        until=until.first_day if until else None,
        **_how(desk, form),
    )


def _take_supplement(desk: Desk, case: CaseData, form: Any) -> None:
    papers = []
    for requirement in case.definition.requirements:
        kind = form.cleaned_data.get(f"shown-{requirement.code}")
        if not kind:
            continue
        scan = form.cleaned_data.get(f"scan-{requirement.code}")
        digest = keep_scan(desk, case, kind, scan) if scan else ""
        papers.append(
            NewPaper(requirement.code, kind, digest, scan.name[:LONGEST_NAME] if scan else "")
        )
    cases.take_supplement(case.key, answers=form.changed_answers, papers=papers, **_how(desk, form))


def _assign(desk: Desk, case: CaseData, form: Any) -> None:
    login = form.cleaned_data["officer"].strip()
    found = identity.find_account(login) if login else desk.officer.account
    if found is None:
        raise NotFound(
            "There is no such officer.",
            code="colleague_unknown",
            fix="Check the log-in name with your colleague.",
        )
    cases.assign(case.key, found.id, **_how(desk, form))


def _transfer(desk: Desk, case: CaseData, form: Any) -> None:
    given = form.cleaned_data
    cases.transfer(case.key, given["unit"], given["why"], **_how(desk, form))


def _pay(desk: Desk, case: CaseData, form: Any) -> None:
    """The fee of the day of filing, in cash. Payments have no duty of their own in the module, for
    they come from the payment service too: whose desk takes cash is decided here."""
    if "pay" not in {step.code for step in next_steps(case, desk)}:
        raise Refused(
            "This step is another role's.",
            code="not_your_step",
            fix="Leave it to whom the procedure names, or assign the file to them.",
        )
    reference = form.cleaned_data["reference"].strip()
    cases.mark_paid(case.key, case.fee or 0, "cash", reference, actor=desk.actor)


def _apologise(desk: Desk, case: CaseData, form: Any) -> None:
    cases.apologise(case.key, form.cleaned_data["why"], form.again_at, **_how(desk, form))


def _approve(desk: Desk, case: CaseData, form: Any) -> None:
    reason = form.cleaned_data["reason"]
    cases.decide(case.key, approves=True, reason=reason, **_how(desk, form))


def _refuse(desk: Desk, case: CaseData, form: Any) -> None:
    reason = form.cleaned_data["why"]
    cases.decide(case.key, approves=False, reason=reason, **_how(desk, form))


def _issue(desk: Desk, case: CaseData, form: Any) -> None:
    result = issue(desk, case, form.cleaned_data["result"], form.cleaned_data["symbol"])
    cases.issue_result(case.key, result, **_how(desk, form))


def _settle(desk: Desk, case: CaseData, form: Any) -> None:
    given = form.cleaned_data
    cases.settle_effect(case.key, given["kind"], given["words"], **_how(desk, form))


def _plain(action: Callable[..., object]) -> Take:
    """A step that asks nothing."""
    return lambda desk, case, form: action(case.key, **_how(desk, form))


def _with_why(action: Callable[..., object]) -> Take:
    """A step that asks for its reason alone."""
    return lambda desk, case, form: action(case.key, form.cleaned_data["why"], **_how(desk, form))


TAKEN: Final[dict[str, Take]] = {
    "receive": _receive,
    "refuse-receipt": _with_why(cases.refuse_receipt),
    "begin": _plain(cases.begin_work),
    "ask-supplement": _ask_supplement,
    "take-supplement": _take_supplement,
    "assign": _assign,
    "transfer": _transfer,
    "ask-payment": _plain(cases.ask_payment),
    "pay": _pay,
    "stop": _with_why(cases.stop),
    "apologise": _apologise,
    "approve": _approve,
    "refuse": _refuse,
    "issue": _issue,
    "return": _plain(cases.return_result),
    "settle": _settle,
}
