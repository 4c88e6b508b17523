"""What a model weighs, how a pair's points add up, and who was served by a decision taken back."""

from __future__ import annotations

import re
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client
from typer.testing import CliRunner

from danso.config.commands import link
from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.linkage import interface as linkage
from danso.modules.sources import interface as sources
from tests.conftest import Database
from tests.modules.population.conftest import read_inbox, seal
from tests.screens.steward.conftest import SignIn, text_of
from tests.screens.steward.test_matching import QUEUE, Two, _me, _tell, decide, home, opened, two

assert home
assert two
MODEL = f"{QUEUE}mo-hinh/"
BANK = Actor("partner", "bank", "")


def test_the_model_says_what_each_agreement_weighs_and_who_uses_it(
    client: Client, two: Two, at_desk: SignIn
) -> None:
    assert two
    at_desk("steward", "province")
    assert MODEL in client.get(QUEUE).content.decode()
    page = client.get(MODEL)
    shown = text_of(page.content)
    assert "Trùng, không kể dấu" in shown
    assert "Người tham gia bảo hiểm xã hội" in shown, "its latest run went by it"
    assert "500.000 người" in shown
    assert "<svg" in page.content.decode()
    assert "style=" not in page.content.decode()
    known = linkage.models_known()
    assert [one.is_default for one in known] == [True]
    assert client.get(f"{MODEL}?ma={known[0].digest}").status_code == HTTPStatus.OK
    assert client.get(f"{MODEL}?ma=nothing").status_code == HTTPStatus.NOT_FOUND


def test_points_add_up_step_by_step_beside_each_person(
    client: Client, two: Two, at_desk: SignIn
) -> None:
    assert two
    at_desk("steward", "province")
    shown = text_of(client.get(opened(client)).content)
    assert shown.count("Điểm khởi đầu") >= 2
    (found,) = [linkage.open_link(key) for key in [linkage.next_open("insurance")] if key]
    steps = linkage.waterfall_of(found.candidates[0])
    assert [steps[0].name, steps[-1].name] == ["start", "whole"]
    assert steps[0].weight < 0
    for before, after in pairwise(steps[:-1]):
        assert after.before == before.after
    assert steps[-2].after == pytest.approx(steps[-1].after)


@pytest.mark.clause("I.A.2022.2", partly="no owner's own system was seen")
def test_who_was_served_by_a_decision_taken_back_is_named_and_announced(
    fresh_db: Database, client: Client, two: Two, at_desk: SignIn, tmp_path: Path
) -> None:
    at_desk("steward", "province")
    served(two[1])  # Before anything was linked: not by this decision.
    decide(client, two[1])
    _tell(fresh_db, tmp_path)
    served(two[1])
    served(two[1], outcome="refused:agreement_field")
    served(two[1], fields=("birth",))
    seal(fresh_db, tmp_path)
    (decision,), _ = linkage.decisions_of(_me(client))
    where = f"{QUEUE}quyet-dinh/{decision.key}/"
    assert where in client.get(QUEUE).content.decode()
    assert "Đang hiệu lực" in text_of(client.get(where).content)
    assert [one.kinds for one in sources.served_meanwhile(decision.key)] == [("health_insurance",)]

    why = {"evidence": "phiếu xác minh 7"}
    done = client.post(f"{QUEUE}lay-lai/{decision.key}/", why, follow=True)

    assert done.redirect_chain[-1][0] == where
    shown = text_of(done.content)
    assert "có thể đang giữ dữ liệu sai người" in shown
    assert "Thẻ bảo hiểm y tế còn giá trị" in shown
    _tell(fresh_db, tmp_path)
    assert not sources.facts_about(two[1])
    (withdrawn,) = [
        one for one in read_inbox(fresh_db).events if one["event"] == "sources.facts_withdrawn"
    ]
    assert withdrawn["person"] == str(two[1])
    assert "health_insurance" in withdrawn["kinds"]
    served(two[1])  # Taken back by then.
    seal(fresh_db, tmp_path)
    assert len(sources.served_meanwhile(decision.key)) == 1


def served(
    person: UUID, *, outcome: str = "shared", fields: tuple[str, ...] = ("health_insurance",)
) -> None:
    """As the gateway journals a call."""
    entry = Entry(
        actor=BANK, action="exchange.share", outcome=outcome, subject=person, fields=fields
    )
    audit.record(entry)


def test_a_decision_nobody_was_served_by_says_so(client: Client, two: Two, at_desk: SignIn) -> None:
    at_desk("steward", "province")
    decide(client, two[0])
    (decision,), _ = linkage.decisions_of(_me(client))
    assert "Chưa đơn vị nào nhận" in text_of(
        client.get(f"{QUEUE}quyet-dinh/{decision.key}/").content
    )


def test_a_model_is_written_as_a_page_that_needs_nothing_beside_it(tmp_path: Path) -> None:
    out = tmp_path / "model.html"
    done = CliRunner().invoke(link.app, ["chart", "default", "--out", str(out)])
    assert done.exit_code == 0, done.exception
    page = out.read_text(encoding="utf-8")
    assert page.count("<table>") == 8
    assert not re.search(r"(src|href)=|<script|https?:", page)
    again = CliRunner().invoke(link.app, ["chart", "default", "--out", str(out)])
    assert again.exit_code != 0
