"""Where a citizen lands, and who else does not."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth import get_user_model
from django.test import Client

from danso.screens.citizen.home import CARDS
from tests.conftest import Database
from tests.eid_world import give_password
from tests.officers import sign_in


def test_sign_in_leads_a_citizen_home_to_every_card(mine: Client) -> None:
    assert give_password(Client())["Location"] == "/cua-toi/"
    page = mine.get("/cua-toi/")
    assert page["Cache-Control"] == "no-store, private"
    assert all(str(card.title) in page.content.decode() for card in CARDS)


def test_level_1_is_told_what_level_2_would_open(mine: Client, person: UUID) -> None:
    get_user_model().objects.filter(person=person).update(level=1)
    page = mine.get("/cua-toi/").content.decode()
    assert "công an xã" in page or all(card.level == 1 for card in CARDS)


def test_an_officer_is_sent_to_their_own_page(fresh_db: Database, client: Client) -> None:
    sign_in(client, "operator")
    assert client.get("/cua-toi/")["Location"] == "/tai-khoan/"
