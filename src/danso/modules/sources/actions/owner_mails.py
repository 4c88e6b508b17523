"""Whoever keeps a source is told by mail that it needs somebody: which source, what, what to do.
Never a record."""

from __future__ import annotations

from typing import Final

from danso.modules.notices.data import Channel, Message
from danso.modules.notices.interface import contact_of, tell
from danso.modules.sources.data import SourceTroubled
from danso.toolkit.platform import province

CODE: Final = "sources.source_troubled"
# The register speaks Vietnamese to agencies; people's own messages follow their language.
WORDS: Final = {
    "stopped": "không nạp được dữ liệu",
    "drift": "cột dữ liệu đã đổi so với bản mô tả",
    "shrunk": "thiếu nhiều bản ghi so với lần trước nên chưa kết thúc bản ghi nào",
    "late": "đã quá nhịp cập nhật mà chưa có dữ liệu mới",
}
TEXT: Final = """Nguồn dữ liệu “{name}” {what} (mã {code}).

Xem chi tiết và cách xử lý trên trang của nguồn, sau khi đăng nhập: /du-lieu/nguon/{source}/

Thư này do hệ thống gửi, không cần trả lời. Khi việc đã xong, cảnh báo tự đóng.
"""


def mail_owner(trouble: SourceTroubled) -> bool:
    """See interface."""
    source = province().source(trouble.source)
    if (address := contact_of(source.owner)) is None:
        return False
    what = WORDS.get(trouble.trouble, "cần người xử lý")
    text = TEXT.format(name=source.vi, what=what, code=trouble.code, source=source.code)
    title = f"danso: nguồn “{source.vi}” {what}"
    tell(Message(Channel.EMAIL, address, CODE, text, title=title))
    return True
