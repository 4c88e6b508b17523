"""Holders of e-IDs with a telephone, looks at them, sealed; officers who answer."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.contrib.auth import get_user_model

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.audit.jobs import Sealer
from danso.modules.identity.adapters.sealing import digest, seal
from danso.modules.identity.data import officer_actor
from danso.modules.identity.interface import get_account
from danso.modules.identity.models import Citizen
from danso.modules.notices.models import OutgoingMessage
from tests.officers import make_officer

TESTER = Actor(kind="system", id="tests")


def holder(person: UUID, *, phone: str = "0912345678", level: int = 2) -> UUID:
    """An open e-ID of a person of the register; the account's key."""
    account = get_user_model().objects.create(
        username=f"c{secrets.token_hex(8)}", name="", person=person, level=level
    )
    Citizen.objects.create(
        account=account,
        number_key=digest("number", secrets.token_hex(6)),
        number_sealed=seal("0"),
        phone_sealed=seal(phone),
        opened_at=clock.now(),
    )
    return UUID(str(account.pk))


def citizen_actor(account: UUID) -> Actor:
    """As the pages name a holder."""
    return officer_actor(get_account(account))


def officer(role: str, *, person: UUID | None = None) -> Actor:
    """An officer of the whole province with one post."""
    return officer_actor(make_officer(role, person=person))


def look_at(
    person: UUID, by: Actor, *, sealer: Sealer | None = None, action: str = "population.open_person"
) -> str:
    """A journaled look, sealed and signed where a sealer is given; its reference."""
    audit.record(Entry(actor=by, action=action, outcome="shown", subject=person, purpose="dev"))
    if sealer is None:
        return ""
    sealer.seal()
    sealer.sign_head()
    return audit.entries_about(person)[0].reference


def messages(code: str) -> list[str]:
    """Texts of the messages about that, oldest first."""
    rows = OutgoingMessage.objects.filter(code=f"rights.{code}").order_by("created_at", "key")
    return list(rows.values_list("text", flat=True))
