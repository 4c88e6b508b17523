"""Words for what is wrong in a description of a register, by the catalogue's code of the fault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from danso.screens.steward.words import Words

if TYPE_CHECKING:
    from danso.catalogue import Fault

_CODE: Final = _("Sửa lại mã, hoặc bổ sung mục này vào tệp của tỉnh")
_FIELD: Final = _("Sửa lại mã trường")
_KEEP: Final = _("Chỉ giữ một")
# By code: what is wrong, what to do; {0} and {1} are what the fault is about.
FAULTS: Final[Mapping[str, tuple[Words, Words]]] = {
    "unknown_database": (_("Tỉnh không có cơ sở dữ liệu {0}"), _CODE),
    "unknown_retention": (_("Không có thời hạn lưu {0}"), _CODE),
    "unknown_purposes": (_("Không có mục đích {0}"), _CODE),
    "unknown_cites": (_("Kế hoạch không có điều {0}"), _CODE),
    "unknown_owner": (_("Không có cơ quan {0}"), _CODE),
    "unknown_list": (_("Không có danh mục {0}"), _("Sửa lại tên danh mục")),
    "owner_ended": (
        _("Cơ quan {0} đã kết thúc ngày {1}"),
        _("Ghi cơ quan kế thừa nhiệm vụ này"),
    ),
    "purpose_of_no_officer": (
        _("Không cán bộ nào được tra cứu cho mục đích {0}"),
        _("Chọn mục đích mà cán bộ được dùng"),
    ),
    "purpose_not_allowed": (
        _("Mục đích {0} không được đọc cơ sở dữ liệu {1}"),
        _("Bỏ mục đích này, hoặc cho phép ở tệp của cơ sở dữ liệu"),
    ),
    "code_of_a_source": (_("Một nguồn kết nối đã mang mã này"), _("Đặt mã khác cho sổ")),
    "prefix_taken": (_("Sổ {0} đã dùng chữ đầu {1}"), _("Đặt chữ đầu khác")),
    "field_twice": (_("Trường {0} có hai lần"), _KEEP),
    "field_own": (_("Mọi bản ghi đã có sẵn {0}"), _("Đặt mã khác cho trường")),
    "choice_twice": (_("Lựa chọn {0} có hai lần"), _KEEP),
    "no_field": (_("Sổ không có trường {0}"), _FIELD),
    "no_other_field": (_("{0} không phải một trường khác của sổ"), _FIELD),
    "no_name": (
        _("Bản ghi không gắn với người thì không có tên"),
        _("Thêm một trường bắt buộc loại name, hoặc ghi people: required"),
    ),
    "pattern": (_("{0} không phải biểu thức chính quy"), _("Sửa lại mẫu")),
    "fact_taken": (
        _("Thông tin {0} trùng mã với thông tin hoặc trường khác"),
        _("Đặt mã mà chưa thông tin nào dùng"),
    ),
    "fact_twice": (_("Thông tin {0} có hai lần"), _KEEP),
    "fact_unbounded": (
        _("Thông tin {0} nhạy cảm mà sổ không nêu cơ sở dữ liệu"),
        _("Nêu cơ sở dữ liệu mà sổ thay: nơi ấy quy định ai được đọc"),
    ),
    "fact_less": (
        _("Thông tin {0} khai ít nhạy cảm hơn trường {1} của nó"),
        _("Khai ít nhất như trường ấy"),
    ),
    "not_yaml": (_("Chưa phải YAML: {0}"), _("Sửa cú pháp ở dòng này")),
    "empty": (_("Mẫu trống"), _("Ghi các mục của sổ")),
    "alias": (_("Mẫu dùng bí danh YAML (*tên)"), _("Ghi giá trị ở từng chỗ")),
    "too_deep": (_("Mẫu lồng nhau quá {0} tầng"), _("Viết ít tầng hơn")),
    "too_many": (_("Mẫu có quá {0} mục"), _("Chia thành nhiều sổ")),
    "key_not_text": (_("Mục {0} không phải chữ"), _("Đặt trong dấu nháy")),
    "key_twice": (_("Mục {0} có hai lần"), _("Chỉ giữ một (YAML lấy mục sau)")),
    "bare_value": (
        _("YAML ngầm đổi giá trị không có dấu nháy {0}"),
        _("Đặt trong dấu nháy nếu là chữ"),
    ),
    "bare_nothing": (_("Giá trị để trống"), _("Ghi null, hoặc bỏ mục này")),
    "no_day": (_("{0} không có trong lịch"), _("Sửa lại ngày")),
    "shape_missing": (_("Thiếu mục này"), _("Bổ sung mục")),
    "shape_extra_forbidden": (_("Không có mục nào tên như vậy"), _("Bỏ mục, hoặc sửa chính tả")),
    "shape_string_type": (_("Cần là chữ (đang là {0})"), _("Đặt giá trị trong dấu nháy")),
    "shape_string_pattern_mismatch": (
        _("{0} không đúng dạng {1}"),
        _("Viết lại theo dạng đó"),
    ),
    "shape_string_too_short": (_("Mục này để trống"), _("Ghi nội dung")),
    "shape_literal_error": (_("{0} không thuộc các giá trị {1}"), _("Chọn một giá trị trong đó")),
    "shape_bool_type": (_("Cần là true hoặc false (đang là {0})"), _("Ghi true hoặc false")),
    "shape_int_type": (_("Cần là số nguyên (đang là {0})"), _("Ghi số, không có dấu nháy")),
    "shape_float_type": (_("Cần là số (đang là {0})"), _("Ghi số, không có dấu nháy")),
    "shape_greater_than": (_("Cần lớn hơn 0 (đang là {0})"), _("Ghi số lớn hơn")),
    "shape_too_short": (_("Danh sách này để trống"), _("Ghi ít nhất một mục")),
    "shape_tuple_type": (_("Cần là danh sách (đang là {0})"), _("Ghi trong ngoặc vuông [ ]")),
    "shape_model_type": (_("Cần là các mục con (đang là {0})"), _("Ghi dạng mã: giá trị")),
    "shape_value_error": (_("Không hợp lệ"), _("Xem lại các mục của phần này")),
}
OTHER: Final = (_("Giá trị không đúng dạng (đang là {0})"), _("Viết như ở một sổ khác"))
# What the shapes themselves refuse.
REFUSED: Final[Mapping[str, Words]] = {
    "a code needs either its choices or a code_list": _(
        "Loại code cần các lựa chọn (choices) hoặc một danh mục (code_list), không cả hai"
    ),
    "choices and code_list go with the kind code, and only with it": _(
        "Chỉ loại code mới có lựa chọn (choices) hoặc danh mục (code_list)"
    ),
}


def fault_told(fault: Fault) -> tuple[str, str]:
    """What is wrong and what to do, in the reader's language."""
    about = (*fault.about, "", "")
    if about[1] in REFUSED:
        return str(REFUSED[about[1]]), str(FAULTS["shape_value_error"][1])
    if not fault.code:
        return fault.wrong, fault.fix
    wrong, fix = FAULTS.get(fault.code, OTHER)
    return str(wrong).format(*about), str(fix)
