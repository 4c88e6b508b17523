"""Files of people on their way into the register: reports, quarantine, reasons, the event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import ClassVar, Final, Literal
from uuid import UUID

from danso.modules.audit.data import Event
from danso.modules.population.data.figures import QualityFigures

FileState = Literal["done", "already_done", "dry_run", "refused"]
QuarantineState = Literal["waiting", "loaded", "dismissed"]


@dataclass(frozen=True)
class PeopleImported(Event):
    """A stretch of a file came into the register: how many people are new, how many changed.

    Who they are stands in the rows' `recorded_at` and source; readers of the feed count by this.
    """

    kind: ClassVar[str] = "population.people_imported"
    import_key: UUID
    chunk: int
    loaded: int
    updated: int


@dataclass(frozen=True)
class Reason:
    """Why a row may not enter as it stands, in words, and what to do about it."""

    vi: str
    fix_vi: str
    en: str
    fix: str


def _reasons(rows: Mapping[str, tuple[str, str, str, str]]) -> Mapping[str, Reason]:
    return MappingProxyType({code: Reason(*words) for code, words in rows.items()})


# Codes that the kernel gives to unreadable values (`number_length`, `date_shape`, ...) come with
# their English words from there; these are the reasons a file's row meets, with the law's words.
REASONS: Final = _reasons(
    {
        "name_empty": (
            "Thiếu họ, chữ đệm và tên",
            "Bổ sung theo giấy khai sinh",
            "The name is missing.",
            "Give the full name as on the paper.",
        ),
        "name_no_letter": (
            "Họ tên không có chữ cái",
            "Kiểm tra xem cột có bị lệch không",
            "The name has no letter in it.",
            "Check whether the columns were shifted.",
        ),
        "name_too_long": (
            "Họ tên quá dài",
            "Kiểm tra xem hai cột có bị dính vào nhau không",
            "The name is too long.",
            "Check whether two columns ran together.",
        ),
        "name_formula": (
            "Ô họ tên chứa công thức bảng tính",
            "Nhập lại họ tên theo giấy tờ",
            "The name cell holds a spreadsheet formula.",
            "Type the name as on the paper.",
        ),
        "name_garbled": (
            "Họ tên bị hỏng bảng mã, mất chữ",
            "Nhập lại họ tên theo giấy tờ, hoặc xuất lại tệp ở bảng mã UTF-8",
            "The name was misread in another encoding and lost letters.",
            "Type the name as on the paper, or export the file again as UTF-8.",
        ),
        "birth_missing": (
            "Thiếu ngày, tháng, năm sinh",
            "Bổ sung ít nhất năm sinh",
            "The birth date is missing.",
            "Give at least the year.",
        ),
        "birth_in_future": (
            "Ngày sinh ở tương lai",
            "Đối chiếu với giấy khai sinh",
            "The birth date is in the future.",
            "Compare with the birth certificate.",
        ),
        "birth_unreadable": (
            "Ngày sinh không đọc được hoặc không có thật",
            "Ghi ngày/tháng/năm, hoặc chỉ năm",
            "The birth date can't be read, or there is no such day.",
            "Write dd/mm/yyyy, or the year alone.",
        ),
        "number_length": (
            "Số định danh không đủ hoặc thừa chữ số",
            "Đối chiếu với thẻ: số có 12 chữ số",
            "The personal number doesn't have 12 digits.",
            "Compare with the card; spreadsheets drop leading zeros.",
        ),
        "number_not_digits": (
            "Số định danh có ký tự không phải chữ số",
            "Tìm chữ O, I, l gõ thay cho 0 và 1",
            "The number has characters other than digits.",
            "Look for the letters O, I or l typed for 0 and 1.",
        ),
        "number_rounded": (
            "Bảng tính đã làm tròn số định danh",
            "Định dạng cột là văn bản ở nơi lập rồi xuất lại",
            "A spreadsheet rounded this number.",
            "Format the column as text at the source and export again.",
        ),
        "number_placeholder": (
            "Số định danh điền cho có",
            "Để trống nếu chưa biết số",
            "A filler, not a number someone has.",
            "Leave it empty when the number is not known.",
        ),
        "number_prefix_unknown": (
            "Ba chữ số đầu không phải mã tỉnh hay mã nước",
            "Đối chiếu với thẻ",
            "No province or country has the first three digits.",
            "Compare the number with the card.",
        ),
        "number_synthetic_in_real_home": (
            "Số giả lập của bản trình diễn",
            "Không nhập dữ liệu giả lập vào hệ thống thật",
            "A made-up number of a demo.",
            "Demo data can't enter a real home.",
        ),
        "number_of_another": (
            "Số định danh đang thuộc về người khác",
            "Đối chiếu thẻ của cả hai người; nếu là một người, sửa họ tên ở hồ sơ đã có",
            "The number belongs to someone else.",
            "Compare both cards; if it is one person, correct the name on the record there.",
        ),
        "number_cancelled": (
            "Số định danh đã bị hủy",
            "Dùng số đang có hiệu lực của người này",
            "The number is cancelled.",
            "Use the person's active number.",
        ),
        "number_differs": (
            "Người này đã có số định danh khác",
            "Đối chiếu thẻ; nếu số ở hồ sơ sai, đính chính số định danh",
            "This person has another number already.",
            "Compare with the card; if the record is wrong, correct its number.",
        ),
        "birth_disagrees": (
            "Ngày sinh khác hồ sơ đã có của số định danh này",
            "Đối chiếu giấy khai sinh rồi đính chính bên sai",
            "The birth date contradicts the record with this number.",
            "Compare with the birth certificate and correct the wrong one.",
        ),
        "commune_unknown": (
            "Không có xã, phường nào mang mã hoặc tên này",
            "Chọn xã, phường theo danh mục năm 2022 hoặc 2025",
            "No commune has this code or name.",
            "Choose the commune from the lists of 2022 or 2025.",
        ),
        "possible_duplicate": (
            "Có thể đã có trong sổ: trùng họ tên, ngày sinh và nơi ở",
            "Nếu là một người thì bổ sung số định danh; nếu không thì xác nhận là người mới",
            "Possibly in the register already: same name, birth and place.",
            "If it is one person, add the number; else confirm a new person.",
        ),
        "row_repeated": (
            "Dòng lặp lại quá nhiều lần",
            "Bỏ các dòng trùng",
            "The row stands in the file too many times.",
            "Remove the repeats.",
        ),
        "row_short": (
            "Dòng thiếu cột",
            "Kiểm tra xem tệp có bị cắt giữa chừng không",
            "The row has fewer cells than the header.",
            "Check whether the file was cut off.",
        ),
        "row_long": (
            "Dòng thừa cột",
            "Tìm dấu phân cách nằm trong ô mà không có dấu ngoặc kép",
            "The row has more cells than the header.",
            "Look for a separator inside a cell without quotation marks.",
        ),
        "database_refused": (
            "Cơ sở dữ liệu từ chối dòng này",
            "Đối chiếu từng ô; báo người vận hành nếu không thấy lỗi",
            "The database refused this row.",
            "Compare each cell; tell the operator if nothing is wrong.",
        ),
    }
)

# What was mended or left out in rows that did enter: counted in the report.
NOTES: Final = MappingProxyType(
    {
        "name_repaired": "Họ tên được chuyển từ bảng mã cũ",
        "name_doubtful": "Họ tên có thể ở bảng mã cũ, giữ nguyên",
        "number_padded": "Số định danh mất số 0 đầu, đã bù",
        "number_regrouped": "Số định danh có dấu cách, đã bỏ",
        "number_moved": "Số 9 chữ số nằm ở cột số định danh, đã chuyển",
        "number_missing": "Chưa có số định danh",
        "number_sex_differs": "Số định danh trái giới tính",
        "number_birth_year_differs": "Số định danh trái năm sinh",
        "old_number_left_out": "Số CMND không đọc được, bỏ qua",
        "sex_unknown": "Chưa rõ giới tính",
        "value_unknown": "Giá trị ngoài danh mục, bỏ qua",
        "day_left_out": "Ngày không đọc được, bỏ qua",
        "kin_number_left_out": "Số định danh của người thân không đọc được, bỏ qua",
        "commune_unresolved": "Xã cũ chưa rõ thuộc xã nào hiện nay, giữ như ghi nhận",
        "commune_split": "Xã cũ đã chia, chưa rõ thuộc xã nào hiện nay, giữ như ghi nhận",
        "kept_differs": "Khác hồ sơ đã có, giữ hồ sơ",
        "commune_missing": "Chưa có nơi thường trú",
    }
)


@dataclass(frozen=True)
class ImportOptions:
    """How to read and load files. `as_of` is the day they were true on (today).

    `columns` says which column a heading means and is remembered, under the name `mapping` too
    where one is given; `mapping` alone uses what was remembered under that name. `dry_run` writes
    nothing; without `with_quality` the register's quality is not measured afterwards.
    """

    as_of: date | None = None
    mapping: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    with_quality: bool = True


@dataclass(frozen=True)
class FileReport:
    """What became of one file. `state` is done, already_done (this very file was loaded before),
    dry_run, or refused (one of several couldn't be read: `refusal` says why and what to do)."""

    name: str
    digest: str
    import_key: UUID
    state: FileState
    format: str
    encoding: str
    rows: int
    loaded: int
    updated: int
    same: int
    quarantined: int
    reasons: Mapping[str, int]
    notes: Mapping[str, int]
    unknown_columns: tuple[str, ...] = ()
    ignored_sheets: tuple[str, ...] = ()
    chunks_skipped: int = 0
    refusal: str = ""


@dataclass(frozen=True)
class ImportReport:
    """What became of the files of one import, and the register's quality after it."""

    files: tuple[FileReport, ...]
    seconds: float
    quality: tuple[QualityFigures, ...] = field(default=())

    @property
    def is_complete(self) -> bool:
        """Whether every file could be read."""
        return all(one.state != "refused" for one in self.files)

    def total(self, what: Literal["rows", "loaded", "updated", "same", "quarantined"]) -> int:
        """One figure over all files."""
        return sum(int(getattr(one, what)) for one in self.files)


@dataclass(frozen=True)
class ImportRecord:
    """One file that was, or is being, loaded."""

    key: UUID
    name: str
    digest: str
    format: str
    state: str
    as_of: date
    actor: str
    started_at: datetime
    finished_at: datetime | None
    rows: int
    loaded: int
    updated: int
    same: int
    quarantined: int


@dataclass(frozen=True)
class QuarantinedRow:
    """A row that may not enter as it stands. `cells` is the original text by column.

    `suggestion` is a value to consider (a number with its zero back), `person` the record that it
    clashes with. The words for `reason` are in REASONS.
    """

    key: UUID
    import_key: UUID
    file: str
    line: int
    reason: str
    suggestion: str
    commune: str | None
    cells: Mapping[str, str]
    person: UUID | None
    state: QuarantineState
    recorded_at: datetime
    resolved_at: datetime | None = None
    resolved_by: str = ""
    resolution: str = ""


@dataclass(frozen=True)
class QuarantineWanted:
    """Which quarantined rows: by state, reason and file."""

    state: QuarantineState = "waiting"
    reason: str = ""
    import_key: UUID | None = None


@dataclass(frozen=True)
class Resolution:
    """What a steward decides about a quarantined row.

    `load` re-reads the row with `values` (text by column, as in `cells`) in place of what was
    there; `is_new_person` says that it is nobody already in the register. `dismiss` closes it
    without loading. `reason` is the steward's and goes into the journal's grounds.
    """

    decision: Literal["load", "dismiss"]
    reason: str
    values: Mapping[str, str] = field(default_factory=dict)
    is_new_person: bool = False
