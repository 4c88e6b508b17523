"""Where the sources of a home are enters it checked and whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from danso.catalogue import read_pushed
from danso.catalogue.pushing import FILE as PUSHED
from danso.config import identities, source_connectors, source_homes
from danso.config.home import Home
from danso.config.secrets import Secrets
from danso.kernel.errors import InvalidValue, NotFound
from danso.modules.sources.adapters.files import FilesConnector
from danso.modules.sources.adapters.places import FILE
from danso.modules.sources.adapters.sql import SqlConnector
from tests.modules.sources.described import kettles_of, source

FOLDER = '[kettles]\nfolder = "incoming/kettles"\nquiet = 0\n'
TABLE = """
[kettles]
host = "db.kettles.example"
database = "kettles"
user = "reader"
secret = "source-kettles"
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.make()
    return made


def file(home: Home, text: str) -> Path:
    made = home.path.parent / FILE
    made.write_text(text)
    return made


def test_a_home_without_the_file_has_no_sources(home: Home) -> None:
    described = source(kind="file", formats=("csv",), holds="changes")
    assert source_homes.read(home) == {}
    with pytest.raises(NotFound) as caught:
        source_connectors.connector_of(home, described)
    assert caught.value.code == "source_unplaced"


def test_a_folder_is_made_and_what_is_dropped_there_is_read(home: Home) -> None:
    source_homes.install(home, file(home, FOLDER))
    (home.files / "incoming/kettles/a.csv").write_text("MA_AM,HO_TEN\nK1,x\n")
    described = source(kind="file", formats=("csv",), holds="changes")
    made = source_connectors.connector_of(home, described)
    assert isinstance(made, FilesConnector)
    assert kettles_of(made.pull(None)) == ["K1"]


def test_a_secret_enters_with_the_file_and_is_never_shown(home: Home) -> None:
    (home.path.parent / "source-kettles").write_text("s3cret\n")
    source_homes.install(home, file(home, TABLE))
    assert Secrets(home).get("source-kettles") == "s3cret"
    assert home.secrets.joinpath("source-kettles").stat().st_mode & 0o037 == 0
    assert identities.holder_of(home, "source-kettles") == identities.PAGES
    described = source(
        kind="sql", engine="mariadb", table="SO_AM", changed="CAP_NHAT", by="timestamp"
    )
    made = source_connectors.connector_of(home, described)
    assert isinstance(made, SqlConnector)
    assert "s3cret" not in repr(made)


def test_a_missing_secret_is_told_and_nothing_enters(home: Home) -> None:
    with pytest.raises(InvalidValue) as caught:
        source_homes.install(home, file(home, TABLE))
    assert caught.value.code == "source_secret"
    assert not (home.files / FILE).exists()


def test_a_place_of_another_transport_is_told(home: Home) -> None:
    source_homes.install(home, file(home, FOLDER))
    described = source(
        kind="sql", engine="mariadb", table="SO_AM", changed="CAP_NHAT", by="timestamp"
    )
    with pytest.raises(InvalidValue) as caught:
        source_connectors.connector_of(home, described)
    assert caught.value.code == "source_setup"


def test_only_a_demo_may_call_itself(home: Home) -> None:
    text = '[kettles]\nurl = "http://127.0.0.1:9/rows"\ninternal = true\n'
    home.write_stamp({"kind": "real"})
    with pytest.raises(InvalidValue, match="demo"):
        source_homes.install(home, file(home, text))
    home.write_stamp({"kind": "demo"})
    assert source_homes.install(home, file(home, text))


def test_secrets_of_sources_have_names_of_their_own(home: Home) -> None:
    assert not [name for name in identities.HOLDERS if name.startswith(identities.SOURCE_SECRETS)]
    for name in identities.HOLDERS:
        with pytest.raises(InvalidValue):
            source_homes.install(home, file(home, TABLE.replace("source-kettles", name)))


def test_files_confirmed_on_a_page_are_read_beside_those_dropped(home: Home) -> None:
    described = source(kind="file", formats=("csv",), holds="changes")
    source_homes.install(home, file(home, FOLDER))
    (home.files / "incoming/kettles/a.csv").write_text("MA_AM,HO_TEN\nK1,x\n")
    uploads = home.files / "uploads" / described.code
    uploads.mkdir(parents=True)
    (uploads / "b").write_text("MA_AM,HO_TEN\nK2,y\n")
    made = source_connectors.HomeConnectors(home)
    assert set(made.placed()) == {"kettles"}
    assert kettles_of(made.open(described).pull(None)) == ["K1", "K2"]


def test_files_confirmed_on_a_page_need_no_place(home: Home) -> None:
    described = source(kind="file", formats=("csv",), holds="changes")
    uploads = home.files / "uploads" / described.code
    uploads.mkdir(parents=True)
    (uploads / "b").write_text("MA_AM,HO_TEN\nK2,y\n")
    made = source_connectors.HomeConnectors(home)
    assert set(made.placed()) == set()
    assert kettles_of(made.open(described).pull(None)) == ["K2"]


def test_the_jobs_are_handed_the_secrets_that_come_from_outside(home: Home) -> None:
    assert source_homes.secret_names(home) == []
    (home.path.parent / "source-kettles").write_text("s3cret\n")
    source_homes.install(home, file(home, TABLE))
    assert source_homes.secret_names(home) == ["source-kettles"]
    (home.files / FILE).write_text("[kettles]\nnonsense = 1\n")
    assert source_homes.secret_names(home) == []


def test_a_source_whose_owner_sends_it_is_told_to_every_process(home: Home) -> None:
    source_homes.install(home, file(home, '[kettles]\npush = "changes"\n'))
    told = home.files / PUSHED
    assert read_pushed(home.files) == {"kettles": "changes"}
    assert told.stat().st_mode & 0o044 == 0o044, "the gateway is another user"
    connectors = source_connectors.HomeConnectors(home)
    assert list(connectors.placed()) == [], "nobody asks for what is sent"
    assert source_homes.secret_names(home) == []
    # Until the next start the description stands, and says what does not fit.
    described = source(kind="file", formats=("csv",), holds="changes")
    with pytest.raises(InvalidValue, match="another transport"):
        connectors.open(described)
    source_homes.install(home, file(home, FOLDER))
    assert read_pushed(home.files) == {}


def test_what_an_owner_may_send_is_one_of_two(home: Home) -> None:
    with pytest.raises(InvalidValue):
        source_homes.install(home, file(home, '[kettles]\npush = "some"\n'))
    assert read_pushed(home.files) == {}
