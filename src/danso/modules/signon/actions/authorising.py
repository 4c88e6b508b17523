"""From a pushed request to a code: begin it in a browser, let its user answer, send both back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from uuid import UUID

from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Authenticated
from danso.modules.signon import rules
from danso.modules.signon.actions.clients import authenticate
from danso.modules.signon.data import (
    CLAIM_FIELDS,
    Asked,
    Call,
    Pending,
    RequestUnusable,
    Step,
)
from danso.modules.signon.engine.hashes import digest, new_secret
from danso.modules.signon.models import (
    AuthenticationEvent,
    Client,
    Code,
    Consent,
    Family,
    PairwiseSubject,
    PushedRequest,
)
from danso.modules.signon.queries import (
    asked_as_json,
    asked_from_json,
    client_name,
    client_settings,
    find_begun,
    issuer,
)

REFERENCE = "urn:ietf:params:oauth:request_uri:"


def push(call: Call) -> tuple[str, int]:
    """See interface."""
    caller = authenticate(call)
    entry = Entry(caller.actor, "signon.push", "done", service="signon")
    with audit.refusals_journaled(entry):
        asked = rules.read_asked(call.given, client_settings(caller.client), caller.proof_key)
    reference, now = new_secret(), clock.now()
    PushedRequest.objects.create(
        digest=digest(reference),
        client=caller.client,
        asked=asked_as_json(asked),
        pushed_at=now,
        expires_at=now + rules.PUSHED_LIFE,
    )
    return REFERENCE + reference, int(rules.PUSHED_LIFE.total_seconds())


@transaction.atomic
def begin(client: str, request_uri: str, browser: str) -> UUID:
    """See interface."""
    reference = request_uri.removeprefix(REFERENCE)
    row = (
        PushedRequest.objects.select_for_update(of=("self",))
        .select_related("client")
        .filter(digest=digest(reference), expires_at__gt=clock.now())
        .first()
    )
    if row is None or row.client_id != client or row.client.disabled_at is not None:
        raise RequestUnusable(
            "this request to sign in is not known here, or too old",
            code="sign_on_request_unknown",
            fix="Go back to the service you came from and sign in from there again.",
        )
    if row.browser == "":
        row.browser = browser
        row.expires_at = clock.now() + rules.BEGUN_LIFE
        row.save(update_fields=["browser", "expires_at"])
    elif row.browser != browser or row.finished_at is not None:
        raise _used()
    return row.pk


def get_pending(key: UUID, browser: str, who: Authenticated | None) -> Pending:
    """See interface."""
    row = find_begun(key, browser)
    if row is None:
        raise _used()
    asked = asked_from_json(row.asked)
    return Pending(
        key=row.pk,
        client=row.client_id,
        client_name=client_name(row.client_id),
        asked=asked,
        step=_decide(row, asked, who),
    )


def answer(
    key: UUID, browser: str, who: Authenticated, agreed: Collection[str] | None = None
) -> str:
    """See interface."""
    begun = find_begun(key, browser)
    if begun is None:
        raise _used()
    entry = Entry(
        _actor(who),
        "signon.signed_in",
        "done",
        subject=who.person,
        service="signon",
        detail={"client": begun.client_id},
    )
    with audit.carried_out(entry) as ledger:
        row = _lock(key)
        asked = asked_from_json(row.asked)
        step = _decide(row, asked, who)
        if (step is Step.CONSENT and agreed is None) or step not in (Step.CONSENT, Step.DONE):
            raise RequestUnusable(
                "something else has to happen before this sign-in can go on",
                code="sign_on_not_yet",
                fix="Go back to the service you came from and sign in from there again.",
            )
        given = _given(asked, who, agreed or ())
        if given is None:
            ledger.outcome = "declined"
            return _finish(row, asked, {"error": "access_denied"})
        consent = _consent(row.client, asked, who, given)
        family = _begin_family(row.client, asked, who, consent)
        ledger.fields = tuple(dict.fromkeys(CLAIM_FIELDS[name] for name in given))
        ledger.detail["sign_on"] = str(family.pk)
        if consent is not None:
            ledger.detail["consent"] = str(consent.pk)
        return _finish(row, asked, {"code": _issue_code(family, asked)})


@transaction.atomic
def turn_back(key: UUID, browser: str, error: str) -> str:
    """See interface."""
    if find_begun(key, browser) is None:
        raise _used()
    row = _lock(key)
    return _finish(row, asked_from_json(row.asked), {"error": error})


def _decide(row: PushedRequest, asked: Asked, who: Authenticated | None) -> Step:
    has_factor = bool(
        who and asked.acr and (identity.has_factor(who.account) or identity.has_device(who.account))
    )
    return rules.decide(
        asked,
        who,
        pushed_at=row.pushed_at,
        has_factor=has_factor,
        can_face=identity.has_id_database(),
    )


def _lock(key: UUID) -> PushedRequest:
    row = (
        PushedRequest.objects.select_for_update(of=("self",))
        .select_related("client")
        .filter(pk=key, finished_at__isnull=True, client__disabled_at__isnull=True)
        .first()
    )
    if row is None:
        raise _used()
    return row


def _finish(row: PushedRequest, asked: Asked, told: dict[str, str]) -> str:
    row.finished_at = clock.now()
    row.save(update_fields=["finished_at"])
    return rules.answer_url(asked.redirect_uri, {**told, "state": asked.state, "iss": issuer()})


def _given(asked: Asked, who: Authenticated, agreed: Collection[str]) -> tuple[str, ...] | None:
    """Claims that the holder releases; None where an essential one is not among them."""
    if who.person is None:
        return ()
    if any(one.is_essential and one.claim not in agreed for one in asked.claims):
        return None
    return tuple(one.claim for one in asked.claims if one.claim in agreed)


def _consent(
    client: Client, asked: Asked, who: Authenticated, given: tuple[str, ...]
) -> Consent | None:
    if not asked.claims or who.person is None:
        return None
    return Consent.objects.create(
        account=who.account,
        client=client,
        claims=[asdict(one) for one in asked.claims],
        given=list(given),
        at=clock.now(),
    )


def _begin_family(
    client: Client, asked: Asked, who: Authenticated, consent: Consent | None
) -> Family:
    now = clock.now()
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
    subject, _ = PairwiseSubject.objects.get_or_create(
        sector=client.sector, account=who.account, defaults={"sub": new_secret()}
    )
    return Family.objects.create(
        client=client,
        event=event,
        consent=consent,
        account=who.account,
        sub=subject.sub,
        scope=list(asked.scope),
        began_at=now,
        expires_at=now + rules.FAMILY_LIFE,
    )


def _issue_code(family: Family, asked: Asked) -> str:
    code = new_secret()
    Code.objects.create(
        digest=digest(code),
        family=family,
        redirect_uri=asked.redirect_uri,
        challenge=asked.challenge,
        nonce=asked.nonce,
        proof_key=asked.proof_key,
        expires_at=clock.now() + rules.CODE_LIFE,
    )
    return code


def _actor(who: Authenticated) -> Actor:
    if who.level:
        return Actor(kind="citizen", id=str(who.account), system="signon")
    return Actor(kind="officer", id=str(who.account), system="signon")


def _used() -> RequestUnusable:
    return RequestUnusable(
        "this sign-in is over, was left too long, or was begun in another browser",
        code="sign_on_request_used",
        fix="Go back to the service you came from and sign in from there again.",
    )
