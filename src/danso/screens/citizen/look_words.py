"""A journal entry in words that the person it is about understands: who, did what, why, and what
came of it. Bodies are named, officers are not: whom to ask is the auditor's to find out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danso.kernel.actors import Actor
from danso.modules.exchange import interface as exchange
from danso.screens.citizen.words import Words, language
from danso.screens.citizen.words import said as said_of
from danso.toolkit.html.units import unit_name
from danso.toolkit.platform import province

DEEDS: Final[dict[str, Words]] = {
    "account.created": _("Lập tài khoản cho bạn"),
    "account.linked": _("Nối tài khoản của bạn với hồ sơ dân cư"),
    "account.password_changed": _("Đổi mật khẩu của bạn"),
    "account.unlinked": _("Bỏ nối tài khoản với hồ sơ của bạn"),
    "ask-consent": _("Xin bạn đồng ý cho nhận dữ liệu"),
    "batch": _("So thông tin của bạn theo danh sách: chỉ trả lời khớp hay không khớp"),
    "case-parties": _("Tòa án xác thực người tham gia tố tụng"),
    "cases.apologised": _("Xin lỗi và hẹn lại ngày trả hồ sơ của bạn"),
    "cases.assigned": _("Phân công xử lý hồ sơ của bạn"),
    "cases.begun": _("Bắt đầu xử lý hồ sơ của bạn"),
    "cases.day_told": _("Tính ngày trả hồ sơ của bạn"),
    "cases.decided": _("Quyết định hồ sơ của bạn"),
    "cases.deliver": _("Chuyển kết quả hồ sơ đến cơ quan liên quan"),
    "cases.draft_dropped": _("Bỏ hồ sơ đang soạn"),
    "cases.draft_prepared": _("Đọc dữ liệu đã có để điền hồ sơ"),
    "cases.draft_saved": _("Lưu hồ sơ đang soạn"),
    "cases.draft_started": _("Bắt đầu soạn hồ sơ"),
    "cases.effect_answered": _("Cấp trên trả lời về hồ sơ của bạn"),
    "cases.effect_settled": _("Ghi cách giải quyết phần còn lại của hồ sơ"),
    "cases.filed": _("Nộp hồ sơ"),
    "cases.issued": _("Phát hành kết quả hồ sơ của bạn"),
    "cases.not_received": _("Từ chối tiếp nhận hồ sơ của bạn"),
    "cases.opened": _("Mở hồ sơ của bạn hoặc có tên bạn"),
    "cases.paid": _("Ghi nhận phí hồ sơ của bạn"),
    "cases.party_read": _("Đọc thông tin của bạn cho hồ sơ của người khác có tên bạn"),
    "cases.payment_asked": _("Yêu cầu nộp phí hồ sơ của bạn"),
    "cases.received": _("Tiếp nhận hồ sơ của bạn"),
    "cases.rated": _("Đánh giá việc giải quyết hồ sơ"),
    "cases.returned": _("Trả kết quả hồ sơ của bạn"),
    "cases.searched": _("Thấy bạn khi tìm hồ sơ"),
    "cases.stopped": _("Dừng xử lý hồ sơ của bạn"),
    "cases.submitted": _("Gửi hồ sơ đang soạn"),
    "cases.supplement_asked": _("Yêu cầu bổ sung hồ sơ của bạn"),
    "cases.supplemented": _("Bổ sung hồ sơ của bạn"),
    "cases.transferred": _("Chuyển nơi xử lý hồ sơ của bạn"),
    "cases.withdrawn": _("Rút hồ sơ"),
    "changes": _("Nhận tin khi thông tin của bạn thay đổi"),
    "citizen.my_data": _("Bạn tự xem dữ liệu của mình"),
    "citizen.my_looks": _("Bạn tự xem ai đã xem mình"),
    "citizen.paper": _("In dữ liệu của bạn ra giấy"),
    "consent-state": _("Hỏi bạn đã đồng ý chưa"),
    "consent.declined": _("Bạn không đồng ý cho nhận dữ liệu"),
    "consent.given": _("Bạn đồng ý cho nhận dữ liệu"),
    "consent.withdrawn": _("Bạn rút lại sự đồng ý"),
    "correction": _("Báo thông tin của bạn sai"),
    "services.my_file": _("Bạn tự xem một hồ sơ của mình"),
    "services.my_files": _("Bạn tự xem các hồ sơ của mình"),
    "documents.kept": _("Lưu giấy tờ của bạn vào kho"),
    "documents.opened": _("Mở xem một giấy tờ của bạn"),
    "documents.checked": _("Kiểm tra một giấy tờ của bạn"),
    "documents.rejected": _("Không nhận một giấy tờ của bạn"),
    "documents.reused": _("Dùng lại giấy tờ đã có, bạn không phải nộp"),
    "documents.destroyed": _("Hủy giấy tờ đã hết hạn lưu"),
    "documents.revoked": _("Thu hồi một giấy tờ của bạn"),
    "eid.acting_begun": _("Bắt đầu làm thay"),
    "eid.acting_ended": _("Thôi làm thay"),
    "eid.appointment_booked": _("Đặt hẹn cấp mức độ 2"),
    "eid.appointment_cancelled": _("Hủy hẹn cấp mức độ 2"),
    "eid.appointment_came": _("Tiếp bạn theo lịch hẹn"),
    "eid.appointment_listed": _("Hiện trong danh sách hẹn"),
    "eid.assisted_begun": _("Gặp bạn để hỗ trợ"),
    "eid.assisted_code": _("Gửi mã để bạn đồng ý được hỗ trợ"),
    "eid.assisted_printed": _("In phiếu đồng ý"),
    "eid.assisted_confirmed": _("Bạn đồng ý được hỗ trợ"),
    "eid.assisted_ended": _("Kết thúc phiên hỗ trợ"),
    "eid.assisted_enrolment": _("Mở hộ tài khoản mức độ 1"),
    "eid.mandate_compared": _("So số và tên của bạn cho người muốn ủy quyền cho bạn"),
    "eid.organisation_asked": _("Đề nghị đại diện một tổ chức"),
    "eid.organisation_closed": _("Đóng tài khoản của tổ chức"),
    "eid.organisation_granted": _("Ghi nhận bạn đại diện một tổ chức"),
    "eid.organisation_locked": _("Khóa tài khoản của tổ chức"),
    "eid.organisation_opened": _("Mở tài khoản của tổ chức"),
    "eid.organisation_refused": _("Không chấp nhận đề nghị đại diện một tổ chức"),
    "eid.organisation_seen": _("Xem đề nghị đại diện tổ chức của bạn"),
    "eid.organisation_unlocked": _("Mở khóa tài khoản của tổ chức"),
    "eid.representation_ended": _("Rút đề nghị hoặc thôi đại diện tổ chức"),
    "eid.representative_changed": _("Đổi người đại diện tổ chức"),
    "eid.representative_left": _("Thôi đại diện tổ chức"),
    "eid.mandate_offered": _("Đề nghị ủy quyền"),
    "eid.mandate_accepted": _("Nhận ủy quyền"),
    "eid.mandate_declined": _("Từ chối ủy quyền"),
    "eid.mandate_ended": _("Chấm dứt ủy quyền"),
    "court-decision": _("Tòa án gửi quyết định về bạn"),
    "eid.biometrics": _("Đối chiếu khuôn mặt, vân tay để cấp định danh mức độ 2"),
    "eid.closed": _("Đóng tài khoản định danh"),
    "eid.counter_begun": _("Tiếp bạn tại công an để làm định danh"),
    "eid.enrolled": _("Mở hoặc khôi phục tài khoản định danh"),
    "eid.factor_locked": _("Khóa một cách đăng nhập"),
    "eid.locked": _("Khóa tài khoản định danh"),
    "eid.password_replaced": _("Đặt lại mật khẩu"),
    "eid.portal_decided": _("Quyết định một tài khoản cổng cũ có phải của bạn không"),
    "eid.portal_disowned": _("Bạn nói một tài khoản cổng cũ không phải của mình"),
    "eid.portal_listed": _("In tên bạn vào danh sách tài khoản cổng cũ"),
    "eid.portal_opened": _("Xem hồ sơ của bạn cạnh một tài khoản cổng cũ"),
    "eid.portal_verified": _("So một tài khoản cổng cũ với hồ sơ của bạn"),
    "eid.face_asked": _("Xin xác thực khuôn mặt cho một phiên của bạn"),
    "eid.face_given": _("Đối chiếu khuôn mặt cho một phiên của bạn"),
    "eid.phone_change_begun": _("Bắt đầu đổi số điện thoại của tài khoản"),
    "eid.phone_changed": _("Đổi số điện thoại của tài khoản"),
    "eid.device_added": _("Thêm một thiết bị đăng nhập"),
    "eid.vouched": _("Nhận tài khoản do VNeID xác nhận"),
    "eid.raised": _("Cấp định danh mức độ 2"),
    "eid.session_ended": _("Kết thúc một phiên đăng nhập"),
    "eid.unlocked": _("Mở khóa tài khoản định danh"),
    "eid.verified": _("So thông tin khai khi mở tài khoản"),
    "exchange.answer_court_decision": _("Trả lời quyết định của tòa án"),
    "exchange.answer_person_request": _("Trả lời tòa án tìm người"),
    "link-number": _("Nối số chứng minh nhân dân cũ với số định danh"),
    "linkage.confirm_link": _("Xác nhận một bản ghi là của bạn"),
    "linkage.decide_link": _("Quyết định một bản ghi có phải của bạn không"),
    "linkage.decline_link": _("Bỏ đề nghị nối một bản ghi với bạn"),
    "linkage.keep_link": _("Giữ việc nối một bản ghi với bạn"),
    "linkage.undo_link": _("Lấy lại việc nối một bản ghi với bạn"),
    "person-request": _("Tòa án tìm người"),
    "population.choose_head": _("Đổi chủ hộ"),
    "population.confirm_merge": _("Xác nhận gộp hồ sơ"),
    "population.confirm_person": _("Xác nhận hồ sơ của bạn còn đúng"),
    "population.correct_field": _("Sửa một thông tin trong hồ sơ"),
    "population.decline_merge": _("Bỏ đề nghị gộp hồ sơ"),
    "population.enter_household": _("Ghi bạn vào một hộ"),
    "population.import_people": _("Nạp hồ sơ của bạn từ tệp"),
    "population.import_update": _("Cập nhật hồ sơ của bạn từ tệp"),
    "population.issue_number": _("Cấp số định danh"),
    "population.mark_field": _("Đánh dấu một thông tin cần xác minh"),
    "population.merge_people": _("Gộp hai hồ sơ"),
    "population.open_person": _("Mở hồ sơ của bạn"),
    "population.propose_merge": _("Đề nghị gộp hồ sơ"),
    "population.propose_unmerge": _("Đề nghị tách hồ sơ"),
    "population.record_card": _("Ghi nhận thẻ căn cước"),
    "population.record_civil": _("Ghi hôn nhân, người đại diện"),
    "population.record_death": _("Ghi nhận đã mất"),
    "population.record_missing": _("Ghi nhận mất tích"),
    "population.record_move": _("Ghi nơi ở mới của bạn"),
    "population.record_issued": _("Ghi bạn vào dữ liệu với số định danh được cấp"),
    "population.record_person": _("Lập hồ sơ của bạn"),
    "population.record_stay": _("Ghi tạm trú, tạm vắng, lưu trú của bạn"),
    "population.request_change": _("Gửi yêu cầu sửa lên cơ sở dữ liệu quốc gia"),
    "population.search_hit": _("Thấy bạn trong kết quả tra cứu"),
    "population.tell_apart": _("Xác định là hai người khác nhau"),
    "population.unmerge": _("Tách hồ sơ"),
    "post.granted": _("Giao cho bạn một vị trí công tác"),
    "post.revoked": _("Thôi giao bạn một vị trí công tác"),
    "push": _("Gửi bản ghi về bạn vào hệ thống"),
    "rights.complaint_answered": _("Kết luận khiếu nại của bạn"),
    "rights.complaint_explained": _("Ghi giải trình về khiếu nại của bạn"),
    "rights.complaint_filed": _("Bạn khiếu nại một lượt xem"),
    "rights.complaint_opened": _("Kiểm tra viên mở khiếu nại của bạn"),
    "rights.complaint_taken": _("Kiểm tra viên nhận khiếu nại của bạn"),
    "rights.complaint_unit_asked": _("Kiểm tra viên hỏi cơ quan đã xem"),
    "rights.complaint_withdrawn": _("Bạn rút khiếu nại"),
    "rights.copy_asked": _("Bạn yêu cầu bản sao dữ liệu"),
    "rights.copy_fetched": _("Bạn tải bản sao dữ liệu"),
    "rights.copy_made": _("Lập bản sao dữ liệu cho bạn"),
    "rights.request_answered": _("Trả lời yêu cầu của bạn về dữ liệu"),
    "rights.request_extended": _("Gia hạn yêu cầu của bạn"),
    "rights.request_filed": _("Bạn gửi yêu cầu về dữ liệu"),
    "rights.request_opened": _("Cán bộ mở yêu cầu của bạn"),
    "rights.request_taken": _("Tiếp nhận yêu cầu của bạn"),
    "rights.request_withdrawn": _("Bạn rút yêu cầu"),
    "share": _("Đọc thông tin của bạn"),
    "signon.access_ended": _("Bạn kết thúc đăng nhập ở một dịch vụ"),
    "signon.signed_in": _("Bạn đăng nhập vào dịch vụ của một đơn vị"),
    "signon.userinfo": _("Đọc thông tin mà bạn đồng ý cho biết"),
    "sources.card_list_row": _("In tên bạn vào danh sách làm thẻ"),
    "sources.correction_answer": _("Trả lời điều được báo sai"),
    "sources.correction_open": _("Báo một thông tin của bạn sai"),
    "sources.mismatch_answer": _("Trả lời chỗ khác nhau giữa hai nơi giữ dữ liệu"),
    "sources.mismatch_contest": _("Công an trả lời chỗ khác nhau"),
    "sources.mismatch_decide": _("Quyết định bên nào đúng"),
    "sources.mismatch_row": _("Ghi bạn vào danh sách chỗ khác nhau cần trả lời"),
    "sources.register_change": _("Sửa bản ghi của bạn trong một sổ của cơ quan"),
    "sources.register_end": _("Kết thúc bản ghi của bạn trong một sổ của cơ quan"),
    "sources.register_enter": _("Ghi bạn vào một sổ của cơ quan"),
    "sources.register_listed": _("Thấy bạn trong danh sách của một sổ của cơ quan"),
    "sources.register_open": _("Mở bản ghi của bạn trong một sổ của cơ quan"),
    "sources.worklist_answer": _("Trả lời danh sách đi kiểm tra"),
    "sources.worklist_row": _("In tên bạn vào danh sách đi kiểm tra"),
    "steward.candidate": _("Xem hồ sơ của bạn cạnh một bản ghi cần đối khớp"),
    "steward.court_decision": _("Xem quyết định của tòa án về bạn"),
    "steward.household_member": _("Thấy bạn khi mở hồ sơ người cùng hộ"),
    "steward.listed": _("Thấy bạn trong một danh sách"),
    "steward.mismatch": _("Xem chỗ khác nhau giữa hai nơi giữ dữ liệu"),
    "steward.person_request": _("Xem yêu cầu tìm người của tòa án"),
    "steward.quarantine_row": _("Xem dòng của tệp nạp trùng với bạn"),
    "verify": _("So thông tin của bạn: chỉ trả lời khớp hay không khớp"),
}
# The same, where somebody else did it in one's name.
BY_OTHERS: Final[dict[str, Words]] = {
    "citizen.my_data": _("Xem dữ liệu của bạn"),
    "citizen.my_looks": _("Xem ai đã xem bạn"),
    "consent.declined": _("Không đồng ý cho nhận dữ liệu"),
    "consent.given": _("Đồng ý cho nhận dữ liệu"),
    "consent.withdrawn": _("Rút lại sự đồng ý"),
    "rights.request_filed": _("Gửi yêu cầu về dữ liệu"),
    "rights.request_withdrawn": _("Rút yêu cầu về dữ liệu"),
}
NOBODY: Final[Mapping[str, str]] = {}
# Acts that begin alike are said alike.
FAMILIES: Final[tuple[tuple[str, Words], ...]] = (
    ("sources.register_", _("Làm việc với bản ghi của bạn trong một sổ của cơ quan")),
    ("linkage.", _("Đối khớp bản ghi của các nguồn với bạn")),
    ("eid.", _("Việc về tài khoản định danh của bạn")),
    ("signon.", _("Việc về đăng nhập của bạn")),
    ("account.", _("Việc về tài khoản của bạn")),
    ("post.", _("Giao, mở hoặc đóng vị trí công tác của bạn")),
    ("sources.", _("Xử lý dữ liệu các nguồn gửi về bạn")),
    ("population.", _("Xử lý hồ sơ dân cư của bạn")),
    ("citizen.", _("Việc trên trang của bạn")),
)
OUTCOMES: Final[dict[str, tuple[Words, str]]] = {
    # The deed says it all.
    "done": ("", "mute"),
    "shown": ("", "calm"),
    "listed": ("", "calm"),
    "found": ("", "calm"),
    "opened": ("", "mute"),
    "match": (_("khớp"), "calm"),
    "match_incomplete": (_("khớp, thiếu thông tin"), "calm"),
    "no_match": (_("không khớp"), "warn"),
    "not_found": (_("không tìm thấy"), "mute"),
    "shared": ("", "calm"),
    "told": ("", "calm"),
    "accepted": (_("đã chấp nhận"), "good"),
    "rejected": (_("không chấp nhận"), "mute"),
    "withdrawn": (_("đã rút"), "mute"),
    "refused": (_("bị từ chối"), "bad"),
    "failed": (_("không thành"), "bad"),
    "protected": (_("bị từ chối"), "bad"),
    "too_many_attempts": (_("bị chặn vì hỏi sai quá nhiều"), "bad"),
    "asked": (_("đã hỏi cơ sở dữ liệu quốc gia"), "calm"),
    "consent_asked": (_("đã hỏi bạn"), "mute"),
    "consent_given": (_("bạn đã đồng ý"), "mute"),
    "consent_ended": (_("sự đồng ý đã kết thúc"), "mute"),
    "sent": ("", "mute"),
    "received": ("", "mute"),
}
SYSTEMS: Final[dict[str, Words]] = {
    "pages": _("trang làm việc của tỉnh"),
    "cli": _("máy chủ của tỉnh"),
    "danso": _("hệ thống dữ liệu dân cư của tỉnh"),
    "demo": _("bản dùng thử"),
    "jobs": _("việc chạy tự động"),
    "trial": _("trang gọi thử"),
    "up": _("máy chủ của tỉnh"),
}
KINDS: Final[dict[str, Words]] = {
    "system": _("Hệ thống của tỉnh, tự động"),
    "operator": _("Người vận hành hệ thống của tỉnh"),
    "officer": _("Cán bộ"),
    "partner": _("Đơn vị khai thác"),
    "citizen": _("Một tài khoản công dân"),
}
PARTNER: Final = "partner:"
UNIT: Final = "unit:"


def deed_text(action: str, *, by_other: bool = False) -> str:
    """What was done; `by_other`: by somebody who acted in the reader's name."""
    found = (BY_OTHERS.get(action) if by_other else None) or DEEDS.get(action)
    if found is not None:
        return str(found)
    family = next((words for start, words in FAMILIES if action.startswith(start)), None)
    return str(family) if family is not None else gettext("Việc khác (%(code)s)") % {"code": action}


