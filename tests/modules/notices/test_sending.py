"""Messages go out after the commit that wrote them, through carriers that really answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue
from danso.modules.notices import interface as notices
from danso.modules.notices.adapters.email import EmailCarrier
from danso.modules.notices.adapters.port import Carrier
from danso.modules.notices.adapters.settings import Email, Sms, SmsFields
from danso.modules.notices.adapters.shelf import Shelf
from danso.modules.notices.adapters.sms import SmsCarrier
from danso.modules.notices.data import Channel, Message, MessageState
from danso.modules.notices.models import OutgoingMessage
from tests.modules.notices.ways import TOKEN, MailServer, SmsGateway, mail_server, sms_gateway

pytestmark = pytest.mark.django_db

OPERATOR = Actor(kind="operator", id="console", system="cli")
PHONE = "0912345678"


@dataclass
class Ways:
    """The carriers of one test."""

    sms: Carrier | None = None
    email: Carrier | None = None

    def find(self, channel: Channel) -> Carrier | None:
        return self.sms if channel is Channel.SMS else self.email

    def contact(self, code: str) -> str | None:
        del code
        return None


@pytest.fixture
def ways() -> Iterator[Ways]:
    made = Ways()
    take_back = notices.use_carriers(made)
    yield made
    take_back()


@pytest.fixture
def gateway(ways: Ways) -> Iterator[SmsGateway]:
    with sms_gateway() as started:
        ways.sms = SmsCarrier(Sms(started.address, sender="danso", numbers="country"), TOKEN)
        yield started


@pytest.fixture
def server(ways: Ways) -> Iterator[MailServer]:
    with mail_server() as started:
        setup = Email("127.0.0.1", "danso@thanhhoa.example", port=started.port, security="none")
        ways.email = EmailCarrier(setup)
        yield started


def sms(text: str = "Ma xac nhan: 123 456", **also: object) -> Message:
    return Message(Channel.SMS, PHONE, "test", text, **also)  # type: ignore[arg-type]


def let_pauses_pass() -> None:
    OutgoingMessage.objects.update(next_at=clock.now())


def test_tell_in_an_action_that_fails_leaves_no_message_and_no_job() -> None:
    def fail_after_telling() -> None:
        with transaction.atomic():
            notices.tell(sms())
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail_after_telling()

    assert notices.newest_messages() == ()
    assert not ProcrastinateJob.objects.filter(task_name="notices.send").exists()


def test_send_sms_reaches_the_gateway_once_and_forgets_address_and_words(
    gateway: SmsGateway,
) -> None:
    key = notices.tell(sms())
    notices.send_message(key)
    notices.send_message(key)
    notices.send_waiting(10)

    assert gateway.calls == [
        {"to": "84912345678", "text": "Ma xac nhan: 123 456", "id": str(key), "from": "danso"}
    ]
    assert notices.get_message(key).state is MessageState.SENT
    assert notices.get_message(key).address == "*******678"
    row = OutgoingMessage.objects.get(key=key)
    assert (row.address, row.text) == ("", "")


def test_send_sms_in_the_words_of_another_gateway(ways: Ways) -> None:
    with sms_gateway() as started:
        names = SmsFields(to="Phone", text="Content", sender="Brandname", key="RequestId")
        ways.sms = SmsCarrier(Sms(started.address, sender="danso", fields=names), TOKEN)
        notices.send_message(notices.tell(sms("Xin chào")))

    assert {name: started.calls[0][name] for name in ("Phone", "Content", "Brandname")} == {
        "Phone": PHONE,
        "Content": "Xin chào",
        "Brandname": "danso",
    }


@pytest.mark.parametrize("answer", [500, 503, 429, 401])
def test_send_to_a_gateway_that_is_away_waits_and_goes_out_later(
    gateway: SmsGateway, answer: int
) -> None:
    gateway.answer = answer
    key = notices.tell(sms())
    notices.send_message(key)
    assert notices.get_message(key).fault == f"status:{answer}"
    assert notices.send_waiting(10) == 0, "not before its pause is over"

    gateway.answer = 200
    let_pauses_pass()
    assert notices.send_waiting(10) == 1
    assert notices.get_message(key).state is MessageState.SENT


def test_send_where_nobody_answers_waits(ways: Ways) -> None:
    ways.sms = SmsCarrier(Sms("http://127.0.0.1:9/", timeout=1.0), TOKEN)
    key = notices.tell(sms())
    notices.send_message(key)

    assert notices.get_message(key).state is MessageState.WAITING
    assert notices.get_message(key).fault.startswith("unreachable:")


def test_send_refused_for_good_is_over_and_nothing_is_kept(gateway: SmsGateway) -> None:
    gateway.answer = 400
    key = notices.tell(sms())
    notices.send_message(key)

    assert notices.get_message(key).state is MessageState.REFUSED
    assert OutgoingMessage.objects.get(key=key).text == ""
    with pytest.raises(Conflict):
        notices.try_message_again(key, actor=OPERATOR)


def test_send_is_given_up_in_the_end(gateway: SmsGateway) -> None:
    gateway.answer = 500
    key = notices.tell(sms())
    tries = 0
    while notices.get_message(key).state is MessageState.WAITING:
        let_pauses_pass()
        notices.send_message(key)
        tries += 1
        assert tries < 20

    assert notices.get_message(key).state is MessageState.REFUSED
    assert OutgoingMessage.objects.get(key=key).address == ""


def test_send_after_its_time_says_nothing(gateway: SmsGateway) -> None:
    key = notices.tell(sms(until=clock.now() - timedelta(seconds=1)))
    notices.send_message(key)

    assert gateway.calls == []
    assert notices.get_message(key).state is MessageState.EXPIRED


def test_send_left_by_a_process_that_fell_is_taken_up(gateway: SmsGateway) -> None:
    key = notices.tell(sms())
    OutgoingMessage.objects.filter(key=key).update(
        state=MessageState.SENDING, next_at=clock.now() + timedelta(minutes=1)
    )
    assert notices.send_waiting(10) == 0
    let_pauses_pass()
    assert notices.send_waiting(10) == 1
    assert len(gateway.calls) == 1


def test_try_again_of_one_that_waits_is_due_at_once(gateway: SmsGateway) -> None:
    gateway.answer = 500
    key = notices.tell(sms())
    notices.send_message(key)
    gateway.answer = 200

    notices.try_message_again(key, actor=OPERATOR)
    notices.send_message(key)

    assert notices.get_message(key).state is MessageState.SENT


def test_send_mail_carries_vietnamese_and_asks_for_no_answer(server: MailServer) -> None:
    mail = Message(
        Channel.EMAIL, "bhxh@thanhhoa.example", "test", "Nguồn dừng.\n", title="Nguồn “Bảo hiểm”"
    )
    notices.send_message(notices.tell(mail))

    envelope = server.mails[0]
    content = envelope.content
    read = message_from_bytes(content if isinstance(content, bytes) else b"", policy=default)
    assert envelope.rcpt_tos == ["bhxh@thanhhoa.example"]
    assert read["Subject"] == "Nguồn “Bảo hiểm”"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read.get_content().strip() == "Nguồn dừng."


@pytest.mark.parametrize(
    ("refuses", "state"),
    [("550 no such box", MessageState.REFUSED), ("451 later", MessageState.WAITING)],
)
def test_send_mail_refused_now_or_for_good(
    server: MailServer, refuses: str, state: MessageState
) -> None:
    server.refuses = refuses
    key = notices.tell(Message(Channel.EMAIL, "a@b.example", "test", "x", title="y"))
    notices.send_message(key)

    assert notices.get_message(key).state is state


def test_send_without_a_way_out_waits(ways: Ways) -> None:
    key = notices.tell(sms())
    notices.send_message(key)

    assert not notices.can_reach(Channel.SMS)
    assert notices.get_message(key).fault == "no_carrier"
    assert notices.messages_standing().waiting == 1


def test_forget_a_demo_homes_words_after_a_day_and_rows_after_their_term(ways: Ways) -> None:
    ways.sms = Shelf()
    key = notices.tell(sms())
    assert notices.newest_messages()[0].text == "", "nobody reads it before its reader"
    notices.send_message(key)
    assert notices.newest_messages()[0].text == "Ma xac nhan: 123 456"

    OutgoingMessage.objects.update(moved_at=clock.now() - timedelta(days=2))
    notices.forget_messages()
    assert notices.newest_messages()[0].text == ""

    OutgoingMessage.objects.update(moved_at=clock.now() - timedelta(days=401))
    assert notices.forget_messages() == 1
    assert notices.newest_messages() == ()


@pytest.mark.parametrize(
    "text", ["", "x" * 202, "So dinh danh 038099000001 da khoa", "CMND 171234567"]
)
def test_tell_words_that_must_not_go_out_are_a_fault(text: str) -> None:
    with pytest.raises(ValueError, match="a message test"):
        notices.tell(sms(text))


def test_tell_a_title_of_several_lines_is_a_fault() -> None:
    with pytest.raises(ValueError, match="several lines"):
        notices.tell(
            Message(Channel.EMAIL, "a@b.example", "test", "x", title="y\nBcc: c@d.example")
        )


@pytest.mark.parametrize("address", ["a@b.example\nBcc: c@d.example", "a", "a@b", "<a@b.example>"])
def test_tell_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        notices.tell(Message(Channel.EMAIL, address, "test", "x", title="y"))
    assert refused.value.code == "email_shape"
