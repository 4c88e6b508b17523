"""What every shape shares: strictness, forms of codes, words, and where a fact comes from."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints


class Shape(BaseModel):
    """A part of the province's files: nothing converted, no unknown key, never changed."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
# One slug form for everything the province names itself; fields keep the form of a JSON key.
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
FieldCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
ClauseId = Annotated[str, StringConstraints(pattern=r"^[A-Z]+(\.[A-Z0-9]+)*$")]
UnitCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]*$")]

# law: a legal text says so. observed: seen in real data or software. assumed: our reading.
Basis = Literal["law", "observed", "assumed"]
Sensitivity = Literal["basic", "sensitive", "secret"]
Service = Literal[
    "verify",
    "batch",
    "share",
    "changes",
    "link-number",
    "correction",
    "case-parties",
    "person-request",
    "court-decision",
    "push",
]


class Words(Shape):
    """One thing said in the law's Vietnamese and in English."""

    vi: Text
    en: Text


class Origin(Shape):
    """Where a data file comes from and on what terms it may be used."""

    source: Text
    licence: Text
    note: str = ""
