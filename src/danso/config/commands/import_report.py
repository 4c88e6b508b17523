"""An import's report, on the screen and for scripts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from rich.console import Console

from danso.config.tables import show_table
from danso.modules.population.data import (
    NOTES,
    REASONS,
    FileReport,
    ImportRecord,
    ImportReport,
    QualityFigures,
    Virtue,
)

WORST: Final = 10
FIGURES: Final = ("Dòng", "Mới", "Cập nhật", "Đã có", "Chờ xử lý")
VIRTUES: Final[dict[Virtue, str]] = {"dung": "Đúng", "du": "Đủ", "sach": "Sạch", "song": "Sống"}
STATES: Final = {
    "done": "đã nhập",
    "already_done": "đã nhập từ trước",
    "dry_run": "chạy thử",
    "refused": "không đọc được",
}


def as_data(report: ImportReport) -> dict[str, Any]:
    """Everything as plain data."""
    return {
        "seconds": round(report.seconds, 3),
        **{
            what: report.total(what)
            for what in ("rows", "loaded", "updated", "same", "quarantined")
        },
        "files": [asdict(one) for one in report.files],
        "quality": [
            {
                "commune": one.commune,
                "people": one.people,
                "faults": dict(one.faults),
                **{virtue: one.share(virtue) for virtue in VIRTUES},
            }
            for one in report.quality
        ],
    }


def show(report: ImportReport, console: Console) -> None:
    """What became of the rows, why some wait, and how good the register is now."""
    headings = ("Tệp", "Kết quả", *FIGURES)
    rows = ((one.name, STATES[one.state], *_figures(one)) for one in report.files)
    show_table(console, headings, rows, whole=("Tệp", *FIGURES))
    for one in report.files:
        _tell_file(one, console)
    show_counts("Lý do chờ xử lý", _summed(report, "reasons"), console)
    show_counts("Đã sửa hoặc lưu ý", _summed(report, "notes"), console)
    if report.quality:
        _tell_quality(report.quality, console)
    console.print(f"{report.total('rows'):,} dòng, {report.seconds:.1f} giây")


def show_imports(records: tuple[ImportRecord, ...], console: Console) -> None:
    """Files and what became of their rows."""
    headings = ("Bắt đầu", "Tệp", "Kết quả", *FIGURES)
    rows = (
        (f"{one.started_at:%Y-%m-%d %H:%M}", one.name, one.state, *_figures(one)) for one in records
    )
    show_table(console, headings, rows, whole=headings)


def _figures(one: FileReport | ImportRecord) -> tuple[str, ...]:
    figures = (one.rows, one.loaded, one.updated, one.same, one.quarantined)
    return tuple(f"{figure:,}" for figure in figures)


def _tell_file(one: FileReport, console: Console) -> None:
    if one.refusal:
        console.print(f"{one.name}: {one.refusal}", style="bold red")
    if one.unknown_columns:
        console.print(f"{one.name}: cột không nhận ra: {', '.join(one.unknown_columns)}")
    if one.ignored_sheets:
        console.print(f"{one.name}: trang tính không đọc: {', '.join(one.ignored_sheets)}")
    if one.chunks_skipped:
        console.print(f"{one.name}: tiếp tục lần nhập dở, bỏ qua {one.chunks_skipped} đoạn đã có")


def _summed(report: ImportReport, what: str) -> dict[str, int]:
    total: dict[str, int] = {}
    for one in report.files:
        for code, count in getattr(one, what).items():
            total[code] = total.get(code, 0) + count
    return dict(sorted(total.items(), key=lambda pair: -pair[1]))


def show_counts(title: str, counts: dict[str, int], console: Console) -> None:
    """Codes with their words and how many rows each."""
    if not counts:
        return
    rows = (
        (REASONS[code].vi if code in REASONS else NOTES.get(code, ""), code, f"{count:,}")
        for code, count in counts.items()
    )
    show_table(console, (title, "Mã", "Dòng"), rows, whole=("Mã", "Dòng"))


def _tell_quality(quality: tuple[QualityFigures, ...], console: Console) -> None:
    """The whole register, then the communes with the most to do."""
    people = sum(one.people for one in quality)
    if not people:
        return
    shares = (1 - sum(one.failing[virtue] for one in quality) / people for virtue in VIRTUES)
    rows = [("Toàn bộ", f"{people:,}", *(f"{share:.1%}" for share in shares))]
    worst = sorted(quality, key=lambda one: -sum(one.failing.values()))[:WORST]
    for one in worst:
        row = (f"{one.share(virtue) or 0:.1%}" for virtue in VIRTUES)
        rows.append((one.commune or "chưa rõ xã", f"{one.people:,}", *row))
    headings = ("Chất lượng dữ liệu", "Người", *VIRTUES.values())
    show_table(console, headings, rows, whole=headings)
