"""What was done to a person's record or with it, in the words of the list of looks."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
LOOKS: Final[dict[str, Words]] = {
    "population.search_hit": _("Hiện trong kết quả tra cứu"),
    "population.open_person": _("Mở hồ sơ"),
    "population.import_people": _("Nạp từ tệp"),
    "population.import_update": _("Cập nhật từ tệp"),
    "population.record_person": _("Lập hồ sơ"),
    "population.correct_field": _("Đính chính"),
    "population.confirm_person": _("Xác nhận còn đúng"),
    "population.mark_field": _("Đánh dấu trường"),
    "population.record_move": _("Ghi chuyển nơi ở"),
    "population.record_death": _("Ghi nhận đã mất"),
    "population.record_civil": _("Ghi hôn nhân, đại diện"),
    "population.merge_people": _("Gộp hồ sơ"),
    "population.unmerge": _("Tách hồ sơ"),
    "population.propose_merge": _("Đề nghị gộp hồ sơ"),
    "population.propose_unmerge": _("Đề nghị tách hồ sơ"),
    "population.confirm_merge": _("Xác nhận đề nghị"),
    "population.decline_merge": _("Bỏ đề nghị"),
    "population.tell_apart": _("Xác định là hai người"),
    "population.choose_head": _("Đổi chủ hộ"),
    "population.enter_household": _("Nhập hộ"),
    "sources.correction_open": _("Báo sai lệch"),
    "sources.correction_answer": _("Trả lời sai lệch"),
    "sources.worklist_row": _("In vào danh sách kiểm tra"),
    "sources.worklist_answer": _("Trả lời danh sách kiểm tra"),
    "sources.card_list_row": _("In vào danh sách làm thẻ"),
    "steward.listed": _("Hiện trong danh sách"),
    "steward.quarantine_row": _("Xem dòng cách ly"),
    "steward.household_member": _("Hiện cùng hộ"),
    "sources.mismatch_row": _("Ghi vào danh sách sai lệch của một nguồn"),
    "sources.mismatch_answer": _("Chủ quản nguồn trả lời sai lệch"),
    "sources.mismatch_contest": _("Công an trả lời điều chủ quản nguồn nêu"),
    "sources.mismatch_decide": _("Quyết định một bất đồng với nguồn"),
    "steward.mismatch": _("Hiện sai lệch với một nguồn"),
    "steward.candidate": _("Hiện bên một bản ghi cần đối khớp"),
    "linkage.decide_link": _("Quyết định nối một bản ghi"),
    "linkage.confirm_link": _("Xác nhận nối một bản ghi"),
    "linkage.decline_link": _("Bỏ đề nghị nối một bản ghi"),
    "linkage.undo_link": _("Lấy lại quyết định nối"),
    "verify": _("Xác thực thông tin"),
    "batch": _("Xác thực theo lô"),
    "share": _("Chia sẻ thông tin"),
    "changes": _("Theo dõi thay đổi"),
    "link-number": _("Nối số CMND với số định danh"),
    "correction": _("Báo sai lệch"),
    "push": _("Gửi bản ghi của nguồn dữ liệu"),
    "case-parties": _("Tòa án xác thực người tham gia tố tụng"),
    "person-request": _("Tòa án tìm người"),
    "court-decision": _("Tòa án gửi quyết định"),
    "exchange.answer_person_request": _("Trả lời tòa án tìm người"),
    "exchange.answer_court_decision": _("Trả lời quyết định của tòa án"),
    "steward.person_request": _("Xem yêu cầu tìm người của tòa án"),
    "steward.court_decision": _("Xem quyết định của tòa án"),
}
