"""What somebody once said about a file's headings, remembered for the next file like it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from danso.kernel import clock
from danso.kernel.errors import NotFound
from danso.modules.population.data import ImportOptions
from danso.modules.population.engine.importing.headings import fingerprint
from danso.modules.population.models import ImportMapping


def recall(headings: Sequence[str], options: ImportOptions) -> dict[str, str]:
    """Heading -> column, from the options, else as remembered for this name or these headings."""
    if options.mapping and not options.columns:
        return dict(_named(options.mapping).columns)
    known = ImportMapping.objects.filter(name=_print_name(headings)).first()
    return {**(known.columns if known else {}), **options.columns}


def remember(headings: Sequence[str], said: Mapping[str, str], options: ImportOptions) -> None:
    """Keep what was said, for these headings and under the name if one was given."""
    if not said:
        return
    names = [_print_name(headings)]
    if options.mapping:
        names.append(f"name {options.mapping}")
    for name in names:
        ImportMapping.objects.update_or_create(
            name=name, defaults={"columns": dict(said), "used_at": clock.now()}
        )


def _named(name: str) -> ImportMapping:
    found = ImportMapping.objects.filter(name=f"name {name}").first()
    if found is None:
        raise NotFound(
            f"No mapping is called {name!r}.",
            code="mapping_unknown",
            fix="Make it by naming it together with --column 'Heading=full_name'.",
        )
    return found


def _print_name(headings: Sequence[str]) -> str:
    return f"headings {fingerprint(headings)}"
