"""The partner screen: who sees which partner, what the officer issues, what a contact tries."""

from __future__ import annotations

import json
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils.translation import override
from joserfc.jwk import OKPKey

from danso.gateway.problems import PROBLEMS as GATEWAY_PROBLEMS
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import AgreementData, AgreementTerms, PartnerBody, Service
from danso.modules.exchange.engine.sandbox import EXAMPLES
from danso.modules.exchange.models import SandboxPerson
from danso.screens.partner import words
from danso.screens.partner.problems import PROBLEMS
from danso.screens.partner.usage import outcome_words
from danso.toolkit.platform import province
from tests.conftest import Database
from tests.officers import journal, sign_in

ACTOR = Actor(kind="system", id="tests")
PRIVATE = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}


def purpose_of_agencies() -> str:
    """A purpose of the catalogue that agencies verify by."""
    return next(
        one.code
        for one in province().purposes.values()
        if "agency" in one.readers and {"verify", "changes"} <= set(one.services) and one.verify
    )


def make_partner(code: str) -> None:
    agency = next(one.code for one in province().agencies.values() if one.until is None)
    exchange.create_partner(code=code, body=PartnerBody.AGENCY, agency=agency, actor=ACTOR)


def agree(code: str, service: Service = Service.VERIFY) -> AgreementData:
    purpose = purpose_of_agencies()
    return exchange.issue_agreement(
        AgreementTerms(
            partner=code,
            purpose=purpose,
            service=service,
            fields=tuple(sorted(exchange.fields_allowed(purpose, service))),
            since=clock.now() - timedelta(days=1),
            until=clock.now() + timedelta(days=30),
            rate=60,
            evidence="12/QC",
            partner_signatory="A",
            officer_signatory="B",
        ),
        actor=ACTOR,
    )


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == HTTPStatus.OK, path
    return answer.content.decode()


def test_every_problem_of_the_gateway_is_explained_with_its_status_and_words() -> None:
    assert {one.code: (one.status, str(one.text)) for one in PROBLEMS} == {
        code: (status, vi) for code, (status, vi, *_) in GATEWAY_PROBLEMS.items()
    }


@pytest.mark.django_db
def test_a_contact_lands_on_their_own_partner_and_sees_nothing_of_another(client: Client) -> None:
    make_partner("mot")
    make_partner("ben-kia")
    theirs = agree("ben-kia")
    sign_in(client, "partner_contact", "partner:mot", fresh=True)
    assert client.get("/doi-tac/")["Location"] == "/doi-tac/don-vi/mot/"
    assert "ben-kia" not in text_of(client, "/doi-tac/don-vi/mot/")
    for path in ("", "luot-goi/", "thu/"):
        there = client.get(f"/doi-tac/don-vi/ben-kia/{path}")
        nowhere = client.get(f"/doi-tac/don-vi/khong-co/{path}")
        assert there.status_code == nowhere.status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"/doi-tac/thoa-thuan/{theirs.code}/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["steward", "auditor", "operator", "leader"])
def test_other_roles_are_kept_out(client: Client, role: str) -> None:
    make_partner("mot")
    sign_in(client, role, fresh=True)
    for path in ("", "loi/", "don-vi/mot/", "don-vi/mot/luot-goi/"):
        assert client.get(f"/doi-tac/{path}").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("path", ["moi/", "don-vi/mot/khoa/them/", "don-vi/mot/thoa-thuan/moi/"])
def test_contacts_write_nothing_and_the_refusal_is_journaled(
    fresh_db: Database, client: Client, path: str
) -> None:
    make_partner("mot")
    contact = sign_in(client, "partner_contact", "partner:mot", fresh=True)
    assert client.post(f"/doi-tac/{path}").status_code == HTTPStatus.FORBIDDEN
    last = journal(fresh_db)[-1]
    assert (last.outcome, last.actor) == ("refused:role_missing", str(contact.id))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["moi/", "don-vi/mot/dong/", "don-vi/mot/khoa/them/", "don-vi/mot/thoa-thuan/moi/"],
)
def test_writing_asks_for_the_password_again(client: Client, path: str) -> None:
    make_partner("mot")
    sign_in(client, "agreement_officer")
    for answer in (client.get(f"/doi-tac/{path}"), client.post(f"/doi-tac/{path}")):
        assert answer.status_code == HTTPStatus.FOUND
        assert answer["Location"].startswith("/tai-khoan/xac-nhan/")


