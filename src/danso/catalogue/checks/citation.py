"""Checks of citation: cited clauses exist; every clause is cited or has a reason."""

from collections.abc import Iterator

from danso.catalogue.province import Province
from danso.catalogue.reading import Where
from danso.catalogue.shaping import Reader


def check_citation(province: Province, reader: Reader) -> None:
    """Both directions between the catalogue's items and the plan's clauses."""
    cited: set[str] = set()
    for file, where, clause_id in _citations(reader):
        cited.add(clause_id)
        if clause_id not in province.clauses:
            wrong, fix = f"it cites {clause_id}, no clause of the plan", "Correct the id"
            reader.note(file, where, item=_name(file), wrong=wrong, fix=fix)
    for section, index, clause in province.plan.walk():
        if clause.id not in cited and clause.id not in province.not_built:
            wrong = "nothing in the catalogue cites it and no reason says why"
            fix = "Cite it where it is carried out, or give a reason in plan/not_built.yaml"
            file = "plan/clauses.yaml"
            reader.note(file, (section, index), item=clause.id, wrong=wrong, fix=fix)


def _citations(reader: Reader) -> Iterator[tuple[str, Where, str]]:
    for file, document in reader.documents.items():
        yield from ((file, where, found) for where, found in _find(document.value, ()))


def _find(value: object, where: Where) -> Iterator[tuple[Where, str]]:
    """Every id under a key `cites`, wherever it stands."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "cites" and isinstance(inner, tuple):
                yield from (((*where, key), str(found)) for found in inner)
            else:
                yield from _find(inner, (*where, key))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _find(inner, (*where, index))


def _name(file: str) -> str:
    return file.rpartition("/")[2].rpartition(".")[0]
