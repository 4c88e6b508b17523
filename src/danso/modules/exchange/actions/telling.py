"""Messages to holders about consent: that somebody asks, that somebody agreed in their name."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from danso.kernel import clock
from danso.modules.exchange.models import Consent, ConsentRequest
from danso.modules.identity import interface as identity
from danso.modules.notices import interface as notices
from danso.modules.notices.data import Channel, Message

N_ = str  # marks words for `python -m tools.messages`
# Who holds the telephone reads it: it says neither who asks nor for what.
TEXTS: Final = {
    "asked": N_(
        "Có đơn vị xin phép nhận dữ liệu dân cư của bạn. Đăng nhập, mở mục Sự đồng ý để đọc và "
        "quyết định. Không trả lời nghĩa là không đồng ý."
    ),
    "given": N_(
        "Bạn vừa đồng ý cho một đơn vị nhận dữ liệu dân cư của bạn. Không phải bạn? Đăng nhập, mở "
        "mục Sự đồng ý để rút lại, và báo công an xã."
    ),
}


@transaction.atomic
def tell_holder(code: str, key: UUID) -> None:
    """See interface."""
    person = _asked(key) if code == "asked" else _agreed(key)
    eid = identity.find_eid_of(person) if person else None
    if eid is None or eid.level < 2 or not notices.can_reach(Channel.SMS):
        return
    with override("vi"):
        text = str(_(TEXTS[code]))
    notices.tell(Message(Channel.SMS, eid.phone, f"consent.{code}", text, person=person))


def _asked(key: UUID) -> UUID | None:
    open_now = ConsentRequest.objects.filter(key=key, state="open", open_until__gt=clock.now())
    return open_now.values_list("person", flat=True).first()


def _agreed(key: UUID) -> UUID | None:
    return Consent.objects.filter(key=key).values_list("person", flat=True).first()
