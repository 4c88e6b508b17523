"""The part of the door about citizens' e-IDs: opening, raising, states, sessions (Decree 69/2024).

Only in a home that is the provider of identities; elsewhere everything that opens raises Refused
(`identity_is_broker`), and accounts come by `enter_vouched`. Steps of an enrolment never say
whether somebody is known.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.modules.identity import queries
from danso.modules.identity.actions import (
    counter,
    eids,
    enrolments,
    factors,
    judging,
    opening,
    phones,
    sessions,
    telling,
    vouching,
)
from danso.modules.identity.adapters import id_database
from danso.modules.identity.data import (
    AssuranceRecord,
    CardText,
    Counter,
    DeviceData,
    Eid,
    EnrolmentData,
    EnrolmentKind,
    FacePresented,
    FactorData,
    LiveSession,
    LockReason,
    NewAccount,
    PhoneChange,
    Presented,
    Signed,
    SignInTry,
    Vouched,
)
from danso.modules.identity.engine import card
from danso.modules.notices import interface as notices


def can_tell() -> bool:
    """Whether messages have somewhere to go in this home."""
    return telling.can_tell()


def has_id_database() -> bool:
    """Whether faces and fingerprints can be compared: without it nobody gets level 2 here."""
    return id_database.is_set()


def parse_phone(text: str, *, accepts_made_up: bool = False) -> str:
    """A mobile number of Vietnam as ten digits. Raises InvalidValue (`phone_shape`)."""
    return notices.parse_phone(text, accepts_made_up=accepts_made_up)


def begin_enrolment(kind: EnrolmentKind, *, network: str, account: UUID | None = None) -> UUID:
    """Begin; the key is this browser's secret for half an hour. `account` is the parent's (CHILD).

    Raises Refused (`identity_is_broker`, `enrolment_storm`), Unavailable (`messages_unset`).
    """
    return enrolments.begin_enrolment(kind, network=network, account=account)


def get_enrolment(key: UUID) -> EnrolmentData:
    """As far as it got. Raises NotFound (`enrolment_over`)."""
    return enrolments.get_enrolment(key)


def give_answers(key: UUID, **told: str) -> None:
    """Keep `number` or `full_name`, sealed. Raises InvalidValue for what can't be one, Conflict
    (`enrolment_answered`) once the birth date was given, NotFound (`enrolment_over`)."""
    enrolments.give_answers(key, **told)


def give_birth(key: UUID, birth: PartialDate) -> None:
    """The last answer: number, name and birth are compared with the register (where it is absent:
    by the register above), journaled. What came out is kept, and nothing of it is told.

    Raises InvalidValue (`child_through_parent` by what was typed alone, `enrolment_steps`),
    UpstreamDown, UpstreamRefuses.
    """
    judging.give_birth(key, birth)


def send_code(key: UUID, phone: str) -> None:
    """Send six digits, good for five minutes and five tries. Raises InvalidValue (`phone_shape`),
    Refused (`codes_spent`)."""
    enrolments.send_code(key, phone)


def prove_code(key: UUID, code: str) -> None:
    """Raises InvalidValue (`code_wrong`), Refused (`code_spent`); each try counts."""
    enrolments.prove_code(key, code)


def password_faults(key: UUID, password: str) -> tuple[str, ...]:
    """What is wrong with a password for this person, in words; empty where nothing is."""
    return opening.password_faults(key, password)


def finish_enrolment(key: UUID, password: str) -> None:
    """Open the account (or set the password again), or tell the proved telephone that it can't be.

    The caller's answer is the same. Recovery is for level 1, with the account's own telephone: it
    ends every session, lifts the holder's own lock and leaves other factors as they are.
    Raises InvalidValue (`enrolment_steps`), NotFound (`enrolment_over`).
    """
    opening.finish_enrolment(key, password)


def read_card(text: str) -> CardText | None:
    """What the QR of a card says, as a reader typed it; None where this is no QR but a number.
    Nobody signs it. Raises InvalidValue (`card_text`)."""
    return card.read_card(text) if card.looks_like_card(text) else None


def begin_counter(card: str, name: str, birth: PartialDate | None, *, actor: Actor) -> UUID:
    """Somebody stands before a police officer: the QR's text in `card`, or the number there with
    name and birth date. Journaled, matched with the register.

    Raises InvalidValue (`card_text`, `counter_fields`), Refused (`counter_no_match`). The caller
    has checked that `actor` is a police officer (commune or provincial).
    """
    return counter.begin_counter(card, name, birth, actor=actor)


def get_counter(key: UUID, officer: UUID) -> Counter:
    """One's own counter. Raises NotFound (`enrolment_over`)."""
    return queries.get_counter(key, officer)


