"""One question to the register above, for a home that keeps none of its own."""

from __future__ import annotations

from typing import Final

from danso.modules.population.adapters.national import national_service, read_home
from danso.modules.population.adapters.upstream import VerifyQuestion

# Names of this home's own questions in `upstream.toml`: [procedures], [officers] "pages/KEY".
PROCEDURE: Final = "electronic-identity"
PAGES: Final = "pages"


def verify_upstream(number: str, full_name: str, birth: str, *, asked_by: str) -> bool:
    """See interface."""
    with national_service() as service:
        question = VerifyQuestion(number, full_name, birth, *_names(asked_by))
        return service.verify(question)


def _names(asked_by: str) -> tuple[str, str]:
    """The procedure's and the officer's code as the service knows them."""
    found = read_home()
    if found is None:
        return "", ""
    setup, _ = found
    procedure = setup.procedures.get(PROCEDURE, setup.codes.check_procedure)
    return procedure, setup.officer_for(PAGES, asked_by)
