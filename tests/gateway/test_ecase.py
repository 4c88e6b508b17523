"""A court's case management (a stand-in, its own process) and a gateway that really runs: what it
pulls and pushes, from a summons to a divorce in the register."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from typer.testing import CliRunner

import danso.modules.exchange.jobs  # noqa: F401 - registers the followers
from danso.client import records
from danso.config.commands import journal as journal_command
from danso.config.postgres import free_port
from danso.config.secrets import new_signing_key
from danso.gateway.settings import Limits
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.exchange import interface as exchange
from danso.modules.population import interface as population
from danso.modules.sources.interface import Decider
from tests.conftest import Database
from tests.exchange_world import AN, TEAHOUSE, TestPartner, enrol, entries
from tests.gateway.courts_world import KNOWN, make_court
from tests.gateway.sealing import Seals

WAIT = 30.0
FIRST: dict[str, Any] = {
    "number": "12/2026/TLST-HNGĐ",
    "court": "tray-courts",
    "division": "Tòa Khay 3",
    "procedure": "2.002",
    "officer": "clerk-1",
    "parties": [KNOWN | {"role": "pourer", "ref": "1"}],
}
FOLLOWERS = (
    "exchange.case_records",
    "exchange.person_requests",
    "exchange.court_decisions",
)


@dataclass
class ECase:
    """The stand-in as a person at the court uses it."""

    http: httpx.Client
    folder: Path

    def do(self, deed: str, **asked: Any) -> dict[str, Any]:
        answer = self.http.post(f"/cases/0/{deed}", json=asked)
        assert answer.status_code == 200, answer.text
        done: dict[str, Any] = answer.json()
        return done

    def refused(self, deed: str, **asked: Any) -> str:
        answer = self.http.post(f"/cases/0/{deed}", json=asked)
        assert answer.status_code == 409, answer.text
        return str(answer.json()["code"])


@contextmanager
def process(
    command: list[str], url: str, log: Path, environment: dict[str, str] | None = None
) -> Iterator[None]:
    """A process until the block ends; entered once it answers."""
    with log.open("wb") as said:
        made = subprocess.Popen(
            command, env={**os.environ, **(environment or {})}, stdout=said, stderr=said
        )
    try:
        end = time.monotonic() + WAIT
        while True:
            try:
                if httpx.get(url, timeout=2).status_code == 200:
                    break
            except httpx.TransportError:
                pass
            assert made.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.05)
        yield
    finally:
        made.kill()
        made.wait()


@pytest.fixture
def court(fresh_db: Database) -> TestPartner:
    del fresh_db
    return make_court()


@pytest.fixture
def gateway(fresh_db: Database, tmp_path: Path, court: TestPartner) -> Iterator[str]:
    del court
    key = tmp_path / "token-key"
    key.write_text(new_signing_key())
    port = free_port()
    environment = {
        "DANSO_GATEWAY_DSN": fresh_db.dsn("gateway"),
        "DANSO_GATEWAY_PORT": str(port),
        "DANSO_TOKEN_KEY": str(key),
        "DANSO_PROVINCE": str(TEAHOUSE),
        # Nothing seals here between two steps of the test.
        "DANSO_JOURNAL_GRACE": "300",
        "DANSO_HOME": str(tmp_path / "no-home"),
    }
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "danso.gateway"]
    with process(command, f"{url}/ready", tmp_path / "gateway.log", environment):
        yield url


@pytest.fixture
def ecase(gateway: str, court: TestPartner, tmp_path: Path) -> Iterator[ECase]:
    folder = tmp_path / "ecase"
    folder.mkdir()
    key = tmp_path / "court.jwk"
    key.write_text(json.dumps(court.key.as_dict(private=True) | {"kid": court.key.thumbprint()}))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "danso.config.main", "stand-in-ecase", str(folder)]
    command += [f"--gateway={gateway}", f"--partner={court.code}", f"--key={key}"]
    command += ["--purpose=tea-dispute", f"--port={port}"]
    with (
        process(command, f"{url}/", tmp_path / "ecase.log"),
        httpx.Client(base_url=url, timeout=20) as http,
    ):
        assert http.post("/cases", json=FIRST).status_code == 201
        yield ECase(http, folder)


@pytest.fixture
def follow(fresh_db: Database) -> Callable[[], Seals]:
    """What sealer and worker do by themselves."""
    seals = Seals.of(fresh_db)

    def done() -> Seals:
        seals.follow(*FOLLOWERS)
        seals.follow(*FOLLOWERS)
        exchange.seal_records()
        return seals

    return done


def police(commune: str) -> Decider:
    actor = Actor(kind="officer", id="police-1", unit="commune-police")
    return Decider(actor, frozenset({"commune_police"}), (commune,))


@pytest.mark.clause("I.A.2025.11", partly="the court's own case management was not seen")
@pytest.mark.clause("II.2.11", partly="the court's own case management was not seen")
def test_a_case_from_its_parties_to_its_judgment(
    ecase: ECase, fresh_db: Database, commune: str, follow: Callable[[], Seals]
) -> None:
    plaintiff = enrol(commune=commune)
    wanted = enrol("Lê Thị Chén", number="909000000005", commune=commune)

    # The parties, as of today, and the record for the file.
    checked = ecase.do("check", fields=["sex", "permanent_place"])["checked"]
    assert [one["code"] for one in checked["parties"]] == ["match"]
    assert ecase.refused("record") == "record_waiting"
    (ecase.folder / "keys.txt").write_text(follow().line())
    filed = ecase.do("record")["filed"]
    assert filed["faults"] == []
    paper = ecase.folder / f"{filed['record']}.json"
    assert (ecase.folder / f"{filed['record']}.pdf").read_bytes().startswith(b"%PDF")
    check_by_command(paper, (ecase.folder / "keys.txt").read_text().strip())

    # The other side has no number: the police say who it is, and it is checked like the rest.
    sought = {"full_name": "Lê Thị Chén", "commune": commune, "birth_year": "1984"}
    on = clock.today().isoformat()
    approval = {"judge": "Thẩm phán Trà", "decision": "3/QĐ", "date": on}
    asked = ecase.do("seek", sought=sought, approval=approval, reason="vắng mặt")["sought"]
    again = ecase.do("seek", sought=sought, approval=approval, reason="vắng mặt")["sought"]
    assert asked["request"] == again["request"]
    follow()
    assert len(ecase.do("sought", role="drinker")["parties"]) == 1
    exchange.answer_person_request(
        UUID(asked["request"]), "found", decider=police(commune), person=wanted
    )
    assert ecase.do("sought", role="drinker")["sought"]["state"] == "found"
    both = ecase.do("check")["checked"]["parties"]
    assert [(one["role"], one["code"]) for one in both] == [
        ("pourer", "match"),
        ("drinker", "match"),
    ]

    # The judgment comes back as a proposal; police carry it out; the next look knows.
    decision = {
        "number": "5/2026/HNGĐ-ST",
        "kind": "parted",
        "date": "2026-02-02",
        "effective_on": "2026-03-03",
    }
    sent = ecase.do("decide", person=KNOWN, decision=decision)["decided"]
    assert sent["result"] == "proposed"
    follow()
    assert population.get_person(plaintiff).marital_status is None
    exchange.answer_court_decision(
        UUID(sent["decision"]), accept=True, answer="", decider=police(commune)
    )
    assert ecase.do("decided")["decided"]["state"] == "accepted"
    assert population.get_person(plaintiff).marital_status == "3"
    assert population.get_person(plaintiff, date(2026, 3, 2)).marital_status is None

    wrong = {"person": KNOWN, "decision": decision | {"verdict": "x"}}
    unfit = ecase.http.post("/cases/0/decide", json=wrong)
    assert (unfit.status_code, unfit.json()["code"]) == (422, "body_unfit")

    page = ecase.http.get("/").text
    assert "GIẢ LẬP (stand-in)" in page
    assert FIRST["number"] in page
    services = [row["service"] for row in entries(fresh_db)]
    assert set(services) <= {"case-parties", "person-request", "court-decision"}


def check_by_command(paper: Path, key: str) -> None:
    """Genuine by the court's own means and by the province's; altered by neither."""
    assert records.main([str(paper), key]) == 0
    done = CliRunner().invoke(journal_command.app, ["check-record", str(paper)])
    assert done.exit_code == 0, done.output
    assert "Genuine" in done.output
    altered = paper.with_name("altered.json")
    altered.write_text(paper.read_text().replace(AN["full_name"], "Trần Văn Khác"))
    assert records.main([str(altered), key]) == 1
    done = CliRunner().invoke(journal_command.app, ["check-record", str(altered)])
    assert done.exit_code == 1


def test_the_gateway_going_away_is_said_and_nothing_is_lost(
    ecase: ECase, court: TestPartner
) -> None:
    exchange.close_partner(court.code, actor=Actor(kind="officer", id="tests"))
    end = time.monotonic() + Limits().news + 5
    while (answer := ecase.http.post("/cases/0/check", json={})).status_code == 200:
        assert time.monotonic() < end
    assert answer.status_code == 409
    assert [case["number"] for case in ecase.http.get("/cases").json()["cases"]] == [
        FIRST["number"]
    ]
