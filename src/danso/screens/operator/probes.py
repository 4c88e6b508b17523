"""Looks at each link once: is it up, since when, what waits behind it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
from django.db import connection
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from danso.kernel import clock
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Follower, JournalHealth
from danso.modules.identity import interface as identity
from danso.modules.population import interface as population
from danso.modules.population.data import UpstreamState
from danso.modules.signon import interface as signon
from danso.toolkit.html.formats import number
from danso.toolkit.platform import platform

GATEWAY_PATIENCE: Final = 1.0
SEALED_LATE: Final = 2.0  # batches wait from here
SEALED_TOO_LATE: Final = 10.0  # the gateway stops answering
WORKER_SILENT: Final = 60.0
MANY_BEHIND: Final = 1_000
# Faults of the link that an operator can mend.
_FAULTS: Final = {
    "upstream_unset": gettext_lazy("chưa cấu hình: danso up --upstream FILE"),
    "upstream_setup": gettext_lazy("cấu hình sai: xem upstream.toml"),
    "http_401": gettext_lazy("không nhận tài khoản hoặc khóa của hệ thống này"),
    "http_403": gettext_lazy("không cho hệ thống này khai thác"),
}
NETWORK: Final = Path("/sys/class/net")
PROCESSES: Final = Path("/proc")


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain. `tone` good, warn, bad or mute (not used here)."""

    code: str
    name: str
    tone: str
    text: str
    waits: str = ""
    since: datetime | None = None


class Memory:
    """When this process first saw each link in its present state."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[str, datetime]] = {}
        self._lock = threading.Lock()

    def since(self, code: str, tone: str) -> datetime:
        with self._lock:
            known = self._seen.get(code)
            if known is None or known[0] != tone:
                known = self._seen[code] = (tone, clock.now())
            return known[1]


_memory = Memory()


def links() -> list[Link]:
    """Every link, from the outside in."""
    health = audit.journal_health()
    return [line(), gateway(), upstream(), identities(), database(), sealer(health), worker()]


def line() -> Link:
    """The machine's own network: any interface besides loopback that is up."""
    name = _("Đường truyền")
    try:
        states = {
            one.name: (one / "operstate").read_text().strip()
            for one in NETWORK.iterdir()
            if one.name != "lo"
        }
    except OSError:
        return Link("line", name, "mute", _("máy này không cho biết"))
    if any(state in ("up", "unknown") for state in states.values()):
        return _remembered("line", name, "good", _("có kết nối mạng"))
    return _remembered("line", name, "bad", _("mất kết nối mạng ra ngoài máy chủ"))


def gateway() -> Link:
    """The gateway's own answer; it covers the journal and the news of revocations."""
    name = _("Cổng kết nối")
    try:
        answer = httpx.get(f"{platform().gateway_url}/ready", timeout=GATEWAY_PATIENCE)
    except httpx.HTTPError as error:
        text = _("không trả lời (%(kind)s)") % {"kind": type(error).__name__}
        return _remembered("gateway", name, "bad", text)
    if answer.status_code == httpx.codes.OK:
        return _remembered("gateway", name, "good", _("đang trả lời"))
    return _remembered("gateway", name, "bad", answer.text.strip()[:120])


def upstream() -> Link:
    """The national database, where this home is its copy."""
    name = _("Cơ sở dữ liệu quốc gia")
    if platform().register_mode == "authority":
        return Link("upstream", name, "mute", _("không dùng ở chế độ này"))
    state = population.upstream_state()
    waits = _upstream_waits(state)
    if state.is_up is None:
        return Link("upstream", name, "warn", _("chưa hỏi lần nào"), waits)
    if not state.is_up:
        text = _FAULTS.get(state.fault) or _("không trả lời (%(kind)s)") % {"kind": state.fault}
        return Link("upstream", name, "bad", str(text), waits, state.since)
    tone = "warn" if state.aside or state.behind > MANY_BEHIND else "good"
    text = _("đang trả lời")
    if platform().register_mode == "copy":
        text = _("đang trả lời; đã nhận đến biến động %(n)d") % {"n": state.position}
    return Link("upstream", name, tone, text, waits, state.since)


def identities() -> Link:
    """Whose identities of citizens this home goes by, and what their accounts need."""
    name = _("Định danh người dân")
    if platform().identity_mode == "broker":
        if not signon.upstreams():
            text = _("VNeID; chưa nối nên người dân chưa đăng nhập được")
            return Link("identity", name, "warn", text)
        return Link("identity", name, "mute", _("VNeID; tài khoản riêng của tỉnh tắt"))
    if not identity.can_tell():
        return Link("identity", name, "bad", _("tự cấp; chưa có đường gửi tin nhắn"))
    if not identity.has_id_database():
        text = _("tự cấp; chưa nối CSDL căn cước nên chưa cấp được mức độ 2")
        return Link("identity", name, "warn", text)
    return Link("identity", name, "good", _("tự cấp, mức độ 1 và 2"))


def _upstream_waits(state: UpstreamState) -> str:
    """What is on its way in either direction; empty where nothing is."""
    parts = (
        (state.behind, _("%(n)d biến động chưa nhận")),
        (state.waiting, _("%(n)d yêu cầu chờ gửi")),
        (state.unanswered, _("%(n)d yêu cầu chờ trả lời")),
        (state.aside, _("%(n)d biến động để riêng")),
    )
    said = [words % {"n": count} for count, words in parts if count]
    days = (clock.now() - state.waiting_since).days if state.waiting_since else 0
    if days:
        said.append(_("chờ lâu nhất %(n)d ngày") % {"n": days})
    return ", ".join(said)


