"""The old portals' accounts: each verified, linked, told, and what is left is decided by police."""

from __future__ import annotations

import csv
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.test import Client

from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import DansoError
from danso.modules.identity import interface as identity
from danso.modules.identity.actions import following
from danso.modules.identity.actions.portals import running
from danso.modules.identity.data import PortalDecision, PortalFilter
from danso.modules.identity.models import PortalAccount
from danso.modules.population import interface as population
from danso.modules.population.data import Correction
from danso.modules.population.data import Scope as Reach
from danso.modules.population.models import OldNumber
from danso.toolkit.tables import sheets
from tests.conftest import Database
from tests.eid_world import CLERK, GROUNDS, NAME, NUMBER, PHONE, account_of, citizen, enrol
from tests.officers import Journaled, journal

pytestmark = [
    pytest.mark.clause(
        "I.A.2022.1", partly="files of old accounts; no portal's own system was seen"
    ),
    pytest.mark.clause(
        "I.A.2022.8", partly="files of old accounts; no portal's own system was seen"
    ),
]
PORTAL = "portal.example.vn"
OPERATOR = Actor("operator", "console", system="cli")
POLICE = Actor("officer", "00000000-0000-4000-8000-00000000000a", "province")
HEAD = ("login", "number", "full_name", "birth", "phone")
BIRTH = "03/02/1984"
EVERYWHERE = PortalFilter()
GUARDIAN = Reach(sees_protected=True)


def write(folder: Path, rows: Sequence[Sequence[str]], name: str = "accounts.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])
    return path


def run(path: Path, portal: str = PORTAL, *, again: bool = False) -> list[dict[str, str]]:
    """The report's lines."""
    report = path.with_suffix(".report.csv")
    identity.reconcile(path, portal, report, actor=OPERATOR, again=again)
    with report.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def told(lines: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(line["outcome"], line["reason"]) for line in lines]


def one(folder: Path, *row: str) -> tuple[str, str]:
    return told(run(write(folder, [row])))[0]


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ((NUMBER, NAME, BIRTH), ("linked", "number")),
        ((NUMBER, NAME.upper(), "1984-02-03"), ("linked", "number")),
        ((NUMBER, "nguyen thi song", BIRTH), ("linked", "number")),
        ((NUMBER, NAME, "1984"), ("linked", "number")),
        ((NUMBER, "Nguyễn Thị Sóng", BIRTH), ("open", "name_tones")),
        ((NUMBER, "Trần Văn Khác", BIRTH), ("open", "name")),
        ((NUMBER, "Trần Văn Khác", "1990"), ("open", "name_and_birth")),
        ((NUMBER, NAME, "04/02/1984"), ("open", "birth")),
        ((NUMBER, NAME, ""), ("open", "birth_missing")),
        (("099084000999", NAME, BIRTH), ("open", "number_unknown")),
        (("171234567", NAME, BIRTH), ("open", "old_number_unknown")),
        (("0990", NAME, BIRTH), ("wrong", "number_shape")),
        ((NUMBER, "", BIRTH), ("wrong", "no_name")),
    ],
)
def test_each_account_is_compared_as_verify_compares(
    db: None, tmp_path: Path, row: tuple[str, ...], outcome: tuple[str, str]
) -> None:
    citizen()
    assert one(tmp_path, "u1", *row, "") == outcome


def test_nine_digits_find_whoever_fits_among_several_holders(db: None, tmp_path: Path) -> None:
    first = citizen()
    for person in (first, citizen("099084000131", "Lê Văn Núi")):
        OldNumber.objects.create(number="171234567", person=person)
    assert one(tmp_path, "u1", "171234567", NAME, BIRTH, "") == ("linked", "old_number")
    assert PortalAccount.objects.get().person == first
    assert one(tmp_path, "u2", "171234567", "Ai Đó", BIRTH, "") == ("open", "several")


def test_the_dead_and_children_are_linked_to_nobody(db: None, tmp_path: Path) -> None:
    gone = citizen()
    population.record_death(gone, PartialDate(2026, 1, 2), actor=CLERK, grounds=GROUNDS)
    citizen("099220000131", "Lê Văn Con", PartialDate(2020, 5, 6))
    lines = run(
        write(
            tmp_path,
            [
                ("u1", NUMBER, NAME, BIRTH, ""),
                ("u2", "099220000131", "Lê Văn Con", "06/05/2020", ""),
            ],
        )
    )
    assert told(lines) == [("rejected", "dead"), ("rejected", "minor")]


