"""Writing the sources of a synthetic province: each in a folder of its own, the truth apart."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from danso import __version__
from danso.catalogue import Province
from danso.catalogue.shapes.source_rules import Who
from danso.catalogue.shapes.sources import FileTransport, Source
from danso.kernel.errors import InvalidValue, Refused
from danso.modules.sources.engine.synth.communes import CommuneWords
from danso.modules.sources.engine.synth.faults import TOLD, faults_of
from danso.modules.sources.engine.synth.forms import write_rows
from danso.modules.sources.engine.synth.records import TERMS, RecordMaker, Records
from danso.modules.sources.engine.synth.register import Register
from danso.modules.sources.engine.synth.selection import Pool, pool_of
from danso.modules.sources.engine.synth.values import FieldValues

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
TRUTH: Final = "truth"
BARE: Final = "bare"
TWO_FAULTS: Final = "two_faults"

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Wish:
    """What to make: how many records (or what share of the people), the seed, and whether each
    source also comes as a bare CSV."""

    share: float = 0.27
    rows: int | None = None
    seed: int = 1
    bare: bool = False

    def __post_init__(self) -> None:
        if self.seed < 0 or not 0 < self.share <= 1 or (self.rows is not None and self.rows < 1):
            raise InvalidValue(
                "a seed, a share or a number of rows that can't be",
                code="synth_sources_wish",
                fix="A seed from 0, a share above 0 up to 1, at least one row.",
            )

    def count(self, source: Source, pool: Pool, people: int) -> int:
        """How many records of a source, in a province of so many people of which those in the pool
        may stand in it: no more than these suffice for where the description names them."""
        if source.who == Who():
            return self.rows or max(1, round(self.share * people))
        share = source.who.share or self.share
        return min(self.rows or max(1, round(share * len(pool.many))), pool.most_rows)


class SourceWriter:
    """Writes the sources of one province under one folder."""

    def __init__(self, province: Province, register: Register, folder: Path, wish: Wish) -> None:
        self._province = province
        self._register = register
        self._folder = folder
        self._wish = wish
        self._maker = RecordMaker(register, CommuneWords(province), province.numbers.synthetic)

    def write(
        self, sources: Sequence[Source], progress: Progress | None = None
    ) -> dict[str, object]:
        """Write each; returns the manifest, which is also written last. The folder must be new
        or empty."""
        _start(self._folder, sources)
        (self._folder / TRUTH).mkdir(parents=True)
        written = {}
        for source in sources:
            written[source.code] = self._write(source)
            if progress is not None:
                progress(source.code)
        manifest: dict[str, object] = {
            "format": FORMAT,
            "synthetic": True,
            "province": self._province.name,
            "as_of": self._register.as_of.isoformat(),
            "seed": self._wish.seed,
            "people": self._register.size,
            "versions": {"danso": __version__, "numpy": np.__version__, "polars": pl.__version__},
            "sources": written,
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        (self._folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
        return manifest

    def _write(self, source: Source) -> dict[str, object]:
        # Each source draws from its own stream: leaving one out changes no other.
        stream = [self._wish.seed, zlib.crc32(source.code.encode())]
        rng = np.random.Generator(np.random.PCG64(stream))
        pool = pool_of(self._register, source.who)
        count = self._wish.count(source, pool, self._register.size)
        records = self._maker.make(source, pool, count, rng)
        rows = self._rows(source, records, rng)
        paths = write_rows(self._folder / source.code, source, rows)
        told: dict[str, object] = {"rows": len(rows)}
        if source.is_matched:
            paths += self._write_apart(source, rows[source.key].alias("record_key"), records)
            told |= _figures(source, records.truth)
        return told | {"files": [_file(path, self._folder) for path in paths]}

    def _write_apart(self, source: Source, key: pl.Series, records: Records) -> list[Path]:
        """The truth, and the bare file where wished: of a source that is about people only."""
        truth = self._folder / TRUTH / f"{source.code}.csv"
        _keyed(key, records.truth).write_csv(truth)
        if not self._wish.bare:
            return [truth]
        # Apart from the source's own folder, which holds what its owner drops and nothing else.
        bare = self._folder / BARE / f"{source.code}.csv"
        bare.parent.mkdir(exist_ok=True)
        _keyed(key, records.values).write_csv(bare)
        return [bare, truth]

    def _rows(self, source: Source, records: Records, rng: np.random.Generator) -> pl.DataFrame:
        """All fields of the source, those that say who the person is in its own form."""
        values = FieldValues(self._province, source, records.people, self._register.as_of)
        columns = []
        for field in source.fields:
            if field.term is None:
                column = values.make(field, rng)
            else:
                column = self._told(source, records.values, field.term)
            columns.append(column.alias(field.code))
        return pl.DataFrame(columns)

    def _told(self, source: Source, values: pl.DataFrame, term: str) -> pl.Series:
        """A term as the source writes it: births day first and words for codes in files."""
        told = values[term]
        if not isinstance(source.transport, FileTransport):
            return told
        if term == "birth":
            return told.str.replace(r"^(\d{4})-(\d\d)-(\d\d)$", "$3/$2/$1").str.replace(
                r"^(\d{4})-(\d\d)$", "$2/$1"
            )
        code_list = source.terms["sex"].code_list if term == "sex" else None
        if code_list is None:
            return told
        words = {row.code: row.vi for row in self._province.code_list(code_list).rows}
        return told.replace(words)


def _keyed(key: pl.Series, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows behind their keys, nothing where nothing is known."""
    texts = pl.col(pl.String).replace("", None)
    return pl.DataFrame([key, *rows]).with_columns(texts)


def _figures(source: Source, truth: pl.DataFrame) -> dict[str, object]:
    """Counts of what was done: records by fault and by kind, and what a matcher can hope for."""
    counts: Counter[str] = Counter()
    mendable = {fault.code for fault in faults_of(source)}
    for told, count in truth["faults"].value_counts().iter_rows():
        faults = [fault for fault in told.split("|") if fault]
        counts.update(dict.fromkeys(faults, count))
        counts[TWO_FAULTS] += count * (len(mendable.intersection(faults)) == 2)
    return {
        "faults": {code: counts[code] for code in (*TOLD, TWO_FAULTS) if counts[code]},
        "kinds": dict(sorted(truth["kind"].value_counts().iter_rows())),
        "resolvable": int(truth["resolvable"].sum()),
        "in_population": int((truth["person"] != "").sum()),
    }


def _file(path: Path, folder: Path) -> dict[str, object]:
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return {
        "path": path.relative_to(folder).as_posix(),
        "bytes": path.stat().st_size,
        "sha256": digest,
    }


def _start(folder: Path, sources: Sequence[Source]) -> None:
    if any(source.code in (TRUTH, BARE) for source in sources):
        raise Refused(
            f"a source may not be called {TRUTH} or {BARE}",
            code="synth_sources_name",
            fix="Give it another code: the truth must not lie among a source's own files.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Refused(
            f"{folder} is not empty",
            code="synth_sources_folder_not_empty",
            fix="Name a new folder, or empty this one: files of two runs must not mix.",
        )


__all__ = ["BARE", "MANIFEST", "TERMS", "TRUTH", "SourceWriter", "Wish"]
