"""More sources from their owners to what they tell: pages with members of members, tables of
PostgreSQL and MariaDB, files of changes; and two that tell nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from pytest_django import Settings

from danso.catalogue.shapes.sources import Source
from danso.config.postgres import Cluster
from danso.kernel.errors import Refused
from danso.modules.population import interface as population
from danso.modules.sources import interface as sources
from danso.modules.sources.adapters.connecting import connect
from danso.modules.sources.adapters.places import RestPlace, SqlPlace
from danso.modules.sources.adapters.port import Connector
from danso.modules.sources.engine.synth.write import Wish
from danso.modules.sources.models import Fact, SourceRecord
from danso.toolkit.platform import platform, province
from tests.conftest import PASSWORD, Database
from tests.faults import mariadb_server
from tests.faults.mariadb_server import MariadbServer
from tests.faults.owners import STEWARD, check_against_truth, fill
from tests.modules.sources.sql_promises import READER
from tests.modules.sources.synthetic import World, make_world
from tests.source_stand_in import started as service_started

PEOPLE, ROWS = 2_500, 300
PAGES = (
    "driving-licence",
    "education-training",
    "criminal-record",
    "court-judgments",
    "court-case-files",
)
TABLES = ("land", "vehicle-registration")
FILES = ("jobless-benefits", "vaccination", "poor-households", "vehicle-inspection")
MERIT, SERVANTS = "people-of-merit", "civil-servants"
# One of each owner's that is not looked at more closely: those about people, and the others.
MATCHED = ("household-businesses", "science-technology", "agriculture-rural", "nationality")
KEPT = ("finance", "complaints-denunciations-anticorruption", "crime-statistics")
OWNERS = "owners_of_sources"


@pytest.fixture(autouse=True)
def _up() -> None:
    """No home is needed here."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    chosen = (*PAGES, *TABLES, *FILES, MERIT, SERVANTS, *MATCHED, *KEPT)
    return make_world(folder, platform().province_path, PEOPLE, Wish(rows=ROWS), chosen)


@pytest.fixture(autouse=True)
def register(fresh_db: Database, world: World, settings: Settings, tmp_path: Path) -> None:
    """The world's people in the register."""
    del fresh_db
    (tmp_path / "home" / "run").mkdir(parents=True)
    settings.DANSO = replace(platform(), home=tmp_path / "home")
    population.import_people(world.clean / "clean", actor=STEWARD)


@dataclass
class Owners:
    """A database of owners in the cluster of the tests, with a user who may only read."""

    cluster: Cluster
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @property
    def place(self) -> SqlPlace:
        return SqlPlace(
            host="127.0.0.1",
            port=self.cluster.port,
            database=OWNERS,
            user=READER,
            tls="off",
            internal=True,
            settled=0.0,
        )

    def connect(self, name: str = OWNERS) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.cluster.port,
            dbname=name,
            user="danso_super",
            password=PASSWORD,
            autocommit=True,
        )

    def fill(self, source: Source, folder: Path) -> None:
        """Its table as its owner has it."""
        assert source.transport.kind == "sql"
        table = sql.Identifier(source.transport.table)
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute((folder / "create.sql").read_bytes())
            cursor.execute(
                sql.SQL("GRANT SELECT ON {} TO {}").format(table, sql.Identifier(READER))
            )
            with cursor.copy(
                sql.SQL("COPY {} FROM STDIN (FORMAT csv, HEADER)").format(table)
            ) as to:
                to.write((folder / "table.csv").read_bytes())


@pytest.fixture(scope="module")
def owners(cluster: Cluster) -> Iterator[Owners]:
    made = Owners(cluster)
    name, reader = sql.Identifier(OWNERS), sql.Identifier(READER)
    with made.connect("postgres") as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        login = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        connection.execute(login.format(reader, sql.Literal(made.secret)))
    yield made
    with made.connect("postgres") as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("DROP ROLE {}").format(reader))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariadbServer]:
    with mariadb_server.started(tmp_path_factory.mktemp("mariadb")) as made:
        yield made


@contextmanager
def pages(world: World, code: str, folder: Path) -> Iterator[Connector]:
    """The source behind a service that runs while it is looked at."""
    source = province().source(code)
    folder.mkdir()
    rows = (world.out / code / "rows.jsonl").read_text(encoding="utf-8")
    (folder / "rows.jsonl").write_text(rows, encoding="utf-8")
    changed = source.by_code["updated_at"].columns[0]
    with service_started(folder, page_size=70, changed=changed) as service:
        place = RestPlace(
            url=f"{service.origin}/rows",
            token_url=f"{service.origin}/token",
            account="danso",
            internal=True,
        )
        yield connect(source, place, service.secret, files=Path())


def told_of(code: str) -> set[str]:
    return set(Fact.objects.filter(source=code).values_list("kind", flat=True))


