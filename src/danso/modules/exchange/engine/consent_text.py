"""The text that a holder agrees to. It is kept with the consent, so its form carries a number:
whoever changes the words changes that too."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from danso.modules.exchange.data import ConsentVoice

FORMS: Final = {
    ConsentVoice.OWN: "Mẫu đồng ý 1",
    ConsentVoice.PARENT: "Mẫu đồng ý thay con 1",
    ConsentVoice.PARENT_AND_CHILD: "Mẫu đồng ý cùng con 1",
    ConsentVoice.DESK: "Mẫu đồng ý tại quầy 1",
}
WHO: Final = {
    ConsentVoice.OWN: "Tôi đồng ý cho {partner} nhận dữ liệu dân cư của tôi.",
    ConsentVoice.PARENT: (
        "Tôi, cha, mẹ hoặc người giám hộ, đồng ý cho {partner} nhận dữ liệu dân cư của con tôi."
    ),
    ConsentVoice.PARENT_AND_CHILD: (
        "Tôi, cha, mẹ hoặc người giám hộ, và con tôi cùng đồng ý cho {partner} nhận dữ liệu dân cư "
        "của con tôi. Con tôi đã được nghe đọc văn bản này."
    ),
    ConsentVoice.DESK: (
        "Tôi đồng ý cho {partner} nhận dữ liệu dân cư của tôi. Cán bộ đã đọc văn bản này cho tôi "
        "nghe và ghi thay tôi."
    ),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What the text names, in words that people read."""

    partner: str
    purpose: str
    legal_basis: str
    reason: str
    days: int
    law: str
    voice: ConsentVoice = ConsentVoice.OWN


def offer(said: Said, needed: Sequence[str], wished: Sequence[str]) -> str:
    """What is asked for, before anything is chosen."""
    lines = [f"Cần có: {'; '.join(needed)}."] if needed else []
    if wished:
        lines.append(f"Tùy tôi chọn: {'; '.join(wished)}.")
    return _text(said, lines)


def statement(said: Said, fields: Sequence[str]) -> str:
    """What was agreed to."""
    return _text(said, [f"Dữ liệu: {'; '.join(fields)}."])


def digest(text: str) -> str:
    """SHA-256 of a text, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _text(said: Said, data: Sequence[str]) -> str:
    return "\n".join(
        [
            FORMS[said.voice],
            WHO[said.voice].format(partner=said.partner),
            *data,
            f"Mục đích: {said.purpose}. Căn cứ: {said.legal_basis}.",
            f"Lý do bên hỏi nêu: {said.reason}",
            f"Thời hạn: {said.days} ngày kể từ lúc đồng ý.",
            "Tôi được từ chối, và được rút lại sự đồng ý bất cứ lúc nào; rút lại có hiệu lực ngay "
            "từ lượt hỏi sau. Mỗi lượt xem dữ liệu được ghi nhật ký để tôi đọc.",
            f"Theo {said.law}.",
        ]
    )
