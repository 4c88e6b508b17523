"""One question to the register above, for a home that keeps none of its own."""

from __future__ import annotations

from danso.modules.population.adapters.national import national_service
from danso.modules.population.adapters.upstream import VerifyQuestion


def verify_upstream(number: str, full_name: str, birth: str, *, asked_by: str) -> bool:
    """See interface."""
    question = VerifyQuestion(
        number=number, full_name=full_name, birth=birth, procedure="", officer=asked_by
    )
    with national_service() as service:
        return service.verify(question)
