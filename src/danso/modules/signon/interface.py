"""The door of sign-on: clients, the protocol's endpoints, what a browser does next; and danso as
another provider's client."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.identity.data import Authenticated, Vouched
from danso.modules.signon import queries, rules
from danso.modules.signon.actions import (
    authorising,
    clients,
    departing,
    ending,
    entering,
    leaving,
    probing,
    telling,
    tokens,
)
from danso.modules.signon.adapters import receipts, signing
from danso.modules.signon.adapters import upstreams as upstream_files
from danso.modules.signon.data import (
    AccessData,
    Call,
    ClientData,
    ClientSettings,
    ClientStanding,
    ConsentData,
    Errand,
    FileReceipt,
    Finding,
    Leave,
    NoticeData,
    Pending,
    SignOut,
    TokenAnswer,
    TokenState,
    Told,
    Upstream,
)
from danso.modules.signon.engine import hints

__all__ = [
    "access_lasts",
    "access_of",
    "add_client",
    "answer",
    "begin",
    "change_client",
    "check_upstream",
    "client_name",
    "come_back",
    "consents_of",
    "count_waiting_notices",
    "depart",
    "disable_client",
    "end_access",
    "end_from_upstream",
    "end_sessions",
    "enter",
    "exchange_token",
    "find_client",
    "get_pending",
    "get_upstream",
    "introspect",
    "issuer",
    "leave",
    "list_clients",
    "logout_address",
    "may_reach",
    "metadata",
    "new_nonce",
    "note_session",
    "notices_of",
    "open_hint",
    "public_keys",
    "push",
    "read_file_receipt",
    "read_sign_out",
    "return_address",
    "revoke",
    "seal_hint",
    "sign_file_receipt",
    "standing_of",
    "sweep",
    "tell_clients",
    "turn_back",
    "upstreams",
    "userinfo",
]


def add_client(settings: ClientSettings, *, actor: Actor) -> ClientData:
    """Register a partner of the exchange as a client; its code is the client_id, its registered
    keys sign its assertions.

    Raises PartnerUnknown, Conflict (`client_taken`), InvalidValue (`client_address`,
    `client_without_redirect`, `claim_unknown`, `client_purpose`).
    """
    return clients.add_client(settings, actor=actor)


def change_client(settings: ClientSettings, *, actor: Actor) -> ClientData:
    """Replace a client's settings, and enable it again. Raises as `add_client`, ClientUnknown."""
    return clients.change_client(settings, actor=actor)


def disable_client(partner: str, *, actor: Actor) -> ClientData:
    """Disable a client: nothing more for it, its tokens end now. Raises ClientUnknown."""
    return clients.disable_client(partner, actor=actor)


def find_client(partner: str) -> ClientData | None:
    """The client with this id, disabled or not, or None."""
    return queries.find_client(partner)


def list_clients() -> tuple[ClientData, ...]:
    """Every client by its id."""
    return queries.clients()


def standing_of(partner: str) -> ClientStanding:
    """How a client is used now. Sign-ins older than half a day are in the journal only."""
    return queries.standing_of(partner)


def notices_of(partner: str, limit: int = 50) -> tuple[NoticeData, ...]:
    """Notices to a client that a session is over, newest first; kept thirty days."""
    return queries.notices_of(partner, limit)


def issuer() -> str:
    """The provider's issuer URL, without a slash at its end."""
    return queries.issuer()


def metadata() -> dict[str, Any]:
    """The provider's metadata (OpenID Connect Discovery 1.0, RFC 8414)."""
    return queries.metadata()


def public_keys() -> dict[str, Any]:
    """The JWK set that clients check our signatures with. Raises Unavailable without a key."""
    return signing.published()


def sign_file_receipt(receipt: FileReceipt) -> str:
    """The receipt as a compact JWS (ES256, `typ` danso-receipt): `file`, `proc`, `at`, `due`,
    `unit`. Anybody checks it off line with `public_keys`; it names nobody. Raises Unavailable."""
    return receipts.sign_receipt(receipt)


def read_file_receipt(text: str) -> FileReceipt | None:
    """What a receipt of ours says, however long ago its key was retired; None for any other text,
    tokens of sign-on included. Raises Unavailable without a key."""
    return receipts.read_receipt(text)


def new_nonce() -> str:
    """A nonce for the next DPoP proof of whoever asks (RFC 9449, section 8)."""
    return clients.new_nonce()


