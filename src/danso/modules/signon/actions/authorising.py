"""From a pushed request to a code: begin it in a browser, let its user answer, send both back."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Authenticated
from danso.modules.signon import rules
from danso.modules.signon.actions.clients import as_columns, identify, use_once, used_before
from danso.modules.signon.data import (
    CLAIM_FIELDS,
    Asked,
    Call,
    Pending,
    RequestUnusable,
    SignOnRefused,
    Step,
)
from danso.modules.signon.engine.hashes import digest, new_secret
from danso.modules.signon.models import (
    AuthenticationEvent,
    Consent,
    PairwiseSubject,
    PushedRequest,
)
from danso.modules.signon.queries import (
    asked_as_json,
    asked_from_json,
    client_settings,
    find_begun,
    issuer,
)
from danso.toolkit import statements

REFERENCE = "urn:ietf:params:oauth:request_uri:"
# Nothing is kept of a request whose assertion or proof was shown before.
_PUSH = """
    WITH once AS (
        INSERT INTO signon_used_once (digest, until)
        SELECT * FROM unnest(%(once)s::text[], %(until)s::timestamptz[])
        ON CONFLICT DO NOTHING RETURNING 1
    )
    INSERT INTO signon_pushed_request
        (key, digest, client_id, asked, pushed_at, expires_at, browser)
    SELECT %(key)s, %(digest)s, %(client)s, %(asked)s::jsonb, %(now)s, %(expires)s, ''
    WHERE (SELECT count(*) FROM once) = %(shown)s
"""
_BEGIN = """
    UPDATE signon_pushed_request AS request
    SET browser = %(browser)s,
        expires_at = CASE request.browser WHEN '' THEN %(until)s ELSE request.expires_at END
    FROM signon_client AS client
    WHERE request.digest = %(digest)s AND request.client_id = %(client)s
      AND request.browser IN ('', %(browser)s) AND request.finished_at IS NULL
      AND request.expires_at > %(now)s
      AND client.partner = request.client_id AND client.disabled_at IS NULL
    RETURNING request.key, request.asked, request.pushed_at
"""
_IS_KNOWN = """
    SELECT 1 FROM signon_pushed_request AS request
    JOIN signon_client AS client ON client.partner = request.client_id
    WHERE request.digest = %(digest)s AND request.client_id = %(client)s
      AND request.expires_at > %(now)s AND client.disabled_at IS NULL
"""
_LOCK = """
    SELECT request.client_id, request.asked, request.pushed_at, client.sector, event.id, subject.sub
    FROM signon_pushed_request AS request
    JOIN signon_client AS client ON client.partner = request.client_id
    LEFT JOIN signon_authentication AS event
        ON event.session = %(session)s AND event.at = %(at)s AND event.level = %(level)s
    LEFT JOIN signon_pairwise_subject AS subject
        ON subject.sector = client.sector AND subject.account = %(account)s
    WHERE request.key = %(key)s AND request.browser = %(browser)s AND request.browser <> ''
      AND request.finished_at IS NULL AND request.expires_at > %(now)s
      AND client.disabled_at IS NULL
    FOR UPDATE OF request
"""
_FINISH = """
    WITH family AS (
        INSERT INTO signon_family (id, client_id, event_id, consent_id, account, sub, scope,
                                   proof_key, began_at, expires_at, ended_why)
        VALUES (%(family)s, %(client)s, %(event)s, %(consent)s, %(account)s, %(sub)s, %(scope)s,
                '', %(now)s, %(until)s, '')
    ), code AS (
        INSERT INTO signon_code (digest, family_id, redirect_uri, challenge, nonce, proof_key,
                                 expires_at)
        VALUES (%(digest)s, %(family)s, %(redirect_uri)s, %(challenge)s, %(nonce)s, %(proof_key)s,
                %(code_until)s)
    )
    UPDATE signon_pushed_request SET finished_at = %(now)s WHERE key = %(key)s
