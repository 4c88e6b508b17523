"""How far the plan's databases are connected: counts, what is late first, nobody's data."""

from __future__ import annotations

import re
from datetime import date, timedelta
from http import HTTPStatus

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tools import messages

from danso.kernel import clock
from danso.modules.sources import interface as sources
from danso.modules.sources.models import Load, SourceState
from danso.screens.leadership.connections import (
    ORDER,
    STAGES,
    Connection,
    connections,
    groups,
    progress,
)
from danso.toolkit.platform import province
from tests.conftest import Database
from tests.officers import sign_in
from tests.screens.steward.conftest import text_of

PAGE = "/lanh-dao/ket-noi/"


@pytest.fixture
def leader(client: Client, fresh_db: Database) -> Client:
    sign_in(client, "leader")
    return client


def loaded(source: str) -> None:
    now = clock.now()
    Load.objects.create(
        source=source, state="done", started_at=now, finished_at=now, started_by="operator"
    )
    SourceState.objects.create(source=source, loaded_at=now)


def found() -> list[Connection]:
    return connections(sources.source_standings())


def test_every_database_of_the_plan_stands_there_the_latest_first(fresh_db: Database) -> None:
    loaded("insurance")
    shown = found()
    counted = {one.code for one in province().databases.values() if one.counted}
    assert {one.database.code for one in shown} == counted
    late = [one.days_late for one in shown if one.outcome == "late"]
    assert late == sorted(late, reverse=True)
    assert [one.outcome for one in shown[: len(late)]] == ["late"] * len(late)
    (insurance,) = [one for one in shown if one.since]
    assert (insurance.database.code, insurance.is_matched) == ("insurance", False)
    assert [one.code for one in insurance.sources] == ["insurance"]


def test_one_source_of_several_is_a_part(fresh_db: Database, client: Client) -> None:
    several = next(one for one in found() if len(one.sources) > 1)
    loaded(several.sources[0].code)
    (shown,) = [one for one in found() if one.since]
    assert (shown.stage, shown.is_matched) == ("part", False)
    sign_in(client, "leader")
    page = text_of(client.get(PAGE).content)
    assert "Nạp một phần" in page
    assert f"nạp 1/{len(several.sources)} nguồn" in page
    assert "(trục NDXP/LGSP)" in page


def test_a_load_that_stopped_connects_nothing(fresh_db: Database) -> None:
    Load.objects.create(
        source="insurance", state="stopped", started_at=clock.now(), started_by="operator"
    )
    assert (progress().loaded, [one for one in found() if one.since]) == (0, [])


@pytest.mark.parametrize(
    ("since", "days", "outcome"),
    [(None, 5, "late"), (None, -5, "ahead"), (-1, 5, "kept"), (0, 5, "kept"), (2, 5, "kept_late")],
)
def test_on_time_or_late_is_told_by_the_first_load(
    since: int | None, days: int, outcome: str
) -> None:
    base = province().database("insurance")
    day = None if since is None else base.due + timedelta(days=since)
    one = Connection(base, (), (), day, loaded=0, matched=0, today=base.due + timedelta(days=days))
    assert one.outcome == outcome


def test_a_database_about_no_people_is_done_once_it_is_loaded(leader: Client) -> None:
    loaded("vehicle-inspection")
    (inspection,) = [one for one in found() if one.since]
    assert inspection.stage == "kept"
    page = text_of(leader.get(PAGE).content)
    assert "Đã nạp: 1" in page
    assert re.search(r"Nạp từ: \d\d/\d\d/\d{4} không nói về người", page)
    assert "Đã nạp, chưa đối chiếu" not in page


def test_groups_say_what_is_late_and_least_far_first_and_leave_nobody_out(
    fresh_db: Database,
) -> None:
    loaded("insurance")
    shown = found()
    made = groups(shown)
    assert sorted(one.database.code for group in made for one in group.connections) == sorted(
        one.database.code for one in shown
    )
    order = [(ORDER.index(group.outcome), STAGES.index(group.stage)) for group in made]
    assert order == sorted(set(order))
    for group in made:
        late = [one.days_late for one in group.connections]
        assert late == sorted(late, reverse=True)
        assert group.first.days_late == max(late)


def test_the_page_counts_and_leads_to_the_sources(leader: Client) -> None:
    loaded("insurance")
    raw = leader.get(PAGE).content
    page = text_of(raw)
    plan = {code for code, one in province().databases.items() if one.counted}
    counted = len(plan)
    described = len(plan & {one.database for one in province().sources.values()})
    assert f"Đã mô tả {described} trên {counted}" in page
    assert f"Đã nạp 1 trên {counted}" in page
    assert f"Đã đối chiếu 0 trên {counted}" in page
    assert "Đã nạp, chưa đối chiếu" in page
    law = province().plan.last_day_for(("II.5.1.1",))
    assert law is not None
    assert law.law in page
    assert re.search(r'href="/du-lieu/nguon/insurance/"', raw.decode())
    assert leader.get("/du-lieu/nguon/insurance/").status_code == HTTPStatus.OK


def test_the_home_page_leads_there_for_one_query_more(leader: Client) -> None:
    leader.get("/lanh-dao/")
    loaded("insurance")
    with CaptureQueriesContext(connection) as queries:
        page = text_of(leader.get("/lanh-dao/").content)
    asked = [query["sql"] for query in queries if "sources_load" in query["sql"]]
    assert len(asked) == 1
    assert not [query for query in queries if "sources_record" in query["sql"]]
    counted = sum(1 for one in province().databases.values() if one.counted)
    assert f"Đã nạp 1, đã mô tả {progress().described} trong {counted}" in page


def test_after_the_laws_last_day_no_days_are_left(client: Client, fresh_db: Database) -> None:
    law = province().plan.last_day_for(("II.5.1.1",))
    assert law is not None
    assert isinstance(law.due, date)
    after = clock.now().replace(year=law.due.year + 1, month=2, day=1)
    with clock.frozen(after):
        sign_in(client, "leader")
        page = text_of(client.get(PAGE).content)
    assert "Còn lại để kết nối đủ 0 ngày đã quá hạn" in page


def test_english_is_one_switch_away(leader: Client) -> None:
    messages.compile_all()
    leader.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = text_of(leader.get(PAGE).content)
    assert "National database on insurance" in page
    assert "Past the plan" in page
    assert "Trễ" not in page
