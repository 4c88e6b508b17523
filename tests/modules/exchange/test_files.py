"""Files of people: asked by a job, journaled row by row, told as CSV, safe against kills."""

from __future__ import annotations

import csv
import dataclasses
import io
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.conf import LazySettings

from danso.kernel import clock
from danso.kernel.errors import InvalidValue
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.actions import files
from danso.modules.exchange.data import (
    AgreementUnknown,
    FileAnswersErased,
    FileJobUnknown,
    FileOrder,
    FilesNotForwarded,
    FileState,
    PartnerBody,
)
from danso.modules.exchange.engine.people_file import read_rows
from danso.modules.exchange.interface import file_job, read_answers, work_on_file
from tests.conftest import Database
from tests.exchange_world import AN, FIELDS, OFFICER, agree, enrol, entries, make_partner

HEAD = "ref,number,full_name,birth\n"
GOOD = f"a,{AN['number']},{AN['full_name']},21/03/1984\n"


def order(agreement: str) -> FileOrder:
    return FileOrder(agreement, "people.csv", "officer-7", "1.004222", "F-1")


def told(partner: str, key: Any, offset: int = 0) -> str:
    return b"".join(read_answers(key, partner, offset=offset)).decode()


@pytest.fixture
def kettle(fresh_db: Database) -> str:
    make_partner("kettle")
    enrol()
    (made,) = agree("kettle", "batch")
    return made.code


def test_file_is_answered_row_by_row(kettle: str, fresh_db: Database) -> None:
    content = HEAD + GOOD + f"b,909000000009,{AN['full_name']},\n" + "c,12,Ai,\n" + "d,1\n"
    job = exchange.open_file_job(order(kettle), content.encode(), actor=OFFICER)
    assert (job.rows, job.state, job.done) == (4, FileState.WAITING, 0)
    assert work_on_file(job.key)
    rows = list(csv.reader(io.StringIO(told("kettle", job.key))))
    assert [row[:4] for row in rows] == [
        ["2", "a", "match", "match"],
        ["3", "b", "not_found", "not_found"],
        ["4", "c", "wrong_row", "number_malformed"],
        ["5", "", "wrong_row", "columns_differ"],
    ]
    done = file_job(job.key, "kettle")
    assert (done.state, done.done) == (FileState.DONE, 4)
    assert done.counts == {"match": 1, "not_found": 1, "wrong_row": 2}
    found = [entry for entry in entries(fresh_db) if entry["action"] == "batch"]
    assert [(entry["outcome"], entry["detail"]["ref"]) for entry in found] == [
        ("match", "a"),
        ("not_found", "b"),
    ]


