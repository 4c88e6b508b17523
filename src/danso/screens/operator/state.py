"""The state of this home, moving; the tail of the security log."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from danso.kernel import clock
from danso.modules.audit import interface as audit
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Role
from danso.modules.protection import interface as protection
from danso.screens.operator import probes
from danso.toolkit.permission import requires

LINES = 100
STATES = {
    "good": _("chạy"),
    "warn": _("chậm"),
    "bad": _("hỏng"),
    "mute": _("không dùng"),
}
# What each process and each follower of events does; the code stands beside it, for the log files.
PROCESSES = {
    "sealer": _("Niêm phong nhật ký"),
    "gateway": _("Cổng kết nối"),
    "web": _("Trang làm việc"),
    "worker": _("Việc nền"),
}
FOLLOWERS = {
    "cases.upstream_answered": _("Nhận trả lời của cấp trên về hồ sơ"),
    "exchange.case_records": _("Lập biên bản xác thực cho tòa án"),
    "exchange.consents": _("Nhắn tin cho người dân khi có đơn vị xin đồng ý"),
    "exchange.court_decisions": _("Chuyển quyết định của tòa án đến nơi xử lý"),
    "exchange.guessing": _("Phát hiện đơn vị dò số"),
    "exchange.person_requests": _("Đặt hạn trả lời yêu cầu tìm người của tòa án"),
    "exchange.protected_asked": _("Báo khi đơn vị hỏi người được bảo vệ"),
    "exchange.upstream_answered": _("Nhận trả lời của cấp trên về quyết định của tòa án"),
    "identity.people_changed": _("Khóa tài khoản định danh khi có người mất, gộp hồ sơ"),
    "identity.protected_looks": _("Ghi cảnh báo về người được bảo vệ"),
    "identity.unusual_looks": _("Phát hiện lượt xem bất thường"),
    "linkage.people_changed": _("Ghi người có thay đổi để đối khớp lại"),
    "population.doubles": _("Tìm hồ sơ có thể trùng"),
    "population.protected_looked_up": _("Báo khi cán bộ tìm người được bảo vệ"),
    "population.tally": _("Đếm dân số"),
    "population.tally_imported": _("Đếm dân số sau khi nạp tệp"),
    "signon.sessions_ended": _("Kết thúc đăng nhập ở các dịch vụ khi phiên hết"),
    "sources.contest_answered": _("Nghe công an trả lời điều chủ quản nguồn nêu"),
    "sources.link_decided": _("Cập nhật dữ liệu nguồn sau khi cán bộ quyết định"),
    "sources.mail_owner": _("Gửi thư báo chủ quản nguồn có sự cố"),
    "sources.register_changed": _("So lại nguồn với người vừa được sửa"),
    "sources.registers_follow": _("Đưa bản ghi của sổ theo người được gộp hồ sơ"),
    "sources.route": _("Chuyển báo sai tới người trả lời"),
    "sources.upstream_answered": _("Nhận trả lời của cơ sở dữ liệu quốc gia"),
}


@requires(Role.OPERATOR)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everything at a glance."""
    return render(request, "operator/home.html", _state())


@requires(Role.OPERATOR)
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The moving part alone."""
    return render(request, "operator/_state.html", _state())


@requires(Role.OPERATOR)
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Tries on names nobody has: a code and a network each, never what was typed."""
    return render(request, "operator/security.html", {"lines": identity.security_events(LINES)})


def _state() -> dict[str, Any]:
    found = probes.links()
    health = audit.journal_health()
    followers, processes = probes.followers(), probes.processes()
    return {
        "now": clock.now(),
        "emergency": next((one for one in identity.break_glasses(1) if not one.ended_at), None),
        "links": [(one, STATES[one.tone]) for one in found],
        "down": [one for one in found if one.tone == "bad"],
        "health": health,
        "head": health.head,
        "followers": [(one, FOLLOWERS.get(one.name, one.name)) for one in followers],
        "behind": max((one.behind for one in followers), default=0),
        "processes": [(one, PROCESSES.get(one.name, one.name)) for one in processes],
        "alive": sum(one.is_alive for one in processes),
        "backup": probes.last_backup(),
        "disk": probes.disk(),
        "breaches": protection.breaches_standing(),
    }
