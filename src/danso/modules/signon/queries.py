"""Reads of sign-on: clients, requests begun in a browser, consents, discovery."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db.models import Max

from danso.kernel import clock
from danso.modules.exchange import interface as exchange
from danso.modules.identity import interface as identity
from danso.modules.signon import rules
from danso.modules.signon.adapters import signing
from danso.modules.signon.data import (
    CLAIM_NAMES,
    SCOPES,
    AccessData,
    Asked,
    AskedClaim,
    ClientData,
    ClientSettings,
    ClientStanding,
    ConsentData,
    NoticeData,
    RequestUnusable,
    SignOut,
)
from danso.modules.signon.engine import signed
from danso.modules.signon.models import Client, Consent, Family, LogoutNotice, PushedRequest
from danso.toolkit import statements
from danso.toolkit.platform import platform


def issuer() -> str:
    """See interface."""
    return platform().sign_on_url


def client_settings(row: Client) -> ClientSettings:
    """What a row says of a client."""
    return ClientSettings(
        partner=row.partner,
        redirect_uris=tuple(row.redirect_uris),
        purpose=row.purpose,
        claims=tuple(row.claims),
        post_logout_uris=tuple(row.post_logout_uris),
        logout_uri=row.logout_uri,
        sector=row.sector,
    )


def client_data(row: Client) -> ClientData:
    """A row as it passes the door."""
    return ClientData(client_settings(row), row.added_at, row.disabled_at)


def clients() -> tuple[ClientData, ...]:
    """See interface."""
    return tuple(client_data(row) for row in Client.objects.order_by("partner"))


def find_client(partner: str) -> ClientData | None:
    """See interface."""
    row = Client.objects.filter(pk=partner).first()
    return None if row is None else client_data(row)


def client_in_use(partner: str) -> Client | None:
    """The row of a client that is not disabled; whether its partner is open is not looked at."""
    return statements.find(Client, "partner = %s AND disabled_at IS NULL", [partner])


def client_name(partner: str) -> str:
    """See interface."""
    return exchange.partner_name(partner) or partner


def asked_as_json(asked: Asked) -> dict[str, Any]:
    """For the request's row."""
    return asdict(asked)


def asked_from_json(kept: dict[str, Any]) -> Asked:
    """What `asked_as_json` kept."""
    lists = {name: tuple(kept[name]) for name in ("scope", "acr", "prompt")}
    claims = tuple(AskedClaim(**one) for one in kept["claims"])
    return Asked(**{**kept, **lists, "claims": claims})


def find_begun(key: UUID, browser: str) -> PushedRequest | None:
    """A request that this browser has begun and neither finished nor left too long."""
    live = "key = %s AND browser = %s AND browser <> '' AND finished_at IS NULL AND expires_at > %s"
    return statements.find(PushedRequest, live, [key, browser, clock.now()])


def consents_of(account: UUID) -> tuple[ConsentData, ...]:
    """See interface."""
    return tuple(
        ConsentData(
            id=row.pk,
            account=row.account,
            client=row.client_id,
            claims=tuple(AskedClaim(**one) for one in row.claims),
            given=tuple(row.given),
            at=row.at,
        )
        for row in Consent.objects.filter(account=account).order_by("-at")[:200]
    )


def access_of(account: UUID) -> tuple[AccessData, ...]:
    """See interface."""
    live = Family.objects.filter(
        account=account, ended_at__isnull=True, expires_at__gt=clock.now()
    ).select_related("consent")
    by_client: dict[str, list[Family]] = {}
    for row in live.order_by("-began_at"):
        by_client.setdefault(row.client_id, []).append(row)
    return tuple(
        AccessData(
            client=client,
            since=min(row.began_at for row in rows),
            until=max(row.expires_at for row in rows),
            claims=tuple(
                dict.fromkeys(one for row in rows if row.consent for one in row.consent.given)
            ),
        )
        for client, rows in by_client.items()
    )


def read_sign_out(hint: str, client: str, redirect_uri: str, state: str) -> SignOut:
    """See interface."""
    if hint:
        claims = signing.read_own(hint)
        told = str(claims["aud"]) if claims and claims.get("iss") == issuer() else ""
        if not told or client not in ("", told):
            raise _unusable_hint()
        client = told
    row = Client.objects.filter(pk=client).first() if client else None
    if client and row is None:
        raise _unusable_hint()
    if redirect_uri and (row is None or redirect_uri not in row.post_logout_uris):
        raise RequestUnusable(
            "the address to return to after signing out is not registered for this client",
            code="sign_out_address",
            fix="Sign out here; then close this page.",
        )
    name = client_name(client) if client else ""
    back = rules.answer_url(redirect_uri, {"state": state[:1024]}) if redirect_uri else ""
    return SignOut(client, name, redirect_uri, state[:1024], back)


def _unusable_hint() -> RequestUnusable:
    return RequestUnusable(
        "the request to sign out does not come from the client it names",
        code="sign_out_hint",
        fix="Sign out here; then close this page.",
    )


def count_waiting_notices() -> int:
    """See interface."""
    return LogoutNotice.objects.filter(next_at__isnull=False).count()


def standing_of(partner: str) -> ClientStanding:
    """See interface."""
    live = Family.objects.filter(client=partner, ended_at__isnull=True, expires_at__gt=clock.now())
    notices = LogoutNotice.objects.filter(client=partner)
    return ClientStanding(
        live=live.count(),
        newest_at=Family.objects.filter(client=partner).aggregate(at=Max("began_at"))["at"],
        waiting=notices.filter(next_at__isnull=False).count(),
        failed=notices.filter(next_at__isnull=True, told_at__isnull=True).count(),
    )


def notices_of(partner: str, limit: int) -> tuple[NoticeData, ...]:
    """See interface."""
    rows = LogoutNotice.objects.filter(client=partner).order_by("-made_at", "-pk")[:limit]
    return tuple(
        NoticeData(row.made_at, row.told_at, row.tries, row.next_at, row.last_fault) for row in rows
    )


def metadata() -> dict[str, Any]:
    """See interface."""
    base = issuer()
    algorithms = list(signed.ALGORITHMS)
    reached = (1, 2, 3, 4) if identity.has_id_database() else (1, 2)
    return {
        "issuer": base,
        "authorization_endpoint": f"{base}/authorize",
        "pushed_authorization_request_endpoint": f"{base}/par",
        "require_pushed_authorization_requests": True,
        "token_endpoint": f"{base}/token",
        "userinfo_endpoint": f"{base}/userinfo",
        "jwks_uri": f"{base}/jwks",
        "revocation_endpoint": f"{base}/revoke",
        "introspection_endpoint": f"{base}/introspect",
        "end_session_endpoint": f"{base}/end-session",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": [signing.ALGORITHM],
        **{
            f"{endpoint}_endpoint_auth_{what}": values
            for endpoint in ("token", "revocation", "introspection")
            for what, values in (
                ("methods_supported", ["private_key_jwt"]),
                ("signing_alg_values_supported", algorithms),
            )
        },
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": algorithms,
        "acr_values_supported": [
            rules.acr_of(level, authentication)
            for level in (0, 1, 2)
            for authentication in (reached if level == rules.FACE_LEVEL else (1, 2))
        ],
        "claim_types_supported": ["normal"],
        "claims_supported": ["sub", "acr", "amr", "auth_time", "sid", *CLAIM_NAMES],
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "prompt_values_supported": sorted(rules.PROMPTS),
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "ui_locales_supported": ["vi", "en"],
    }
