"""The door of exchange: partners, their keys, agreements, files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.exchange import queries, rules
from danso.modules.exchange.actions import agreements as agreeing
from danso.modules.exchange.actions import files as filing
from danso.modules.exchange.actions import partners as partnering
from danso.modules.exchange.actions import retaining, subscribing, trying
from danso.modules.exchange.actions import sandbox as publishing
from danso.modules.exchange.data import (
    AgreementData,
    AgreementTerms,
    FileJobData,
    FileOrder,
    KeyData,
    PartnerBody,
    PartnerData,
    SandboxExample,
    Service,
    SubscriptionData,
)
from danso.modules.sources import interface as sources
from danso.toolkit.platform import province
from danso.wire.envelope import Claim
from danso.wire.reasons import Verdict


def create_partner(
    *, code: str, body: PartnerBody, actor: Actor, agency: str = "", name: str = ""
) -> PartnerData:
    """Make a partner that may not ask anything yet, and journal it.

    A state body (agency, court) names its `agency` in the catalogue; any other gives its `name`.
    Raises InvalidValue (`partner_nameless`), AlreadyThere (`partner_taken`), NotFound (agency).
    """
    return partnering.create_partner(code=code, body=body, actor=actor, agency=agency, name=name)


def close_partner(code: str, *, actor: Actor) -> PartnerData:
    """Close a partner for good: keys and tokens stop within 5 s. Raises PartnerUnknown."""
    return partnering.close_partner(code, actor=actor)


def add_key(partner: str, jwk: Mapping[str, object], *, actor: Actor) -> KeyData:
    """Register a public key (JWK: Ed25519, P-256 or RSA from 2048 bits) for a partner.

    Raises InvalidValue (`key_private`, `key_unusable`), AlreadyThere (`key_taken`).
    """
    return partnering.add_key(partner, jwk, actor=actor)


def revoke_key(kid: str, *, actor: Actor) -> KeyData:
    """Revoke a key by its thumbprint; tokens got with it stop within 5 seconds."""
    return partnering.revoke_key(kid, actor=actor)


def issue_agreement(terms: AgreementTerms, *, actor: Actor) -> AgreementData:
    """Put an agreement in force, both signatories and the paper on record.

    The purpose's law, consent rule and upper bounds come from the catalogue. Raises TermsRefused
    (with the bound that was crossed), AlreadyThere (`agreement_in_force`), PartnerUnknown.
    Law: decree 278/2025 (mandatory sharing), law 91/2025/QH15 art. 4 and decree 356/2025 art. 7
    (an agreement names purpose, types of data, term and basis).
    """
    return agreeing.issue_agreement(terms, actor=actor)


def revoke_agreement(code: str, *, reason: str, actor: Actor) -> AgreementData:
    """End an agreement now; the gateway refuses it within 5 seconds. Raises AgreementUnknown."""
    return agreeing.revoke_agreement(code, reason=reason, actor=actor)


def subscribe(
    partner: str, source: str, *, fields: Sequence[str] = (), actor: Actor
) -> SubscriptionData:
    """Tell a source's owner of changes about the people that its records are linked to, with the
    keys of those records, through /v1/changes (clause I.A.2022.4: nobody declares twice).

    `fields`: of those that the source subscribes to and the partner's agreements for changes name;
    all of them by default. Subscribing again replaces the fields. Raises TermsRefused
    (`subscription_not_owner`, `subscription_beyond`, `subscription_nothing`), PartnerUnknown,
    NotFound (source).
    """
    return subscribing.subscribe(partner, source, fields=fields, actor=actor)


def unsubscribe(partner: str, source: str, *, actor: Actor) -> SubscriptionData:
    """End a subscription now. Raises NotFound `subscription_unknown`, PartnerUnknown."""
    return subscribing.unsubscribe(partner, source, actor=actor)


def subscriptions(partner: str) -> tuple[SubscriptionData, ...]:
    """The sources that a partner is subscribed to now; raises PartnerUnknown."""
    return queries.subscriptions(partner)


def fields_allowed(purpose: str, service: Service) -> frozenset[str]:
    """The most an agreement for this purpose and service may name: codes of the register's fields
    and of what connected sources tell; for push, codes of sources (an owner may send
    its own only). Raises NotFound (purpose)."""
    here = province()
    facts, pushed = sources.facts_for(purpose), here.pushed
    return rules.fields_allowed(here.purpose(purpose), service, facts, pushed)


def partners() -> tuple[PartnerData, ...]:
    """Every partner, open or closed, by code."""
    return queries.partners()


def find_partner(code: str) -> PartnerData | None:
    """The partner with this code, or None."""
    return queries.find_partner(code)


def partner_name(key: str | int, *, is_english: bool = False) -> str | None:
    """A partner's name in the reader's language; `key` is its code or, as events carry it, its
    row's number. None where no partner has it."""
    return queries.partner_name(key, is_english=is_english)