def outcome_text(outcome: str) -> tuple[str, str]:
    """What came of it, with a tone; empty where the deed says it all."""
    head = outcome.partition(":")[0]
    said, tone = OUTCOMES.get(head, (head, "mute"))
    return str(said), tone


def body_text(actor: Actor, *, mine: str = "", names: Mapping[str, str] = NOBODY) -> str:
    """Which body acted; `mine` is the reader's own account, `names` those whom they mandated."""
    if actor.kind == "citizen" and actor.id == mine:
        return gettext("Chính bạn")
    if not actor.behalf:
        return looker_text(looker_of(actor))
    return gettext("%(body)s, làm thay bạn") % {"body": helper_text(actor, names)}


def helper_text(actor: Actor, names: Mapping[str, str]) -> str:
    """Who acted in somebody's name: by name where that somebody knows it."""
    return names.get(actor.id) or looker_text(looker_of(actor))


def looker_of(actor: Actor) -> str:
    """The body as `audit.data.Looker` names it."""
    if actor.kind == "partner":
        return f"{PARTNER}{actor.id}"
    return f"{UNIT}{actor.unit}" if actor.unit else actor.kind


def looker_text(looker: str) -> str:
    """A body by its name."""
    if looker.startswith(PARTNER):
        key = looker.removeprefix(PARTNER)
        return exchange.partner_name(key, is_english=language() == "en") or key
    if looker.startswith(UNIT):
        return unit_name(looker.removeprefix(UNIT))
    return str(KINDS.get(looker, looker))


def system_text(actor: Actor) -> str:
    """On which system."""
    return str(SYSTEMS.get(actor.system, actor.system))


def purpose_text(code: str) -> str:
    """What for; the code of a purpose that is no longer in the catalogue."""
    found = province().purposes.get(code)
    return said_of(found) if found is not None else code