def push(call: Call) -> tuple[str, int]:
    """Take a pushed authorization request (RFC 9126): its request_uri and its life in seconds.

    Raises SignOnRefused; after the client has proved itself that is journaled.
    """
    return authorising.push(call)


def client_name(client: str) -> str:
    """A client's name for people."""
    return queries.client_name(client)


def begin(client: str, request_uri: str, browser: str, who: Authenticated | None) -> Pending:
    """Tie a pushed request to the browser that brings it (`browser`: the hash of its cookie), and
    say the next step for whoever is signed in there.

    The same browser may load it again until it is finished. Raises RequestUnusable: then nothing
    may be sent to any client's address.
    """
    return authorising.begin(client, request_uri, browser, who)


def get_pending(key: UUID, browser: str, who: Authenticated | None) -> Pending:
    """A request begun in this browser, and the next step for whoever is signed in there.

    Raises RequestUnusable for one that is over, left for 20 minutes, or another browser's.
    """
    return authorising.get_pending(key, browser, who)


def answer(
    pending: Pending, browser: str, who: Authenticated, agreed: Collection[str] | None = None
) -> str:
    """Finish a request whose step is DONE, or CONSENT with the claims that the holder agreed to;
    returns the client's address with a code, or with access_denied where an essential claim is
    not among them. The consent and the sign-in are journaled in the same commit.

    Raises RequestUnusable. Law: Decree 69/2024 art. 19 (consent each time), Law 91/2025/QH15.
    """
    return authorising.answer(pending, browser, who, agreed)


def turn_back(key: UUID, browser: str, error: str) -> str:
    """End a request without an answer: the client's address with this error."""
    return authorising.turn_back(key, browser, error)


def exchange_token(call: Call) -> TokenAnswer:
    """A code or a refresh token for tokens bound to the key of the DPoP proof.

    A code or refresh token that comes a second time ends everything that came of it. Raises
    SignOnRefused (RFC 6749, section 5.2; RFC 9449), journaled.
    """
    return tokens.exchange(call)


def userinfo(call: Call) -> dict[str, str]:
    """`sub` and the claims that the holder agreed to, journaled in the same commit as a look at
    the person. Never documents. Raises SignOnRefused (`invalid_token`, `invalid_dpop_proof`)."""
    return telling.tell(call)


def revoke(call: Call) -> None:
    """End a token of the caller's (RFC 7009): a refresh token with its whole sign-in."""
    tokens.revoke(call)


def introspect(call: Call) -> TokenState:
    """What the caller's own token is worth now (RFC 7662)."""
    return tokens.introspect(call)


def read_sign_out(hint: str, client: str, redirect_uri: str, state: str) -> SignOut:
    """A client's wish to sign its user out (RP-Initiated Logout 1.0), checked.

    Raises RequestUnusable where hint, client and address do not belong together.
    """
    return queries.read_sign_out(hint, client, redirect_uri, state)


def end_sessions(account: UUID, session: str, why: str) -> int:
    """End every sign-in that came of a session (empty: of all the account's sessions) with its
    tokens, and line up the notices to the clients. Idempotent. Returns how many were live."""
    return ending.end_sessions(account, session, why)


def access_of(account: UUID) -> tuple[AccessData, ...]:
    """Where an account is signed in elsewhere now, by client, the latest first: codes and tokens
    that still work."""
    return queries.access_of(account)


def end_access(account: UUID, client: str) -> int:
    """End every sign-in of an account at one client, with its tokens, and tell the client; the
    holder's own doing, journaled. Returns how many were live; none is no error."""
    return ending.end_access(account, client)


def tell_clients(limit: int = 50) -> int:
    """Send the logout notices that are due; one that fails waits longer each time, for a day.
    Must not run inside a transaction. Returns how many clients took theirs."""
    return ending.tell_clients(limit)


def count_waiting_notices() -> int:
    """How many logout notices are still to be sent."""
    return queries.count_waiting_notices()


def sweep() -> int:
    """Delete what has expired: used identifiers, requests, codes and tokens. Returns rows."""
    return ending.sweep()


def consents_of(account: UUID) -> tuple[ConsentData, ...]:
    """What an account's holder agreed to, newest first (at most 200)."""
    return queries.consents_of(account)


def upstreams() -> tuple[Upstream, ...]:
    """Providers whose client this home is, in the order of its `sign-in.toml`; none where there is
    no such file. Raises InvalidValue (`upstream_sign_in_setup`)."""
    return upstream_files.upstreams()


def get_upstream(code: str) -> Upstream:
    """One of them. Raises NotFound (`upstream_unknown`)."""
    return upstream_files.get_upstream(code)


