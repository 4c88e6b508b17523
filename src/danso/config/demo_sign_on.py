"""What a demo home offers to try signing in with: a client with its key, a person's log-in, and
their consent to share with the client."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from danso.config.home import Home
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import Service
from danso.modules.identity import interface as identity
from danso.modules.identity.adapters.sealing import digest, seal, unseal
from danso.modules.identity.data import AccountData, Authenticated, Role, Scope, ScopeKind
from danso.modules.identity.models import Account, Citizen
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord
from danso.modules.signon import interface as signon
from danso.modules.signon.data import CLAIM_NAMES, ClientSettings
from danso.toolkit.platform import platform

FILE = "sign-on-demo.json"
USERNAME = "nguoi-dan"
OFFICER = "can-bo-dinh-danh"
GROWN_UP = 2000
# Of nobody: no network gives such a number.
PHONE = "0000000001"
# Where a program on one's own machine listens while it is tried.
BACK = tuple(f"http://{host}:9090/callback" for host in ("localhost", "127.0.0.1"))
LEFT = tuple(f"http://{host}:9090/" for host in ("localhost", "127.0.0.1"))
WORDS = "Để thử đăng nhập với dữ liệu giả lập"


def make_sign_on_demo(
    home: Home, partners: Iterable[str], communes: Iterable[str], *, actor: Actor
) -> None:
    """The last demo partner becomes a client; one made-up person has an account of level 2."""
    client = tuple(partners)[-1]
    if signon.find_client(client) is None:
        signon.add_client(
            ClientSettings(
                partner=client,
                redirect_uris=BACK,
                post_logout_uris=LEFT,
                logout_uri="http://localhost:9090/logout",
                claims=tuple(CLAIM_NAMES),
                purpose=WORDS,
            ),
            actor=actor,
        )
    kept = {"client": client, **_persona(home, communes, actor)}
    _write(home, kept | _consent(client, actor))
    give_post(actor)


def read_sign_on_demo(home: Home) -> dict[str, Any]:
    """What `make_sign_on_demo` wrote; empty where it has not run."""
    path = home.secrets / FILE
    if not path.exists():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _persona(home: Home, communes: Iterable[str], actor: Actor) -> dict[str, str]:
    known = read_sign_on_demo(home)
    if known and _account() is not None:
        return {name: known[name] for name in ("username", "password")}
    made = identity.create_account(username=USERNAME, name="Người dân (thử nghiệm)", actor=actor)
    person = _somebody(communes)
    if person is not None:
        identity.link_person(USERNAME, person.key, actor=actor)
        _raise(made.account.id, person)
    return {"username": USERNAME, "password": made.password}


def _account() -> AccountData | None:
    """The made-up person's, an e-ID by now: officers' accounts are found by their log-in."""
    found = Account.objects.filter(username=USERNAME).first()
    return identity.get_account(found.pk) if found else None


def give_post(actor: Actor) -> None:
    """The made-up person is a steward as well: to try opening a post with a passkey. In a broker's
    home they have to come from the other provider first."""
    if platform().identity_mode == "broker":
        return
    account = Account.objects.filter(username=USERNAME, level=2, is_active=True).first()
    row = Citizen.objects.filter(account=account, is_open=True).first() if account else None
    if row is None or identity.find_account(OFFICER) is not None:
        return
    made = identity.create_held_account(
        username=OFFICER,
        name="Cán bộ mở vị trí bằng định danh (thử nghiệm)",
        number=unseal(row.number_sealed),
        actor=actor,
    )
    identity.grant_post(made.id, Role.STEWARD, Scope(ScopeKind.PROVINCE), actor=actor)


def _raise(account: UUID, person: PersonRecord) -> None:
    """A demo needs no police officer before whom level 2 is given."""
    now, number = clock.now(), person.number or ""
    Account.objects.filter(pk=account).update(level=2, must_change_password=False)
    Citizen.objects.create(
        account_id=account,
        number_key=digest("number", number),
        number_sealed=seal(number),
        phone_sealed=seal(PHONE),
        opened_at=now,
        raised_at=now,
    )


def _consent(partner: str, actor: Actor) -> dict[str, str]:
    """The person agrees to share with that partner: whom to ask about, and what for. Empty where
    nobody is there to agree, or the partner shares nothing by consent."""
    account = _account()
    is_absent = platform().register_mode == "absent"
    held = None if account is None or is_absent else account.person
    person = population.find_person(held) if held else None
    by_consent = [
        one.terms.purpose
        for one in exchange.agreements(partner)
        if one.terms.service is Service.SHARE and one.consent
    ]
    if account is None or person is None or not by_consent:
        return {}
    sure = Authenticated(
        account=account.id,
        person=account.person,
        level=account.level,
        authentication=2,
        methods=(),
        at=clock.now(),
        session="",
    )
    return {
        "purpose": by_consent[0],
        "consent": exchange.publish_consent(partner, by_consent[0], sure, actor=actor),
        "number": person.number or "",
        "full_name": person.full_name,
        "birth": person.birth or "",
    }


def _somebody(communes: Iterable[str]) -> PersonRecord | None:
    """A grown-up of these communes whose birth date is whole; None where no register is kept, or
    nobody is in it."""
    if platform().register_mode == "absent":
        return None
    for commune in communes:
        due = population.list_card_due(commune, limit=40)
        for person in population.people_by_keys(one.person for one in due).values():
            born = person.born
            if (
                person.number
                and born is not None
                and len(person.birth or "") == 10
                and born.year < GROWN_UP
            ):
                return person
    return None


def _write(home: Home, kept: dict[str, str]) -> None:
    """Readable by the owner only, from the first byte on."""
    path = home.secrets / FILE
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        json.dump(kept, handle, ensure_ascii=False, indent=2)
    draft.replace(path)
