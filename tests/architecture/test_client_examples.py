"""The Python of the how-to fits the client as it is."""

from pathlib import Path
from unittest.mock import create_autospec

from danso.client import Danso, Why

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "connect-a-partner.md"


def test_the_examples_call_the_client_as_it_can_be_called() -> None:
    _, _, rest = PAGE.read_text(encoding="utf-8").partition("```python\n")
    example, _, _ = rest.partition("```")
    danso = create_autospec(Danso, instance=True)
    danso.verify_many.return_value = danso.all_changes.return_value = iter(())
    exec(example, {"danso": danso, "why": Why(purpose="p", procedure="1")})
    called = {name for name, _, _ in danso.method_calls}
    assert called == {"verify_many", "share", "all_changes", "report_wrong"}
