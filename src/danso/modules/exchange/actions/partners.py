"""Partners and their public keys."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import Ledger
from danso.modules.exchange import rules
from danso.modules.exchange.data import (
    AlreadyThere,
    KeyData,
    PartnerBody,
    PartnerData,
    PartnerKind,
    PartnerUnknown,
)
from danso.modules.exchange.models import Partner, PartnerKey
from danso.modules.exchange.queries import key_data, partner_data
from danso.toolkit.platform import province


def create_partner(
    *, code: str, body: PartnerBody, actor: Actor, agency: str = "", name: str = ""
) -> PartnerData:
    """See interface."""
    with carried_out("partner.created", actor, partner=code):
        is_state = rules.kind_of(body) is PartnerKind.STATE
        if is_state:
            name = name or province().agency(agency).vi
        if not name or (agency and not is_state):
            raise InvalidValue(
                "a partner is either an agency of the catalogue or an organisation with a name",
                code="partner_nameless",
                fix="Give --agency for a state body, --title for any other.",
            )
        if Partner.objects.filter(code=code).exists():
            raise AlreadyThere(
                f"there is a partner {code} already",
                code="partner_taken",
                fix="Choose another code; a closed partner keeps its own for ever.",
            )
        row = Partner(
            code=code,
            kind=rules.kind_of(body),
            body=body,
            name=name,
            agency=agency,
            created_by=actor.id,
        )
        row.full_clean(exclude=["created_at"])
        row.save(force_insert=True)
        return partner_data(row)


def close_partner(code: str, *, actor: Actor) -> PartnerData:
    """See interface."""
    with carried_out("partner.closed", actor, partner=code):
        row = lock_partner(code)
        row.closed_at, row.closed_by = clock.now(), actor.id
        row.save(update_fields=["closed_at", "closed_by"])
        return partner_data(row)


def add_key(partner: str, jwk: Mapping[str, object], *, actor: Actor) -> KeyData:
    """See interface."""
    with carried_out("partner_key.added", actor, partner=partner) as ledger:
        owner = lock_partner(partner)
        kid, algorithm, public = rules.read_public_key(jwk)
        if PartnerKey.objects.filter(pk=kid).exists():
            raise AlreadyThere(
                "this key was registered before",
                code="key_taken",
                fix="Make a new pair; a key belongs to one partner and never comes back.",
            )
        row = PartnerKey.objects.create(
            kid=kid, partner=owner, algorithm=algorithm, public=public, added_by=actor.id
        )
        ledger.detail["key"] = kid
        return key_data(row)


def revoke_key(kid: str, *, actor: Actor) -> KeyData:
    """See interface."""
    with carried_out("partner_key.revoked", actor, key=kid) as ledger:
        row = (
            PartnerKey.objects.select_for_update(of=("self",))
            .select_related("partner")
            .filter(pk=kid, revoked_at__isnull=True)
            .first()
        )
        if row is None:
            raise InvalidValue(
                "no key in force has this thumbprint",
                code="key_unknown",
                fix="List a partner's keys with `danso partner show`.",
            )
        row.revoked_at, row.revoked_by = clock.now(), actor.id
        row.save(update_fields=["revoked_at", "revoked_by"])
        ledger.detail["partner"] = row.partner.code
        return key_data(row)


def lock_partner(code: str) -> Partner:
    """The row of a partner that is not closed, locked until the transaction ends."""
    row = Partner.objects.select_for_update().filter(code=code, closed_at__isnull=True).first()
    if row is None:
        raise PartnerUnknown(code)
    return row


def carried_out(action: str, actor: Actor, **detail: str) -> AbstractContextManager[Ledger]:
    """As the journal's `carried_out`, for an action of the agreement officer's."""
    return audit.carried_out(
        Entry(actor=actor, action=action, outcome="done", service="exchange", detail=detail)
    )
