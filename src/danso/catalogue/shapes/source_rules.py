"""What a source's description promises beside its fields: which dates follow which, when a row
ends, and who stands in it."""

from typing import Literal, Self

from pydantic import Field as Limit
from pydantic import model_validator

from danso.catalogue.shapes.base import FieldCode, Shape


class Order(Shape):
    """Two dates of a row of which `then` never lies before `first`; at least so many `years`
    after it, where the law says so. `usual_days`: how long it usually takes from the earliest day
    that may be, for made-up rows."""

    first: FieldCode
    then: FieldCode
    years: int = Limit(default=0, ge=0)
    usual_days: int | None = Limit(default=None, gt=0)


class Ends(Shape):
    """What says of a row that it serves nobody any more: the day in `field`, after which it ends,
    or one of the `values` of `field` ("" where an empty one says so)."""

    field: FieldCode
    values: tuple[str, ...] = ()


class Ages(Shape):
    """From one age to another, both included."""

    youngest: int = Limit(default=0, ge=0)
    oldest: int = Limit(default=150, ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.oldest < self.youngest:
            raise ValueError("the oldest are younger than the youngest")
        return self


class Who(Shape):
    """Roughly who stands in a source, for made-up ones: of these ages, and which share of them.
    Nobody is refused by it."""

    are: Literal["living", "dead"] = "living"
    ages: Ages = Ages()
    share: float | None = Limit(default=None, gt=0, le=1)