def raise_level(key: UUID, presented: Presented, *, actor: Actor) -> NewAccount:
    """Give level 2: consent, telephone's code, face and fingerprints compared by the ID database.

    The holder gets a one-time password to change at first sign-in; earlier factors and sessions
    of the account end, for level 1 may have been opened by somebody else. Recorded: officer,
    place, what was seen, the database's reference, the digest of the text agreed to; never a
    picture. Raises InvalidValue (`consent_missing`, `evidence_missing`, `biometrics_missing`,
    `code_wrong`), Refused (`biometrics_no_match`, `own_eid`, `eid_locked_by_others`,
    `eid_obstacle`, `code_spent`), Unavailable (`id_database_unset`, `id_database_down`).
    """
    return counter.raise_level(key, presented, actor=actor)


def lock_eid(account: UUID, reason: LockReason, *, actor: Actor, evidence: str = "") -> None:
    """Lock: every session ends in the same commit (SessionEnded, AccountStateChanged), the holder
    is told. Raises Conflict (`eid_locked`, `eid_closed`), NotFound (`eid_unknown`)."""
    eids.lock_eid(account, reason, actor=actor, evidence=evidence)


def unlock_eid(account: UUID, *, roles: Collection[str], actor: Actor, evidence: str) -> None:
    """Lift a lock, as somebody with these roles may (`rules.UNLOCKED_BY`). Raises Refused
    (`unlock_by_others`), Conflict (`eid_not_locked`)."""
    eids.unlock_eid(account, roles=roles, actor=actor, evidence=evidence)


def close_eid(account: UUID, *, actor: Actor, evidence: str) -> None:
    """Close for good; its rows stay for the journal's sake, and a new one may be opened. Raises
    Refused (`eid_close_vouched`), Conflict (`eid_closed`), NotFound (`eid_unknown`)."""
    eids.close_eid(account, actor=actor, evidence=evidence)


def lock_factor(account: UUID, factor: int) -> None:
    """Stop one factor of one's own at once: it is removed. Raises NotFound (`factor_unknown`)."""
    eids.lock_factor(account, factor)


def replace_password(account: UUID, password: str) -> None:
    """A new password without the old one. The caller has checked that this session's factors are
    no weaker than the account (level 2: two different ones, given a moment ago).

    Raises InvalidValue (`password_weak`).
    """
    opening.replace_password(account, password)


def begin_phone_change(account: UUID, phone: str, *, actor: Actor) -> PhoneChange:
    """Send a code to the telephone of the account and one to the new telephone. The caller has
    asked for a factor a moment ago. Raises Refused (`phone_level`, `codes_spent`), InvalidValue
    (`phone_shape`, `phone_same`)."""
    return phones.begin_phone_change(account, phone, actor=actor)


def finish_phone_change(
    account: UUID, change: PhoneChange, codes: tuple[str, str], *, actor: Actor
) -> None:
    """Both codes, the old telephone's first: the new one is the account's. Both are told.

    Raises InvalidValue (`code_wrong`), Refused (`code_spent`, `enrolment_steps`), NotFound
    (`enrolment_over`)."""
    phones.finish_phone_change(account, change, codes, actor=actor)


def add_device(account: UUID, name: str, public: str, signed: Signed) -> UUID:
    """Keep the public half of a key that a browser made for itself and can't give away (`public`:
    SubjectPublicKeyInfo of a P-256 key, base64; the private half signed the challenge). The holder
    is told. The caller has checked origin and challenge, and that a factor was given a moment ago.

    Raises InvalidValue (`device_key`, `device_not_signed`), Conflict (`devices_many`: ten).
    """
    return factors.add_device(account, name, public, signed)


def prove_device(account: UUID, key: UUID, signed: Signed, *, network: str, device: str) -> None:
    """A device's key signed this sign-in's challenge: something the holder has. Raises
    InvalidValue (`device_not_signed`), which counts as a failed try."""
    factors.prove_device(account, key, signed, network=network, device=device)


def lock_device(account: UUID, key: UUID) -> None:
    """Stop one device's key at once. Raises NotFound (`factor_unknown`)."""
    factors.lock_device(account, key)


def devices_of(account: UUID) -> tuple[DeviceData, ...]:
    """Devices whose browser holds a key of its own, oldest first."""
    return queries.devices_of(account)


