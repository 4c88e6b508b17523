"""Whoever a correction is about is told by SMS that it was answered, never what it says."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from danso.modules.identity import interface as identity
from danso.modules.identity.data import AccountState
from danso.modules.notices.data import Channel, Message
from danso.modules.notices.interface import tell

ANSWERED: Final = (
    "Điều bạn báo sai về dữ liệu của mình đã có trả lời. Đăng nhập trang của bạn để xem."
)
CHANGED: Final = (
    "Một thông tin của bạn trong sổ dân cư vừa được sửa. Đăng nhập trang của bạn để xem; "
    "không đúng? Báo công an xã."
)


def tell_answered(person: UUID, *, is_own: bool, is_changed: bool) -> None:
    """In the caller's transaction. `is_own`: the person reported it; somebody else's report that
    changed nothing is not their business. Without an e-ID there is no telephone to tell."""
    if not is_own and not is_changed:
        return
    eid = identity.find_eid_of(person)
    if eid is None or not eid.phone or eid.state == AccountState.CLOSED:
        return
    text = ANSWERED if is_own else CHANGED
    tell(Message(Channel.SMS, eid.phone, "sources.correction_answered", text, person=person))
