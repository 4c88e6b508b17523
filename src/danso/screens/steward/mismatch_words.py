"""Words for mismatches with sources: states, kinds of difference, what each side said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from danso.kernel.errors import DansoError
from danso.screens.steward import words
from danso.screens.steward.words import Words

STATES: Final[Mapping[str, tuple[Words, str]]] = {
    "asked": (_("Chờ chủ quản trả lời"), "warn"),
    "promised": (_("Đã sửa ở nguồn, chờ lần nạp sau"), "calm"),
    "contested": (_("Chờ công an cấp xã"), "warn"),
    "above": (_("Chờ cấp tỉnh quyết định"), "special"),
    "sent_up": (_("Chờ cơ sở dữ liệu quốc gia"), "warn"),
    "closed": (_("Đã khép"), "good"),
}
CLOSED_AS: Final[Mapping[str, Words]] = {
    "agrees": _("hai bên đã khớp"),
    "gone": _("chủ quản không còn gửi bản ghi này"),
    "unlinked": _("bản ghi không còn nối với người này"),
}
KINDS: Final[Mapping[str, Words]] = {
    "tone": _("khác dấu"),
    "order": _("đảo chữ"),
    "partial": _("thiếu một phần"),
    "swapped": _("đảo ngày, tháng"),
    "year": _("khác năm"),
    "earlier": _("số cũ của người này"),
    "dead": _("nguồn vẫn còn phục vụ, dân cư ghi đã chết"),
    "contradicts": _("hai bản ghi của nguồn nói khác nhau về cùng một người"),
    "other": _("khác hẳn"),
}
SAID: Final[Mapping[str, Words]] = {
    "corrected": _("Chủ quản: đã sửa ở nguồn"),
    "right": _("Chủ quản: nguồn đúng, dân cư sai"),
    "still_different": _("Lần nạp sau vẫn khác"),
    "police_right": _("Công an: dân cư đúng"),
    "police_wrong": _("Công an: đã sửa dân cư"),
    "changed": _("Nguồn hoặc dân cư đã đổi giá trị, hỏi lại"),
    "withdrawn": _("Chủ quản rút điều đã nêu"),
    "register": _("Cấp tỉnh: dân cư đúng"),
    "source": _("Cấp tỉnh: nguồn đúng"),
}
# Tabs of an owner's queue: which states each shows.
TABS: Final[Mapping[str, tuple[Words, tuple[str, ...]]]] = {
    "cho": (_("Chờ tôi trả lời"), ("asked",)),
    "nap": (_("Chờ lần nạp sau"), ("promised",)),
    "khac": (_("Chờ nơi khác"), ("contested", "above", "sent_up")),
    "xong": (_("Đã khép"), ("closed",)),
}
REFUSALS: Final[Mapping[str, Words]] = {
    "answer_missing": _("Chọn Đã sửa hoặc Nguồn đúng ở cột Kết quả."),
    "answer_unknown": _("Cột Kết quả chỉ nhận: Đã sửa, Nguồn đúng."),
    "decision_missing": _("Chọn một cách trả lời."),
    "mismatch_changed": _("Nguồn hoặc dân cư đã đổi giá trị. Xem lại cả hai rồi trả lời."),
    "mismatch_decided": _("Cấp tỉnh đã quyết định dân cư đúng. Sửa bản ghi ở nguồn."),
    "mismatch_elsewhere": _("Sai lệch này không còn chờ bạn: đã có trả lời, hoặc đã tự khép."),
    "mismatch_not_correctable": _(
        "Trường này không sửa theo báo sai. Xác lập lại số, ghi cha mẹ hoặc hủy khai tử ở hồ sơ "
        "trước."
    ),
    "mismatch_of_its_own": _("Hai bản ghi trái nhau đều của nguồn. Sửa hoặc kết thúc một bản ghi."),
    "mismatch_own": _("Bạn đã trả lời sai lệch này ở vai trò khác. Nhờ đồng nghiệp quyết định."),
    "mismatch_proof_missing": _("Ghi giấy tờ hoặc quyết định làm căn cứ."),
    "row_unknown": _("Dòng này không thuộc danh sách của nguồn này."),
}


def reason_text(code: str) -> str:
    """The next step for a code; empty where there are no words for it."""
    return str(REFUSALS[code]) if code in REFUSALS else words.reason_text(code)


def refusal_text(error: DansoError) -> str:
    """Why not and what to do, for a form."""
    return reason_text(error.code) or words.refusal_text(error)
