"""The papers that a desk hands out (Circular 01/2018/TT-VPCP, forms 01 to 05), by typst."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import typst
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from danso.kernel import clock
from danso.kernel.errors import NotFound, Unavailable
from danso.modules.cases import interface as cases
from danso.modules.cases.data import CaseData, Status
from danso.modules.signon import interface as signon
from danso.modules.signon.data import FileReceipt
from danso.screens.desk import words
from danso.screens.desk.codes import bars, squares
from danso.screens.desk.desk import Desk, at_desk
from danso.toolkit.html.formats import day, moment
from danso.toolkit.html.units import unit_name

log = logging.getLogger(__name__)
TEMPLATE: Final = Path(__file__).with_name("printed.typ")
Row = tuple[str, str]


@dataclass(frozen=True)
class Form:
    """One form: its number, title, when a file has it, and its own part."""

    code: str
    number: str
    title: str | Promise
    fits: Callable[[CaseData], bool]
    part: Callable[[CaseData, dict[str, str]], dict[str, Any]]


def receipt_token(case: CaseData) -> str:
    """What the receipt's QR holds: signed by this home, nobody's data in it."""
    return signon.sign_file_receipt(
        FileReceipt(
            code=case.code,
            procedure=case.definition.code,
            received=case.received_at or case.listed.filed_at,
            due=case.listed.due_at,
            unit=case.listed.unit,
        )
    )


def forms_of(case: CaseData) -> list[tuple[str, str | Promise]]:
    """Code and title of each paper that this file can be given now."""
    return [(one.code, one.title) for one in FORMS if one.fits(case)]


@at_desk()
@require_safe
def printed(request: HttpRequest, desk: Desk, key: UUID, form: str) -> HttpResponse:
    """One of them as PDF; the look at the file is journaled."""
    case = cases.open_case(key, reach=desk.reach, actor=desk.actor)
    found = next((one for one in FORMS if one.code == form and one.fits(case)), None)
    if found is None:
        raise NotFound(
            "This file has no such paper.",
            code="form_unknown",
            fix="Print one of those that the file offers.",
        )
    answer = HttpResponse(sheet(found, case), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{form}-{case.code}.pdf"'
    return answer


def sheet(form: Form, case: CaseData) -> bytes:
    """The PDF, in Vietnamese whoever prints it. Raises Unavailable (`paper_failed`)."""
    with override("vi"):
        data = json.dumps(page_of(form, case), ensure_ascii=False)
    try:
        made: bytes = typst.compile(
            TEMPLATE.read_bytes(),
            sys_inputs={"data": data},
            ignore_system_fonts=True,
            pdf_standards="a-2u",
        )
    except typst.TypstError as fault:
        # Its message may quote what is on the page.
        log.warning("a paper of the desk could not be made")
        raise Unavailable(
            "The page could not be made.",
            code="paper_failed",
            fix="Try again; if it stays, tell the operator.",
        ) from fault
    return made


def page_of(form: Form, case: CaseData) -> dict[str, Any]:
    """What the template prints."""
    named = words.names_of(one.by for one in case.steps)
    today = clock.today()
    page = {
        "date": [today.year, today.month, today.day],
        "number": form.number,
        "title": str(form.title),
        "code": case.code,
        "unit": unit_name(case.listed.unit),
        "bars": bars(case.code),
        "qr": squares(case.code),
        "qr_says": gettext("Mã hồ sơ"),
        "rows": [],
        "tables": [],
        "paragraphs": [],
        "signs": [gettext("Người nộp hồ sơ"), gettext("Người tiếp nhận")],
        "foot": gettext("Tra cứu bằng mã hồ sơ tại một cửa hoặc trên trang dịch vụ công."),
        "printed": gettext("In lúc %(at)s") % {"at": moment(clock.now())},
    }
    return page | form.part(case, named)


def _head(case: CaseData) -> list[Row]:
    """Who and what, on every form."""
    applicant = next(
        (case.parties[one.code] for one in case.definition.parties if one.found == "applicant"),
        None,
    )
    return [
        (gettext("Người nộp"), applicant.name if applicant else case.listed.applicant_name),
        (gettext("Thủ tục"), case.definition.vi),
        (gettext("Kênh nộp"), str(words.CHANNELS[case.listed.channel])),
    ]


def _receipt(case: CaseData, named: dict[str, str]) -> dict[str, Any]:
    del named
    return {
        "qr": squares(receipt_token(case)),
        "qr_says": gettext("Giấy hẹn có chữ ký số, kiểm tra được khi không có mạng"),
        "rows": [
            *_head(case),
            (gettext("Thời hạn giải quyết"), words.term_text(case.definition, case)),
            (gettext("Tiếp nhận lúc"), moment(case.received_at)),
            (gettext("Hẹn trả kết quả"), words.due(case.listed)),
            (gettext("Nơi nhận kết quả"), unit_name(case.filed_at_unit or case.listed.unit)),
            (gettext("Phí, lệ phí"), _fee(case)),
        ],
        "tables": [_papers(case)],
    }


def _fee(case: CaseData) -> str:
    if case.receipt is None:
        return words.money(case.fee)
    paid = gettext("%(amount)s, đã nộp, biên lai %(number)s")
    return paid % {"amount": words.money(case.receipt.amount), "number": case.receipt.reference}


def _papers(case: CaseData) -> dict[str, Any]:
    """The components: what each is and in which form it came."""
    rows = [
        [str(index), words.paper_name(paper.kind), _manner(paper.digest, paper.reused_from)]
        for index, paper in enumerate((p for p in case.papers if not p.is_result), 1)
    ]
    return {
        "title": gettext("Thành phần hồ sơ"),
        "head": [gettext("STT"), gettext("Tên giấy tờ"), gettext("Hình thức")],
        "rows": rows,
        "none": gettext("Không nộp giấy tờ nào: dữ liệu lấy từ cơ sở dữ liệu của Nhà nước."),
        "columns": ["1.2cm", "1fr", "5cm"],
    }


def _manner(digest: str, reused_from: UUID | None) -> str:
    if reused_from is not None:
        return gettext("Dùng lại bản đã có")
    return gettext("Bản điện tử") if digest else gettext("Bản giấy, đã xuất trình")


def _supplement(case: CaseData, named: dict[str, str]) -> dict[str, Any]:
    return {
        "rows": [*_head(case), (gettext("Hạn bổ sung"), day(case.supplement_by))],
        "paragraphs": [(gettext("Đề nghị bổ sung, hoàn thiện"), case.supplement_words)],
        "signs": ["", _who(case, named, "supplement_asked")],
    }


def _refusal(case: CaseData, named: dict[str, str]) -> dict[str, Any]:
    return {
        "rows": [*_head(case), (gettext("Nộp lúc"), moment(case.listed.filed_at))],
        "paragraphs": [(gettext("Lý do từ chối tiếp nhận"), case.reason)],
        "signs": ["", _who(case, named, "not_received")],
    }


def _apology(case: CaseData, named: dict[str, str]) -> dict[str, Any]:
    return {
        "rows": [
            *_head(case),
            (gettext("Tiếp nhận lúc"), moment(case.received_at)),
            (gettext("Đã hẹn trả"), moment(case.first_due_at)),
            (gettext("Hẹn lại"), words.due(case.listed)),
        ],
        "paragraphs": [
            (
                "",
                gettext(
                    "Hồ sơ chưa giải quyết xong đúng hẹn. Chúng tôi xin lỗi và hẹn trả kết quả vào "
                    "ngày nêu trên."
                ),
            ),
            (gettext("Lý do"), case.apology),
        ],
        "signs": ["", _who(case, named, "apologised")],
    }


def _control(case: CaseData, named: dict[str, str]) -> dict[str, Any]:
    """Every hand-over with its moment: what was done, by whom, where, and the status then."""
    rows = [
        [
            moment(one.at),
            words.step(one),
            named[one.by],
            unit_name(one.unit) if one.unit else "",
            words.status(one.status)[0],
        ]
        for one in case.steps
    ]
    heads = (_("Lúc"), _("Việc"), _("Người làm"), _("Đơn vị"), _("Trạng thái"))
    return {
        "rows": [
            *_head(case),
            (gettext("Thời hạn giải quyết"), words.term_text(case.definition, case)),
            (gettext("Tiếp nhận lúc"), moment(case.received_at)),
            (gettext("Hẹn trả kết quả"), words.due(case.listed)),
        ],
        "tables": [
            {
                "title": gettext("Quá trình giải quyết"),
                "head": [str(one) for one in heads],
                "rows": rows,
                "none": "",
                "columns": ["2.4cm", "3.4cm", "1fr", "1fr", "3cm"],
            }
        ],
        "signs": [],
        "foot": gettext("Phiếu đi cùng hồ sơ từ lúc tiếp nhận đến khi trả kết quả."),
    }


def _who(case: CaseData, named: dict[str, str], what: str) -> str:
    """Whoever did it signs."""
    done = next((one for one in reversed(case.steps) if one.what == what), None)
    return named.get(done.by, "") if done else ""


FORMS: Final = (
    Form(
        "giay-tiep-nhan", "Mẫu số 01", _("Giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
        lambda case: case.received_at is not None, _receipt,
    ),
    Form(
        "bo-sung", "Mẫu số 02", _("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
        lambda case: bool(case.supplement_words), _supplement,
    ),
    Form(
        "tu-choi", "Mẫu số 03", _("Phiếu từ chối tiếp nhận giải quyết hồ sơ"),
        lambda case: case.status is Status.NOT_RECEIVED, _refusal,
    ),
    Form(
        "xin-loi", "Mẫu số 04", _("Phiếu xin lỗi và hẹn lại ngày trả kết quả"),
        lambda case: bool(case.apology), _apology,
    ),
    Form(
        "kiem-soat", "Mẫu số 05", _("Phiếu kiểm soát quá trình giải quyết hồ sơ"),
        lambda case: case.received_at is not None, _control,
    ),
)  # fmt: skip