def test_file_leaves_nothing_personal_behind(kettle: str, fresh_db: Database) -> None:
    job = exchange.open_file_job(order(kettle), (HEAD + GOOD).encode(), actor=OFFICER)
    work_on_file(job.key)
    with psycopg.connect(fresh_db.dsn("owner")) as connection:
        rows = connection.execute("SELECT asked, told FROM exchange_file_chunk").fetchall()
    assert [asked for asked, _ in rows] == ["[]"]
    assert AN["full_name"] not in str(rows)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody seals here: on a busy machine the journal would be behind by itself."""
    monkeypatch.setattr(files, "BACKLOG_SECONDS", 600.0)


@pytest.mark.usefixtures("unhurried")
def test_file_goes_on_where_a_kill_left_it(kettle: str, fresh_db: Database) -> None:
    lines = [f"r{row},909{row:09d},{AN['full_name']},\n" for row in range(2500)]
    job = exchange.open_file_job(order(kettle), (HEAD + "".join(lines)).encode(), actor=OFFICER)
    assert not work_on_file(job.key, chunks=1)
    assert file_job(job.key, "kettle").done == 1000
    assert job.key in exchange.unfinished_files()
    assert work_on_file(job.key)
    assert work_on_file(job.key)
    refs = [row[1] for row in csv.reader(io.StringIO(told("kettle", job.key)))]
    assert refs == [f"r{row}" for row in range(2500)]
    asked = [entry for entry in entries(fresh_db) if entry["action"] == "batch"]
    assert len(asked) == 2500


@pytest.mark.usefixtures("unhurried")
def test_answers_are_read_on_from_any_byte(kettle: str) -> None:
    lines = [f"Ấ{row},909{row:09d},{AN['full_name']},\n" for row in range(1200)]
    job = exchange.open_file_job(order(kettle), (HEAD + "".join(lines)).encode(), actor=OFFICER)
    work_on_file(job.key)
    whole = b"".join(read_answers(job.key, "kettle"))
    assert len(whole) == file_job(job.key, "kettle").size
    for offset in (0, 1, 1000, len(whole) - 5, len(whole), len(whole) + 5):
        assert b"".join(read_answers(job.key, "kettle", offset=offset)) == whole[offset:]


def test_file_of_another_partner_is_unknown(kettle: str) -> None:
    job = exchange.open_file_job(order(kettle), (HEAD + GOOD).encode(), actor=OFFICER)
    make_partner("cup", agency="cup-office")
    with pytest.raises(FileJobUnknown):
        file_job(job.key, "cup")
    with pytest.raises(FileJobUnknown):
        told("cup", job.key)
    assert exchange.file_jobs("cup") == ()
    assert [one.key for one in exchange.file_jobs("kettle")] == [job.key]


def test_file_stops_when_its_agreement_ends(kettle: str, fresh_db: Database) -> None:
    job = exchange.open_file_job(order(kettle), (HEAD + GOOD).encode(), actor=OFFICER)
    exchange.revoke_agreement(kettle, reason="misused", actor=OFFICER)
    assert work_on_file(job.key)
    assert file_job(job.key, "kettle").state is FileState.STOPPED
    assert told("kettle", job.key) == ""
    (stopped,) = (entry for entry in entries(fresh_db) if entry["action"] == "batch")
    assert (stopped["outcome"], stopped["actor"]) == ("refused:agreement_over", "kettle")
    assert stopped["detail"] == {"agreement": kettle, "job": str(job.key)}
    with pytest.raises(AgreementUnknown):
        exchange.open_file_job(order(kettle), (HEAD + GOOD).encode(), actor=OFFICER)


def test_file_of_a_bank_needs_consent_in_every_row(fresh_db: Database) -> None:
    make_partner("tea-bank", PartnerBody.BANK)
    enrol()
    (made,) = agree("tea-bank", "batch", purpose="tea-tasting")
    content = f"number,full_name,consent\n{AN['number']},{AN['full_name']},\n"
    content += f"{AN['number']},{AN['full_name']},C-1\n"
    job = exchange.open_file_job(order(made.code), content.encode(), actor=OFFICER)
    work_on_file(job.key)
    rows = list(csv.reader(io.StringIO(told("tea-bank", job.key))))
    assert [row[3] for row in rows] == ["consent_missing", "match"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfeh\x00", "file_encoding"),
        (b"number,full_name\n1,\x00\n", "file_encoding"),
        (b"", "file_headings"),
        (b"number,name\n", "file_headings"),
        (b"number,number,full_name\n", "file_headings"),
        (b"full_name,birth\n", "file_headings"),
        (b'number,full_name\n1,"a\n', "file_rows"),
        (b"number,full_name\n" + b"1,a\n" * 200_001, "file_rows"),
        (b"x" * 20_000_001, "file_too_large"),
    ],
)
def test_file_that_cannot_be_read_is_refused_whole(content: bytes, code: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        list(read_rows(content, FIELDS, needs_consent=False))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("=1+1;909000000001;Ai;;;", "ref_unsafe"),
        ("@x;909000000001;Ai;;;", "ref_unsafe"),
        ("x;9090000000011;Ai;;;", "number_malformed"),
        ("x;909000000001;;;;", "name_empty"),
        ("x;909000000001;Ai;30/02/1984;;", "birth_wrong"),
        ("x;909000000001;Ai;;khác;", "sex_wrong"),
        ("x;909000000001;Ai;;;1", "place_wrong"),
        ("x;909000000001;Ai;1984;Nữ;", ""),
    ],
)
def test_rows_that_are_wrong_are_named(line: str, code: str) -> None:
    content = "\ufeffref;so_dinh_danh;ho_ten;ngay_sinh;gioi_tinh;ma_xa\n" + line + "\n"
    (row,) = read_rows(content.encode(), FIELDS, needs_consent=False)
    assert row.wrong == code
    narrow = [one for one in FIELDS if one != "birth"]
    (row,) = read_rows(
        b"number,full_name,birth\n909000000001,Ai,1984\n", narrow, needs_consent=False
    )
    assert row.wrong == "field_not_agreed"
    assert dataclasses.replace(row, wrong="").number == ""


def test_file_is_not_forwarded_where_the_register_is_absent(
    kettle: str, fresh_db: Database, settings: LazySettings
) -> None:
    settings.DANSO = dataclasses.replace(settings.DANSO, register_mode="absent")
    with pytest.raises(FilesNotForwarded):
        exchange.open_file_job(order(kettle), (HEAD + GOOD).encode(), actor=OFFICER)
    assert [entry["outcome"] for entry in entries(fresh_db, "batch")] == [
        "refused:files_not_forwarded"
    ]


def test_answers_go_after_their_term_and_what_is_not_done_stays(
    kettle: str, fresh_db: Database
) -> None:
    job = exchange.open_file_job(order(kettle), (HEAD + GOOD).encode(), actor=OFFICER)
    waiting = exchange.open_file_job(order(kettle), (HEAD + GOOD).encode(), actor=OFFICER)
    work_on_file(job.key)
    # Seven days, says the catalogue.
    assert exchange.destroy_past_term(now=clock.now() + timedelta(days=6)) == {}
    later = clock.now() + timedelta(days=8)
    assert exchange.destroy_past_term(now=later) == {"files": 1}
    assert exchange.destroy_past_term(now=later) == {}
    erased = file_job(job.key, "kettle")
    assert (erased.state, erased.size, erased.counts) == (FileState.ERASED, 0, {"match": 1})
    with pytest.raises(FileAnswersErased):
        told("kettle", job.key)
    assert work_on_file(waiting.key)
    assert told("kettle", waiting.key)
    (gone,) = [one for one in entries(fresh_db) if one["action"] == "exchange.destroy_file_answers"]
    assert gone["detail"] == {"retention": "batch-result", "count": 1}