def get_partner(code: str) -> PartnerData:
    """The partner with this code; raises PartnerUnknown."""
    return queries.get_partner(code)


def is_open(partner: str) -> bool:
    """Whether there is such a partner, and it is not closed. One look-up by key."""
    return queries.is_open(partner)


def keys_in_force(partner: str) -> dict[str, tuple[str, dict[str, Any]]] | None:
    """What an open partner's assertions are checked with: kid -> (algorithm, public JWK), revoked
    ones left out; None where no open partner has this code. One look-up."""
    return queries.keys_in_force(partner)


def keys_of(partner: str) -> tuple[KeyData, ...]:
    """A partner's keys, revoked ones too, oldest first."""
    return queries.keys_of(partner)


def agreements(partner: str | None = None) -> tuple[AgreementData, ...]:
    """All agreements, or one partner's, revoked and expired ones too."""
    return queries.agreements(partner)


def get_agreement(code: str) -> AgreementData:
    """The agreement with this number; raises AgreementUnknown."""
    return queries.get_agreement(code)


def open_file_job(order: FileOrder, content: bytes, *, actor: Actor) -> FileJobData:
    """Take a CSV file of people (UTF-8, at most 200,000 rows, 20 MB) to be verified by a job.

    Needs the partner's `batch` agreement; outside the state a `consent` column with every row
    filled. A column named by a fact of the agreement asks connected sources, `FACT.on` for a day,
    as /v1/verify does. Raises InvalidValue (`file_encoding`, `file_headings`, `file_rows`,
    `file_too_large`), AgreementUnknown, FilesNotForwarded where the register is absent
    (journaled). Rows that are wrong by themselves come back with a code.
    """
    return filing.open_file_job(order, content, actor=actor)


def work_on_file(key: UUID, *, chunks: int = 1_000_000) -> bool:
    """Ask up to so many chunks of a thousand; True when nothing is left to do.

    False also while the journal is two seconds behind: come back later. A chunk's answers, its
    journal rows and the erasing of what was asked are one commit. Raises FileJobUnknown.
    """
    return filing.work_on_file(key, chunks=chunks)


def file_job(key: UUID, partner: str) -> FileJobData:
    """One file of a partner; raises FileJobUnknown, for another partner's too."""
    return queries.get_file_job(key, partner)


def file_jobs(partner: str) -> tuple[FileJobData, ...]:
    """A partner's last hundred files, newest first."""
    return queries.file_jobs(partner)


def unfinished_files() -> tuple[UUID, ...]:
    """Files with rows left to ask."""
    return queries.unfinished_files()


def read_answers(key: UUID, partner: str, *, offset: int = 0) -> Iterator[bytes]:
    """The answers so far as CSV without headings (they are the job's `answer_headings`), from a
    byte on: a broken download goes on where it stopped. Raises FileJobUnknown, and
    FileAnswersErased once their term is over."""
    return queries.read_answers(key, partner, offset)


def publish_sandbox(*, actor: Actor) -> int:
    """Enrol and publish the made-up people of a demo home, once each; returns how many are new.

    Their wrong tries are not counted, but for the one that shows `too_many_attempts`. Raises
    Refused (`sandbox_in_real_home`).
    """
    return publishing.publish_sandbox(actor=actor)


def sandbox() -> tuple[SandboxExample, ...]:
    """The published made-up people of a demo home: this number gives this reason code."""
    return queries.sandbox()


def try_verify(agreement: str, claim: Claim, *, officer: str) -> Verdict:
    """Ask `gateway_v1.verify` about one sandbox person, under an agreement, as the gateway would.

    Counts wrong tries and writes the journal row as every call does (system `trial`; `officer` is
    the account's key). Raises AgreementUnknown, TermsRefused (`agreement_not_in_force`,
    `field_not_agreed`), InvalidValue (`trial_not_sandbox`) for a number that is not published.
    """
    return trying.try_verify(agreement, claim, officer=officer)


def destroy_past_term(*, now: datetime | None = None) -> dict[str, int]:
    """Erase what courts asked and sent once its term is over (`kept` of courts.yaml, from the
    answer on), and answers of files (the rule `batch-result` of retention.yaml, from their end
    on), requests for consent that are over and consents that ended (`consent-request`,
    `consent`); returns how many by kind: `records`, `requests`, `decisions`, `files` and the
    rules' codes.

    Of a record the digest stays, which still proves the court's copy; requests and decisions go
    whole, those not answered yet stay. The journal keeps its own rows.
    """
    return retaining.destroy_past_term(now=now)
