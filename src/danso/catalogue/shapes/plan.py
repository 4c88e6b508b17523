"""The plan, clause by clause, its working group, and the law made since."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Literal

from pydantic import Field as Limit

from danso.catalogue.shapes.base import ClauseId, Code, Shape, Text

Kind = Literal["target", "capability", "task", "duty", "report", "principle"]
Due = date | Literal["continuous", "on-request"]
Section = Literal["goals", "principles", "tasks", "organisation", "reporting"]
SECTIONS: tuple[Section, ...] = ("goals", "principles", "tasks", "organisation", "reporting")


class ClausePart(Shape):
    """One figure of a clause that has several."""

    id: Code
    target: Text
    en: str = ""


class MonthlyStep(Shape):
    """Who reports to whom, through whom, by which day of the month."""

    day: int = Limit(ge=1, le=31)
    who: tuple[Code, ...]
    to: Code
    through: Code | None = None


class Clause(Shape):
    """One clause.

    `lead` is only the first named unless `lead_stated`; `today` overrides who carries it now.
    `measure`: the figure of ours that its `target` is about, where the catalogue itself counts it.
    """

    id: ClauseId
    kind: Kind = "task"
    en: str = ""
    due: Due | None = None
    since: date | Mapping[str, date] | None = Limit(default=None, alias="from")
    target: Text | None = None
    parts: tuple[ClausePart, ...] = ()
    lead: Code | None = None
    lead_stated: bool = False
    together_with: tuple[Code, ...] = Limit(default=(), alias="with")
    agency: Code | None = None
    databases: tuple[Code, ...] = ()
    open_list: bool = False
    today: Mapping[str, Code | tuple[Code, ...]] = {}
    monthly: tuple[MonthlyStep, ...] = ()
    measure: Literal["standardised-forms"] | None = None
    ours: str = ""

    @property
    def title(self) -> str:
        """The clause in one line, also where the plan only names databases."""
        return self.en or f"Connect and share with: {', '.join(self.databases)}"


class Seal(Shape):
    """A post of the working group and whose seal it uses."""

    vi: Text
    seal: Code


class TaskForce(Shape):
    """The working group as the plan names it."""

    head: Seal
    standing_deputy: Seal
    deputy: Seal
    members: tuple[Code, ...]
    member_units: tuple[Text, ...] = ()
    member_secretaries: tuple[Text, ...] = ()
    apparatus: tuple[Text, ...] = ()
    helpers: tuple[Text, ...] = ()


class LaterLaw(Shape):
    """A duty made after the plan that changes how clauses are met. `law`: as it is cited."""

    since: date
    law: str = ""
    due: date | None = None
    clauses: tuple[ClauseId, ...] = Limit(min_length=1)
    en: Text
    confidence: Literal["H", "M", "L"]


class SisterPlan(Shape):
    """Another province's plan for the same duty."""

    number: Text
    year: int
    province: Text


class PlanFile(Shape):
    """plan/clauses.yaml."""

    goals: tuple[Clause, ...]
    principles: tuple[Clause, ...] = ()
    tasks: tuple[Clause, ...] = ()
    organisation: tuple[Clause, ...] = ()
    reporting: tuple[Clause, ...] = ()
    task_force: TaskForce | None = None
    later_law: tuple[LaterLaw, ...] = ()
    sister_plans: tuple[SisterPlan, ...] = ()

    def walk(self) -> Iterator[tuple[Section, int, Clause]]:
        """Every clause with its section and place, in the plan's order."""
        for section in SECTIONS:
            for index, clause in enumerate(getattr(self, section)):
                yield section, index, clause

    @cached_property
    def by_id(self) -> Mapping[str, Clause]:
        """Clauses by id, in the plan's order."""
        return {clause.id: clause for _, _, clause in self.walk()}

    def last_day_for(self, clauses: Iterable[ClauseId]) -> LaterLaw | None:
        """The newest law made since that sets a last day for one of these clauses."""
        wanted = set(clauses)
        found = [law for law in self.later_law if law.due and wanted & set(law.clauses)]
        return max(found, key=lambda law: law.since, default=None)


class NotBuilt(Shape):
    """plan/not_built.yaml: why nothing carries a clause out yet."""

    reasons: Mapping[str, Text]
