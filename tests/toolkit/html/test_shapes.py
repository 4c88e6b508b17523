"""The map's shapes arrive compressed, keyed by code, and are kept only under their version."""

import gzip
import json

from django.test import Client

from danso.toolkit.html.shapes import unit_shapes_url
from danso.toolkit.platform import province


def test_every_commune_of_today_has_its_shape(client: Client) -> None:
    answer = client.get(unit_shapes_url())
    codes = {one["properties"]["code"] for one in json.loads(answer.content)["features"]}
    assert codes == set(province().units.by_code)


def test_compressed_for_browsers_and_kept_under_its_version(client: Client) -> None:
    packed = client.get(unit_shapes_url(), headers={"accept-encoding": "gzip, br"})
    plain = client.get(unit_shapes_url())
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 2
    assert "immutable" in packed.headers["Cache-Control"]
    stale = client.get(unit_shapes_url().split("?")[0] + "?v=000000000000")
    assert stale.headers["Cache-Control"] == "no-cache"