def database() -> Link:
    """How fast the database answers, how many talk to it, how big it is."""
    name = _("Cơ sở dữ liệu")
    begun = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_database_size(current_database()), "
            "(SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()), "
            "pg_postmaster_start_time()"
        )
        octets, talking, started = cursor.fetchone()
    spent = (clock.now() - begun).total_seconds() * 1000
    text = _("trả lời trong %(ms)s ms; %(n)s kết nối; %(mb)s MB") % {
        "ms": number(spent, 1),
        "n": number(talking),
        "mb": number(octets / 1e6),
    }
    return Link("database", name, "good" if spent < 250 else "warn", text, since=started)


def sealer(health: JournalHealth) -> Link:
    """Whether the journal is sealed in time; what has waited longest."""
    name = _("Niêm phong nhật ký")
    now = clock.now()
    waits = ""
    age = 0.0
    if health.oldest_unsealed_at is not None:
        age = (now - health.oldest_unsealed_at).total_seconds()
        waits = _("%(n)s dòng, lâu nhất %(s)s giây") % {
            "n": number(health.backlog),
            "s": number(age, 1),
        }
    tone = "good" if age < SEALED_LATE else "warn" if age < SEALED_TOO_LATE else "bad"
    silent = (now - health.swept_at).total_seconds() > SEALED_TOO_LATE
    if silent:
        tone = "bad"
    text = {
        "good": _("kịp"),
        "warn": _("chậm: tạm không nhận lô"),
        "bad": _("dừng: cổng kết nối từ chối mọi lượt gọi"),
    }[tone]
    if reason := audit.journal_hold(platform().home / "files" / "heads"):
        # The reason names positions and heads, as the sealer's log does; the command is the same.
        tone = "bad"
        text = _(
            "bị giữ, chờ người vận hành: mã gốc đã công bố mới hơn dữ liệu ở đây (%(reason)s). Nếu "
            "cố ý khôi phục bản cũ, chạy: danso --home %(home)s journal resume --confirm"
        ) % {"reason": reason, "home": platform().home}
    since = health.oldest_unsealed_at or health.swept_at if tone != "good" else None
    return Link("sealer", name, tone, text, waits, since or _memory.since("sealer", tone))


def worker() -> Link:
    """The worker's heartbeat, jobs by state, followers behind."""
    name = _("Việc nền")
    beat = ProcrastinateWorker.objects.order_by("-last_heartbeat").first()
    counts = jobs()
    behind = max((one.behind for one in audit.followers()), default=0)
    waits = _("%(todo)d việc chờ, %(failed)d việc hỏng, chậm nhất %(behind)d vị trí") % {
        "todo": counts.get("todo", 0),
        "failed": counts.get("failed", 0),
        "behind": behind,
    }
    if beat is None:
        return _remembered("worker", name, "bad", _("không chạy"), waits)
    silent = (clock.now() - beat.last_heartbeat).total_seconds()
    if silent > WORKER_SILENT:
        return Link("worker", name, "bad", _("im lặng"), waits, beat.last_heartbeat)
    if behind > MANY_BEHIND or counts.get("failed", 0):
        return _remembered("worker", name, "warn", _("chạy, có việc tồn"), waits)
    return _remembered("worker", name, "good", _("đang chạy"), waits)


def jobs() -> dict[str, int]:
    """Jobs by state."""
    rows = ProcrastinateJob.objects.values("status").annotate(n=Count("pk"))
    return {row["status"]: row["n"] for row in rows}


def followers() -> list[Follower]:
    """Followers of events, the one furthest behind first."""
    return sorted(audit.followers(), key=lambda one: -one.behind)


@dataclass(frozen=True, slots=True)
class Process:
    """One process of this home."""

    name: str
    pid: int
    is_alive: bool
    since: datetime | None = None


def processes() -> list[Process]:
    """What the supervisor started; empty where something else runs danso."""
    known = _read_json(platform().home / "run" / "processes.json")
    return [_process(name, pid) for name, pid in known.items() if isinstance(pid, int)]


def _process(name: str, pid: int) -> Process:
    try:
        _signal_nothing(pid)
        begun = datetime.fromtimestamp((PROCESSES / str(pid)).stat().st_ctime, UTC)
    except OSError:
        return Process(name, pid, is_alive=False)
    return Process(name, pid, is_alive=True, since=begun)


def _signal_nothing(pid: int) -> None:
    """Raises where there is no such process; another user's is there, though not ours to signal."""
    with contextlib.suppress(PermissionError):
        os.kill(pid, 0)


@dataclass(frozen=True, slots=True)
class Backup:
    """The newest copy of this home."""

    name: str
    at: str
    octets: int


def last_backup() -> Backup | None:
    """The newest finished copy in the home's own folder; copies kept elsewhere are not seen."""
    manifests = sorted((platform().home / "backups").glob("*/manifest.json"))
    if not manifests:
        return None
    newest = max(manifests, key=lambda one: one.stat().st_mtime)
    octets = sum(part.stat().st_size for part in newest.parent.iterdir())
    return Backup(newest.parent.name, str(_read_json(newest).get("at", "")), octets)


@dataclass(frozen=True, slots=True)
class Disk:
    """Room on the disk that holds the home."""

    free: int
    total: int

    @property
    def tone(self) -> str:
        share = self.free / self.total
        return "good" if share > 0.2 else "warn" if share > 0.05 else "bad"


def disk() -> Disk | None:
    """None where the home is not on this machine."""
    try:
        found = shutil.disk_usage(platform().home)
    except OSError:
        return None
    return Disk(found.free, found.total)


def _remembered(code: str, name: str, tone: str, text: str, waits: str = "") -> Link:
    return Link(code, name, tone, text, waits, _memory.since(code, tone))


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


__all__ = [
    "Backup",
    "Disk",
    "Link",
    "Process",
    "disk",
    "followers",
    "last_backup",
    "links",
    "processes",
]
