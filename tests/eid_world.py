"""Citizens with cards, their messages, and the way through the pages of an e-ID."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.test import Client

from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.names import PersonName
from danso.modules.notices.models import OutgoingMessage
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, NewCard, NewPerson
from danso.toolkit.platform import province

CLERK = Actor("officer", "clerk", "province")
GROUNDS = Grounds(reason="test", evidence="paper 1")
NUMBER = "099084000123"
NAME = "Nguyễn Thị Sông"
PHONE = "0912345678"
SECRET = "bảy cây cầu trong sương"
BORN = PartialDate(1984, 2, 3)


def citizen(
    number: str = NUMBER,
    name: str = NAME,
    born: PartialDate = BORN,
    *,
    has_card: bool = True,
    **extra: Any,
) -> UUID:
    """Somebody of the register, with a card that is in force."""
    new = NewPerson(
        PersonName.parse(name),
        birth=born,
        sex=2,
        source="test",
        number=number,
        commune=province().units.communes[0].code,
        extra={"nationality": "VN"} | extra,
    )
    key = population.record_person(new, actor=CLERK, grounds=GROUNDS)
    if has_card:
        card = NewCard(kind="can_cuoc", issued=date(2022, 5, 1), expires=date(2040, 1, 1))
        population.add_card(key, card, actor=CLERK, grounds=GROUNDS)
    return key


def newest(code: str) -> str:
    """The text of the newest message about that, or nothing."""
    row = OutgoingMessage.objects.filter(code=f"eid.{code}").order_by("created_at", "key").last()
    return row.text if row else ""


def told() -> list[tuple[str, str]]:
    """Every message, oldest first: what about, to which telephone."""
    rows = OutgoingMessage.objects.order_by("created_at", "key")
    return [(row.code, row.address) for row in rows]


def code_told() -> str:
    """The newest code."""
    found = re.search(r"\d{6}", newest("code"))
    assert found, "no code was sent"
    return found[0]


def at_of(client: Client) -> str:
    """What every form of the open enrolment carries along."""
    return str(client.session["eid_enrolment"])


def answer(client: Client, step: str, **values: str) -> Any:
    """Post one step."""
    return client.post(f"/dinh-danh/buoc/{step}/", {"at": at_of(client), **values})


def birth_of(born: PartialDate = BORN) -> dict[str, str]:
    """As typed into three boxes."""
    return {
        "birth-day": str(born.day or ""),
        "birth-month": str(born.month or ""),
        "birth-year": str(born.year),
    }


def enrol(
    client: Client,
    number: str = NUMBER,
    name: str = NAME,
    born: PartialDate = BORN,
    phone: str = PHONE,
    password: str = SECRET,
    *,
    start: str = "dang-ky",
) -> list[str]:
    """All steps of an enrolment; the text of every page on the way."""
    pages = [client.post(f"/dinh-danh/{start}/")]
    pages.append(answer(client, "so", number=number))
    pages.append(answer(client, "ten", full_name=name))
    pages.append(answer(client, "ngay-sinh", **birth_of(born)))
    pages.append(client.get("/dinh-danh/buoc/dien-thoai/"))
    pages.append(answer(client, "dien-thoai", phone=phone))
    pages.append(client.get("/dinh-danh/buoc/ma/"))
    pages.append(answer(client, "ma", code=code_told()))
    pages.append(client.get("/dinh-danh/buoc/mat-khau/"))
    pages.append(answer(client, "mat-khau", password=password, again=password))
    pages.append(client.get("/dinh-danh/da-nhan/"))
    return [f"{page.status_code} {page.get('Location', '')} {plain(page)}" for page in pages]


def plain(page: Any) -> str:
    """The page without what differs each time by itself."""
    text = page.content.decode()
    text = re.sub(r'(name="(?:csrfmiddlewaretoken|at)" value=")[^"]*', r"\1", text)
    return re.sub(r'nonce="[^"]*"', "", text)


def give_password(client: Client, number: str = NUMBER, password: str = SECRET) -> Any:
    """Sign in with the personal number."""
    return client.post("/tai-khoan/dang-nhap/", {"login": number, "password": password})


def account_of(person: UUID) -> Any:
    """The row of a person's open account."""
    return get_user_model().objects.get(person=person, is_active=True)
