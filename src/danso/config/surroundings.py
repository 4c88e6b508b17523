"""What stands around every page: where one may go, who one is, the journal's newest head."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danso.modules.audit.data import NotSealedYet
from danso.modules.audit.interface import tree_head as newest_head
from danso.modules.identity.data import ROLE_NAMES, ActingGround, Officer
from danso.modules.identity.interface import acting_of, holds_posts
from danso.toolkit.html.chrome import ActingFor, Link, Reader, TreeHead
from danso.toolkit.permission import Permission, permission_of

# A screen's entry is shown to whoever its own permission lets in; one not built yet is left out.
ENTRIES = (
    ("leadership:home", _("Điều hành")),
    ("steward:home", _("Dữ liệu")),
    ("partner:home", _("Đơn vị khai thác")),
    ("operator:home", _("Vận hành")),
    ("auditor:home", _("Kiểm tra")),
    ("auditor:alerts", _("Cảnh báo bảo vệ")),
    ("eid:police", _("Định danh")),
    ("desk:queue", _("Một cửa")),
    ("eid:desk", _("Định danh tại quầy")),
    ("citizen:counter", _("Bản in tại quầy")),
    ("account:own", _("Trang của tôi")),
)
# Of a citizen signed in with an e-ID.
CITIZENS = (
    ("citizen:home", _("Trang của tôi")),
    ("eid:own", _("Tài khoản của tôi")),
)
# Of one who holds posts, and while one is open.
POSTS = ("posts:home", _("Vị trí công tác"))


def navigation(request: HttpRequest) -> list[Link]:
    """The screens this officer may open; nothing for somebody not signed in."""
    officer: Officer | None = getattr(request, "officer", None)
    if officer is None or officer.first_stop:
        return []
    entries = _entries(officer)
    found = ((_find_path(name), str(words)) for name, words in entries)
    return [
        Link(words, path, current=_is_within(request.path, path))
        for path, words in found
        if path and _lets_in(permission_of(resolve(path).func), officer)
    ]


def _entries(officer: Officer) -> tuple[tuple[str, Promise], ...]:
    if officer.opened is not None:
        return (*ENTRIES, POSTS)
    if not officer.account.is_citizen:
        return ENTRIES
    return (*CITIZENS, POSTS) if holds_posts(officer.account.id) else CITIZENS


def reader(request: HttpRequest) -> Reader | None:
    """The officer's name and first role; of a citizen the level only."""
    officer: Officer | None = getattr(request, "officer", None)
    if officer is None:
        return None
    if officer.account.is_citizen:
        level = gettext("Mức độ %(n)d") % {"n": officer.account.level}
        return Reader(gettext("Tài khoản định danh"), level)
    roles = [gettext(ROLE_NAMES[post.role]) for post in officer.posts]
    return Reader(officer.account.name, roles[0] if roles else "")


def acting(request: HttpRequest) -> ActingFor | None:
    """In whose name this session acts, and why."""
    found = acting_of(request)
    if found is None:
        return None
    words = {
        ActingGround.CHILD: gettext("(con của bạn)"),
        ActingGround.MANDATE: gettext("(theo ủy quyền)"),
        ActingGround.ASSISTED: gettext("(đang ngồi cùng bạn)"),
        ActingGround.ORGANISATION: gettext("(bạn là người đại diện)"),
    }
    is_assisted = found.ground is ActingGround.ASSISTED
    end = reverse("eid:assist-end" if is_assisted else "citizen:acting-end")
    return ActingFor(found.name, words[found.ground], end)


def tree_head(request: HttpRequest) -> TreeHead | None:
    """The journal's newest signed head; a page does without where it cannot be read."""
    try:
        head = newest_head().head
    except (NotSealedYet, DatabaseError):
        return None
    return TreeHead(head.size, head.root.hex(), head.at, reverse("front:journal"))


def _find_path(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _lets_in(permission: Permission | None, officer: Officer) -> bool:
    if permission is None:
        return False
    if permission.kind == "signed_in":
        return not officer.own_stop or permission.in_post
    return permission.kind != "roles" or bool(permission.roles & officer.roles)


def _is_within(here: str, entry: str) -> bool:
    return here == entry or (here.startswith(entry) and entry != "/")
