"""The province itself: names, codes in other people's systems, languages, defaults."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from danso.catalogue.shapes.base import Code, Text, Words


class Identity(Words):
    """province.yaml."""

    slug: Code
    gso_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
    agency_code: Text
    phone_area: Text
    time_zone: Text
    languages: tuple[Literal["vi", "en"], ...]
    register_mode: Literal["authority", "copy", "absent"]
    identity_mode: Literal["own", "broker"]
    plan: Text
    nonsense: bool = False
