"""The ways agencies keep their lists: headings, value forms, encoding and file format of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from danso.modules.population.engine.synth.inputs import SynthInputs
from danso.modules.population.engine.synth.workbook import Cell

Format = Literal["csv", "xlsx", "xml"]
Encoding = Literal["utf-8", "utf-8-sig", "tcvn3", "vni"]
# What a column of a list holds; `forms` below says how each is made from the canonical row.
Form = str


@dataclass(frozen=True)
class Dialect:
    """One agency's habit. `columns` are pairs of heading and form, in order."""

    code: str
    format: Format
    columns: tuple[tuple[str, Form], ...] = ()
    encoding: Encoding = "utf-8"
    delimiter: str = ","
    title: str = ""
    typed: bool = False

    @property
    def is_unicode(self) -> bool:
        """False where not every letter form can stand: 8-bit codes, and messages with names in
        capitals."""
        return self.encoding in ("utf-8", "utf-8-sig") and self.format != "xml"

    @property
    def cells(self) -> dict[str, Cell]:
        """Which columns of a typed sheet hold days and numbers: a number there loses its
        leading zero."""
        if not self.typed:
            return {}
        days: dict[str, Cell] = {head: "day" for head, form in self.columns if form in _DAYS}
        return days | {head: "number" for head, form in self.columns if form in _NUMBERS}


_POLICE = (
    ("STT", "line"),
    ("Họ và tên", "full_name"),
    ("Ngày sinh", "birth_slashes"),
    ("Giới tính", "sex_word"),
    ("Số CCCD/ĐDCN", "number"),
    ("Số CMND", "old_number"),
    ("Dân tộc", "ethnicity_word"),
    ("Tôn giáo", "religion_word"),
    ("Tình trạng hôn nhân", "marital_word"),
    ("Quốc tịch", "nationality"),
    ("Quê quán", "origin"),
    ("Nơi đăng ký khai sinh", "birth_place"),
    ("Nơi thường trú", "residence"),
    ("Mã xã", "commune_recorded"),
    ("Quan hệ với chủ hộ", "relation_word"),
    ("Số ĐDCN chủ hộ", "head_number"),
    ("Họ tên cha", "father_name"),
    ("Số ĐDCN cha", "father_number"),
    ("Họ tên mẹ", "mother_name"),
    ("Số ĐDCN mẹ", "mother_number"),
    ("Họ tên vợ (chồng)", "spouse_name"),
    ("Số ĐDCN vợ (chồng)", "spouse_number"),
    ("Ngày cấp", "card_issued_slashes"),
    ("Ngày hết hạn", "card_expires_slashes"),
    ("Tình trạng", "status_word"),
    ("Ngày chết", "death_slashes"),
)
_CODES = (
    ("HO TEN", "full_name"),
    ("NGAY SINH", "birth_compact"),
    ("GIOI TINH", "sex"),
    ("SO DDCN", "number"),
    ("SO CMND", "old_number"),
    ("DAN TOC", "ethnicity"),
    ("TON GIAO", "religion"),
    ("HON NHAN", "marital_status"),
    ("QUE QUAN", "origin"),
    ("THON", "hamlet"),
    ("DIA CHI", "address"),
    ("MA XA", "commune_recorded"),
    # The two maps share codes: only the name beside it tells which commune is meant.
    ("TEN XA", "commune_name"),
    ("QUAN HE CHU HO", "relation"),
    ("CHU HO", "head_number"),
    ("HO TEN CHA", "father_name"),
    ("HO TEN ME", "mother_name"),
    ("HO TEN VO CHONG", "spouse_name"),
)
_OFFICE = (
    ("Stt", "line"),
    ("Họ tên", "full_name"),
    ("Ngày tháng năm sinh", "birth_slashes"),
    ("Nam/Nữ", "sex_word"),
    ("Số CMND/CCCD", "any_number"),
    ("Dân tộc", "ethnicity_word"),
    ("Thôn, bản, phố", "hamlet"),
    ("Xã, phường", "commune_name"),
    ("Huyện", "district_name"),
    ("Chủ hộ", "head_mark"),
    ("Họ tên cha", "father_name"),
    ("Họ tên mẹ", "mother_name"),
)
_SHEET = (
    ("TT", "line"),
    ("Họ, chữ đệm và tên", "full_name"),
    ("Ngày, tháng, năm sinh", "birth_slashes"),
    ("Giới tính", "sex_word"),
    ("Số định danh cá nhân", "number"),
    ("CMND 9 số", "old_number"),
    ("Dân tộc", "ethnicity_word"),
    ("Hôn nhân", "marital_word"),
    ("Thường trú", "residence"),
    ("Mã ĐVHC", "commune_recorded"),
    ("Quan hệ", "relation_word"),
    ("Số ĐDCN chủ hộ", "head_number"),
    ("Cha", "father_name"),
    ("Mẹ", "mother_name"),
    ("Vợ/chồng", "spouse_name"),
    ("Ngày cấp thẻ", "card_issued_slashes"),
    ("Có giá trị đến", "card_expires_slashes"),
)

