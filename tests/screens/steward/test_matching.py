"""Open records on the screen: the queue, one record beside people, decisions and their undoing."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import Settings

from danso.modules.audit import interface as audit
from danso.modules.linkage import interface as linkage
from danso.modules.linkage.models import Link
from danso.modules.population import interface as population
from danso.modules.population.data import Scope
from danso.modules.sources import interface as sources
from danso.modules.sources import jobs
from tests.conftest import Database
from tests.modules.linkage.conftest import make_home
from tests.modules.population.conftest import seal
from tests.modules.population.files import clean_file
from tests.modules.sources.test_loading import drop, row
from tests.officers import journal
from tests.screens.steward.conftest import CLERK, GROUNDS, SignIn, enrol, text_of

assert jobs, "its handlers are registered"
QUEUE = "/du-lieu/doi-khop/"
SOURCE = "insurance"
NAME = "Trương Thị Khoát"
RECORD = "9900000001"
Two = tuple[UUID, UUID]


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Path:
    return make_home(settings, tmp_path)


@pytest.fixture
def two(fresh_db: Database, home: Path, tmp_path: Path, commune: str) -> Two:
    """Two people whom one insured record fits alike, and its source matched."""
    del fresh_db, home
    population.import_people(clean_file(tmp_path / "others", people=300), actor=CLERK)
    people = enrol(commune, NAME), enrol(commune, NAME)
    load(tmp_path, row(RECORD, NAME, birth="03/02/1984"))
    return people


def load(folder: Path, *rows: tuple[str, ...]) -> None:
    name = f"{len(list(folder.glob('drop/*')))}.csv"
    dropped = drop(folder / "drop", name, *rows)
    sources.load_source(SOURCE, sources.files_connector(SOURCE, dropped), actor=CLERK)
    sources.match_source(SOURCE, actor=CLERK)


def opened(client: Client) -> str:
    """The address of the next record."""
    return str(client.get(f"{QUEUE}{SOURCE}/")["Location"])


def decide(client: Client, decision: object, evidence: str = "") -> Any:
    given = {"decision": str(decision), "evidence": evidence}
    return client.post(opened(client), given, follow=True)


def test_the_queue_counts_and_leads_to_a_record_beside_its_people(
    fresh_db: Database, client: Client, two: Two, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    page = text_of(client.get(QUEUE).content)
    assert "Người tham gia bảo hiểm xã hội" in page
    where = opened(client)
    assert RECORD not in where
    html = client.get(where).content
    page = text_of(html)
    assert page.count(NAME) > 4
    assert "Trùng +" in page, "tone marks too: nobody there has a number"
    assert "Nhiều người giống bản ghi này như nhau." in page
    assert RECORD not in html.decode()
    assert all(f'value="{key}" data-key' in html.decode() for key in two)
    looks = [one.subject for one in journal(fresh_db) if one.action == "steward.candidate"]
    assert set(looks) == {str(key) for key in two}
    (shown,) = [one for one in journal(fresh_db) if one.action == "steward.source_record"]
    assert shown.detail["source"] == SOURCE
    assert RECORD not in repr(journal(fresh_db))


def test_a_birth_of_a_year_alone_is_read_as_it_stands(
    fresh_db: Database, client: Client, two: Two, at_desk: SignIn, tmp_path: Path
) -> None:
    at_desk("steward", "province")
    assert two
    load(tmp_path, row(RECORD, NAME, birth="1984"))
    page = text_of(client.get(opened(client)).content)
    assert "Bản ghi này là của ai?" in page
    assert "1984" in page
    assert "sai dạng" not in page


def test_a_decision_links_and_tells_facts_and_is_taken_back(
    fresh_db: Database, client: Client, two: Two, at_desk: SignIn, tmp_path: Path
) -> None:
    at_desk("steward", "province")
    assert not sources.facts_about(two[1])
    done = decide(client, two[1])
    told = text_of(done.content)
    assert f"{NAME}, 03/02/1984 → {NAME}, 03/02/1984: Đã nối bản ghi với người này" in told
    assert done.redirect_chain[-1][0] == QUEUE, "it was the last one"
    _tell(fresh_db, tmp_path)
    assert sources.facts_about(two[1])

    page = client.get(QUEUE).content.decode()
    (decision,), _ = linkage.decisions_of(_me(client))
    assert f"{QUEUE}quyet-dinh/{decision.key}/" in page
    done = client.post(f"{QUEUE}lay-lai/{decision.key}/", follow=True)
    assert "Lấy lại quyết định thì phải ghi lý do" in text_of(done.content)
    why = {"evidence": "phiếu xác minh 7"}
    done = client.post(f"{QUEUE}lay-lai/{decision.key}/", why, follow=True)
    assert "Đã lấy lại quyết định" in text_of(done.content)
    _tell(fresh_db, tmp_path)
    assert not sources.facts_about(two[1])
    assert opened(client).startswith(f"{QUEUE}{SOURCE}/")
    done = client.post(f"{QUEUE}lay-lai/{decision.key}/", why, follow=True)
    assert "không còn hiệu lực" in text_of(done.content)


def _me(client: Client) -> str:
    return str(client.session["_auth_user_id"])


def _tell(database: Database, folder: Path) -> None:
    """Let the followers see what was committed."""
    seal(database, folder)
    (run,) = audit.run_handlers(only=["sources.link_decided"])
    assert (run.error, run.behind) == ("", 0)


def test_nobody_and_an_empty_choice(client: Client, two: Two, at_desk: SignIn) -> None:
    assert two
    at_desk("steward", "province")
    assert "Chọn một người" in text_of(decide(client, "").content)
    assert "Chọn một người" in text_of(decide(client, UUID(int=0)).content)
    assert "không ai trong số này" in text_of(decide(client, "nobody").content)
    assert Link.objects.get(record=RECORD).band == "not_found"
    assert client.get(f"{QUEUE}{SOURCE}/")["Location"] == QUEUE


def test_skipping_goes_on_and_ends_at_the_queue(
    client: Client, two: Two, at_desk: SignIn, tmp_path: Path
) -> None:
    assert two
    load(
        tmp_path,
        row(RECORD, NAME, birth="03/02/1984", until="30/06/2027"),
        row("9900000002", NAME, birth="03/02/1984"),
    )
    at_desk("steward", "province")
    for order in ("", "?thu-tu=cu-nhat"):
        first = str(client.get(f"{QUEUE}{SOURCE}/{order}")["Location"])
        page = client.get(first).content.decode()
        skip = page.split('data-key="s"')[0].rsplit('href="', 1)[1].split('"')[0]
        assert skip.startswith(f"{QUEUE}{SOURCE}/")
        assert skip != first
        assert f'href="{QUEUE}" data-key="s"' in client.get(skip).content.decode()


def test_a_risky_link_waits_for_another_officer(
    fresh_db: Database,
    client: Client,
    two: Two,
    at_desk: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "danso.modules.linkage.queries.review.needs_two", lambda *_given, **_more: True
    )
    first = at_desk("steward", "province")
    where = opened(client)
    assert "cần hai cán bộ điểm còn thấp" in text_of(client.get(where).content)
    assert "ghi giấy tờ hoặc việc xác minh" in text_of(decide(client, two[0]).content)
    assert "Đã gửi đề nghị" in text_of(decide(client, two[0], "BB-7/2026").content)
    assert "Bạn là người đề nghị" in text_of(client.get(where).content)
    refused = client.post(where, {"decision": "confirm"})
    assert "một cán bộ khác trong địa bàn phải xác nhận" in text_of(refused.content)
    assert Link.objects.get(record=RECORD).band == "clerk"

    at_desk("steward", "province")
    page = client.get(QUEUE).content.decode()
    assert "Đề nghị chờ cán bộ thứ hai" in page
    proposal = page.split(f"{QUEUE}de-nghi/")[1].split('"')[0]
    assert client.get(f"{QUEUE}de-nghi/{proposal}")["Location"] == where
    assert first.name in text_of(client.get(where).content)
    done = client.post(where, {"decision": "confirm"}, follow=True)
    assert "Đã xác nhận" in text_of(done.content)
    assert Link.objects.get(record=RECORD).person == two[0]
    refusals = [one for one in journal(fresh_db) if one.outcome == "refused:link_needs_two"]
    assert [one.subject for one in refusals] == [str(two[0])]


def test_who_reaches_other_communes_sees_no_record(
    client: Client, two: Two, at_desk: SignIn, elsewhere: str, commune: str
) -> None:
    at_desk("commune_police", f"commune:{commune}")
    where = opened(client)
    assert client.get(where).status_code == HTTPStatus.OK
    at_desk("commune_police", f"commune:{elsewhere}")
    assert client.get(f"{QUEUE}{SOURCE}/")["Location"] == QUEUE
    assert NAME not in client.get(where, follow=True).content.decode()
    assert client.post(where, {"decision": str(two[0])})["Location"] == QUEUE
    assert Link.objects.get(record=RECORD).band == "clerk"
    assert "Không còn bản ghi nào" in text_of(client.get(QUEUE).content)


def test_protected_people_do_not_stand_beside_a_record(
    client: Client, two: Two, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    where = opened(client)
    guardian = Scope(sees_protected=True)
    population.protect(two[0], actor=CLERK, grounds=GROUNDS, scope=guardian)
    page = client.get(where).content.decode()
    assert str(two[0]) not in page
    assert str(two[1]) in page


def test_a_record_that_its_owner_no_longer_sends_is_passed_over(
    client: Client, two: Two, at_desk: SignIn, tmp_path: Path
) -> None:
    at_desk("steward", "province")
    where = opened(client)
    dropped = drop(tmp_path / "drop", "later.csv", row("9900000009", "Cầm Bá Lai"))
    sources.load_source(SOURCE, sources.files_connector(SOURCE, dropped), actor=CLERK)
    for answer in (client.get(where), client.post(where, {"decision": str(two[0])})):
        assert answer["Location"] == QUEUE
    assert "không còn gửi bản ghi này" in text_of(client.get(QUEUE).content)
    assert Link.objects.get(record=RECORD).band == "clerk"


def test_a_source_that_is_none_is_not_found(client: Client, at_desk: SignIn) -> None:
    at_desk("steward", "province")
    assert client.get(f"{QUEUE}unheard-of/").status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"{QUEUE}de-nghi/{UUID(int=0)}/").status_code == HTTPStatus.NOT_FOUND


def test_the_page_speaks_english(client: Client, two: Two, at_desk: SignIn) -> None:
    assert two
    at_desk("steward", "province")
    where = opened(client)
    client.cookies["danso-language"] = "en"
    page = text_of(client.get(where).content)
    assert "Whose record is this?" in page
    assert "Same +" in page
