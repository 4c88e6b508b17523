"""Words for what a source's description asks of its values, and what its rows are about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danso.catalogue.shapes.sources import Source, SourceField
from danso.screens.steward.source_words import said
from danso.screens.steward.words import Words
from danso.toolkit.platform import province

_DIGITS: Final = re.compile(r"\^(?:\[0-9\]|\\d)\{(\d+)(?:,(\d+))?\}\$")
ABOUT: Final[Mapping[str, Words]] = {
    "person": _("người"),
    "organisation": _("tổ chức"),
    "thing": _("phương tiện, đồ vật"),
    "statistics": _("số liệu thống kê"),
}


def rules_of(source: Source, field: SourceField) -> list[str]:
    """Everything that cleaning checks of a field, one short line each."""
    return [*_form(field), *_range(field), *_order(source, field), *_ends(source, field)]


def identifies_text(source: Source, field: SourceField) -> str:
    """Which number of its database a field is."""
    known = {one.code: one for one in province().database(source.database).identifiers}
    return ", ".join(said(known[code]) for code in field.identifies)


def readers_of(field: SourceField) -> str:
    """The purposes that alone may read a field; nothing where all of its database may."""
    return "; ".join(said(province().purposes[code]) for code in field.purposes)


def life_text(source: Source) -> str:
    """What becomes of a record whose person has died; nothing where it knows no people."""
    if not source.is_matched:
        return ""
    if source.keeps_the_dead:
        return gettext("nguồn lưu lịch sử, được giữ người đã chết")
    return gettext("chỉ phục vụ người còn sống, hỏi chủ quản nếu dân cư ghi đã chết")


def _form(field: SourceField) -> Iterator[str]:
    if field.code_list is not None:
        known = province().code_list(field.code_list).head
        yield gettext("theo danh mục %(name)s") % {"name": said(known)}
    if field.pattern is not None:
        yield _pattern_text(field.pattern)
    if field.rule is not None:
        yield gettext("đúng chữ số kiểm tra")
    if field.unique:
        yield gettext("không trùng bản ghi khác")


def _pattern_text(pattern: str) -> str:
    """A pattern of digits alone in words; of any other, that there is one."""
    found = _DIGITS.fullmatch(pattern)
    if found is None:
        return gettext("đúng cấu trúc của mã này")
    least, most = found[1], found[2]
    if most is None:
        return gettext("đúng %(n)s chữ số") % {"n": least}
    return gettext("từ %(least)s đến %(most)s chữ số") % {"least": least, "most": most}


def _range(field: SourceField) -> Iterator[str]:
    if field.least is not None:
        yield gettext("ít nhất %(n)s") % {"n": f"{field.least:g}"}
    if field.most is not None:
        yield gettext("nhiều nhất %(n)s") % {"n": f"{field.most:.0f}"}
    if field.not_future:
        yield gettext("không ở tương lai")


def _ends(source: Source, field: SourceField) -> Iterator[str]:
    ends = source.ends
    if ends is None or ends.field != field.code:
        return
    if ends.values:
        values = ", ".join(value or gettext("để trống") for value in ends.values)
        yield gettext("bản ghi hết hiệu lực khi là: %(values)s") % {"values": values}
    else:
        yield gettext("bản ghi hết hiệu lực sau ngày này")


def _order(source: Source, field: SourceField) -> Iterator[str]:
    for order in source.orders:
        if order.then != field.code:
            continue
        first = said(source.by_code[order.first])
        if order.years:
            told = {"n": order.years, "first": first}
            yield gettext("sau «%(first)s» ít nhất %(n)d năm") % told
        else:
            yield gettext("không sớm hơn «%(first)s»") % {"first": first}
