"""Who looked at me: in words, filtered, without what is withheld; and what the proof says."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.data import BodyKind, Decision, Entry, NotSealedYet
from danso.modules.audit.jobs import Sealer
from danso.screens.auditor.deeds import DEEDS as AUDITORS
from danso.screens.citizen import look_words
from danso.screens.citizen.look_words import DEEDS, FAMILIES
from danso.screens.steward.look_words import LOOKS
from danso.toolkit.platform import province

HERE = "/cua-toi/ai-da-xem/"
CHECKER = Path(__file__).parents[3] / "tools/check_journal.py"
HEALTH = Actor("officer", str(UUID(int=7)), "so-y-te", system="pages")
# Of no person, so that none of them is on anybody's list.
OTHERS = (
    "agreement.", "journal.", "partner", "unusual_look.", "file.", "sign_", "reauth",
    "breach.", "rights.destroyed", "cases.destroyed", "cases.listed",
)  # fmt: skip
POLICE = Actor("officer", str(UUID(int=8)), "cong-an-tinh", system="pages")


def looked(person: UUID, actor: Actor = HEALTH, **changes: Any) -> None:
    """Somebody opened the record."""
    entry = Entry(
        actor=actor,
        action="population.open_person",
        outcome="shown",
        subject=person,
        purpose="data-quality",
        legal_basis="Luật Căn cước 2023",
        file_code="KH-12",
        fields=("full_name", "birth"),
    )
    audit.record(replace(entry, **changes))


def text_of(client: Client, path: str = HERE, **asked: str) -> str:
    answer = client.get(path, asked)
    assert answer.status_code == 200, path
    return str(answer.content.decode()).partition("<main")[2].partition("</main")[0]


def references(page: str) -> list[str]:
    return re.findall(rf"{HERE}([0-9a-f]{{16}})/\"", page)


def open_file(client: Client, page: str, **asked: str) -> dict[str, Any]:
    answer = client.get(f"{HERE}{references(page)[0]}/bang-chung.json", asked)
    found: dict[str, Any] = json.loads(answer.content)
    return found


@pytest.mark.clause("I.2.3", partly="an independent test of the whole is to come")
def test_every_look_says_who_why_what_and_its_outcome(
    mine: Client,
    person: UUID,
    sealer: Sealer,
) -> None:
    looked(person)
    looked(uuid4(), POLICE)
    sealer.seal()
    page = text_of(mine)
    agency = province().agencies["so-y-te"].vi
    assert agency in page
    assert province().agencies["cong-an-tinh"].vi not in page.partition("</form>")[2]
    assert "Mở hồ sơ của bạn" in page
    assert province().purposes["data-quality"].vi in page
    one = text_of(mine, f"{HERE}{references(page)[0]}/")
    for words in ("Luật Căn cước 2023", "Ngày, tháng, năm sinh", "KH-12", "đã thực hiện", agency):
        assert words in one, words
    assert str(UUID(int=7)) not in one.partition("data-proof-file")[0], "bodies, not officers"


def test_looks_of_one_file_and_day_are_one_line_with_each_inside(
    mine: Client,
    person: UUID,
    sealer: Sealer,
) -> None:
    for _ in range(3):
        looked(person)
    looked(person, action="population.correct_field", outcome="done")
    looked(person, outcome="refused:field_not_allowed")
    looked(person, file_code="KH-13")
    for step in ("opened", "taken", "opened", "answered"):
        action, nothing = f"rights.complaint_{step}", {"purpose": "", "file_code": ""}
        looked(person, POLICE, action=action, outcome="done", **nothing)
    sealer.seal()
    page = text_of(mine, ai="unit:so-y-te")
    assert page.count('class="danso-look"') == 3
    assert "Mở hồ sơ của bạn (3 lần)" in page
    assert "Xem từng lượt (4)" in page
    assert "bị từ chối" in page
    assert len(references(page)) == 6
    page = text_of(mine, ai="unit:cong-an-tinh")
    assert page.count('class="danso-look"') == 1
    assert "Kiểm tra viên mở khiếu nại của bạn (2 lần)" in page
    assert len(references(page)) == 4


def test_ones_own_visits_are_there_when_asked_for(
    mine: Client,
    person: UUID,
    sealer: Sealer,
) -> None:
    text_of(mine)
    sealer.seal()
    assert "Chính bạn" not in text_of(mine)
    page = text_of(mine, ai="tat-ca")
    assert "Chính bạn" in page
    own = next(one.reference for one in audit.entries_about(person) if one.actor.kind == "citizen")
    assert "Khiếu nại lượt xem này" not in text_of(mine, f"{HERE}{own}/"), "of oneself"


def test_the_list_narrows_by_body_purpose_and_time(
    mine: Client,
    person: UUID,
    sealer: Sealer,
) -> None:
    with clock.frozen(clock.now() - timedelta(days=60)):
        looked(person, POLICE, purpose="tax-administration", outcome="failed")
        sealer.seal()
    looked(person)
    sealer.seal()
    health, police = (province().agencies[code].vi for code in ("so-y-te", "cong-an-tinh"))

    def shown(**asked: str) -> str:
        return text_of(mine, **asked).partition("</form>")[2]

    assert health in shown()
    assert police in shown()
    assert police not in shown(ai="unit:so-y-te")
    assert health not in shown(vi="tax-administration")
    assert police not in shown(luc="30")
    assert "Không có lượt nào như vậy" in shown(vi="no-such-purpose")


def test_pages_go_on_where_the_last_one_ended(
    mine: Client,
    person: UUID,
    sealer: Sealer,
) -> None:
    for number in range(45):
        looked(person, file_code=f"N-{number}")
    sealer.seal()
    first, second = (references(text_of(mine, trang=page)) for page in ("1", "2"))
    assert len(first) == 40
    assert len(second) >= 5
    assert not set(first) & set(second)


def test_withheld_looks_appear_on_their_day(
    mine: Client,
    person: UUID,
    sealer: Sealer,
) -> None:
    body = province().agencies["cong-an-tinh"].vi
    now = clock.now()
    with clock.frozen(now) as frozen:
        decision = Decision(
            BodyKind.INVESTIGATION, "cong-an-tinh", person, "QD-1", now + timedelta(days=30)
        )
        audit.sign_withholding(audit.propose_withholding(decision, actor=HEALTH), actor=POLICE)
        frozen.advance(timedelta(seconds=2))
        looked(person, POLICE)
        sealer.seal()
        assert body not in text_of(mine), "neither in the list nor in what it narrows by"
        frozen.advance(timedelta(days=31))
        assert next(one.actor.unit for one in audit.entries_about(person)) == "cong-an-tinh"
        assert "unit:cong-an-tinh" in {one.looker for one in audit.lookers_of(person)}


def test_another_persons_look_is_nobodys(
    mine: Client,
    person: UUID,
    sealer: Sealer,
) -> None:
    other = uuid4()
    looked(other)
    sealer.seal()
    (theirs,) = audit.entries_about(other)
    assert mine.get(f"{HERE}{theirs.reference}/").status_code == 404
    assert mine.get(f"{HERE}{theirs.reference}/bang-chung.json").status_code == 404
    assert mine.get(f"{HERE}nonsense/").status_code == 404


def check(file: dict[str, Any], folder: Path, *more: str) -> int:
    """The offline program, as a citizen runs it."""
    path = folder / "proof.json"
    path.write_text(json.dumps(file), encoding="utf-8")
    command = [sys.executable, str(CHECKER), str(path), *more]
    return subprocess.run(command, check=False, capture_output=True).returncode


def test_the_proof_file_checks_offline_and_fails_when_anything_was_changed(
    mine: Client,
    person: UUID,
    sealer: Sealer,
    tmp_path: Path,
) -> None:
    sealer.register_key()
    looked(person)
    sealer.seal()
    sealer.sign_head()
    file = open_file(mine, text_of(mine))
    kept = tmp_path / "kept.txt"
    kept.write_text(file["head"], encoding="utf-8")
    assert check(file, tmp_path) == 0
    assert check(file, tmp_path, "--against", str(kept)) == 0
    altered = file | {"entry": file["entry"].replace("so-y-te", "so-tai-chinh")}
    assert check(altered, tmp_path) == 1
    for part, value in (("second", file["second"] + 1), ("position", file["position"] + 1)):
        assert check(file | {part: value}, tmp_path) == 1, part
    lines = file["head"].split("\n")
    lines[2] = base64.b64encode(bytes(32)).decode()
    assert check(file | {"head": "\n".join(lines)}, tmp_path) == 1, "the signature no longer fits"


def test_a_kept_head_gets_the_proof_that_fits_it(
    mine: Client,
    person: UUID,
    sealer: Sealer,
    tmp_path: Path,
) -> None:
    sealer.register_key()
    looked(person)
    sealer.seal()
    sealer.sign_head()
    kept = audit.tree_head()
    for _ in range(9):
        looked(uuid4())
    sealer.seal()
    sealer.sign_head()
    page = text_of(mine, vi="data-quality")
    old = open_file(mine, page, size=str(kept.head.size))
    assert old["head"] == kept.note()
    path = tmp_path / "kept.txt"
    path.write_text(kept.note(), encoding="utf-8")
    assert check(old, tmp_path, "--against", str(path)) == 0
    assert check(open_file(mine, page), tmp_path, "--against", str(path)) == 1
    assert open_file(mine, page, size="1")["code"] in ("position_not_sealed", "head_unknown")


def test_what_waits_for_a_head_says_so(
    mine: Client,
    person: UUID,
    sealer: Sealer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked(person)
    sealer.seal()
    (one,) = references(text_of(mine, vi="data-quality"))

    def not_yet(*given: object, **more: object) -> None:
        raise NotSealedYet("not yet", code="position_not_sealed", fix="wait")

    monkeypatch.setattr("danso.screens.citizen.looks.audit.prove_look", not_yet)
    assert "tải lại trang sau một phút" in text_of(mine, f"{HERE}{one}/")


def test_what_officers_pages_have_words_for_has_citizens_words_too() -> None:
    families = tuple(start for start, _words in FAMILIES)

    def has_words(action: str) -> bool:
        return action in DEEDS or action.startswith(families)

    def is_about_people(action: str) -> bool:
        return not action.startswith(OTHERS)

    missing = [one for one in {*LOOKS, *AUDITORS} if is_about_people(one) and not has_words(one)]
    assert missing == []


def test_what_is_done_to_an_e_id_is_said_in_words_of_its_own() -> None:
    told = [one for one in AUDITORS if one.startswith(("eid.", "account.password", "post.granted"))]
    told += ["eid.portal_verified", "eid.portal_opened", "eid.phone_changed"]
    families = {str(words) for _start, words in FAMILIES}
    vague = {one for one in told if look_words.deed_text(one) in families}
    # About no person: on nobody's list.
    of_files = {"appointments_listed", "portal_sheet", "portals_begun", "portals_done"}
    assert vague <= {f"eid.{one}" for one in of_files}
