"""What a drawing shows and what its table says come from one place, and the data block is inert."""

import json
from typing import Any

import pytest
from jinja2 import Environment

from danso.toolkit.html.charts import Area, AreaMap, Chart, Series, json_block


def draw(jinja: Environment, chart: Chart | AreaMap, macro: str = "chart") -> str:
    text = '{% from "danso/figures.html" import ' + macro + " %}{{ " + macro + "(c) }}"
    return jinja.from_string(text).render(c=chart)


def block(page: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        page.split('type="application/json">')[1].split("</script>")[0]
    )
    return found


def test_table_and_drawing_say_the_same(jinja: Environment) -> None:
    chart = Chart("c1", "Lượt", "line", ["Một", "Hai"], [Series("A", [1234, None])], unit="lượt")
    page = draw(jinja, chart)
    assert block(page)["series"] == [{"name": "A", "values": [1234, None]}]
    assert "1.234" in page
    assert "–" in page
    assert "A (lượt)" in page


def test_a_chart_without_a_value_says_so_and_draws_nothing(jinja: Environment) -> None:
    page = draw(jinja, Chart("c1", "Lượt", "bar", ["Một"], [Series("A", [None])]))
    assert "Chưa có số liệu" in page
    assert "data-chart" not in page


def test_a_series_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="1 values for 2 labels"):
        Chart("c1", "Lượt", "bar", ["Một", "Hai"], [Series("A", [1])])


def test_the_map_joins_by_code_and_keeps_unknown_apart_from_zero(jinja: Environment) -> None:
    areas = [Area("1", "Xã Trà", 0, "/xa/1"), Area("2", "Xã Bánh", None)]
    page = draw(jinja, AreaMap("m", "Số người", "/shapes.json", areas), "area_map")
    data = block(page)
    assert [area["value"] for area in data["areas"]] == [0, None]
    assert data["links"] == {"1": "/xa/1"}
    assert "chưa có số liệu" in page
    assert 'href="/xa/1"' in page


def test_the_data_block_cannot_end_itself() -> None:
    evil = {"name": "</script><script>alert(1)</script><!--&"}
    written = str(json_block(evil))
    assert "<" not in written
    assert ">" not in written
    assert "&" not in written
    assert json.loads(written) == evil
