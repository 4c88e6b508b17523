"""Reads of e-IDs. The caller journals what it shows to anybody but the holder."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from allauth.mfa.models import Authenticator

from danso.kernel import clock
from danso.kernel.errors import NotFound
from danso.modules.identity import models, rules
from danso.modules.identity.adapters.sealing import digest, digests, unseal
from danso.modules.identity.data import (
    AccountState,
    AssuranceRecord,
    DeviceData,
    Eid,
    FactorData,
    LiveSession,
    SignInTry,
)
from danso.modules.identity.models import Account, Citizen
from danso.toolkit import statements
from danso.toolkit.platform import platform

_IS_OVER: Final = "SELECT 1 FROM identity_live_session WHERE handle = %s AND ended_at IS NOT NULL"


def is_sound(account: Account | None) -> bool:
    """Whether this is an open, unlocked e-ID of level 2."""
    if account is None or not account.is_active:
        return False
    return account.level >= 2 and account.state == AccountState.ACTIVE


def login_name(text: str) -> str:
    """The log-in name behind what was typed: a personal number means its open e-ID.

    A number that has none gives a name that nobody has, the same one every time, so that all
    limits and times are alike. In a broker's home numbers mean nothing.
    """
    digits = "".join(sign for sign in text if sign not in " .-")
    if len(digits) != 12 or not (digits.isascii() and digits.isdigit()):
        return text
    if platform().identity_mode != "provider":
        return f"n{digest('nobody', digits)[:40]}"
    known = Citizen.objects.filter(number_key__in=digests("number", digits), is_open=True)
    found = known.values_list("account__username", flat=True).first()
    return str(found) if found else f"n{digest('nobody', digits)[:40]}"


def find_eid(account: UUID) -> Eid | None:
    """The e-ID of an account, open or not."""
    row = Citizen.objects.select_related("account").filter(pk=account).first()
    return eid_data(row) if row else None


def find_eid_of(person: UUID) -> Eid | None:
    """The open e-ID of a person."""
    rows = Citizen.objects.select_related("account").filter(account__person=person, is_open=True)
    row = rows.order_by("-opened_at").first()
    return eid_data(row) if row else None


def get_eid(account: UUID) -> Eid:
    """The e-ID of an account; NotFound for an officer's."""
    found = find_eid(account)
    if found is None:
        raise NotFound(
            "There is no such e-ID.", code="eid_unknown", fix="Look the person up again."
        )
    return found


def eids_of(people: Collection[UUID]) -> tuple[Eid, ...]:
    """The open e-IDs of these people."""
    rows = Citizen.objects.select_related("account")
    return tuple(eid_data(row) for row in rows.filter(account__person__in=people, is_open=True))


def children_of(account: UUID) -> tuple[Eid, ...]:
    """Open accounts that were opened through this one."""
    rows = Citizen.objects.select_related("account").filter(parent_id=account, is_open=True)
    return tuple(eid_data(row) for row in rows.order_by("opened_at"))


def eid_data(row: Citizen) -> Eid:
    """The row as it passes the door."""
    return Eid(
        account=row.pk,
        person=row.account.person,
        level=row.account.level,
        state=row.account.state,
        lock=row.lock,
        phone=unseal(row.phone_sealed),
        opened_at=row.opened_at,
        raised_at=row.raised_at,
        parent=row.parent_id,
        upstream=row.account.upstream,
    )


def live_sessions(account: UUID) -> tuple[LiveSession, ...]:
    """Sessions that are not over, the newest first."""
    oldest = clock.now() - rules.SESSION_ENDS_AFTER
    rows = models.LiveSession.objects.filter(
        account_id=account, ended_at__isnull=True, began_at__gt=oldest
    )
    return tuple(
        LiveSession(row.handle, row.began_at, row.seen_at, row.network, row.device)
        for row in rows.order_by("-began_at")
    )


def is_session_over(handle: str) -> bool:
    """Whether its holder, or what happened to the account, has ended it."""
    return statements.row(_IS_OVER, [handle]) is not None


def sign_ins(account: UUID, limit: int = 30) -> tuple[SignInTry, ...]:
    """Tries to sign in, failed ones too, the newest first."""
    rows = models.SignInLine.objects.filter(account_id=account).order_by("-at", "-pk")[:limit]
    return tuple(
        SignInTry(row.at, row.outcome, row.method, row.network, row.device) for row in rows
    )


def factors_of(account: UUID) -> tuple[FactorData, ...]:
    """Second factors, the oldest first."""
    rows = Authenticator.objects.filter(user_id=account).order_by("created_at")
    return tuple(
        FactorData(row.pk, str(row.type), str(row.data.get("name", "")), row.created_at)
        for row in rows
    )


def assurances(account: UUID) -> tuple[AssuranceRecord, ...]:
    """How level 2 was reached, the newest first."""
    rows = models.Assurance.objects.filter(account_id=account).order_by("-at")
    return tuple(
        AssuranceRecord(
            row.at, row.officer_id, row.place, row.way, row.evidence, row.reference, row.consent
        )
        for row in rows
    )


def devices_of(account: UUID) -> tuple[DeviceData, ...]:
    """Devices whose browser holds a key of its own, the oldest first."""
    rows = models.DeviceKey.objects.filter(account_id=account).order_by("added_at")
    return tuple(DeviceData(row.key, row.name, row.added_at, row.used_at) for row in rows)


def device_keys(account: UUID) -> tuple[tuple[UUID, str], ...]:
    """Key and public half of each."""
    rows = models.DeviceKey.objects.filter(account_id=account).order_by("added_at")
    return tuple(rows.values_list("key", "public"))


def has_device(account: UUID) -> bool:
    """Whether there is any."""
    return models.DeviceKey.objects.filter(account_id=account).exists()


def face_of(session: str) -> datetime | None:
    """When the face of a session's holder was compared, while that counts."""
    given = models.FaceFactor.objects.filter(session=session, until__gt=clock.now())
    return given.order_by("-given_at").values_list("given_at", flat=True).first()
