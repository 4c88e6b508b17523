"""Officers' accounts of persons: made for a level-2 e-ID, handed over to one, taken back."""

from __future__ import annotations

from uuid import UUID

from allauth.mfa.models import Authenticator

from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, Refused
from danso.modules.audit.interface import Ledger
from danso.modules.identity import rules
from danso.modules.identity.actions import opened
from danso.modules.identity.actions.accounts import (
    account_action,
    check_username,
    locked_account,
)
from danso.modules.identity.adapters.sealing import digests
from danso.modules.identity.data import AccountData, AccountState, SessionEnded
from danso.modules.identity.models import Account, BreakGlass, Citizen
from danso.modules.identity.queries import account_data
from danso.modules.population import interface as population
from danso.toolkit.platform import platform


def create_held_account(
    *, username: str, name: str, unit: str, number: str, actor: Actor
) -> AccountData:
    """See interface."""
    with account_action("account.created", actor) as ledger:
        holder = _holder(number, actor, ledger)
        account = Account(
            username=check_username(username),
            name=name.strip(),
            unit=unit,
            must_change_password=False,
            person=holder.person,
            holder=holder,
        )
        account.set_unusable_password()
        account.save(force_insert=True)
        ledger.detail["account"] = str(account.pk)
        return account_data(account)


def hand_over(username: str, number: str, *, actor: Actor) -> AccountData:
    """See interface."""
    with account_action("account.handed_over", actor) as ledger:
        account = locked_account(username, ledger)
        if not account.is_active:
            raise Conflict("The account is closed.", code="account_closed", fix="Make another.")
        if BreakGlass.objects.filter(account=account).exists():
            raise Refused(
                "an account of an emergency is nobody's",
                code="account_of_emergency",
                fix="Make an account for the person.",
            )
        holder = _holder(number, actor, ledger)
        account.holder, account.person = holder, holder.person
        account.must_change_password = False
        account.set_unusable_password()
        _end(account, ledger)
        account.save()
        return account_data(account)


def take_back(username: str, *, actor: Actor) -> AccountData:
    """See interface."""
    with account_action("account.taken_back", actor) as ledger:
        account = locked_account(username, ledger)
        ledger.subject = account.person
        opened.end_opened(ledger, "revoked", opened.opened_of(post__account=account.pk))
        account.holder = None
        account.save(update_fields=["holder"])
        return account_data(account)


def check_fit(holder: UUID) -> Account:
    """The e-ID, locked, if its person may be given posts: level 2, open, unlocked, alive, and one
    that this home lets in."""
    row = Account.objects.select_for_update().filter(pk=holder, is_active=True).first()
    if (
        row is None
        or row.level < rules.POST_LEVEL
        or row.state != AccountState.ACTIVE
        or not rules.is_of_home(platform().identity_mode, row.upstream)
        or not _lives(row.person)
    ):
        raise _unfit()
    return row


def _holder(number: str, actor: Actor, ledger: Ledger) -> Account:
    """Whose e-ID this is. One refusal for everything: nobody learns here who has an account."""
    found = Citizen.objects.filter(number_key__in=digests("number", number), is_open=True).first()
    if found is None:
        raise _unfit()
    holder = check_fit(found.pk)
    ledger.subject = holder.person
    if _is_own(holder, actor):
        raise Refused(
            "Nobody gives posts to themselves.", code="own_account", fix="Ask another operator."
        )
    if Account.objects.filter(holder=holder).exists():
        raise Conflict(
            "This person has an officer's account already.",
            code="person_has_account",
            fix="Grant further posts there, or take that account back first.",
        )
    return holder


def _is_own(holder: Account, actor: Actor) -> bool:
    """By the e-ID as well as by the person: without a register here no person is known."""
    try:
        row = Account.objects.filter(pk=UUID(actor.id)).first()
    except ValueError:
        return False
    if row is None:
        return False
    return row.holder_id == holder.pk or (row.person is not None and row.person == holder.person)


def _lives(person: UUID | None) -> bool:
    """A death is known here before its event has locked the account."""
    if person is None or platform().register_mode == "absent":
        return True
    found = population.people_by_keys([person])
    return person in found and found[person].status == "alive"


def _unfit() -> Refused:
    if platform().identity_mode == "broker":
        return Refused(
            "Nobody with this number has signed in here with level 2 of VNeID.",
            code="vouched_unfit",
            fix="Have the person sign in here with VNeID once, then do this again.",
        )
    return Refused(
        "There is no active level-2 e-ID with this number.",
        code="eid_unfit",
        fix="Check the number with the person; level 2 is given by the police.",
    )


def _end(account: Account, ledger: Ledger) -> None:
    """The password's sessions and factors are over for good."""
    account.session_round += 1
    Authenticator.objects.filter(user_id=account.pk).delete()
    ledger.happened(SessionEnded(account=account.pk, session=""))
