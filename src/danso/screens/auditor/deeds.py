"""What was done, in words: the actions of journal entries."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext, pgettext_lazy

DEEDS: Final = {
    "account.closed": pgettext_lazy("việc đã làm", "Đóng tài khoản"),
    "account.created": pgettext_lazy("việc đã làm", "Lập tài khoản"),
    "account.linked": pgettext_lazy("việc đã làm", "Nối tài khoản với hồ sơ"),
    "account.locked": pgettext_lazy("việc đã làm", "Khóa tạm tài khoản"),
    "account.password_changed": pgettext_lazy("việc đã làm", "Đổi mật khẩu"),
    "account.reset": pgettext_lazy("việc đã làm", "Đặt lại mật khẩu"),
    "account.unlinked": pgettext_lazy("việc đã làm", "Bỏ nối tài khoản với hồ sơ"),
    "agreement.issued": pgettext_lazy("việc đã làm", "Cấp thỏa thuận"),
    "agreement.revoked": pgettext_lazy("việc đã làm", "Thu hồi thỏa thuận"),
    "batch": pgettext_lazy("việc đã làm", "Xác thực theo lô"),
    "changes": pgettext_lazy("việc đã làm", "Theo dõi thay đổi"),
    "correction": pgettext_lazy("việc đã làm", "Báo sai qua cổng"),
    "file.opened": pgettext_lazy("việc đã làm", "Mở tệp xác thực"),
    "journal.exported": pgettext_lazy("việc đã làm", "Xuất nhật ký"),
    "journal.opened": pgettext_lazy("việc đã làm", "Mở dòng nhật ký"),
    "journal.resumed": pgettext_lazy("việc đã làm", "Niêm phong lại sau khôi phục"),
    "journal.searched": pgettext_lazy("việc đã làm", "Tìm trong nhật ký"),
    "journal.withholding_person": pgettext_lazy("việc đã làm", "Tìm người để tạm ẩn"),
    "journal.withholding_proposed": pgettext_lazy("việc đã làm", "Đề xuất tạm ẩn"),
    "journal.withholding_signed": pgettext_lazy("việc đã làm", "Ký quyết định tạm ẩn"),
    "journal.withholding_term_proposed": pgettext_lazy("việc đã làm", "Đề xuất thời hạn tạm ẩn"),
    "link-number": pgettext_lazy("việc đã làm", "Nối số CMND với số định danh"),
    "partner.closed": pgettext_lazy("việc đã làm", "Đóng đơn vị khai thác"),
    "partner.created": pgettext_lazy("việc đã làm", "Đăng ký đơn vị khai thác"),
    "partner_key.added": pgettext_lazy("việc đã làm", "Thêm khóa"),
    "partner_key.revoked": pgettext_lazy("việc đã làm", "Thu hồi khóa"),
    "push": pgettext_lazy("việc đã làm", "Gửi bản ghi nguồn dữ liệu"),
    "population.choose_head": pgettext_lazy("việc đã làm", "Đổi chủ hộ"),
    "population.confirm_merge": pgettext_lazy("việc đã làm", "Xác nhận gộp, tách"),
    "population.confirm_person": pgettext_lazy("việc đã làm", "Xác nhận hồ sơ còn đúng"),
    "population.correct_field": pgettext_lazy("việc đã làm", "Đính chính"),
    "population.decline_merge": pgettext_lazy("việc đã làm", "Bỏ đề nghị gộp, tách"),
    "population.enter_household": pgettext_lazy("việc đã làm", "Nhập hộ"),
    "population.import_people": pgettext_lazy("việc đã làm", "Nạp tệp dân cư"),
    "population.import_update": pgettext_lazy("việc đã làm", "Cập nhật từ tệp"),
    "population.issue_number": pgettext_lazy("việc đã làm", "Cấp số định danh"),
    "population.mark_field": pgettext_lazy("việc đã làm", "Đánh dấu trường"),
    "population.merge_people": pgettext_lazy("việc đã làm", "Gộp hồ sơ"),
    "population.open_person": pgettext_lazy("việc đã làm", "Mở hồ sơ"),
    "population.propose_merge": pgettext_lazy("việc đã làm", "Đề nghị gộp"),
    "population.propose_unmerge": pgettext_lazy("việc đã làm", "Đề nghị tách"),
    "population.protect": pgettext_lazy("việc đã làm", "Bảo vệ"),
    "population.record_card": pgettext_lazy("việc đã làm", "Ghi nhận thẻ"),
    "population.record_civil": pgettext_lazy("việc đã làm", "Ghi hôn nhân, đại diện"),
    "population.record_death": pgettext_lazy("việc đã làm", "Ghi nhận đã mất"),
    "population.record_household": pgettext_lazy("việc đã làm", "Lập hộ"),
    "population.record_missing": pgettext_lazy("việc đã làm", "Ghi nhận mất tích"),
    "population.record_move": pgettext_lazy("việc đã làm", "Ghi chuyển nơi ở"),
    "population.record_person": pgettext_lazy("việc đã làm", "Lập hồ sơ"),
    "population.request_change": pgettext_lazy("việc đã làm", "Gửi yêu cầu lên trên"),
    "population.resolve_quarantine": pgettext_lazy("việc đã làm", "Quyết định dòng cách ly"),
    "population.search": pgettext_lazy("việc đã làm", "Tra cứu"),
    "population.search_hit": pgettext_lazy("việc đã làm", "Hiện khi tra cứu"),
    "population.tell_apart": pgettext_lazy("việc đã làm", "Xác định là hai người"),
    "population.unmerge": pgettext_lazy("việc đã làm", "Tách hồ sơ"),
    "population.unprotect": pgettext_lazy("việc đã làm", "Thôi bảo vệ"),
    "post.granted": pgettext_lazy("việc đã làm", "Giao nhiệm vụ"),
    "post.revoked": pgettext_lazy("việc đã làm", "Thôi nhiệm vụ"),
    "reauthenticated": pgettext_lazy("việc đã làm", "Xác nhận lại mật khẩu"),
    "share": pgettext_lazy("việc đã làm", "Chia sẻ"),
    "sign_in": pgettext_lazy("việc đã làm", "Đăng nhập"),
    "sign_out": pgettext_lazy("việc đã làm", "Đăng xuất"),
    "sources.card_list_row": pgettext_lazy("việc đã làm", "In vào danh sách làm thẻ"),
    "sources.correction_answer": pgettext_lazy("việc đã làm", "Trả lời sai lệch"),
    "sources.correction_open": pgettext_lazy("việc đã làm", "Báo sai lệch"),
    "sources.worklist_answer": pgettext_lazy("việc đã làm", "Trả lời danh sách kiểm tra"),
    "sources.worklist_make": pgettext_lazy("việc đã làm", "Lập danh sách kiểm tra"),
    "sources.worklist_read": pgettext_lazy("việc đã làm", "Nhận lại danh sách kiểm tra"),
    "sources.worklist_row": pgettext_lazy("việc đã làm", "In vào danh sách kiểm tra"),
    "steward.household_member": pgettext_lazy("việc đã làm", "Hiện cùng hộ"),
    "steward.listed": pgettext_lazy("việc đã làm", "Hiện trong danh sách"),
    "steward.quarantine_row": pgettext_lazy("việc đã làm", "Xem dòng cách ly"),
    "unusual_look.closed": pgettext_lazy("việc đã làm", "Kết luận lượt bất thường"),
    "verify": pgettext_lazy("việc đã làm", "Xác thực"),
}
PAGE: Final = "page."


def deed_words(action: str) -> str:
    """The action in words; a page that refused or failed by its name; else the code."""
    if action.startswith(PAGE):
        return gettext("Mở trang %(page)s") % {"page": action.removeprefix(PAGE)}
    return str(DEEDS.get(action, action))