DIALECTS: tuple[Dialect, ...] = (
    Dialect("police-csv", "csv", _POLICE, encoding="utf-8-sig", delimiter=";"),
    Dialect("office-tcvn3", "csv", _OFFICE, encoding="tcvn3", delimiter="\t"),
    Dialect("sheet-typed", "xlsx", _SHEET, title="DANH SÁCH NHÂN KHẨU", typed=True),
    Dialect("codes-csv", "csv", _CODES),
    Dialect("police-vni", "csv", _POLICE, encoding="vni", delimiter=";"),
    Dialect("citizen-xml", "xml"),
    Dialect("sheet-text", "xlsx", _SHEET),
)
# What stands for a commune whose code nobody knows.
NO_SUCH_NAME = "Xã Chưa Có"
# How many rows one file may have: offices split their lists long before programs must.
MOST_ROWS = {"csv": 60_000, "xlsx": 30_000, "xml": 20_000}


class Forms:
    """Makes the columns of a dialect from canonical rows, in the words of the province."""

    def __init__(self, inputs: SynthInputs) -> None:
        codes = inputs.codes
        self._ethnicity = {group.code: group.name for group in inputs.groups}
        self._words = {
            "ethnicity": self._ethnicity,
            "religion": dict(codes.religion_words),
            "marital": dict(codes.marital_words),
            "relation": dict(codes.relation_words),
            "sex": {"1": "Nam", "2": "Nữ"},
            "status": {"alive": "", "dead": "Đã chết", "missing": "Mất tích"},
        }
        former = [unit for commune in inputs.communes for unit in commune.former]
        older = [*former, *inputs.vanished]
        self._head = codes.relations["head"]
        self._older = inputs.older_version
        self._names_now = {unit.code: unit.name for unit in inputs.communes}
        self._names_then = {unit.code: unit.name for unit in older}
        self._districts = {unit.code: unit.district for unit in older}
        self._province = inputs.province

    def make(self, dialect: Dialect, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows as the dialect writes them, headings and all, every cell text."""
        columns = [self.form(form).alias(heading) for heading, form in dialect.columns]
        return rows.with_row_index("line", offset=1).select(columns)

    def form(self, form: Form) -> pl.Expr:
        """The expression that makes one form from the canonical columns."""
        if form == "line":
            return pl.col("line").cast(pl.String)
        if form.endswith("_word"):
            return self._word(form.removesuffix("_word"))
        if form.endswith("_slashes"):
            return _slashes(_DAYS[form])
        special = {
            "birth_compact": pl.col("birth").str.replace_all("-", ""),
            "any_number": pl.when(pl.col("number") != "")
            .then(pl.col("number"))
            .otherwise(pl.col("old_number")),
            "commune_name": self._commune(),
            "district_name": self._district(),
            "residence": self._residence(),
            "head_mark": pl.when(pl.col("relation") == self._head)
            .then(pl.lit("x"))
            .otherwise(pl.lit("")),
        }
        return special.get(form, pl.col(form))

    def _word(self, kind: str) -> pl.Expr:
        column = {"marital": "marital_status"}.get(kind, kind)
        words = self._words[kind]
        value = pl.col(column)
        return value.replace_strict(words, default=value, return_dtype=pl.String)

    def _commune(self) -> pl.Expr:
        code = pl.col("commune_recorded")
        unknown = pl.lit(NO_SUCH_NAME)
        then = code.replace_strict(self._names_then, default=unknown, return_dtype=pl.String)
        now = code.replace_strict(self._names_now, default=unknown, return_dtype=pl.String)
        return pl.when(pl.col("code_version") == self._older).then(then).otherwise(now)

    def _district(self) -> pl.Expr:
        district = pl.col("commune_recorded").replace_strict(
            self._districts, default="", return_dtype=pl.String
        )
        older = pl.col("code_version") == self._older
        return pl.when(older).then(district).otherwise(pl.lit(""))

    def _residence(self) -> pl.Expr:
        """House, hamlet, commune, district, province, with commas, as on the card."""
        parts = [
            pl.col("address"),
            pl.col("hamlet"),
            self._commune(),
            self._district(),
            pl.lit(self._province),
        ]
        whole = pl.concat_str(parts, separator=", ")
        # Empty parts leave their commas behind.
        return whole.str.replace_all(", , ", ", ", literal=True).str.strip_prefix(", ")


_DAYS = {
    "birth_slashes": "birth",
    "card_issued_slashes": "card_issued",
    "card_expires_slashes": "card_expires",
    "death_slashes": "death_date",
}
_NUMBERS = ("number", "old_number", "head_number")


def _slashes(column: str) -> pl.Expr:
    """dd/mm/yyyy, mm/yyyy or yyyy."""
    iso = pl.col(column)
    return (
        pl.when(iso.str.len_bytes() == 10)
        .then(pl.format("{}/{}/{}", iso.str.slice(8, 2), iso.str.slice(5, 2), iso.str.slice(0, 4)))
        .when(iso.str.len_bytes() == 7)
        .then(pl.format("{}/{}", iso.str.slice(5, 2), iso.str.slice(0, 4)))
        .otherwise(iso)
    )
