"""The columns a file of people may have, and the headings offices write above them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

# Canonical column -> plain headings (no diacritics, lower case, letters and digits only). The
# column's own name is a heading of it too.
HEADINGS: Final = MappingProxyType(
    {
        "number": (
            "so dinh danh ca nhan", "so dinh danh", "ma dinh danh ca nhan", "ma dinh danh",
            "so cccd", "cccd", "so can cuoc", "so the can cuoc", "so can cuoc cong dan",
            "so cccd ddcn", "so ddcn", "ddcn", "so ddcn cccd", "so cmnd cccd", "so cccd cmnd",
            "cmnd cccd", "sodinhdanh", "so gttt", "so giay to",
        ),
        "old_number": (
            "so cmnd", "cmnd", "cmnd 9 so", "so cmnd 9 so", "so chung minh nhan dan",
            "chung minh nhan dan", "so cmnd cu", "socmnd",
        ),
        "full_name": (
            "ho va ten", "ho ten", "ho chu dem va ten", "ho chu dem va ten khai sinh",
            "ho va ten khai sinh", "ten day du", "ho ten cong dan",
        ),
        "other_name": ("ten goi khac", "ten khac", "bi danh"),
        "birth": (
            "ngay sinh", "ngay thang nam sinh", "nam sinh", "ngaysinh", "sinh ngay",
        ),
        "male": ("nam sinh nam", "gioi tinh nam"),
        "female": ("nam sinh nu", "gioi tinh nu"),
        "sex": ("gioi tinh", "nam nu", "phai", "gioitinh"),
        "ethnicity": ("dan toc",),
        "religion": ("ton giao",),
        "marital_status": ("tinh trang hon nhan", "hon nhan", "tt hon nhan"),
        "nationality": ("quoc tich",),
        "blood_group": ("nhom mau",),
        "occupation": ("nghe nghiep",),
        "birth_place": ("noi sinh",),
        "birth_registration_place": ("noi dang ky khai sinh", "noi dk khai sinh", "noi dkks"),
        "origin": ("que quan", "nguyen quan"),
        "commune": (),
        "commune_recorded": (
            "ma xa", "ma dvhc", "ma phuong xa", "ma xa phuong", "ma don vi hanh chinh", "maxa",
        ),
        "code_version": (),
        "commune_name": (
            "xa phuong", "xa", "phuong xa", "xa phuong thi tran", "ten xa", "xa phuong tt",
        ),
        "district_name": ("huyen", "quan huyen", "huyen thi xa thanh pho", "ten huyen"),
        "residence": (
            "noi thuong tru", "thuong tru", "noi dktt", "noi dang ky thuong tru",
            "dia chi thuong tru", "ho khau thuong tru", "hktt",
        ),
        "hamlet": (
            "thon", "thon ban pho", "thon ban to dan pho", "to dan pho", "thon xom", "ap",
            "khu pho", "thon to dan pho",
        ),
        "address": ("dia chi", "so nha", "dia chi chi tiet"),
        "household": (),
        "book_number": ("so so ho khau", "so ho khau", "so ho"),
        "relation": ("quan he voi chu ho", "quan he", "quan he chu ho", "qh voi chu ho"),
        "head_number": (
            "so ddcn chu ho", "so dinh danh chu ho", "cccd chu ho", "so cccd chu ho",
        ),
        "head_mark": (),
        "father_name": ("ho ten cha", "cha", "ho va ten cha", "ten cha", "ho ten bo"),
        "father_number": ("so ddcn cha", "so dinh danh cha", "cccd cha"),
        "mother_name": ("ho ten me", "me", "ho va ten me", "ten me"),
        "mother_number": ("so ddcn me", "so dinh danh me", "cccd me"),
        "spouse_name": (
            "ho ten vo chong", "vo chong", "ho va ten vo chong", "ho ten vo hoac chong",
        ),
        "spouse_number": ("so ddcn vo chong", "so dinh danh vo chong", "cccd vo chong"),
        "status": ("tinh trang", "trang thai", "tinh trang song"),
        "death_date": ("ngay chet", "ngay mat", "ngay tu vong"),
        "card_number": ("so the",),
        "card_issued": ("ngay cap", "ngay cap the", "ngay cap cccd"),
        "card_expires": ("ngay het han", "co gia tri den", "han su dung", "ngay het han the"),
        "key": (),
    }
)  # fmt: skip
# One heading, two meanings: a column of numbers, or of marks ("x") beside the heads.
AMBIGUOUS: Final = MappingProxyType({"chu ho": ("head_number", "head_mark")})
# Side by side these head two columns; alone "nam" may be a year without its marks.
PAIR: Final = MappingProxyType({"nam": "male", "nữ": "female", "nu": "female"})
# Columns that lists number their rows with.
LINE_HEADINGS: Final = frozenset({"stt", "tt", "so tt", "so thu tu", "line"})

COLUMNS: Final = tuple(HEADINGS)
NEEDED: Final = ("full_name", "birth")
FREE_TEXT: Final = (
    "other_name",
    "occupation",
    "birth_place",
    "birth_registration_place",
    "origin",
    "commune_name",
    "district_name",
    "residence",
    "hamlet",
    "address",
    "book_number",
    "father_name",
    "mother_name",
    "spouse_name",
    "card_number",
)
KIN_NUMBERS: Final = ("father_number", "mother_number", "spouse_number", "head_number")
DAYS: Final = ("card_issued", "card_expires", "death_date")
PARTIAL_DAYS: Final = frozenset({"death_date"})
