"""Three sources from their owners to what they tell: files, pages of JSON, a table of MariaDB.

Each as `danso synth-sources` makes it, with the faults of real files, served by a server that
really runs; what is linked is compared with a truth that the matcher never sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from danso.kernel.errors import Unavailable
from danso.modules.population import interface as population
from danso.modules.sources import interface as sources
from danso.modules.sources.adapters.connecting import connect
from danso.modules.sources.adapters.places import RestPlace
from danso.modules.sources.adapters.port import Connector
from danso.modules.sources.engine.synth.write import Wish
from danso.modules.sources.models import SourceRecord
from danso.toolkit.platform import platform, province
from tests.conftest import Database
from tests.faults import mariadb_server
from tests.faults.mariadb_server import MariadbServer
from tests.faults.owners import STEWARD, check_against_truth, fill
from tests.modules.sources.synthetic import World, make_world
from tests.source_stand_in import SourceStandIn
from tests.source_stand_in import started as service_started

PEOPLE, ROWS = 1_500, 400
THREE = ("insurance", "civil-status", "tax")


@pytest.fixture(autouse=True)
def _up() -> None:
    """No home is needed here."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    return make_world(folder, platform().province_path, PEOPLE, Wish(rows=ROWS), THREE)


@pytest.fixture(autouse=True)
def register(fresh_db: Database, world: World, settings: Settings, tmp_path: Path) -> None:
    """The world's people in the register."""
    del fresh_db
    (tmp_path / "home" / "run").mkdir(parents=True)
    settings.DANSO = replace(platform(), home=tmp_path / "home")
    population.import_people(world.clean / "clean", actor=STEWARD)


@pytest.fixture
def service(world: World, tmp_path: Path) -> Iterator[SourceStandIn]:
    """The civil-status service with the world's births."""
    source = province().source("civil-status")
    folder = tmp_path / "service"
    folder.mkdir()
    rows = (world.out / source.code / "rows.jsonl").read_text(encoding="utf-8")
    (folder / "rows.jsonl").write_text(rows, encoding="utf-8")
    changed = source.by_code["updated_at"].columns[0]
    with service_started(folder, page_size=60, changed=changed) as made:
        yield made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariadbServer]:
    with mariadb_server.started(tmp_path_factory.mktemp("mariadb")) as made:
        yield made


def births(service: SourceStandIn) -> Connector:
    place = RestPlace(
        url=f"{service.origin}/rows",
        token_url=f"{service.origin}/token",
        account="danso",
        internal=True,
        attempts=2,
        timeout=2.0,
        longest_wait=0.1,
    )
    return connect(province().source("civil-status"), place, service.secret, files=Path())


@pytest.mark.clause("II.5.1.1", partly="the insurer's own export was not seen")
@pytest.mark.clause("I.D.2022.2", partly="the owners' own layouts were not seen")
def test_insurance_comes_as_files(world: World) -> None:
    connector = sources.files_connector("insurance", world.out / "insurance")
    done = sources.load_source("insurance", connector, actor=STEWARD)
    assert (done.rows, done.new) == (ROWS, ROWS)
    check_against_truth(world, "insurance")


@pytest.mark.clause("II.5.1.11", partly="the justice ministry's own service was not seen")
def test_civil_status_comes_as_pages_through_an_outage(
    world: World, service: SourceStandIn
) -> None:
    service.behave("down", times=100)
    with pytest.raises(Unavailable):
        sources.load_source("civil-status", births(service), actor=STEWARD)
    assert not SourceRecord.objects.exists()

    service.behave("up")
    done = sources.load_source("civil-status", births(service), actor=STEWARD)
    again = sources.load_source("civil-status", births(service), actor=STEWARD)

    assert (done.new, again.new, again.changed) == (ROWS, 0, 0)
    check_against_truth(world, "civil-status")


@pytest.mark.clause("II.5.1.8", partly="the tax authority's own table was not seen")
@pytest.mark.clause("I.A.2022.4", partly="the tax authority's own table was not seen")
def test_tax_comes_as_a_table_of_mariadb(world: World, server: MariadbServer) -> None:
    source = province().source("tax")
    assert source.transport.kind == "sql"
    fill(server, world.out / "tax", source.transport.table)
    connector = connect(source, server.place, server.secret, files=Path())
    done = sources.load_source("tax", connector, actor=STEWARD)
    assert done.new == ROWS
    check_against_truth(world, "tax")

    server.run(
        f"UPDATE {source.transport.table} SET TRANG_THAI = '03', NGAY_CAP_NHAT = now() LIMIT 1"
    )
    again = sources.load_source("tax", connector, actor=STEWARD)
    assert (again.new, again.changed) == (0, 1)
