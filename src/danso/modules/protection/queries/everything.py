"""Everything about a person that they may see, read through the doors of the modules below.

Left out: entries that a decision withholds, facts of closed databases, fields labelled secret
(protection, investigation), officers' names, and what is held about others.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final
from uuid import UUID

from danso.kernel import clock
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Look
from danso.modules.exchange import interface as exchange
from danso.modules.identity import interface as identity
from danso.modules.population import interface as population
from danso.modules.population.data import FIELD_COLUMNS, PersonRecord
from danso.modules.protection.adapters.parts_above import parts_above
from danso.modules.protection.data import Part, Row
from danso.modules.protection.engine.everything import Everything
from danso.modules.protection.models import Complaint, DataRequest
from danso.modules.signon import interface as signon
from danso.modules.sources import interface as sources
from danso.toolkit.platform import province

_PAGE: Final = 1_000
_SIGN_INS: Final = 1_000
_RELATIVES: Final = {
    "father": "father_name",
    "mother": "mother_name",
    "spouse": "spouse_name",
    "representative": "representative_name",
}
# What the register keeps of the catalogue's fields; which household it is says nothing to people.
_KEPT: Final = frozenset(FIELD_COLUMNS) - {"household"}
_ROLES: Final = {
    "officer": "cán bộ",
    "partner": "đơn vị khai thác",
    "system": "hệ thống",
    "citizen": "người dân",
    "operator": "người vận hành",
}


def everything_about(account: UUID, person: UUID) -> Everything:
    """All parts of a copy. The caller journals."""
    keys = population.keys_of(person)
    record, held = _record(person)
    facts, kinds = _facts(keys)
    parts = (
        record,
        _numbers(person),
        facts,
        _consents(account),
        _shared(account, keys),
        *_account(account),
        _looks(person, keys),
        *_asked(account),
        *parts_above(keys),
    )
    here = province()
    return Everything(here.name, here.rights.law, parts, (*held, *kinds))


def _record(person: UUID) -> tuple[Part, tuple[str, ...]]:
    found = population.find_person(person)
    rows: list[Row] = []
    if found is not None:
        for code, field in province().fields.items():
            value = _value(code, found)
            if value and field.sensitivity != "secret":
                rows.append({"field": code, "name": field.vi, "value": value, "law": field.law})
        rows.append({"field": "as_of", "name": "Tính đến ngày", "value": _day(found.as_of)})
    columns = {"field": "Mã trường", "name": "Trường", "value": "Giá trị", "law": "Căn cứ lưu giữ"}
    held = tuple(row["field"] for row in rows if row["field"] != "as_of")
    return Part("record", "Hồ sơ dân cư", columns, tuple(rows)), held


def _value(code: str, found: PersonRecord) -> str:
    """In words; a relative by name alone: their number is their own."""
    relative = _RELATIVES.get(code)
    if relative is not None:
        return getattr(found, relative) or ""
    return sources.stored_text(code, found) if code in _KEPT else ""


def _numbers(person: UUID) -> Part:
    columns = {"number": "Số", "status": "Trạng thái", "cancelled_on": "Hủy ngày"}
    rows = (
        {"number": one.number, "status": one.status, "cancelled_on": _day(one.cancelled_on)}
        for one in population.numbers_of(person)
    )
    return Part("numbers", "Số định danh đã cấp", columns, tuple(rows))


def _facts(keys: tuple[UUID, ...]) -> tuple[Part, tuple[str, ...]]:
    rows: list[Row] = []
    for one in (fact for key in keys for fact in sources.facts_about(key)):
        kind = sources.find_fact(one.kind)
        if kind is None or kind.sensitivity == "secret":
            continue
        rows.append(
            {
                "kind": one.kind,
                "name": kind.vi,
                "value": one.value,
                "source": one.source,
                "source_name": _source_name(one.source),
                "since": _day(one.since),
                "until": _day(one.until),
                "as_of": _moment(one.as_of),
                "quality": one.quality,
            }
        )
    columns = {
        "kind": "Mã",
        "name": "Thông tin",
        "value": "Giá trị",
        "source": "Mã nguồn",
        "source_name": "Nguồn",
        "since": "Từ ngày",
        "until": "Đến ngày",
        "as_of": "Tính đến",
        "quality": "Chất lượng",
    }
    return Part("facts", "Dữ liệu của các nguồn", columns, tuple(rows)), tuple(
        dict.fromkeys(row["kind"] for row in rows)
    )


def _consents(account: UUID) -> Part:
    rows = (
        {
            "id": str(one.id),
            "at": _moment(one.at),
            "client": one.client,
            "client_name": exchange.partner_name(one.client) or one.client,
            "asked": ", ".join(claim.claim for claim in one.claims),
            "given": ", ".join(one.given),
            "purpose": "; ".join(dict.fromkeys(claim.purpose for claim in one.claims)),
        }
        for one in signon.consents_of(account)
    )
    columns = {
        "id": "Mã",
        "at": "Lúc",
        "client": "Mã đơn vị",
        "client_name": "Đơn vị",
        "asked": "Đã hỏi",
        "given": "Đã đồng ý",
        "purpose": "Mục đích",
    }
    return Part("consents", "Sự đồng ý khi đăng nhập dịch vụ", columns, tuple(rows))


def _shared(account: UUID, keys: tuple[UUID, ...]) -> Part:
    rows = (
        {
            "key": str(one.key),
            "partner": one.partner,
            "partner_name": exchange.partner_name(one.partner) or one.partner,
            "purpose": one.purpose,
            "legal_basis": one.legal_basis,
            "fields": ", ".join(one.fields),
            "given_at": _moment(one.given_at),
            "until": _moment(one.until),
            "withdrawn_at": _moment(one.withdrawn_at),
            "text": one.text,
            "digest": one.digest,
        }
        for one in exchange.consents_of(account, keys)
    )
    columns = {
        "key": "Mã",
        "partner": "Mã đơn vị",
        "partner_name": "Đơn vị",
        "purpose": "Mục đích",
        "legal_basis": "Căn cứ",
        "fields": "Trường",
        "given_at": "Đồng ý lúc",
        "until": "Đến",
        "withdrawn_at": "Rút lúc",
        "text": "Văn bản đã đồng ý",
        "digest": "Mã băm",
    }
    return Part("shared", "Sự đồng ý cho đơn vị khai thác", columns, tuple(rows))


def _account(account: UUID) -> tuple[Part, ...]:
    eid = identity.find_eid(account)
    about: tuple[Row, ...] = ()
    if eid is not None:
        told = {
            "level": str(eid.level),
            "state": eid.state,
            "opened_at": _moment(eid.opened_at),
            "raised_at": _moment(eid.raised_at),
            "phone": eid.phone,
        }
        about = tuple({"name": name, "value": value} for name, value in told.items())
    factors: tuple[Row, ...] = tuple(
        {"kind": one.kind, "name": one.name, "added_at": _moment(one.added_at)}
        for one in identity.factors_of(account)
    )
    sessions: tuple[Row, ...] = tuple(
        {
            "began_at": _moment(one.began_at),
            "seen_at": _moment(one.seen_at),
            "network": one.network,
            "device": one.device,
        }
        for one in identity.live_sessions(account)
    )
    tries: tuple[Row, ...] = tuple(
        {
            "at": _moment(one.at),
            "outcome": one.outcome,
            "method": one.method,
            "network": one.network,
            "device": one.device,
        }
        for one in identity.sign_ins(account, _SIGN_INS)
    )
    seen = {"network": "Mạng", "device": "Thiết bị"}
    return (
        Part("account", "Tài khoản định danh", {"name": "Mục", "value": "Giá trị"}, about),
        Part(
            "factors",
            "Bước xác thực",
            {"kind": "Loại", "name": "Tên", "added_at": "Thêm lúc"},
            factors,
        ),
        Part(
            "sessions",
            "Phiên đang mở",
            {"began_at": "Từ lúc", "seen_at": "Dùng gần nhất", **seen},
            sessions,
        ),
        Part(
            "sign_ins",
            "Các lần đăng nhập",
            {"at": "Lúc", "outcome": "Kết quả", "method": "Cách", **seen},
            tries,
        ),
    )


def _looks(person: UUID, keys: tuple[UUID, ...]) -> Part:
    columns = {
        "reference": "Mã lượt",
        "at": "Lúc",
        "kind": "Loại",
        "who": "Cơ quan, đơn vị",
        "action": "Việc",
        "outcome": "Kết quả",
        "purpose": "Mục đích",
        "legal_basis": "Căn cứ",
        "procedure": "Thủ tục",
        "file_code": "Mã hồ sơ",
        "fields": "Trường",
    }
    # New entries push older ones onto the next page: what comes twice is one.
    rows = {one.reference: _look(one) for one in _all_looks(person, keys)}
    return Part("looks", "Ai đã xem, đã dùng dữ liệu", columns, tuple(rows.values()))


def _all_looks(person: UUID, keys: tuple[UUID, ...]) -> Iterator[Look]:
    offset = 0
    while page := audit.entries_about(person, also=keys, limit=_PAGE, offset=offset):
        yield from page
        offset += len(page)


def _look(one: Look) -> Row:
    """Which body, never which of its people: they answer to it, and it to the person."""
    purpose = province().purposes.get(one.purpose)
    return {
        "reference": one.reference,
        "at": _moment(one.at),
        "kind": _ROLES.get(one.actor.kind, one.actor.kind),
        "who": _body(one),
        "action": one.action,
        "outcome": one.outcome.partition(":")[0],
        "purpose": purpose.vi if purpose else one.purpose,
        "legal_basis": one.legal_basis,
        "procedure": one.procedure,
        "file_code": one.file_code,
        "fields": ", ".join(one.fields),
    }


def _body(one: Look) -> str:
    if one.actor.kind == "partner":
        return exchange.partner_name(one.actor.id) or one.actor.id
    code = one.actor.unit.rpartition(":")[2]
    agency = province().agencies.get(code)
    if agency is not None:
        return agency.vi
    commune = province().units.by_code.get(code)
    return commune.name if commune else code


def _asked(account: UUID) -> tuple[Part, ...]:
    requests = DataRequest.objects.filter(account=account).order_by("filed_at")
    complaints = Complaint.objects.filter(account=account).order_by("filed_at")
    columns = {
        "filed_at": "Gửi lúc",
        "what": "Về việc",
        "text": "Nội dung",
        "state": "Trạng thái",
        "due": "Hạn",
        "answer": "Trả lời",
    }
    asked: tuple[Row, ...] = tuple(
        {
            "filed_at": _moment(one.filed_at),
            "what": one.right,
            "text": one.text,
            "state": one.state,
            "due": _day(one.due),
            "answer": one.answer,
        }
        for one in requests
    )
    complained: tuple[Row, ...] = tuple(
        {
            "filed_at": _moment(one.filed_at),
            "what": one.reference,
            "text": one.text,
            "state": one.state,
            "due": _day(one.due),
            "answer": one.answer,
        }
        for one in complaints
    )
    return (
        Part("requests", "Yêu cầu tôi đã gửi", columns, asked),
        Part("complaints", "Khiếu nại tôi đã gửi", columns, complained),
    )


def _source_name(code: str) -> str:
    found = province().sources.get(code) or province().registers.get(code)
    return found.vi if found else code


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _moment(value: datetime | None) -> str:
    return clock.local(value).isoformat(timespec="seconds") if value else ""