@pytest.mark.django_db
def test_the_officer_makes_a_partner(client: Client) -> None:
    sign_in(client, "agreement_officer", fresh=True)
    missing = client.post("/doi-tac/moi/", {"body": "bank"}).content.decode()
    assert "Ghi tên đơn vị." in missing
    given = {"body": "bank", "name": "Ngân hàng Ấm Trà", "code": "am-tra"}
    assert client.post("/doi-tac/moi/", given)["Location"] == "/doi-tac/don-vi/am-tra/"
    page = text_of(client, "/doi-tac/don-vi/am-tra/")
    assert "Ngân hàng Ấm Trà" in page
    assert "Chưa có thỏa thuận nào còn hiệu lực" in page
    assert "Mã đơn vị này đã có" in client.post("/doi-tac/moi/", given).content.decode()


@pytest.mark.django_db
def test_a_private_key_is_refused_and_not_shown_again(client: Client) -> None:
    make_partner("mot")
    sign_in(client, "agreement_officer", fresh=True)
    secret = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
    answer = client.post(
        "/doi-tac/don-vi/mot/khoa/them/", {"text": json.dumps({**PRIVATE, "d": secret})}
    ).content.decode()
    assert "Đây là khóa bí mật" in answer
    assert secret not in answer
    assert exchange.keys_of("mot") == ()


@pytest.mark.django_db
def test_a_public_key_is_added_and_revoked(client: Client) -> None:
    make_partner("mot")
    sign_in(client, "agreement_officer", fresh=True)
    public = OKPKey.generate_key("Ed25519").as_dict(private=False)
    client.post("/doi-tac/don-vi/mot/khoa/them/", {"text": json.dumps(public)})
    (key,) = exchange.keys_of("mot")
    assert key.revoked_at is None
    where = f"/doi-tac/don-vi/mot/khoa/{key.kid}/thu-hoi/"
    assert key.kid in text_of(client, where)
    client.post(where)
    assert exchange.keys_of("mot")[0].revoked_at is not None


@pytest.mark.django_db
def test_an_agreement_is_issued_step_by_step_and_revoked_with_a_reason(client: Client) -> None:
    make_partner("mot")
    officer = sign_in(client, "agreement_officer", fresh=True)
    purpose = purpose_of_agencies()
    start = "/doi-tac/don-vi/mot/thoa-thuan/moi/"
    assert f"{start}{purpose}/" in text_of(client, start)
    assert f"{start}{purpose}/verify/" in text_of(client, f"{start}{purpose}/")
    page = f"{start}{purpose}/verify/"
    assert "(cơ bản)" in text_of(client, page)
    last = clock.today() + timedelta(days=30)
    given = {
        "fields_asked": ["number", "full_name"],
        "rate": "60",
        "last_day-day": f"{last.day}",
        "last_day-month": f"{last.month}",
        "last_day-year": f"{last.year}",
        "evidence": "12/QC ngày 02/01/2026",
        "partner_signatory": "Giám đốc",
        "officer_signatory": "Phó chủ tịch",
    }
    check = client.post(page, {**given, "step": "check"}).content.decode()
    assert 'value="issue"' in check
    assert exchange.agreements("mot") == ()
    issued = client.post(page, {**given, "step": "issue"})
    (made,) = exchange.agreements("mot")
    assert issued["Location"] == f"/doi-tac/thoa-thuan/{made.code}/"
    assert made.terms.fields == ("full_name", "number")
    assert clock.local(made.terms.until - timedelta(seconds=1)).date() == last
    assert made.issued_by == str(officer.id)
    assert officer.name in text_of(client, issued["Location"])

    revoke = f"/doi-tac/thoa-thuan/{made.code}/thu-hoi/"
    assert "bắt buộc" in client.post(revoke, {"reason": ""}).content.decode()
    client.post(revoke, {"reason": "Đổi hệ thống"})
    assert exchange.get_agreement(made.code).revoke_reason == "Đổi hệ thống"
    assert "Đổi hệ thống" in text_of(client, issued["Location"])


@pytest.mark.django_db
def test_a_field_beyond_the_purpose_cannot_be_chosen(client: Client) -> None:
    make_partner("mot")
    sign_in(client, "agreement_officer", fresh=True)
    page = f"/doi-tac/don-vi/mot/thoa-thuan/moi/{purpose_of_agencies()}/verify/"
    client.post(page, {"fields_asked": ["religion"], "step": "issue"})
    assert exchange.agreements("mot") == ()


