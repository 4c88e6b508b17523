"""How made-up people of the province are called: weights for the synthesiser."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field as Limit

from danso.catalogue.shapes.base import Basis, ClauseId, Shape, Text

Weight = Annotated[float, Limit(ge=0)]
Weights = Mapping[str, Weight]


class FamilyNames(Shape):
    """Family names of one ethnic group (code of the code list), with weights."""

    ethnicity: Text
    basis: Basis
    weights: Weights = Limit(min_length=1)


class SexNames(Shape):
    """Middle and given names of one sex; an empty middle name is written as a dash."""

    middle: Weights = Limit(min_length=1)
    given: Weights = Limit(min_length=1)


class Generation(Shape):
    """Names given to those born from `born_from` on, until the next generation."""

    born_from: int
    basis: Basis
    male: SexNames
    female: SexNames


class EthnicNames(Shape):
    """Middle and given names that an ethnic group uses instead of a generation's."""

    ethnicity: Text
    basis: Basis
    male: SexNames
    female: SexNames


class Names(Shape):
    """people/names.yaml."""

    source: Text
    cites: tuple[ClauseId, ...]
    family: tuple[FamilyNames, ...] = Limit(min_length=1)
    generations: tuple[Generation, ...] = Limit(min_length=1)
    ethnic: tuple[EthnicNames, ...] = ()

    def generation(self, birth_year: int) -> Generation:
        """The generation of a birth year."""
        past = [g for g in self.generations if g.born_from <= birth_year]
        return past[-1] if past else self.generations[0]

    def family_weights(self, ethnicity: str) -> Weights:
        """Family names of an ethnic group; those of the first group listed when it has none."""
        for names in self.family:
            if names.ethnicity == ethnicity:
                return names.weights
        return self.family[0].weights


class EthnicShare(Shape):
    """Share (per thousand) of an ethnic group in an old district."""

    district_code: Text
    ethnicity: Text
    per_mille: float = Limit(ge=0, le=1000)
    basis: Basis


class BirthProvince(Shape):
    """Weight of a number prefix among people who live in the province."""

    prefix: Text
    weight: float = Limit(gt=0)


class AgeBand(Shape):
    """Share (per thousand) of an age band `first..last`, men and women together."""

    first: int
    last: int
    per_mille: float = Limit(ge=0)


class Composition(Shape):
    """people/composition.yaml: ages, sexes, households, births elsewhere."""

    source: Text
    basis: Basis
    household_mean: float = Limit(gt=0)
    men_per_100_women: float = Limit(gt=0)
    ages: tuple[AgeBand, ...] = Limit(min_length=1)
    birth_provinces: tuple[BirthProvince, ...] = Limit(min_length=1)
    religions: Weights = {}
