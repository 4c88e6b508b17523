"""Descriptions of hosted registers that are defined here; registers closed and opened again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from danso.catalogue import read_register
from danso.kernel import clock
from danso.kernel.errors import Conflict, InvalidValue
from danso.modules.sources.actions.registers import carried_out
from danso.modules.sources.actions.telling_registers import tell_register
from danso.modules.sources.data import Keeper, RegisterChanged, register_right
from danso.modules.sources.models import HostedRegister, RegisterVersion
from danso.modules.sources.queries import registers as queries
from danso.toolkit.platform import province

if TYPE_CHECKING:
    from danso.catalogue.shapes.hosted import Register


def check_register(text: str) -> Register:
    others = {code: register for code, (register, _) in queries.registers().items()}
    return read_register(text, province(), others)


def define_register(text: str, *, keeper: Keeper) -> Register:
    with carried_out("define", keeper, "") as ledger:
        register = check_register(text)
        ledger.detail |= {"register": register.code, "version": register.version}
        if keeper.reach(register, "decide") is not None:
            raise register_right()
        standing = _standing(register.code, keeper)
        _check_next(register, keeper)
        RegisterVersion.objects.create(
            register=register.code,
            version=register.version,
            origin="browser",
            text=text,
            digest=hashlib.sha256(text.encode()).hexdigest(),
            defined_at=clock.now(),
            defined_by=keeper.actor.id,
        )
        tell_register(register)
        ledger.happened(RegisterChanged(register.code, standing.state))
        return register


def close_register(code: str, *, keeper: Keeper, is_open: bool = False) -> None:
    with carried_out("open_again" if is_open else "close", keeper, code) as ledger:
        register = queries.register_for(code, keeper, "decide")
        if keeper.reach(register, "decide") is not None:
            raise register_right()
        standing = _standing(code, keeper)
        if standing.state == "graduated":
            raise graduated_already()
        standing.state = "open" if is_open else "closed"
        standing.changed_at, standing.changed_by = clock.now(), keeper.actor.id
        standing.save()
        ledger.happened(RegisterChanged(code, standing.state))


def graduated_already() -> Conflict:
    return Conflict(
        "The register has graduated: a connected source tells in its place.",
        code="register_graduated",
        fix="Change the record at the source.",
    )


def _standing(code: str, keeper: Keeper) -> HostedRegister:
    HostedRegister.objects.get_or_create(
        code=code, defaults={"changed_at": clock.now(), "changed_by": keeper.actor.id}
    )
    return HostedRegister.objects.select_for_update().get(code=code)


def _check_next(register: Register, keeper: Keeper) -> None:
    """A new version follows the one before it, of a register that is decided about here."""
    if register.code in province().registers:
        raise Conflict(
            f"The register {register.code} is described in the province's files.",
            code="register_of_files",
            fix="Change its file and raise its version, or give the new one another code.",
        )
    found = queries.registers().get(register.code)
    if found is None:
        if register.version != 1:
            raise _version_wrong(1)
        return
    before, _ = found
    if keeper.reach(before, "decide") is not None:
        raise register_right()
    if register.version != before.version + 1:
        raise _version_wrong(before.version + 1)
    if register.prefix != before.prefix:
        raise InvalidValue(
            "The numbers of a register keep their prefix.",
            code="register_prefix",
            fix=f"Leave prefix: {before.prefix}.",
        )


def _version_wrong(expected: int) -> InvalidValue:
    return InvalidValue(
        f"The next version of this register is {expected}.",
        code="register_version",
        fix=f"Write version: {expected}.",
    )