def test_the_console_asks_like_the_gateway_and_is_journaled(
    fresh_db: Database, client: Client
) -> None:
    make_partner("mot")
    agreement = agree("mot")
    SandboxPerson.objects.create(
        number="099200000001", name="Nguyễn Văn Ấm", birth="1984", gives="not_found"
    )
    contact = sign_in(client, "partner_contact", "partner:mot")
    given = {
        "agreement": agreement.code,
        "number": "099200000001",
        "full_name": "Nguyễn Văn Ấm",
        "birth": "1984",
    }
    page = client.post("/doi-tac/don-vi/mot/thu/", given).content.decode()
    assert "not_found" in page
    assert "curl -sS" in page
    assert "Không có số định danh này" in page
    last = journal(fresh_db)[-1]
    assert (last.action, last.outcome, last.actor) == ("verify", "not_found", "mot")
    assert last.detail["agreement"] == agreement.code
    assert str(contact.id)  # the account stands in the entry's `officer`


@pytest.mark.django_db
def test_the_console_is_no_way_to_ask_about_anybody_else(client: Client) -> None:
    make_partner("mot")
    agreement = agree("mot")
    SandboxPerson.objects.create(
        number="099200000001", name="Nguyễn Văn Ấm", birth="1984", gives="not_found"
    )
    sign_in(client, "partner_contact", "partner:mot")
    page = client.post(
        "/doi-tac/don-vi/mot/thu/",
        {"agreement": agreement.code, "number": "099200000002", "full_name": "A"},
    ).content.decode()
    assert "curl -sS" not in page


@pytest.mark.django_db
def test_usage_and_console_say_what_to_do_when_empty(client: Client) -> None:
    make_partner("mot")
    sign_in(client, "partner_contact", "partner:mot")
    assert "chưa gọi lần nào" in text_of(client, "/doi-tac/don-vi/mot/luot-goi/")
    assert "Chưa có thỏa thuận xác thực" in text_of(client, "/doi-tac/don-vi/mot/thu/")


@pytest.mark.django_db
def test_a_sandbox_person_is_filled_in_with_one_press(client: Client) -> None:
    make_partner("mot")
    agree("mot")
    for number, name in (("099200000001", "Nguyễn Văn Ấm"), ("099200000002", "Lê Thị Chén")):
        SandboxPerson.objects.create(number=number, name=name, birth="1984", gives="match")
    sign_in(client, "partner_contact", "partner:mot")
    where = "/doi-tac/don-vi/mot/thu/"
    page = client.post(where, {"pick": "099200000002"}).content.decode()
    assert 'value="Lê Thị Chén"' in page
    assert "curl -sS" not in page


def test_every_made_up_person_is_explained_in_vietnamese() -> None:
    with override("vi"):
        for example in EXAMPLES:
            assert words.note_words(example.note) != example.note
    with override("en"):
        for example in EXAMPLES:
            assert words.note_words(example.note) == example.note


def test_every_outcome_of_a_call_has_words() -> None:
    for outcome in ("told", "correction_asked", "nothing_new", "shared", "linked"):
        with override("vi"):
            assert outcome_words(outcome) != outcome


@pytest.mark.django_db
def test_the_owner_of_a_source_subscribes_on_its_page(client: Client) -> None:
    source = next(one for one in province().sources.values() if one.subscribes)
    exchange.create_partner(code="owner", body=PartnerBody.AGENCY, agency=source.owner, actor=ACTOR)
    page = f"/doi-tac/don-vi/owner/nguon/{source.code}/"
    sign_in(client, "agreement_officer", fresh=True)
    assert page in text_of(client, "/doi-tac/don-vi/owner/")
    assert "Chưa có trường nào được thỏa thuận" in text_of(client, page)
    agree("owner", Service.CHANGES)
    assert "Biến động của các trường" in text_of(client, page)
    client.post(page, {"fields_asked": ["full_name", "birth"]})
    assert [one.fields for one in exchange.subscriptions("owner")] == [("birth", "full_name")]
    assert client.post(page, {"fields_asked": ["blood_group"]}).status_code == HTTPStatus.OK
    client.post(page, {})
    assert exchange.subscriptions("owner") == ()
    strange = next(one.code for one in province().sources.values() if one.owner != source.owner)
    answer = client.get(f"/doi-tac/don-vi/owner/nguon/{strange}/")
    assert answer.status_code == HTTPStatus.NOT_FOUND
