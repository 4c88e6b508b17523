"""Partners, keys and agreements: bounded by the purpose, signed by both sides, kept for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from danso.kernel import clock
from danso.kernel.errors import InvalidValue, NotFound
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import (
    AgreementUnknown,
    AlreadyThere,
    PartnerBody,
    PartnerKind,
    PartnerUnknown,
    Service,
    TermsRefused,
)
from tests.conftest import Database
from tests.exchange_world import FIELDS, OFFICER, agree, entries, make_partner, terms


def issue(partner: str, service: str, **changes: Any) -> str:
    return exchange.issue_agreement(terms(partner, service, **changes), actor=OFFICER).code


@pytest.mark.django_db
def test_partner_of_the_state_takes_its_name_from_the_catalogue() -> None:
    made = exchange.create_partner(
        code="kettle", body=PartnerBody.AGENCY, agency="kettle-office", actor=OFFICER
    )
    assert (made.kind, made.name, made.agency) == (PartnerKind.STATE, "Phòng Ấm", "kettle-office")
    assert exchange.get_partner("kettle") == made


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "agency", "name", "error"),
    [
        (PartnerBody.AGENCY, "no-such-office", "", NotFound),
        (PartnerBody.BANK, "", "", InvalidValue),
        (PartnerBody.BANK, "kettle-office", "Bank", InvalidValue),
    ],
)
def test_partner_is_an_agency_or_has_a_name(
    body: PartnerBody, agency: str, name: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        exchange.create_partner(code="x", body=body, agency=agency, name=name, actor=OFFICER)
    assert exchange.find_partner("x") is None


@pytest.mark.django_db
def test_partner_code_is_taken_once_even_when_closed() -> None:
    make_partner("kettle")
    exchange.close_partner("kettle", actor=OFFICER)
    with pytest.raises(AlreadyThere):
        make_partner("kettle")
    with pytest.raises(PartnerUnknown):
        exchange.close_partner("kettle", actor=OFFICER)
    with pytest.raises(PartnerUnknown):
        issue("kettle", "verify")


def test_agreement_records_both_sides_and_the_law(fresh_db: Database) -> None:
    make_partner("kettle")
    (made,) = agree("kettle", "verify")
    assert made.legal_basis == "Luật Ấm Chén, điều 1"
    assert (made.terms.partner_signatory, made.terms.officer_signatory) == (
        "head of the cup office",
        "head of the kettle office",
    )
    assert (made.issued_by, made.terms.fields) == (OFFICER.id, tuple(sorted(FIELDS)))
    assert exchange.get_agreement(made.code) == made
    with psycopg.connect(fresh_db.dsn("owner")) as connection:
        rows = connection.execute(
            "SELECT entry::json ->> 'action' FROM audit_inbox WHERE kind = 1 ORDER BY id"
        ).fetchall()
    assert [action for (action,) in rows] == [
        "partner.created",
        "partner_key.added",
        "agreement.issued",
    ]
    assert entries(fresh_db) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"purpose": "tea-tasting"}, "purpose_not_for_body"),
        ({"purpose": "tea-watch"}, "purpose_not_for_body"),
        ({"fields": ("number", "religion")}, "fields_beyond_purpose"),
        ({"fields": ()}, "fields_beyond_purpose"),
        ({"until": clock.now() - timedelta(days=1)}, "term_over"),
        ({"until": clock.now() + timedelta(days=4000)}, "term_too_long"),
        ({"rate": 0}, "rate_missing"),
        ({"evidence": " "}, "paper_missing"),
        ({"partner_signatory": ""}, "paper_missing"),
        ({"officer_signatory": ""}, "paper_missing"),
    ],
)
def test_agreement_beyond_its_purpose_is_refused(changes: dict[str, Any], code: str) -> None:
    make_partner("kettle")
    with pytest.raises(TermsRefused) as caught:
        issue("kettle", "verify", **changes)
    assert caught.value.code == code
    assert caught.value.fix


@pytest.mark.django_db
@pytest.mark.parametrize("service", ["link-number", "changes", "correction"])
def test_agreement_of_a_body_outside_the_state_opens_verify_and_share_by_consent(
    service: str,
) -> None:
    make_partner("tea-bank", PartnerBody.BANK)
    assert issue("tea-bank", "verify", purpose="tea-tasting")
    assert issue("tea-bank", "batch", purpose="tea-tasting")
    assert exchange.get_agreement(issue("tea-bank", "share", purpose="tea-tasting")).consent
    with pytest.raises(TermsRefused):
        exchange.issue_agreement(
            replace(terms("tea-bank", "verify", purpose="tea-tasting"), service=Service(service)),
            actor=OFFICER,
        )


@pytest.mark.django_db
def test_agreement_is_one_per_purpose_and_service_until_revoked_or_over() -> None:
    make_partner("kettle")
    first = issue("kettle", "verify", until=clock.now() + timedelta(days=2))
    with pytest.raises(AlreadyThere):
        issue("kettle", "verify")
    with clock.frozen(clock.now() + timedelta(days=3)):
        second = issue("kettle", "verify")
        exchange.revoke_agreement(second, reason="misused", actor=OFFICER)
        third = issue("kettle", "verify")
        with pytest.raises(AgreementUnknown):
            exchange.revoke_agreement(second, reason="again", actor=OFFICER)
    found = {one.code: one.revoke_reason for one in exchange.agreements("kettle")}
    assert found == {first: "ran out", second: "misused", third: ""}


def test_rows_of_the_exchange_are_never_rewritten(fresh_db: Database) -> None:
    make_partner("kettle")
    agree("kettle", "verify")
    with psycopg.connect(fresh_db.dsn("owner"), autocommit=True) as connection:
        for statement in (
            "UPDATE exchange_agreement SET fields = '{number}'",
            "UPDATE exchange_partner SET kind = 'non_state'",
            "UPDATE exchange_partnerkey SET public = '{}'",
            "DELETE FROM exchange_agreement",
            "TRUNCATE exchange_partner CASCADE",
        ):
            with pytest.raises(psycopg.errors.RestrictViolation):
                connection.execute(statement.encode())
    with psycopg.connect(fresh_db.dsn("app"), autocommit=True) as connection:
        for statement in ("DELETE FROM exchange_partner", "DELETE FROM exchange_failed_try"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


def test_every_change_raises_the_revision(fresh_db: Database) -> None:
    def revision() -> int:
        with psycopg.connect(fresh_db.dsn("gateway")) as connection:
            row = connection.execute("SELECT number FROM gateway_v1.revision").fetchone()
        assert row is not None
        return int(row[0])

    seen = [revision()]
    partner = make_partner("kettle")
    seen.append(revision())
    (agreement,) = agree("kettle", "verify")
    seen.append(revision())
    exchange.revoke_agreement(agreement.code, reason="over", actor=OFFICER)
    seen.append(revision())
    exchange.revoke_key(partner.key.thumbprint(), actor=OFFICER)
    seen.append(revision())
    exchange.close_partner("kettle", actor=OFFICER)
    seen.append(revision())
    assert seen == sorted(set(seen))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key",
    [OKPKey.generate_key("Ed25519"), ECKey.generate_key("P-256"), RSAKey.generate_key(2048)],
    ids=["okp", "ec", "rsa"],
)
def test_key_is_known_by_its_thumbprint(key: Any) -> None:
    make_partner("kettle")
    made = exchange.add_key("kettle", key.as_dict(private=False), actor=OFFICER)
    assert made.kid == key.thumbprint()
    assert "d" not in made.public
    with pytest.raises(AlreadyThere):
        exchange.add_key("kettle", key.as_dict(private=False), actor=OFFICER)
    assert made.kid in {one.kid for one in exchange.keys_of("kettle")}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("jwk", "code"),
    [
        (OKPKey.generate_key("Ed25519").as_dict(private=True), "key_private"),
        (OctKey.generate_key(256).as_dict(private=True), "key_private"),
        (OKPKey.generate_key("X25519").as_dict(private=False), "key_unusable"),
        (ECKey.generate_key("P-384").as_dict(private=False), "key_unusable"),
        ({"kty": "RSA", "e": "AQAB", "n": "A" * 170}, "key_unusable"),
        ({"kty": "OKP", "crv": "Ed25519"}, "key_unusable"),
        ({"kty": "OKP", "crv": "Ed25519", "x": 7}, "key_unusable"),
        ({}, "key_unusable"),
    ],
)
def test_key_that_is_private_or_weak_is_refused(jwk: dict[str, Any], code: str) -> None:
    make_partner("kettle")
    with pytest.raises(InvalidValue) as caught:
        exchange.add_key("kettle", jwk, actor=OFFICER)
    assert caught.value.code == code