def check_upstream(upstream: Upstream) -> tuple[Finding, ...]:
    """Ask a provider what it publishes, and push a request that nobody will follow: does what was
    agreed hold? Signs nobody in. Never raises for what the provider does."""
    return probing.check_upstream(upstream)


def return_address(upstream: Upstream) -> str:
    """Where this upstream answers to: to be registered there, as `logout_address` is."""
    return departing.return_address(upstream)


def logout_address(upstream: Upstream) -> str:
    """Where this upstream tells us that a session is over (back-channel)."""
    return departing.logout_address(upstream)


def depart(upstream: Upstream, errand: Errand, browser: str) -> str:
    """Begin to sign somebody in at an upstream: the address to send the browser to.

    Discovery, PAR where it is offered (RFC 9126), state, nonce and PKCE S256 made for this browser
    and this once; `browser` is the secret of a cookie that only it keeps. Good for 15 minutes.
    Must not run inside a transaction: it calls the upstream. Raises Unavailable
    (`upstream_sign_in_down`, `upstream_key_missing`), UpstreamRefused (`upstream_metadata`,
    `upstream_error`). Source: OpenID Connect Core 1.0, FAPI 2.0 Security Profile.
    """
    return departing.depart(upstream, errand, browser)


def come_back(upstream: Upstream, browser: str, given: Mapping[str, str]) -> Told:
    """What an upstream tells of whoever came back with these parameters, each given once.

    Checked: the state is this browser's and unused (it is used up whatever comes of it), `iss`
    (RFC 9207), the code's exchange with our assertion and a DPoP key of this sign-in, the ID
    token's signature, algorithm, iss, aud, azp, exp, iat, nbf, nonce, auth_time; userinfo's sub.
    A level that no rule knows is 0: whether it is enough is the caller's to decide. No token is
    kept. Must not run inside a transaction. Raises UpstreamRefused (`upstream_state`,
    `upstream_answer`, `upstream_declined`, `upstream_unmet`, `upstream_error`), Unavailable.
    """
    return departing.come_back(upstream, browser, given)


def enter(upstream: Upstream, told: Told) -> tuple[UUID, Vouched]:
    """The account here of whoever came back, found or opened (a broker's home), and what is known
    of this sign-in, for whoever makes the session. A mismatch with the register opens a correction
    of each field that differs. Must not run inside a transaction.

    Raises as `identity.enter_vouched`, and UpstreamRefused: `upstream_somebody_else` (another
    person than the errand's), `upstream_account_moved` (that account was somebody else's here).
    """
    return entering.enter(upstream, told)


def note_session(upstream: Upstream, told: Told, account: UUID, session: str) -> None:
    """Tie a session here to the upstream's, so that it ends with it. Again: replaces what was."""
    entering.note_session(upstream, told, account, session)


def end_from_upstream(upstream: Upstream, logout_token: str) -> int:
    """End every session here that came of the one an upstream says is over, with the tokens of our
    clients, which are told. Back-Channel Logout 1.0; a token counts once. Returns how many.

    Raises UpstreamRefused (`upstream_answer`), Unavailable (its keys can't be fetched).
    """
    return entering.end_from_upstream(upstream, logout_token)


def may_reach(upstream: Upstream, reach: Sequence[str]) -> bool:
    """Whether anything at this upstream is worth at least one of these acr values (none: yes)."""
    return rules.may_reach(upstream, reach)


def leave(upstream: Upstream, back: str, hint: str = "") -> Leave | None:
    """What a browser sends so that the upstream signs it out too (RP-Initiated Logout 1.0) and
    sends it back; None where the upstream offers nothing. `hint`: the ID token of that session,
    without which some providers do not answer. Raises Unavailable."""
    return leaving.leave(upstream, back, hint)


def access_lasts(pending: Pending) -> timedelta:
    """How long a client may read what is agreed to, at most: its access token's life, or that of
    the family where it asked to go on (`offline_access`). It never outlives the session."""
    return rules.FAMILY_LIFE if rules.REFRESHABLE in pending.asked.scope else rules.ACCESS_LIFE


def seal_hint(told: Told, browser: str) -> str:
    """The ID token of who came back, for the session (`HINT`); only this browser's secret reads it.
    Empty where there is nothing to keep."""
    return hints.seal_hint(told.id_token, browser)


def open_hint(sealed: str, browser: str) -> str:
    """What `seal_hint` kept for this browser; empty for another's."""
    return hints.open_hint(sealed, browser)
