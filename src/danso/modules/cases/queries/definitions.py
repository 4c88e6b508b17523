"""Procedures as they were when cases started under them."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Final

from danso.catalogue.shapes.procedures import Procedure
from danso.kernel.errors import NotFound
from danso.modules.cases.models import Case, Definition
from danso.toolkit.platform import province

_TEXTS: Final[dict[str, tuple[Procedure, str]]] = {}


def procedure_today(code: str) -> Procedure:
    """A procedure of the province's files. Raises NotFound (`procedure_unknown`)."""
    found = province().procedures.get(code)
    if found is None:
        raise NotFound(
            "There is no such service here.",
            code="procedure_unknown",
            fix="Choose one of the list of services.",
        )
    return found


def keep(procedure: Procedure) -> Definition:
    """Its row, made at the first case. Two first cases at once meet at the key."""
    text = _text_once(procedure)
    digest = hashlib.sha256(text.encode()).hexdigest()
    row, _ = Definition.objects.get_or_create(
        digest=digest,
        defaults={
            "procedure": procedure.code,
            "version": procedure.version,
            "body": json.loads(text),
        },
    )
    return row


def definition_of(case: Case) -> Procedure:
    """What a case was filed under, whatever the files say today."""
    return _read(case.definition_id)


@lru_cache(maxsize=512)
def _read(digest: str) -> Procedure:
    body = Definition.objects.values_list("body", flat=True).get(digest=digest)
    return Procedure.model_validate_json(json.dumps(body))


def _text_once(procedure: Procedure) -> str:
    """The text of a procedure as loaded: the files are read once a process, so its object stays."""
    known = _TEXTS.get(procedure.code)
    if known is None or known[0] is not procedure:
        known = _TEXTS[procedure.code] = (procedure, _text(procedure))
    return known[1]


def _text(procedure: Procedure) -> str:
    body = procedure.model_dump(mode="json")
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