def device_keys(account: UUID) -> tuple[tuple[UUID, str], ...]:
    """Key and public half of each, for the browser to find its own among them."""
    return queries.device_keys(account)


def has_device(account: UUID) -> bool:
    """Whether any device's key is there."""
    return queries.has_device(account)


def ask_face(account: UUID, session: str) -> str:
    """A code of six digits, good for five minutes, by which police find this session: once they
    had the holder's face compared it counts for that session (levels 3 and 4 of article 20).

    `session` is its handle, as `Authenticated` has it. Raises Refused (`face_level`).
    """
    return factors.ask_face(account, session)


def give_face(counter: UUID, presented: FacePresented, *, actor: Actor) -> None:
    """Have the face of whoever stands at the counter compared by the ID database; for ten minutes
    the session that shows the code knows it. Journaled; the picture is kept nowhere.

    Raises InvalidValue (`consent_missing`, `face_code`), Refused (`face_no_match`, `own_eid`),
    Unavailable (`id_database_unset`, `id_database_down`), NotFound (`enrolment_over`). The caller
    has checked that `actor` is a police officer.
    """
    factors.give_face(counter, presented, actor=actor)


def find_eid(account: UUID) -> Eid | None:
    """The e-ID of an account, or None for an officer's."""
    return queries.find_eid(account)


def find_eid_of(person: UUID) -> Eid | None:
    """A person's open e-ID, or None."""
    return queries.find_eid_of(person)


def get_eid(account: UUID) -> Eid:
    """As `find_eid`; raises NotFound (`eid_unknown`)."""
    return queries.get_eid(account)


def eids_of(people: Collection[UUID]) -> tuple[Eid, ...]:
    """The open e-IDs of these people (person keys), in no order; who has none is left out."""
    return queries.eids_of(people)


def children_of(account: UUID) -> tuple[Eid, ...]:
    """Children's accounts opened through this one."""
    return queries.children_of(account)


def factors_of(account: UUID) -> tuple[FactorData, ...]:
    """Second factors of an account, oldest first."""
    return queries.factors_of(account)


def assurances(account: UUID) -> tuple[AssuranceRecord, ...]:
    """How level 2 was reached, newest first."""
    return queries.assurances(account)


def live_sessions(account: UUID) -> tuple[LiveSession, ...]:
    """The holder's sessions that are not over, newest first."""
    return queries.live_sessions(account)


def is_session_over(handle: str) -> bool:
    """Whether a session was ended from outside. One look-up by key."""
    return queries.is_session_over(handle)


def touch_session(handle: str) -> None:
    """Somebody is doing something in it."""
    sessions.touch_session(handle)


def end_session(account: UUID, handle: str) -> None:
    """End one of one's own sessions; its next request finds nobody. Raises NotFound
    (`session_unknown`)."""
    sessions.end_session(account, handle)


def end_other_sessions(account: UUID, handle: str) -> None:
    """End all of one's sessions but this one."""
    sessions.end_other_sessions(account, handle)


def sign_ins(account: UUID, limit: int = 30) -> tuple[SignInTry, ...]:
    """Tries to sign in to this account, failed ones too, newest first."""
    return queries.sign_ins(account, limit)


def login_name(text: str) -> str:
    """The log-in name behind what was typed at sign-in: a personal number means its open e-ID."""
    return queries.login_name(text)


def enter_vouched(vouched: Vouched) -> UUID:
    """The account of somebody for whom another provider vouches, opened where there is none; only
    in a broker's home. Returns its key; the caller signs it in.

    Number, name and birth are compared with the register here (where it is absent: by the register
    above), journaled either way. Level, telephone and person follow what was told. An account that
    the home had given itself before is taken over: its password, factors and sessions end. Must
    not run inside a transaction. Raises NotTheSame (`vouched_mismatch`), Refused
    (`vouched_untold`, `vouched_level`, `vouched_not_alive`, `eid_locked_here`,
    `identity_is_provider`), UpstreamDown, UpstreamRefuses. Law: Decree 69/2024, Directive 24/CT-TTg
    of 2025 (VNeID is the only account).
    """
    return vouching.enter_vouched(vouched)


def end_vouched(account: UUID, handle: str, upstream: str) -> bool:
    """End a session because the provider that vouched for it says it is over; whether it was live.
    Journaled; emits SessionEnded."""
    return vouching.end_vouched(account, handle, upstream)
