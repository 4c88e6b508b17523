"""Messages to people: what waits, what was refused; a demo home's words."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from danso.kernel.errors import Conflict
from danso.modules.identity.data import Role
from danso.modules.identity.interface import actor_of
from danso.modules.notices import interface as notices
from danso.modules.notices.data import Channel, MessageState
from danso.toolkit.html.errors import words_of
from danso.toolkit.permission import requires
from danso.toolkit.platform import platform

LINES = 200
CHANNELS = {Channel.SMS: _("Tin nhắn SMS"), Channel.EMAIL: _("Thư điện tử")}
STATES = {
    MessageState.WAITING: (_("đang chờ"), "warn"),
    MessageState.SENDING: (_("đang gửi"), "warn"),
    MessageState.SENT: (_("đã gửi"), "good"),
    MessageState.REFUSED: (_("bị từ chối"), "bad"),
    MessageState.EXPIRED: (_("quá hạn"), "mute"),
}


@requires(Role.OPERATOR)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The newest messages, and which ways out this home has."""
    rows = [
        (one, CHANNELS[one.channel], STATES[one.state], one.state is MessageState.WAITING)
        for one in notices.newest_messages(limit=LINES)
    ]
    ways = [(words, notices.can_reach(channel)) for channel, words in CHANNELS.items()]
    told = {
        "rows": rows,
        "ways": ways,
        "standing": notices.messages_standing(),
        "is_demo": platform().is_demo,
    }
    return render(request, "operator/messages.html", told)


@requires(Role.OPERATOR)
@require_POST
def again(request: HttpRequest, key: UUID) -> HttpResponse:
    """Have one that waits sent at once."""
    try:
        notices.try_message_again(key, actor=actor_of(request))
    except Conflict as error:
        notes.error(request, " ".join(words_of(error)))
    return redirect("operator:messages")
