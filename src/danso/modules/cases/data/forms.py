"""What a form is filled with: claims about people, what the state holds, papers, faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from danso.catalogue.shapes.procedures import Channel, FormField, Procedure, Requirement
from danso.kernel.errors import InvalidValue

N_ = str  # marks words for `python -m tools.messages`; screens translate them when they show them

Quality = Literal["good", "unverified", "contradicted", "under_investigation"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A party as the form names them. All three must agree with the register."""

    number: str = field(repr=False)
    name: str = field(repr=False)
    birth: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PartyData:
    """A party whom the register knows. `person` is None only where this home holds no register and
    the national service said that the three agree."""

    person: UUID | None
    number: str = field(repr=False)
    name: str = field(repr=False)
    birth: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class GivenValue:
    """What the state holds. `value` is empty where nobody answered: the form then asks. `source`
    is `population` or the code of a source; `as_of` when it was true there."""

    value: str = field(repr=False)
    source: str
    as_of: str = ""
    quality: Quality = "good"


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A paper handed in for a requirement. `digest`: SHA-256 of the file, empty for one that was
    only shown at the desk. `reused_from`: the earlier paper whose file it is."""

    requirement: str
    kind: str
    digest: str = ""
    name: str = ""
    reused_from: UUID | None = None


@dataclass(frozen=True, slots=True)
class DraftData:
    """An application that is not handed in yet; kept `until`."""

    key: UUID
    procedure: str
    applicant: UUID
    channel: Channel
    unit: str
    answers: Mapping[str, str] = field(repr=False)
    claims: Mapping[str, Claim] = field(repr=False)
    papers: tuple[NewPaper, ...]
    changed_at: datetime
    until: date


@dataclass(frozen=True, slots=True)
class Prepared:
    """A draft beside what the state holds and what is still missing.

    `given`: by field, read-only where it has a value. `faults`: field, `party:CODE` or
    `requirement:CODE` to a code of FAULT_WORDS. `fee` is None where nobody knows it. `reused`:
    papers of the applicant's store that prove what nothing else does; nobody has to bring them.
    """

    draft: DraftData
    procedure: Procedure
    given: Mapping[str, GivenValue] = field(repr=False)
    faults: Mapping[str, str]
    unproven: tuple[Requirement, ...]
    proven: Mapping[str, GivenValue] = field(repr=False)
    fee: int | None
    unit: str
    reused: tuple[NewPaper, ...] = ()

    @property
    def asked(self) -> tuple[FormField, ...]:
        """The form's questions, and what no source has answered: a source that is down is no dead
        end. Who was not named leaves their fields empty: nothing is asked about them."""
        return tuple(one for one in self.procedure.form if not one.is_given or self._is_open(one))

    def _is_open(self, field: FormField) -> bool:
        found = self.given.get(field.code)
        if found is not None and (found.value or (field.may_be_none and found.source)):
            return False
        if field.means is None:
            return True
        party = self.procedure.people[field.means.of]
        return party.found != "number" or party.code in self.draft.claims


class FormFaults(InvalidValue):
    """What is wrong with an application, by field: nothing was handed in."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(
            "Some answers are missing or wrong.",
            code="form_faults",
            fix="Correct what is marked; what you entered is kept.",
        )
        self.faults = dict(faults)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.faults,)


# What is wrong with one answer, and what to do about it.
FAULT_WORDS: Final[dict[str, str]] = {
    "missing": N_("Chưa nhập"),
    "unknown_field": N_("Biểu mẫu không có mục này; tải lại trang rồi nhập lại"),
    "given": N_("Mục này lấy từ dữ liệu đã có, không nhập lại; nếu sai, bấm “Sai?” bên cạnh"),
    "too_long": N_("Dài quá; viết ngắn lại"),
    "name_shape": N_("Nhập đủ họ, chữ đệm và tên, không có số"),
    "number_shape": N_("Số định danh có 12 chữ số; nhập như trên thẻ"),
    "date_shape": N_("Nhập đủ ngày, tháng, năm, ví dụ 15/03/2026"),
    "in_future": N_("Ngày này chưa đến; kiểm tra lại"),
    "before_start": N_("Ngày này sớm hơn ngày bắt đầu; kiểm tra lại"),
    "not_a_choice": N_("Chọn một trong các mục của danh sách"),
    "commune_unknown": N_("Chọn xã, phường trong danh sách của tỉnh"),
    "amount_shape": N_("Nhập số, ví dụ 1500000"),
    "party_missing": N_("Nhập số định danh, họ tên và ngày sinh của người này"),
    "party_unmatched": N_(
        "Không có người nào có đủ số định danh, họ tên và ngày sinh này; kiểm tra lại cả ba"
    ),
    "party_unknown": N_("Thủ tục này không có vai người đó; tải lại trang"),
    "paper_missing": N_("Cần giấy tờ chứng minh; đính kèm hoặc xuất trình tại một cửa"),
    "paper_not_seen": N_("Đính kèm tệp; giấy chỉ xuất trình được tại một cửa"),
    "paper_unknown": N_("Giấy này không dùng để chứng minh mục đó; chọn loại khác"),
    "unit_missing": N_("Chọn xã, phường giải quyết hồ sơ"),
}
