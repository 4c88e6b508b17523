"""Log-ins of a demo home: one per role, random, kept in the home's secrets folder only."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.db import transaction

from danso.kernel.actors import Actor
from danso.kernel.errors import Refused
from danso.modules.identity.actions.accounts import create_account, one_time_password
from danso.modules.identity.actions.posts import grant_post
from danso.modules.identity.data import ROLE_NAMES, DemoLogin, Role, Scope, ScopeKind
from danso.modules.identity.models import Account
from danso.toolkit.platform import platform

ACTOR = Actor(kind="system", id="demo", system="up")
FILE = "demo-logins.json"

USERNAMES: dict[Role, str] = {
    Role.COMMUNE_POLICE: "congan-xa",
    Role.PROVINCIAL_POLICE: "congan-tinh",
    Role.STEWARD: "quan-tri-du-lieu",
    Role.AGREEMENT_OFFICER: "thoa-thuan",
    Role.LEADER: "lanh-dao",
    Role.AUDITOR: "kiem-tra",
    Role.OPERATOR: "van-hanh",
    Role.PARTNER_CONTACT: "don-vi-khai-thac",
    Role.GUARDIAN: "bao-ve",
    Role.DESK_OFFICER: "mot-cua",
}
SOURCE_OWNER = "chu-quan-nguon"


@transaction.atomic
def create_demo_accounts(
    folder: Path,
    *,
    communes: Sequence[str] = (),
    partner: str = "",
    owner: str = "",
    units: Mapping[str, str] | None = None,
) -> tuple[DemoLogin, ...]:
    """See interface."""
    if not platform().is_demo:
        raise Refused(
            "a real home has no demo log-ins",
            code="real_home",
            fix="Make accounts with `danso operator create`.",
        )
    path = folder / FILE
    known = {login.username: login for login in read_demo_logins(folder)}
    logins = tuple(
        _ensure(username, (role, scope), (units or {}).get(role.value, ""), known.get(username))
        for username, role, scope in _wanted(communes, partner, owner)
    )
    _write(path, logins)
    return logins


def read_demo_logins(folder: Path) -> tuple[DemoLogin, ...]:
    """See interface."""
    path = folder / FILE
    if not path.exists():
        return ()
    return tuple(DemoLogin(**row) for row in json.loads(path.read_text(encoding="utf-8")))


def _wanted(communes: Sequence[str], partner: str, owner: str) -> list[tuple[str, Role, Scope]]:
    whole = Scope(ScopeKind.PROVINCE)
    wanted: list[tuple[str, Role, Scope]] = [
        (username, role, whole)
        for role, username in USERNAMES.items()
        if role not in (Role.COMMUNE_POLICE, Role.PARTNER_CONTACT, Role.DESK_OFFICER)
    ]
    # Withholding an entry takes two officers.
    wanted.append((f"{USERNAMES[Role.AUDITOR]}-2", Role.AUDITOR, whole))
    police = USERNAMES[Role.COMMUNE_POLICE]
    for number, code in enumerate(communes, start=1):
        name = police if number == 1 else f"{police}-{number}"
        wanted.append((name, Role.COMMUNE_POLICE, Scope(ScopeKind.COMMUNE, code)))
    if communes:
        desk = USERNAMES[Role.DESK_OFFICER]
        wanted.append((desk, Role.DESK_OFFICER, Scope(ScopeKind.COMMUNE, communes[0])))
    if partner:
        contact = USERNAMES[Role.PARTNER_CONTACT]
        wanted.append((contact, Role.PARTNER_CONTACT, Scope(ScopeKind.PARTNER, partner)))
    if owner:
        wanted.append((SOURCE_OWNER, Role.STEWARD, Scope(ScopeKind.AGENCY, owner)))
    return wanted


def _ensure(
    username: str, post: tuple[Role, Scope], unit: str, known: DemoLogin | None
) -> DemoLogin:
    """The account as the file knows it; made, or given a new password, where they disagree."""
    role, scope = post
    account = Account.objects.select_for_update().filter(username=username).first()
    login = DemoLogin(
        username=username,
        password=one_time_password(),
        role=role.value,
        scope=scope.text,
        name=f"{ROLE_NAMES[role]} (thử nghiệm)",
    )
    if account is None:
        made = create_account(
            username=username,
            name=login.name,
            unit=unit or scope.text,
            password=login.password,
            actor=ACTOR,
        )
        grant_post(made.account.id, role, scope, actor=ACTOR)
        return login
    if known is not None and account.check_password(known.password):
        return known
    account.set_password(login.password)
    account.save(update_fields=["password"])
    return login


def _write(path: Path, logins: Sequence[DemoLogin]) -> None:
    """Readable by the owner only, from the first byte on."""
    rows = [{slot: getattr(login, slot) for slot in DemoLogin.__slots__} for login in logins]
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        json.dump(rows, handle, ensure_ascii=False, indent=2)
    draft.replace(path)
