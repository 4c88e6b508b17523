"""Models that runs went by, as a page shows them."""

from __future__ import annotations

from datetime import datetime

from danso.modules.linkage.data import ModelRecord, model_not_found
from danso.modules.linkage.engine.chart import comparisons_of
from danso.modules.linkage.engine.model import Model, default_model, digest_of, model_of
from danso.modules.linkage.models import KeptModel, Run


def models_known() -> list[ModelRecord]:
    """Those in use first, then by when they were first used; the default one is always there."""
    uses = _uses()
    kept = [_kept(row, uses) for row in KeptModel.objects.order_by("-first_used_at")]
    default = digest_of(default_model())
    if default not in {one.digest for one in kept}:
        kept.append(record_of(default_model()))
    return sorted(kept, key=lambda one: not one.used)


def find_model(digest: str) -> ModelRecord:
    for one in models_known():
        if one.digest == digest:
            return one
    raise model_not_found()


def record_of(model: Model) -> ModelRecord:
    digest = digest_of(model)
    return ModelRecord(
        digest=digest,
        prior=model.prior,
        bands=model.bands,
        comparisons=comparisons_of(model),
        about=model.about,
        is_default=digest == digest_of(default_model()),
        used={},
    )


def _kept(row: KeptModel, uses: dict[str, dict[str, datetime]]) -> ModelRecord:
    model = model_of(row.model)
    return ModelRecord(
        digest=row.digest,
        prior=model.prior,
        bands=model.bands,
        comparisons=comparisons_of(model),
        about=model.about,
        is_default=row.digest == digest_of(default_model()),
        used=uses.get(row.digest, {}),
        first_used_at=row.first_used_at,
        first_used_by=row.first_used_by,
    )


def _uses() -> dict[str, dict[str, datetime]]:
    """By model: the sources whose latest run went by it, and when."""
    latest = Run.objects.order_by("source", "-finished_at").distinct("source")
    found: dict[str, dict[str, datetime]] = {}
    for source, model, at in latest.values_list("source", "model", "finished_at"):
        found.setdefault(model, {})[source] = at
    return found