"""


def push(call: Call) -> tuple[str, int]:
    """See interface."""
    caller = identify(call)
    entry = Entry(caller.actor, "signon.push", "done", service="signon")
    try:
        asked = rules.read_asked(call.given, client_settings(caller.client), caller.proof_key)
    except SignOnRefused as refused:
        use_once(*caller.shown)
        audit.journal_refusal(entry, refused)
        raise
    reference = new_secret()
    digests, until = as_columns(caller.shown)
    given = {"once": digests, "until": until, "shown": len(digests)}
    given |= {"key": uuid4(), "digest": digest(reference), "client": caller.client.pk}
    given |= {"asked": json.dumps(asked_as_json(asked)), "now": clock.now()}
    if not statements.run(_PUSH, given | {"expires": clock.now() + rules.PUSHED_LIFE}):
        # Of what was shown, what is new is used up with this call all the same.
        raise used_before(caller.shown)
    return REFERENCE + reference, int(rules.PUSHED_LIFE.total_seconds())


def begin(client: str, request_uri: str, browser: str, who: Authenticated | None) -> Pending:
    """See interface."""
    reference, now = digest(request_uri.removeprefix(REFERENCE)), clock.now()
    given = {"digest": reference, "client": client, "browser": browser, "now": now}
    found = statements.row(_BEGIN, given | {"until": now + rules.BEGUN_LIFE})
    if found is None:
        raise _used() if statements.row(_IS_KNOWN, given) else _unknown()
    key, asked, pushed_at = found
    return _pending(key, client, asked_from_json(json.loads(asked)), pushed_at, who)


def get_pending(key: UUID, browser: str, who: Authenticated | None) -> Pending:
    """See interface."""
    row = find_begun(key, browser)
    if row is None:
        raise _used()
    return _pending(row.pk, row.client_id, asked_from_json(row.asked), row.pushed_at, who)


def _pending(
    key: UUID, client: str, asked: Asked, pushed_at: datetime, who: Authenticated | None
) -> Pending:
    return Pending(key=key, client=client, asked=asked, step=_decide(asked, pushed_at, who))


def answer(
    pending: Pending, browser: str, who: Authenticated, agreed: Collection[str] | None = None
) -> str:
    """See interface."""
    entry = Entry(
        _actor(who),
        "signon.signed_in",
        "done",
        subject=who.person,
        service="signon",
        detail={"client": pending.client},
    )
    with audit.carried_out(entry) as ledger:
        begun = _lock_with(pending.key, browser, who)
        asked = begun.asked
        step = _decide(asked, begun.pushed_at, who)
        if (step is Step.CONSENT and agreed is None) or step not in (Step.CONSENT, Step.DONE):
            raise RequestUnusable(
                "something else has to happen before this sign-in can go on",
                code="sign_on_not_yet",
                fix="Go back to the service you came from and sign in from there again.",
            )
        given = _given(asked, who, agreed or ())
        if given is None:
            ledger.outcome = "declined"
            return _turned(pending.key, asked, "access_denied")
        consent = _consent(pending.client, asked, who, given)
        family, code = _finish(begun, who, consent)
        ledger.fields = tuple(dict.fromkeys(CLAIM_FIELDS[name] for name in given))
        ledger.detail["sign_on"] = str(family)
        if consent is not None:
            ledger.detail["consent"] = str(consent.pk)
        return _address(asked, {"code": code})


@transaction.atomic
def turn_back(key: UUID, browser: str, error: str) -> str:
    """See interface."""
    if find_begun(key, browser) is None:
        raise _used()
    row = (
        PushedRequest.objects.select_for_update(of=("self",))
        .filter(pk=key, finished_at__isnull=True, client__disabled_at__isnull=True)
        .first()
    )
    if row is None:
        raise _used()
    return _turned(key, asked_from_json(row.asked), error)


def _decide(asked: Asked, pushed_at: datetime, who: Authenticated | None) -> Step:
    has_factor = bool(
        who and asked.acr and (identity.has_factor(who.account) or identity.has_device(who.account))
    )
    return rules.decide(
        asked,
        who,
        pushed_at=pushed_at,
        has_factor=has_factor,
        can_face=identity.has_id_database(),
    )


@dataclass(frozen=True, slots=True)
class _Begun:
    """A request that is locked to be answered; the event and the subject, where they are known."""

    key: UUID
    client: str
    asked: Asked
    pushed_at: datetime
    sector: str
    event: int | None
    sub: str | None


def _lock_with(key: UUID, browser: str, who: Authenticated) -> _Begun:
    given = {"key": key, "browser": browser, "now": clock.now(), "account": who.account}
    given |= {"session": who.session, "at": who.at, "level": who.level}
    found = statements.row(_LOCK, given)
    if found is None:
        raise _used()
    client, asked, pushed_at, sector, event, sub = found
    return _Begun(key, client, asked_from_json(json.loads(asked)), pushed_at, sector, event, sub)


def _turned(key: UUID, asked: Asked, error: str) -> str:
    PushedRequest.objects.filter(pk=key).update(finished_at=clock.now())
    return _address(asked, {"error": error})


def _address(asked: Asked, told: dict[str, str]) -> str:
    return rules.answer_url(asked.redirect_uri, {**told, "state": asked.state, "iss": issuer()})


def _given(asked: Asked, who: Authenticated, agreed: Collection[str]) -> tuple[str, ...] | None:
    """Claims that the holder releases; None where an essential one is not among them."""
    if who.person is None:
        return ()
    if any(one.is_essential and one.claim not in agreed for one in asked.claims):
        return None
    return tuple(one.claim for one in asked.claims if one.claim in agreed)


def _consent(
    client: str, asked: Asked, who: Authenticated, given: tuple[str, ...]
) -> Consent | None:
    if not asked.claims or who.person is None:
        return None
    return Consent.objects.create(
        account=who.account,
        client_id=client,
        claims=[asdict(one) for one in asked.claims],
        given=list(given),
        at=clock.now(),
    )


def _finish(begun: _Begun, who: Authenticated, consent: Consent | None) -> tuple[UUID, str]:
    """The request is over, a sign-in with its code begins: its key and the code."""
    family, code, now, asked = uuid4(), new_secret(), clock.now(), begun.asked
    given = {
        "key": begun.key,
        "family": family,
        "client": begun.client,
        "event": begun.event or _event(who),
        "consent": consent.pk if consent else None,
        "account": who.account,
        "sub": begun.sub or _subject(begun.sector, who.account),
        "scope": list(asked.scope),
        "now": now,
        "until": now + rules.FAMILY_LIFE,
        "digest": digest(code),
        "redirect_uri": asked.redirect_uri,
        "challenge": asked.challenge,
        "nonce": asked.nonce,
        "proof_key": asked.proof_key,
        "code_until": now + rules.CODE_LIFE,
    }
    statements.run(_FINISH, given)
    return family, code


def _event(who: Authenticated) -> int:
    event, _ = AuthenticationEvent.objects.get_or_create(
        session=who.session,
        at=who.at,
        level=who.level,
        defaults={
            "account": who.account,
            "person": who.person,
            "authentication": who.authentication,
            "methods": list(who.methods),
        },
    )
    return int(event.pk)


def _subject(sector: str, account: UUID) -> str:
    subject, _ = PairwiseSubject.objects.get_or_create(
        sector=sector, account=account, defaults={"sub": new_secret()}
    )
    return str(subject.sub)


def _actor(who: Authenticated) -> Actor:
    if who.level:
        return Actor(kind="citizen", id=str(who.account), system="signon")
    return Actor(kind="officer", id=str(who.account), system="signon")


def _unknown() -> RequestUnusable:
    return RequestUnusable(
        "this request to sign in is not known here, or too old",
        code="sign_on_request_unknown",
        fix="Go back to the service you came from and sign in from there again.",
    )


def _used() -> RequestUnusable:
    return RequestUnusable(
        "this sign-in is over, was left too long, or was begun in another browser",
        code="sign_on_request_used",
        fix="Go back to the service you came from and sign in from there again.",
    )