@pytest.mark.parametrize("code", ["driving-licence", "education-training"])
@pytest.mark.clause("II.5.1.10", partly="the police's own service was not seen")
@pytest.mark.clause("II.5.1.14", partly="the education database's service was not seen")
def test_pages_are_loaded_matched_and_told(world: World, tmp_path: Path, code: str) -> None:
    with pages(world, code, tmp_path / "service") as connector:
        assert sources.load_source(code, connector, actor=STEWARD).new == len(world.rows(code))
    check_against_truth(world, code)
    assert told_of(code) == {fact.code for fact in province().source(code).facts}


@pytest.mark.parametrize("code", TABLES)
@pytest.mark.clause("II.5.1.3", partly="the land office's own table was not seen")
def test_tables_of_postgresql_are_loaded_matched_and_told(
    world: World, owners: Owners, code: str
) -> None:
    source = province().source(code)
    owners.fill(source, world.out / code)
    connector = connect(source, owners.place, owners.secret, files=Path())
    assert sources.load_source(code, connector, actor=STEWARD).new == len(world.rows(code))
    check_against_truth(world, code)
    assert told_of(code) == {fact.code for fact in source.facts}


@pytest.mark.clause("II.5.1.7", partly="the owner's own table was not seen")
@pytest.mark.clause("II.5.1.12", partly="the owners' own tables were not seen")
def test_tables_of_mariadb_are_loaded_matched_and_told(world: World, server: MariadbServer) -> None:
    for code, told in ((MERIT, "person_of_merit"), (SERVANTS, "civil_servant")):
        source = province().source(code)
        assert source.transport.kind == "sql"
        fill(server, world.out / code, source.transport.table)
        connector = connect(source, server.place, server.secret, files=Path())
        done = sources.load_source(code, connector, actor=STEWARD)
        assert done.new == len(world.rows(code))
        check_against_truth(world, code)
        assert told_of(code) == {told}


@pytest.mark.clause("II.5.1.2", partly="the owner's own service was not seen")
@pytest.mark.clause("II.5.1.6", partly="the owner's own file was not seen")
@pytest.mark.clause("II.5.1.17", partly="the owner's own file was not seen")
@pytest.mark.clause("II.5.1.18", partly="the owners' own files were not seen")
def test_smaller_files_are_matched_and_told(world: World) -> None:
    for code in MATCHED:
        connector = sources.files_connector(code, world.out / code)
        done = sources.load_source(code, connector, actor=STEWARD)
        assert done.new == len(world.rows(code)) > 0
        sources.match_source(code, actor=STEWARD)
        assert told_of(code) == {fact.code for fact in province().source(code).facts}


@pytest.mark.clause("II.5.1.4", partly="the owner's own file was not seen")
@pytest.mark.clause("II.5.1.5", partly="the owner's own file was not seen")
@pytest.mark.clause("II.5.1.16", partly="the owner's own file was not seen")
def test_files_about_no_people_are_kept_without_a_fault(world: World) -> None:
    for code in KEPT:
        connector = sources.files_connector(code, world.out / code)
        done = sources.load_source(code, connector, actor=STEWARD)
        assert (done.new, done.faulty) == (ROWS, 0)
        with pytest.raises(Refused):
            sources.match_source(code, actor=STEWARD)


@pytest.mark.clause("II.5.1.13", partly="the court's own service was not seen")
@pytest.mark.clause("II.5.1.15", partly="the court's own service was not seen")
def test_what_courts_keep_is_matched_or_kept_and_tells_nothing(
    world: World, tmp_path: Path
) -> None:
    for code in ("court-judgments", "court-case-files"):
        with pages(world, code, tmp_path / code) as connector:
            assert sources.load_source(code, connector, actor=STEWARD).new == len(world.rows(code))
        assert province().source(code).facts == ()
    sources.match_source("court-judgments", actor=STEWARD)
    assert not Fact.objects.exists()


@pytest.mark.parametrize("code", ["jobless-benefits", "vaccination", "poor-households"])
@pytest.mark.clause("II.5.1.12", partly="the owners' own files were not seen")
@pytest.mark.clause("II.5.1.9", partly="the health ministry's own files were not seen")
def test_files_are_loaded_matched_and_told(world: World, code: str) -> None:
    connector = sources.files_connector(code, world.out / code)
    assert sources.load_source(code, connector, actor=STEWARD).new == len(world.rows(code))
    check_against_truth(world, code)
    assert told_of(code) == {fact.code for fact in province().source(code).facts}


def test_things_and_closed_databases_are_kept_and_tell_nothing(
    world: World, tmp_path: Path
) -> None:
    things, closed = "vehicle-inspection", "criminal-record"
    sources.load_source(things, sources.files_connector(things, world.out / things), actor=STEWARD)
    with pages(world, closed, tmp_path / "service") as connector:
        sources.load_source(closed, connector, actor=STEWARD)
    for code, refused in ((things, "source_of_no_people"), (closed, "source_closed")):
        assert SourceRecord.objects.filter(source=code).count() == ROWS
        with pytest.raises(Refused) as refusal:
            sources.match_source(code, actor=STEWARD)
        assert refusal.value.code == refused
        assert told_of(code) == set()
