"""The Python of the how-to fits the client as it is."""

from pathlib import Path
from unittest.mock import create_autospec, patch

from danso.client import Danso, Who, Why
from danso.wire.consents import ConsentState

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "connect-a-partner.md"
COURTS = PAGE.with_name("connect-a-court.md")


def test_the_examples_call_the_client_as_it_can_be_called() -> None:
    _, _, rest = PAGE.read_text(encoding="utf-8").partition("```python\n")
    example, _, _ = rest.partition("```")
    danso = create_autospec(Danso, instance=True)
    danso.verify_many.return_value = danso.all_changes.return_value = iter(())
    exec(example, {"danso": danso, "why": Why(purpose="p", procedure="1")})
    called = {name for name, _, _ in danso.method_calls}
    assert called == {"verify_many", "share", "all_changes", "report_wrong"}


def test_the_example_of_consent_calls_the_client_as_it_can_be_called() -> None:
    blocks = PAGE.read_text(encoding="utf-8").split("```python\n")[1:]
    (example,) = [one.partition("```")[0] for one in blocks if "ask_consent" in one]
    danso = create_autospec(Danso, instance=True)
    danso.consent.return_value = ConsentState("k", "given", "", "", "c", ["birth"], "", "")
    who = Who("099200000001", "Nguyễn Văn An", "1984-03-21")
    exec(example, {"danso": danso, "why": Why(purpose="p", procedure="1"), "who": who})
    called = [name for name, _, _ in danso.method_calls]
    assert called == ["ask_consent", "consent", "share"]


def test_a_courts_examples_call_the_client_as_it_can_be_called() -> None:
    blocks = COURTS.read_text(encoding="utf-8").split("```python\n")[1:]
    example = "".join(block.partition("```")[0] for block in blocks)
    known = {
        "danso": create_autospec(Danso, instance=True),
        "why": Why(purpose="p", procedure="1"),
        "who": Who("099200000001", "Nguyễn Văn An", "1984-03-21"),
    }
    with (
        patch("danso.client.Court", autospec=True) as made,
        patch("danso.client.check_record", return_value=[]),
    ):
        exec(example, known)
    called = {name for name, _, _ in made.return_value.method_calls}
    assert called == {"parties", "record", "record_pdf", "seek", "sought", "decide", "decided"}
