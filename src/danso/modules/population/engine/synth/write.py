"""Writing a synthetic province: a clean file, the messy files of its offices, and the truth
about both."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, groupby
from pathlib import Path

import numpy as np
import polars as pl

from danso import __version__
from danso.kernel.errors import Refused
from danso.kernel.legacy import encode_tcvn3, encode_vni
from danso.modules.population.engine.synth.dialects import DIALECTS, MOST_ROWS, Dialect, Forms
from danso.modules.population.engine.synth.faults import FaultRates, Spoiler
from danso.modules.population.engine.synth.messages import Messages
from danso.modules.population.engine.synth.people import Population
from danso.modules.population.engine.synth.rows import Stretch, render
from danso.modules.population.engine.synth.workbook import write_workbook

FORMAT = 1
CLEAN = "clean/people.csv.gz"
MANIFEST = "manifest.json"
_ROWS_AT_ONCE = 50_000
_SPOILING = 9001

Progress = Callable[[int], None]


@dataclass
class _Written:
    """What was written so far, for the manifest."""

    files: list[dict[str, object]] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    communes: Counter[str] = field(default_factory=Counter)


class ProvinceWriter:
    """Writes one population under one folder, a district at a time, so that memory stays small."""

    def __init__(self, population: Population, folder: Path, rates: FaultRates) -> None:
        inputs = population.inputs
        self._population = population
        self._folder = folder
        self._rates = rates
        self._forms = Forms(inputs)
        self._messages = Messages(inputs)
        self._spoiler = Spoiler(rates, inputs.vanished, inputs.older_version)
        self._dialects = cycle(DIALECTS)
        self._turn = 0
        self._written = _Written()

    def write(self, *, messy: bool, progress: Progress | None = None) -> dict[str, object]:
        """Write everything; returns the manifest, which is also written last.

        `messy` False writes the clean file only. The folder must be new or empty.
        """
        _start(self._folder)
        clean = self._folder / CLEAN
        clean.parent.mkdir()
        with (
            clean.open("wb") as raw,
            # No name and no time in the header: the same people give the same bytes.
            gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=1, mtime=0) as out,
        ):
            for number, stretch in enumerate(self._areas()):
                rows = render(stretch)
                self._count(rows)
                _append_csv(out, rows, header=number == 0)
                if messy:
                    self._write_messy(number, rows)
                if progress is not None:
                    progress(len(rows))
        self._note(clean, "canonical", self._population.listed, "utf-8")
        return self._write_manifest()

    def _areas(self) -> Iterator[Stretch]:
        numbered = enumerate(self._population.inputs.communes)
        for _, group in groupby(numbered, key=lambda pair: pair[1].area):
            places = [place for place, _ in group]
            yield Stretch.of_communes(self._population, places[0], places[-1] + 1)

    def _write_messy(self, area: int, rows: pl.DataFrame) -> None:
        if rows.is_empty():  # a small province has districts where nobody lives
            return
        truth = []
        start = 0
        while start < len(rows):
            dialect = next(self._dialects)
            part = rows[start : start + MOST_ROWS[dialect.format]]
            start += len(part)
            truth.append(self._write_file(dialect, part))
        self._write_truth("people", area, rows)
        self._write_truth("rows", area, pl.concat(truth))

    def _write_file(self, dialect: Dialect, rows: pl.DataFrame) -> pl.DataFrame:
        """One office's file; returns the truth about its rows."""
        self._turn += 1
        rng = np.random.Generator(np.random.PCG64([self._population.seed, _SPOILING, self._turn]))
        spoiled = self._spoiler.spoil(rows, rng, unicode=dialect.is_unicode)
        name = f"messy/{self._turn:03d}-{dialect.code}.{dialect.format}"
        path = self._folder / name
        path.parent.mkdir(exist_ok=True)
        if dialect.format == "xml":
            self._messages.write(
                path,
                spoiled.rows,
                prefix="" if self._turn % 2 else "dc",
                moment=self._population.inputs.as_of.strftime("%Y%m%d"),
            )
        elif dialect.format == "xlsx":
            table = self._forms.make(dialect, spoiled.rows)
            write_workbook(path, table, title=dialect.title, kinds=dialect.cells)
        else:
            _write_text(path, self._forms.make(dialect, spoiled.rows), dialect)
        self._note(path, dialect.code, len(spoiled.rows), dialect.encoding)
        for faults, count in spoiled.faults.value_counts().iter_rows():
            for fault in filter(None, faults.split("|")):
                self._written.faults[fault] += count
        return pl.DataFrame(
            {
                "file": pl.repeat(name, len(spoiled.rows), dtype=pl.String, eager=True),
                "row": pl.int_range(1, len(spoiled.rows) + 1, dtype=pl.Int32, eager=True),
                "key": spoiled.rows["key"],
                "faults": spoiled.faults,
                "expect": spoiled.expect,
            }
        )

    def _write_truth(self, kind: str, area: int, rows: pl.DataFrame) -> None:
        path = self._folder / "truth" / kind / f"{area:03d}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows.write_parquet(path, compression="zstd", compression_level=1)
        self._note(path, f"truth-{kind}", len(rows), "parquet")

    def _note(self, path: Path, dialect: str, rows: int, encoding: str) -> None:
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        self._written.files.append(
            {
                "path": path.relative_to(self._folder).as_posix(),
                "dialect": dialect,
                "encoding": encoding,
                "rows": rows,
                "bytes": path.stat().st_size,
                "sha256": digest,
            }
        )

    def _count(self, rows: pl.DataFrame) -> None:
        self._written.statuses.update(dict(rows["status"].value_counts().iter_rows()))
        self._written.communes.update(dict(rows["commune"].value_counts().iter_rows()))

    def _write_manifest(self) -> dict[str, object]:
        inputs, written = self._population.inputs, self._written
        manifest: dict[str, object] = {
            "format": FORMAT,
            "synthetic": True,
            "province": inputs.province,
            "as_of": inputs.as_of.isoformat(),
            "seed": self._population.seed,
            "people": self._population.listed,
            "versions": {"danso": __version__, "numpy": np.__version__, "polars": pl.__version__},
            "fault_scale": self._rates.scale,
            "statuses": dict(sorted(written.statuses.items())),
            "communes": dict(sorted(written.communes.items())),
            "faults": dict(sorted(written.faults.items())),
            "files": written.files,
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        (self._folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
        return manifest


def _start(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Refused(
            f"{folder} is not empty",
            code="synth_folder_not_empty",
            fix="Name a new folder, or empty this one: files of two runs must not mix.",
        )


def _append_csv(out: gzip.GzipFile, rows: pl.DataFrame, *, header: bool) -> None:
    for place, part in enumerate(rows.iter_slices(_ROWS_AT_ONCE)):
        text = io.BytesIO()
        part.write_csv(text, include_header=header and place == 0)
        out.write(text.getbuffer())


def _write_text(path: Path, table: pl.DataFrame, dialect: Dialect) -> None:
    text = table.write_csv(separator=dialect.delimiter, line_terminator="\r\n")
    if dialect.encoding == "tcvn3":
        content = encode_tcvn3(text).encode("latin-1", errors="replace")
    elif dialect.encoding == "vni":
        content = encode_vni(text).encode("latin-1", errors="replace")
    else:
        content = text.encode(dialect.encoding)
    path.write_bytes(content)
