"""Registering partners as clients, and proving that a call comes from one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.conf import settings as django_settings

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import PartnerUnknown
from danso.modules.signon import rules
from danso.modules.signon.actions.ending import end_families
from danso.modules.signon.data import (
    Call,
    ClientData,
    ClientSettings,
    ClientUnknown,
    SignOnRefused,
)
from danso.modules.signon.engine import nonces, signed
from danso.modules.signon.models import Client, Family
from danso.modules.signon.queries import client_data, client_in_use, issuer
from danso.toolkit import statements
from danso.toolkit.platform import platform

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ONCE = """
    INSERT INTO signon_used_once (digest, until)
    SELECT * FROM unnest(%s::text[], %s::timestamptz[]) ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Caller:
    """A client that has proved itself; `proof_key` is the key it holds, where it showed one.
    `shown` is what it showed, which must not be shown again."""

    client: Client
    proof_key: str = ""
    shown: tuple[signed.Once, ...] = ()

    @property
    def actor(self) -> Actor:
        """Whom the journal names."""
        return Actor(kind="partner", id=self.client.pk, system="signon")


def add_client(settings: ClientSettings, *, actor: Actor) -> ClientData:
    """See interface."""
    with audit.carried_out(_entry("signon.client_added", actor, settings.partner)):
        partner = exchange.get_partner(settings.partner)
        if partner.closed_at is not None:
            raise PartnerUnknown(settings.partner)
        rules.check_client(settings, is_demo=platform().is_demo)
        if Client.objects.filter(pk=settings.partner).exists():
            raise Conflict(
                "this partner is a client already",
                code="client_taken",
                fix="Change it with `danso signon client set`.",
            )
        row = Client(partner=settings.partner, added_by=actor.id)
        _take(row, settings)
        row.save(force_insert=True)
        return client_data(row)


def change_client(settings: ClientSettings, *, actor: Actor) -> ClientData:
    """See interface."""
    with audit.carried_out(_entry("signon.client_changed", actor, settings.partner)):
        rules.check_client(settings, is_demo=platform().is_demo)
        row = _lock(settings.partner)
        _take(row, settings)
        row.disabled_at, row.disabled_by = None, ""
        row.save()
        return client_data(row)


def disable_client(partner: str, *, actor: Actor) -> ClientData:
    """See interface."""
    with audit.carried_out(_entry("signon.client_disabled", actor, partner)):
        row = _lock(partner)
        row.disabled_at, row.disabled_by = clock.now(), actor.id
        row.save(update_fields=["disabled_at", "disabled_by"])
        end_families(Family.objects.filter(client=row), "client_disabled")
        return client_data(row)


def authenticate(call: Call, *, needs_proof: bool = False) -> Caller:
    """Which client calls. Raises SignOnRefused; what was shown can't be shown a second time."""
    caller = identify(call, needs_proof=needs_proof)
    use_once(*caller.shown)
    return caller


def identify(call: Call, *, needs_proof: bool = False) -> Caller:
    """As `authenticate`, but that nothing of what was shown was used before is still to be seen."""
    row, assertion = _read_client(call)
    proof = read_proof(call) if call.proof else None
    if proof is None and needs_proof:
        raise SignOnRefused("invalid_dpop_proof", "send a DPoP proof")
    # Only after all that: a client that lacks our nonce may try again with the same assertion.
    if proof is None:
        return Caller(row, shown=(assertion,))
    return Caller(row, proof.key, (assertion, proof.once))


def read_proof(call: Call) -> signed.Proof:
    """The proof of possession of a call, with a nonce of ours; not yet used up."""
    now = clock.now().timestamp()
    proof = signed.read_proof(call.proof, method=call.method, url=call.url, now=int(now))
    if not nonces.is_fresh(_nonce_key(), proof.nonce, now):
        raise SignOnRefused("use_dpop_nonce", "repeat with the nonce of the DPoP-Nonce header")
    return proof


def new_nonce() -> str:
    """See interface."""
    return nonces.make_nonce(_nonce_key(), clock.now().timestamp())


def use_once(*names: signed.Once) -> None:
    """Note identifiers, in a transaction that no later refusal takes back."""
    if statements.run(_ONCE, as_columns(names)) != len(names):
        raise used_before(names)


def as_columns(names: Sequence[signed.Once]) -> tuple[list[str], list[datetime]]:
    """Identifiers as a statement takes them."""
    until = [datetime.fromtimestamp(one.until, UTC) for one in names]
    return [one.digest for one in names], until


def used_before(names: Sequence[signed.Once]) -> SignOnRefused:
    """What whoever shows one of these again is told."""
    return SignOnRefused(
        names[0].error, "an assertion or a proof was used before; sign a new one for each request"
    )


def _read_client(call: Call) -> tuple[Client, signed.Once]:
    given = call.given
    text = given.get("client_assertion", "")
    if given.get("client_assertion_type") != ASSERTION_TYPE or not text:
        raise SignOnRefused("invalid_client", "authenticate with private_key_jwt")
    client = given.get("client_id", "") or signed.named_client(text)
    row, keys = client_in_use(client), exchange.keys_in_force(client)
    if row is None or keys is None:
        raise SignOnRefused("invalid_client", "no client in use has this id")
    now = int(clock.now().timestamp())
    return row, signed.read_assertion(text, client, keys, issuer(), now)


def _nonce_key() -> bytes:
    return str(django_settings.SECRET_KEY).encode()


def _take(row: Client, settings: ClientSettings) -> None:
    row.redirect_uris = list(settings.redirect_uris)
    row.post_logout_uris = list(settings.post_logout_uris)
    row.logout_uri = settings.logout_uri
    row.claims = list(dict.fromkeys(settings.claims))
    row.purpose = settings.purpose
    row.sector = settings.sector or settings.partner


def _lock(partner: str) -> Client:
    row = Client.objects.select_for_update().filter(pk=partner).first()
    if row is None:
        raise ClientUnknown
    return row


def _entry(action: str, actor: Actor, client: str) -> Entry:
    return Entry(
        actor=actor, action=action, outcome="done", service="signon", detail={"client": client}
    )
