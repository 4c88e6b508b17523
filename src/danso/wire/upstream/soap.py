"""The C06 service as public clients show it: two operations, fields in a fixed order, XML back.

A question always holds number, name and birth date: the service answers nothing about less.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final, Literal
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from danso.kernel.errors import InvalidValue
from danso.kernel.text import tidy
from danso.wire.upstream.citizen import Citizen, find, local, read_citizen
from danso.wire.upstream.faults import UpstreamDown, UpstreamRefuses
from danso.wire.upstream.setup import Setup

Operation = Literal["XacThucThongTinCongDan", "TraCuuThongTinCongDan"]
VERIFY: Final = "XacThucThongTinCongDan"
LOOK_UP: Final = "TraCuuThongTinCongDan"
NAMESPACE: Final = "http://dancuquocgia.bca"
ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
CONTENT_TYPE: Final = "text/xml; charset=utf-8"
LONGEST_ANSWER: Final = 262_144
# The specification's order; what comes in another one is refused there.
ORDER: Final = (
    "MaYeuCau",
    "MaDVC",
    "MaTichHop",
    "MaDonVi",
    "MaCanBo",
    "SoDinhDanh",
    "SoCMND",
    "HoVaTen",
    "NgayThangNamSinh",
)
_LONGEST: Final = {"MaDVC": 20, "MaCanBo": 20, "HoVaTen": 100}
_YES: Final = frozenset({"true", "1"})
_NO: Final = frozenset({"false", "0"})
# Nobody's, for asking only whether the service answers.
NOBODY: Final = ("000000000000", "KIEM TRA", "1900")


@dataclass(frozen=True, slots=True)
class Question:
    """One person as declared, and why. `birth` is yyyy-mm-dd or yyyy, `request` ours alone."""

    number: str
    full_name: str
    birth: str
    procedure: str
    officer: str
    request: str


def new_request() -> str:
    """A MaYeuCau: unique per caller, at most 40 characters."""
    return uuid.uuid4().hex


def nobody(setup: Setup) -> Question:
    """A question about nobody: whether the service answers us at all."""
    return Question(*NOBODY, setup.codes.check_procedure, setup.caller.officer, new_request())


def ask(operation: Operation, setup: Setup, question: Question) -> tuple[str, bytes]:
    """The address and the body of a question. InvalidValue names the field that cannot be sent."""
    path = setup.service.verify if operation == VERIFY else setup.service.look_up
    code = setup.codes.verify if operation == VERIFY else setup.codes.look_up
    values = {
        "MaYeuCau": question.request,
        "MaDVC": setup.procedure_for(question.procedure),
        "MaTichHop": code,
        "MaDonVi": setup.caller.agency,
        "MaCanBo": question.officer,
        ("SoDinhDanh" if len(question.number) == 12 else "SoCMND"): question.number,
        "HoVaTen": tidy(question.full_name).upper(),
    }
    for name, longest in _LONGEST.items():
        if len(values[name]) > longest:
            raise InvalidValue(
                f"{name} takes at most {longest} characters.", code=name, fix="Shorten it."
            )
    fields = [f"<{name}>{escape(values[name])}</{name}>" for name in ORDER if name in values]
    fields.append(f"<NgayThangNamSinh>{_birth(question.birth)}</NgayThangNamSinh>")
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<s:Envelope xmlns:s="{ENVELOPE}"><s:Body>'
        f'<d:{operation} xmlns:d="{NAMESPACE}">{"".join(fields)}</d:{operation}>'
        "</s:Body></s:Envelope>"
    )
    return setup.url(path), body.encode()


def headers(operation: Operation) -> dict[str, str]:
    """What goes with the body of a question."""
    return {"Content-Type": CONTENT_TYPE, "SOAPAction": f'"{NAMESPACE}/{operation}"'}


def is_fault(status: int) -> bool:
    """Whether the body says more than the status: SOAP 1.1 sends its faults with a 500."""
    return status == 500


def read_verified(content: bytes) -> bool:
    """Whether number, name and birth date all match: the service says no more than that."""
    body = _body(content)
    for name in ("KetQuaXacThuc", "TonTai"):
        found = find(body, name)
        said = (found.text or "").strip().lower() if found is not None else ""
        if said in _YES:
            return True
        if said in _NO:
            return False
    raise UpstreamDown("unreadable")


def read_looked_up(content: bytes) -> Citizen | None:
    """The citizen asked for; None where nobody matches. More than one is no answer."""
    body = _body(content)
    if find(body, "CongdanCollection") is None:
        raise UpstreamDown("unreadable")
    people = [one for one in body.iter() if local(one) == "CongDan"]
    if len(people) > 1:
        raise UpstreamDown("several_people")
    return read_citizen(people[0]) if people else None


def _body(content: bytes) -> Element:
    if len(content) > LONGEST_ANSWER:
        raise UpstreamDown("too_long")
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        # LookupError: it names an encoding that nobody knows.
        raise UpstreamDown("unreadable") from error
    body = find(root, "Body")
    if body is None:
        raise UpstreamDown("unreadable")
    if (fault := find(body, "Fault")) is not None:
        code = find(fault, "faultcode")
        told = (code.text or "") if code is not None else ""
        if told.rpartition(":")[2].startswith("Client"):
            raise UpstreamRefuses("fault")
        raise UpstreamDown("fault")
    return body


def _birth(birth: str) -> str:
    if len(birth) == 4:
        return f"<Nam>{birth}</Nam>"
    if len(birth) == 10:
        return f"<NgayThangNam>{birth.replace('-', '')}</NgayThangNam>"
    raise InvalidValue(
        "The national service takes a whole birth date or the year alone.",
        code="NgayThangNamSinh",
        fix="Write yyyy-mm-dd or yyyy.",
    )
