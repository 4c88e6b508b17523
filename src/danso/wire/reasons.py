"""What an answer means and what to do about it: stable codes, words in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

# The order of the figures in an answer of `gateway_v1.verify`.
VERIFY_FIELDS: Final = ("full_name", "birth", "sex", "permanent_place")


@dataclass(frozen=True, slots=True)
class Reason:
    """A stable code, what it says and the next step, each in Vietnamese and English."""

    code: str
    vi: str
    en: str
    next_vi: str = ""
    next_en: str = ""


_WHERE_VI: Final = (
    "Gửi yêu cầu chỉnh sửa qua /v1/corrections, hoặc mời công dân đến công an xã nơi thường trú."
)
_WHERE_EN: Final = (
    "Ask for a correction at /v1/corrections, or send the person to their commune's police."
)

REASONS: Final[Mapping[str, Reason]] = {
    reason.code: reason
    for reason in (
        Reason("match", "Khớp", "Matches"),
        Reason(
            "match_incomplete",
            "Các trường so được đều khớp; có trường cơ sở dữ liệu chưa có",
            "What could be compared matches; the register lacks something that was asked",
            _WHERE_VI,
            _WHERE_EN,
        ),
        Reason(
            "not_found",
            "Không có số định danh này",
            "There is no such personal number",
            "Kiểm tra lại 12 chữ số trên thẻ căn cước.",
            "Check the 12 digits on the card.",
        ),
        Reason(
            "name_differs",
            "Họ tên không khớp; các trường khác không được trả lời",
            "The name differs; no other field is answered",
            "Kiểm tra số và họ, chữ đệm, tên khai sinh trên giấy tờ; nếu giấy tờ đúng: "
            + _WHERE_VI,
            "Check the number and the birth name on the paper; if the paper is right: " + _WHERE_EN,
        ),
        Reason(
            "name_marks_differ",
            "Họ tên chỉ khác dấu; các trường khác không được trả lời",
            "The name differs in its diacritics only; no other field is answered",
            "Kiểm tra dấu trên giấy tờ, hoặc gửi họ tên không dấu.",
            "Check the diacritics on the paper, or send the name without any.",
        ),
        Reason(
            "name_matches_without_marks",
            "Họ tên không dấu khớp",
            "The name, sent without diacritics, matches",
        ),
        Reason(
            "birth_differs", "Ngày sinh không khớp", "The birth date differs", _WHERE_VI, _WHERE_EN
        ),
        Reason(
            "birth_matches_in_part",
            "Ngày sinh khớp đến mức cả hai bên cùng có",
            "The birth date matches as far as both sides know it",
        ),
        Reason("sex_differs", "Giới tính không khớp", "The sex differs", _WHERE_VI, _WHERE_EN),
        Reason(
            "permanent_place_differs",
            "Nơi thường trú không khớp",
            "The place of permanent residence differs",
            "Kiểm tra mã xã (bản đồ hành chính từ 01/7/2025); nếu đúng: " + _WHERE_VI,
            "Check the commune code (map of 1 July 2025); if it is right: " + _WHERE_EN,
        ),
        Reason(
            "not_held",
            "Cơ sở dữ liệu chưa có trường này",
            "The register does not hold this field",
            _WHERE_VI,
            _WHERE_EN,
        ),
        Reason(
            "not_answered",
            "Không trả lời trường này",
            "This field is not answered",
            "Sửa lỗi nêu ở mã kết quả rồi hỏi lại.",
            "Mend what the result's code names, then ask again.",
        ),
        Reason(
            "person_dead",
            "Người này đã chết theo cơ sở dữ liệu",
            "The register records this person's death",
            "Dừng giải quyết; nếu người đó còn sống: " + _WHERE_VI,
            "Stop; if the person is alive: " + _WHERE_EN,
        ),
        Reason(
            "number_cancelled",
            "Số định danh này đã bị hủy",
            "This personal number was cancelled",
            "Hỏi công dân số định danh mới trên thẻ căn cước.",
            "Ask the person for the new number on the card.",
        ),
        Reason(
            "no_match_upstream",
            "Cơ sở dữ liệu quốc gia trả lời không khớp; không nói trường nào",
            "The national database says no; it does not say which field",
            "Kiểm tra số, họ tên và ngày sinh trên giấy tờ; nếu giấy tờ đúng, mời công dân đến "
            "công an xã nơi thường trú.",
            "Check number, name and birth date on the paper; if it is right, send the person to "
            "their commune's police.",
        ),
        Reason(
            "match_upstream_in_part",
            "Số, họ tên, ngày sinh khớp; trường khác cơ sở dữ liệu quốc gia không xác thực",
            "Number, name and birth date match; the national database verifies no other field",
            "Trường còn lại xem trên giấy tờ, hoặc hỏi qua /v1/share nếu thỏa thuận cho phép.",
            "See the paper for the rest, or ask /v1/share where your agreement allows it.",
        ),
        Reason(
            "not_told_apart",
            "Trả lời chung cho số, họ tên và ngày sinh",
            "Answered together with number, name and birth date",
        ),
        Reason(
            "not_forwarded",
            "Cơ sở dữ liệu quốc gia không xác thực trường này",
            "The national database does not verify this field",
        ),
        Reason(
            "not_verified_yet",
            "Chưa xác thực được: cơ sở dữ liệu quốc gia chưa trả lời",
            "Could not be verified yet: the national database gives no answer",
            "Hỏi lại sau ít phút; chưa có kết luận nào về người này.",
            "Ask again in a few minutes; nothing is said about this person.",
        ),
        Reason(
            "fact_holds",
            "Nguồn dữ liệu xác nhận điều được hỏi",
            "The connected source says the same",
        ),
        Reason(
            "fact_differs",
            "Nguồn dữ liệu ghi khác",
            "The connected source says otherwise",
            "Kiểm tra giấy tờ; nếu giấy tờ đúng, báo cơ quan chủ quản của nguồn nêu ở `source`.",
            "Check the paper; if it is right, tell the owner of the source named in `source`.",
        ),
        Reason(
            "fact_not_in_force",
            "Nguồn dữ liệu có ghi, nhưng không còn hoặc chưa có hiệu lực vào ngày được hỏi",
            "The source holds it, but it is not in force on the day asked about",
            "Mời công dân làm thủ tục gia hạn hoặc cấp mới.",
            "Have the person renew it.",
        ),
        Reason(
            "fact_not_held",
            "Không nguồn nào ghi điều này về người được hỏi",
            "No connected source says this of the person",
            "Xem giấy tờ bản giấy; có thể nguồn chưa khớp được người này.",
            "See the paper itself; the source may not have found this person yet.",
        ),
        Reason(
            "fact_needs_birth",
            "Chưa hỏi được nguồn dữ liệu: cần đủ ngày, tháng, năm sinh",
            "Sources were not asked: the whole birth date is needed",
            "Hỏi lại với đủ ngày sinh trên giấy tờ.",
            "Ask again with the whole birth date of the paper.",
        ),
        Reason(
            "too_many_attempts",
            "Đã hỏi sai số này quá nhiều lần trong 24 giờ",
            "This number was asked wrongly too often within 24 hours",
            "Ngừng thử; gửi yêu cầu chỉnh sửa hoặc hỏi lại sau 24 giờ.",
            "Stop trying; ask for a correction, or ask again after 24 hours.",
        ),
    )
}

# Verdict of the SQL function -> (result, reason code); "differs" is named by its first field.
_VERDICTS: Final = {
    "M": ("match", "match"),
    "H": ("match_incomplete", "match_incomplete"),
    "F": ("not_found", "not_found"),
    "D": ("dead", "person_dead"),
    "C": ("cancelled", "number_cancelled"),
    "T": ("too_many_attempts", "too_many_attempts"),
    "U": ("no_match", "no_match_upstream"),
    "P": ("match_incomplete", "match_upstream_in_part"),
}
_CERTAIN: Final = frozenset({"match", "match_incomplete"})
_IN_PART: Final = {
    "full_name": "name_matches_without_marks",
    "birth": "birth_matches_in_part",
}
_DIFFERS: Final = {
    "full_name": "name_differs",
    "birth": "birth_differs",
    "sex": "sex_differs",
    "permanent_place": "permanent_place_differs",
}


@dataclass(frozen=True, slots=True)
class FieldAnswer:
    """One field's answer: match, no_match, not_held or not_answered, with the reason's code."""

    result: str
    code: str
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """A whole answer in words: the result, its leading reason and the fields that were asked."""

    result: str
    code: str
    fields: Mapping[str, FieldAnswer]

    @property
    def reason(self) -> Reason:
        return REASONS[self.code]


_RESULTS: Final = {
    "2": "no_match",
    "3": "not_held",
    "4": "not_answered",
    "6": "no_match",
    "7": "not_answered",
    "8": "not_answered",
}


def _field(name: str, figure: str, doubted: str) -> FieldAnswer:
    code = {
        "1": "match",
        "2": _DIFFERS[name],
        "3": "not_held",
        "4": "not_answered",
        "5": _IN_PART.get(name, "match"),
        "6": "name_marks_differ",
        "7": "not_forwarded",
        "8": "not_told_apart",
    }[figure]
    return FieldAnswer(_RESULTS.get(figure, "match"), code, doubted == "1")


@lru_cache(4096)
def verdict(answer: str) -> Verdict:
    """Put an answer of `gateway_v1.verify` ("N1200") into words.

    The first character is the verdict, the next four the figures of VERIFY_FIELDS (0 = not asked or
    not reached), the last four, when there, say which field the register itself doubts.
    """
    figures, doubts = answer[1:5], answer[5:9] or "0000"
    fields = {
        name: _field(name, figure, doubt)
        for name, figure, doubt in zip(VERIFY_FIELDS, figures, doubts, strict=True)
        if figure != "0"
    }
    if answer[0] in _VERDICTS:
        result, code = _VERDICTS[answer[0]]
        return Verdict(result, code, fields)
    first = next(field.code for field in fields.values() if field.result == "no_match")
    return Verdict("no_match", first, fields)


def judged_with(found: Verdict, facts: Mapping[str, Mapping[str, Any]]) -> tuple[str, str]:
    """Result and leading code of an answer together with what sources said.

    A source that says otherwise makes a match none; one that holds nothing, or can't answer,
    makes it incomplete.
    """
    if found.result in _CERTAIN:
        codes = {fact["result"]: str(fact["code"]) for fact in reversed([*facts.values()])}
        if "no_match" in codes:
            return "no_match", codes["no_match"]
        lacking = codes.get("not_held") or codes.get("not_answered")
        if lacking and found.result == "match":
            return "match_incomplete", lacking
    return found.result, found.code
