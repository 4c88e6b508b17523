"""The notification of a breach as a text, in Vietnamese: what the form of the law asks for, as far
as it is known here; numbered so that it can be carried over into the form itself."""

from __future__ import annotations

from datetime import datetime

from danso.catalogue.shapes.rights import BreachRules
from danso.kernel import clock
from danso.modules.protection.data import BreachData

_UNKNOWN = "(chưa rõ)"


def report_text(breach: BreachData, here: BreachRules, *, province: str, made_at: datetime) -> str:
    """Everything that is known now; what is not yet known says so."""
    known = breach.known
    kinds = {one.code: one.vi for one in here.kinds}
    data = {one.code: one.vi for one in here.data}
    told = breach.notified
    lines = [
        "THÔNG BÁO VI PHẠM QUY ĐỊNH BẢO VỆ DỮ LIỆU CÁ NHÂN",
        f"(nội dung để lập {here.form}; {here.law})",
        "",
        f"Kính gửi: {here.authority.vi}",
        f"Đơn vị thông báo: {province}",
        f"Lập lúc: {_moment(made_at)}",
        f"Mã trong sổ sự cố: {breach.key}",
        "",
        f"1. Thời điểm phát hiện: {_moment(known.discovered_at)}",
        f"2. Hạn thông báo ({here.hours} giờ): {_moment(breach.notify_by)}",
        f"3. Loại sự cố: {kinds.get(known.kind, known.kind)}",
        f"4. Dữ liệu liên quan: {'; '.join(data.get(code, code) for code in known.data)}",
        f"5. Số người bị ảnh hưởng (ước tính): {_number(known.people)}",
        f"6. Diễn biến: {known.happened}",
        f"7. Nguyên nhân: {known.cause or _UNKNOWN}",
        f"8. Biện pháp đã và đang thực hiện: {known.measures or _UNKNOWN}",
        f"9. Đã báo cho người bị ảnh hưởng qua tin nhắn: {breach.people_told} người",
        f"10. Đã thông báo trước đó: {_told(told.at, told.way, told.number) if told else 'chưa'}",
        "",
        "11. Các bước đã ghi:",
    ]
    steps = [
        f"   {_moment(step.at)}  {_STEPS.get(step.what, step.what)}"
        for step in breach.steps
        if step.what in _STEPS
    ]
    return "\n".join([*lines, *steps, "", "Người lập, người duyệt ký:", ""])


_STEPS = {
    "recorded": "ghi vào sổ sự cố",
    "changed": "bổ sung, sửa thông tin",
    "noted": "ghi biện pháp, diễn biến",
    "notified": "thông báo cơ quan chuyên trách",
    "people_told": "báo cho người bị ảnh hưởng",
    "closed": "kết thúc",
}


def _moment(at: datetime) -> str:
    return clock.local(at).strftime("%H:%M ngày %d/%m/%Y")


def _number(people: int | None) -> str:
    return _UNKNOWN if people is None else f"{people:,}".replace(",", ".")


def _told(at: datetime, way: str, number: str) -> str:
    return ", ".join(filter(None, (_moment(at), way, number)))
