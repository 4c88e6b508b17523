"""How much a partner asks and with what outcomes; every code explained."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from danso.kernel import clock
from danso.modules.audit import interface as audit
from danso.modules.audit.data import CallCount
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import Service
from danso.modules.identity.data import Role
from danso.screens.partner import words
from danso.screens.partner.problems import PROBLEMS
from danso.screens.partner.reach import partner_in_reach
from danso.toolkit.html.charts import Chart, Series
from danso.toolkit.html.formats import day
from danso.toolkit.permission import requires
from danso.toolkit.platform import platform
from danso.wire.reasons import REASONS

DAYS = 30
ANSWERED_WELL = ("match", "match_incomplete", "shared", "linked", "done", "received")
REFUSED = "refused:"


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One outcome of these days: its code, what it says, how often."""

    code: str
    service: str
    text: str
    is_refusal: bool
    count: int


@requires(Role.AGREEMENT_OFFICER, Role.PARTNER_CONTACT)
@require_safe
def usage(request: HttpRequest, code: str) -> HttpResponse:
    """Calls by day and outcome over thirty days, from the journal's counters."""
    partner = partner_in_reach(request, code)
    today = clock.today()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    counted = audit.calls_of(code, days[0], today)
    total = sum(one.count for one in counted)
    refused = sum(one.count for one in counted if _is_refusal(one.outcome))
    well = sum(one.count for one in counted if _is_well(one.outcome))
    context = {
        "partner": partner,
        "total": total,
        "refused": refused,
        "match_rate": well / (total - refused) if total > refused else None,
        "today": sum(one.count for one in counted if one.day == today),
        "chart": _by_day(days, counted),
        "outcomes": _outcomes(counted),
        "days": DAYS,
        "consents": exchange.count_consents(code) if _asks_consent(code) else None,
    }
    return render(request, "partner/usage.html", context)


def _asks_consent(code: str) -> bool:
    """Whether the partner shares by consent, now or once."""
    held = exchange.agreements(code)
    return any(one.consent and one.terms.service is Service.SHARE for one in held)


def _by_day(days: list[date], counted: list[CallCount]) -> Chart:
    answered: Counter[date] = Counter()
    refused: Counter[date] = Counter()
    for one in counted:
        (refused if _is_refusal(one.outcome) else answered)[one.day] += one.count
    return Chart(
        "calls",
        _("Lượt gọi theo ngày"),
        "stack",
        [day(one)[:5] for one in days],
        [
            Series(_("được trả lời"), [answered[one] for one in days]),
            Series(_("bị từ chối"), [refused[one] for one in days]),
        ],
        label_head=_("Ngày"),
    )


def _outcomes(counted: list[CallCount]) -> list[OutcomeRow]:
    sums: Counter[tuple[str, str]] = Counter()
    for one in counted:
        sums[one.action, one.outcome] += one.count
    return [
        OutcomeRow(
            outcome.removeprefix(REFUSED),
            words.action_words(action),
            outcome_words(outcome),
            _is_refusal(outcome),
            count,
        )
        for (action, outcome), count in sums.most_common()
    ]


def outcome_words(outcome: str) -> str:
    """What an outcome of the journal says, in the reader's language."""
    code = outcome.removeprefix(REFUSED)
    for problem in PROBLEMS:
        if problem.code == code:
            return str(problem.text)
    said = {
        "match": _("Khớp"),
        "match_incomplete": _("Khớp, có trường chưa có dữ liệu"),
        "no_match": _("Không khớp"),
        "shared": _("Đã trả dữ liệu"),
        "linked": _("Đã nối hai số"),
        "received": _("Đã nhận lô bản ghi"),
        "received_before": _("Lô này đã nhận từ trước"),
        "told": _("Đã báo tình trạng yêu cầu chỉnh sửa"),
        "correction_asked": _("Đã nhận yêu cầu chỉnh sửa"),
        "nothing_new": _("Không có thay đổi mới"),
        "done": _("Đã làm"),
        "not_found": _("Không có số định danh này"),
        # A protected person is to everybody as if not there: so is what the counters say.
        "protected": _("Không có số định danh này"),
        "consent_asked": _("Đã gửi yêu cầu đồng ý"),
        "asked_already": _("Yêu cầu đồng ý này đã gửi từ trước"),
        "consent_open": _("Yêu cầu đồng ý chưa có trả lời"),
        "consent_given": _("Đã được đồng ý"),
        "consent_ended": _("Sự đồng ý đã kết thúc"),
        "consent_not_given": _("Không được đồng ý trong hạn"),
        "dead": _("Người đã chết"),
        "cancelled": _("Số đã bị hủy"),
        "too_many_attempts": _("Hỏi sai quá nhiều lần"),
        "failed": _("Cơ sở dữ liệu quốc gia chưa trả lời"),
    }
    return said.get(code, code)


def _is_refusal(outcome: str) -> bool:
    return outcome.startswith(REFUSED) or outcome in ("too_many_attempts", "failed")


def _is_well(outcome: str) -> bool:
    return outcome.startswith(ANSWERED_WELL)


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One reason code in the reader's language."""

    code: str
    text: str
    next: str


@requires(Role.AGREEMENT_OFFICER, Role.PARTNER_CONTACT)
@require_safe
def errors(request: HttpRequest) -> HttpResponse:
    """Every reason and problem code with what to do."""
    is_english = (get_language() or "").startswith("en")
    reasons = [
        ReasonRow(
            one.code,
            one.en if is_english else one.vi,
            one.next_en if is_english else one.next_vi,
        )
        for one in REASONS.values()
    ]
    context = {"reasons": reasons, "problems": PROBLEMS, "gateway": platform().gateway_url}
    return render(request, "partner/errors.html", context)
