"""The examples of the page on Vietnamese text are true."""

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/explanation/vietnamese-text.md"


def test_the_examples_of_the_page_run() -> None:
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert failed == 0
    assert tried > 10