def test_one_number_with_two_names_and_one_account_twice(db: None, tmp_path: Path) -> None:
    citizen()
    rows = [
        ("u1", NUMBER, NAME, BIRTH, PHONE),
        ("u2", NUMBER, "Trần Văn Khác", "01/01/1990", ""),
        ("u3", NUMBER, NAME, BIRTH, PHONE),
        ("u4", NUMBER, NAME, BIRTH, "0987654321"),
        ("u1", NUMBER, NAME, BIRTH, PHONE),
        ("u5", "099084000999", NAME, BIRTH, ""),
        ("u5", "099084000998", NAME, BIRTH, ""),
    ]
    assert told(run(write(tmp_path, rows))) == [
        ("linked", "number"),
        ("open", "two_names"),
        ("linked", "number"),
        ("open", "second_account"),
        ("wrong", "repeated"),
        ("open", "account_twice"),
        ("wrong", "repeated"),
    ]


def test_what_a_portal_has_to_mend_is_no_work_for_police(db: None, tmp_path: Path) -> None:
    citizen()
    rows = [
        ("u1", NUMBER, "Ai Đó", BIRTH, ""),
        ("u2", "099084000999", NAME, BIRTH, ""),
        ("u3", NUMBER, NAME, BIRTH, PHONE),
        ("u3", NUMBER, NAME, "01/01/1990", PHONE),
    ]
    run(write(tmp_path, rows))
    assert identity.count_waiting(EVERYWHERE) == {"two_names": 1}
    assert identity.count_with_portals(EVERYWHERE) == {"account_twice": 1, "number_unknown": 1}
    twice = PortalAccount.objects.get(reason="account_twice")
    with pytest.raises(DansoError, match="No such account"):
        identity.open_waiting(twice.key, reach=EVERYWHERE, actor=POLICE)
    # The file that the portal mended links what waited for it.
    assert told(run(write(tmp_path, rows[2:3], "b.csv"))) == [("linked", "number")]


def test_a_protected_person_is_answered_as_nobody_and_guardians_are_told(
    fresh_db: Database, tmp_path: Path
) -> None:
    hidden = citizen()
    population.protect(hidden, actor=CLERK, grounds=GROUNDS, scope=GUARDIAN)
    assert one(tmp_path, "u1", NUMBER, NAME, BIRTH, "") == ("open", "number_unknown")
    assert PortalAccount.objects.get().person is None
    assert [entry.outcome for entry in entries(fresh_db, "portal_verified")] == ["protected"]


def test_everybody_named_is_journaled_with_the_answer(fresh_db: Database, tmp_path: Path) -> None:
    person = citizen()
    run(write(tmp_path, [("u1", NUMBER, NAME, BIRTH, ""), ("u2", NUMBER, "Ai Đó", BIRTH, "")]))
    written = entries(fresh_db, "portal_verified")
    assert [one.outcome for one in written] == ["match", "no_match"]
    assert {one.subject for one in written} == {str(person)}
    assert {one.detail["portal"] for one in written} == {PORTAL}
    assert NUMBER not in str(journal(fresh_db))


def entries(database: Database, action: str) -> list[Journaled]:
    return [entry for entry in journal(database) if entry.action == f"eid.{action}"]


def test_a_file_that_is_done_is_only_reported_again(fresh_db: Database, tmp_path: Path) -> None:
    citizen()
    path = write(tmp_path, [("u1", NUMBER, NAME, BIRTH, ""), ("u2", "", NAME, BIRTH, "")])
    first = run(path)
    before = PortalAccount.objects.values_list("key", "at").get()
    path.with_suffix(".report.csv").unlink()
    assert run(path) == first
    assert PortalAccount.objects.values_list("key", "at").get() == before
    assert len(entries(fresh_db, "portal_verified")) == 1


def test_a_run_cut_short_goes_on_where_it_was(
    fresh_db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen()
    monkeypatch.setattr(running, "CHUNK", 2)
    rows = [(f"u{n}", NUMBER, NAME if n % 2 else "Ai Đó", BIRTH, PHONE) for n in range(7)]
    path = write(tmp_path, rows)

    def pull_the_plug(done: int, total: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    report = path.with_suffix(".report.csv")
    with pytest.raises(KeyboardInterrupt):
        identity.reconcile(path, PORTAL, report, actor=OPERATOR, say=pull_the_plug)
    assert PortalAccount.objects.count() == 4
    assert not report.exists(), "a report is whole or not there"
    assert identity.reconciliations()[0].finished_at is None
    lines = run(path)
    assert len(lines) == 7
    assert PortalAccount.objects.count() == 7
    assert len(entries(fresh_db, "portal_verified")) == 7, "nobody is compared twice"
    assert identity.reconciliations()[0].counts == {"linked": 3, "open": 4}


def test_what_waits_is_judged_anew_when_asked_and_what_is_linked_stays(
    fresh_db: Database, tmp_path: Path
) -> None:
    person = citizen(name="Nguyễn Thị Suối")
    path = write(tmp_path, [("u1", NUMBER, NAME, BIRTH, "")])
    assert told(run(path)) == [("open", "name")]
    right = Correction("full_name", "Nguyễn Thị Sông")
    population.correct_field(person, right, actor=CLERK, grounds=GROUNDS)
    assert told(run(path)) == [("open", "name")]
    assert told(run(path, again=True)) == [("linked", "number")]
    again = write(tmp_path, [("u1", NUMBER, NAME, BIRTH, ""), ("u2", "", "", "", "")], "b.csv")
    assert told(run(again))[0] == ("linked", "number")
    assert len(entries(fresh_db, "portal_verified")) == 2


def test_the_report_is_its_owners_alone_and_no_cell_runs(db: None, tmp_path: Path) -> None:
    citizen()
    path = write(tmp_path, [("=cmd|x", NUMBER, NAME, BIRTH, "")])
    lines = run(path)
    assert lines[0]["account"] == "'=cmd|x"
    assert lines[0]["why"] == "Khớp số định danh, họ tên, ngày sinh"
    mode = path.with_suffix(".report.csv").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_nothing_typed_at_a_portal_lies_open_in_the_tables(db: None, tmp_path: Path) -> None:
    citizen()
    rows = [("login-1", NUMBER, NAME, BIRTH, PHONE), ("login-2", NUMBER, "Ai Đó", BIRTH, PHONE)]
    run(write(tmp_path, rows))
    kept = str(list(PortalAccount.objects.values()))
    for said in ("login-1", "login-2", NUMBER, PHONE, "Ai Đó", "Sông"):
        assert said not in kept


def test_an_e_id_takes_old_accounts_along_and_a_telephone_confirms(
    db: None, tmp_path: Path
) -> None:
    person = citizen()
    rows = [("u1", NUMBER, NAME, BIRTH, PHONE), ("u2", "x", "x", "x", "")]
    run(write(tmp_path, rows))
    run(write(tmp_path, [("u9", NUMBER, NAME, BIRTH, "0987654321")], "b.csv"), "other.example.vn")
    enrol(Client())
    account = account_of(person).pk
    found = {one.portal: one.state for one in identity.portal_accounts_of(account)}
    assert found == {PORTAL: "confirmed", "other.example.vn": "linked"}
    third = write(tmp_path, [("u3", NUMBER, NAME, BIRTH, PHONE)], "c.csv")
    assert told(run(third, "third.example.vn")) == [("confirmed", "number")]


def test_a_holder_disowns_an_account_and_police_see_it(db: None, tmp_path: Path) -> None:
    person = citizen()
    run(write(tmp_path, [("u1", NUMBER, NAME, BIRTH, PHONE)]))
    enrol(Client())
    account = account_of(person).pk
    key = identity.portal_accounts_of(account)[0].key
    identity.disown_portal_account(account, key)
    assert identity.portal_accounts_of(account) == ()
    assert identity.count_waiting(EVERYWHERE) == {"disowned": 1}
    with pytest.raises(DansoError):
        identity.disown_portal_account(account, key)


def test_police_link_or_reject_once_and_what_the_portal_said_is_erased(
    db: None, tmp_path: Path
) -> None:
    person = citizen()
    rows = [("u1", NUMBER, "Nguyễn Thị Sóng", BIRTH, ""), ("u2", NUMBER, "Ai Đó", "1990", "")]
    run(write(tmp_path, rows))
    waiting = {one.claim.login: one.key for one in identity.waiting_accounts(EVERYWHERE, limit=9)}
    found, beside = identity.open_waiting(waiting["u1"], reach=EVERYWHERE, actor=POLICE)
    assert found.claim.full_name == "Nguyễn Thị Sóng"
    assert beside is not None
    assert beside.key == person
    linked = PortalDecision(NUMBER, "thẻ căn cước")
    done = identity.decide_portal_account(waiting["u1"], linked, reach=EVERYWHERE, actor=POLICE)
    assert (done.state, done.person, done.claim.login) == ("linked", person, "")
    nobody = PortalDecision("", "cổng trả lời")
    done = identity.decide_portal_account(waiting["u2"], nobody, reach=EVERYWHERE, actor=POLICE)
    assert (done.state, done.reason) == ("rejected", "not_theirs")
    with pytest.raises(DansoError, match="No such account"):
        identity.decide_portal_account(waiting["u2"], nobody, reach=EVERYWHERE, actor=POLICE)
    # Another file with the same claims does not undo what an officer decided.
    assert told(run(write(tmp_path, rows[1:], "b.csv"))) == [("rejected", "not_theirs")]


@pytest.mark.parametrize(
    ("number", "evidence", "code"),
    [("099084000999", "thẻ", "portal_number"), (NUMBER, " ", "evidence_missing")],
)
def test_a_decision_needs_somebody_and_what_was_seen(
    db: None, tmp_path: Path, number: str, evidence: str, code: str
) -> None:
    citizen()
    run(write(tmp_path, [("u1", NUMBER, "Ai Đó", BIRTH, "")]))
    key = identity.waiting_accounts(EVERYWHERE, limit=1)[0].key
    with pytest.raises(DansoError) as refused:
        identity.decide_portal_account(
            key, PortalDecision(number, evidence), reach=EVERYWHERE, actor=POLICE
        )
    assert refused.value.code == code
    assert PortalAccount.objects.get().state == "open"


def test_a_commune_reaches_its_own_people_only(db: None, tmp_path: Path) -> None:
    citizen()
    run(write(tmp_path, [("u1", NUMBER, "Ai Đó", BIRTH, "")]))
    key = identity.waiting_accounts(EVERYWHERE, limit=1)[0].key
    elsewhere = PortalFilter(communes=frozenset({"99999"}))
    assert identity.count_waiting(elsewhere) == {}
    with pytest.raises(DansoError):
        identity.open_waiting(key, reach=elsewhere, actor=POLICE)


def test_a_sheet_goes_out_and_comes_back_twice(db: None, tmp_path: Path) -> None:
    person = citizen()
    run(write(tmp_path, [("u1", NUMBER, "Ai Đó", BIRTH, ""), ("u2", NUMBER, "Ai Kia", "1990", "")]))
    content, rows = identity.waiting_sheet(EVERYWHERE, actor=POLICE)
    assert rows == 2
    headings = ["Mã dòng", "Tài khoản", "Kết quả", "Số định danh đúng", "Căn cứ"]
    read = sheets.read(content, headings)
    lines = {line.cells["Tài khoản"]: line.cells["Mã dòng"] for line in read}
    columns = [sheets.Column(heading, 20) for heading in headings]
    answers = [
        [lines["u1"], "u1", "Liên kết", NUMBER, "thẻ căn cước"],
        [lines["u2"], "u2", "Không phải", "", "cổng trả lời"],
        ["not a key", "u3", "Liên kết", NUMBER, "thẻ"],
        ["", "u4", "", "", ""],
    ]
    back = sheets.write("x", columns, answers)
    first = identity.decide_by_sheet(back, reach=EVERYWHERE, actor=POLICE)
    assert [line.code for line in first] == ["", "", "portal_account_unknown"]
    assert PortalAccount.objects.get(state="linked").person == person
    second = identity.decide_by_sheet(back, reach=EVERYWHERE, actor=POLICE)
    assert {line.code for line in second} == {"portal_account_unknown"}


def test_a_merge_takes_old_accounts_along_and_a_death_ends_them(db: None, tmp_path: Path) -> None:
    person = citizen()
    other = citizen("099084000131", "Lê Văn Núi")
    run(write(tmp_path, [("u1", NUMBER, NAME, BIRTH, PHONE)]))
    following.follow_merge(other, person)
    assert PortalAccount.objects.get().person == other
    following.lock_dead([other])
    row = PortalAccount.objects.get()
    assert (row.state, row.reason) == ("rejected", "dead")


@pytest.mark.parametrize(
    ("head", "portal", "code"),
    [
        (("login", "full_name"), PORTAL, "portal_columns"),
        (HEAD, "", "portal_columns"),
        (HEAD, "Cổng Của Tôi", "portal_shape"),
    ],
)
def test_a_file_that_lacks_what_every_row_needs_is_refused_whole(
    db: None, tmp_path: Path, head: tuple[str, ...], portal: str, code: str
) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text(",".join(head) + "\n" + ",".join("x" for _ in head) + "\n", encoding="utf-8")
    with pytest.raises(DansoError) as refused:
        identity.reconcile(path, portal, tmp_path / "r.csv", actor=OPERATOR)
    assert refused.value.code == code
    assert PortalAccount.objects.count() == 0
