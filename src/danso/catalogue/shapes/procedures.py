"""A public service as data: who may ask, what is proven and how, the form, steps, terms, fees."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field as Limit
from pydantic import StringConstraints, model_validator

from danso.catalogue.shapes.base import (
    Basis,
    ClauseId,
    Code,
    FieldCode,
    Sensitivity,
    Shape,
    Text,
    Words,
)
from danso.catalogue.shapes.hosted import Choice, Need
from danso.catalogue.shapes.sources import Kind

ProcedureNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]\.[0-9]{6}$")]
# What nobody could find in a public text; screens say "chưa rõ" and never a guess.
Unknown = Literal["unknown"]
Channel = Literal["direct", "online", "post"]
# Where its files are worked on: a commune's office, its police, or one agency of the province.
Level = Literal["commune", "commune-police", "province"]
# What the state changes once the decision is made. `none`: the result is the whole effect.
EffectKind = Literal[
    "record-birth",
    "record-death",
    "record-marriage",
    "record-permanent-residence",
    "record-temporary-residence",
    "end-residence",
    "split-household",
    "record-absence",
    "record-stay",
    "tell-source",
    "none",
]
Duty = Literal["receive", "check", "decide", "issue", "return"]
# Whose duty a step is, in the words of the posts (identity.data.Role).
StepRole = Literal["desk_officer", "commune_police", "provincial_police", "steward"]


class Period(Shape):
    """From and until when something holds, both days included; open where not said."""

    since: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it holds on that day."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


class NationalNumber(Period):
    """The number of the national procedure database, and how sure it is."""

    number: ProcedureNumber
    basis: Basis
    note: str = ""


class Term(Period):
    """How long handling may take: working or calendar days, or working hours (Decree 118/2025)."""

    amount: int = Limit(gt=0)
    unit: Literal["working-days", "calendar-days", "working-hours"]
    law: Text
    basis: Basis


class Fee(Period):
    """What is paid, in dong, by the channel it was filed through."""

    channel: Channel
    amount: int = Limit(ge=0)
    law: Text
    basis: Basis


class PaperForm(Period):
    """The paper form of the law that a form of ours stands for."""

    code: Text
    law: Text


class Party(Words):
    """Somebody a case is about.

    `found`: the applicant is who signed in or stands at the desk; `number`: named by number, name
    and birth, which must agree with the register; `new`: not in the register yet (the child).
    `can_be_applicant`: often whoever applies (a mother); they then say so instead of typing it.
    """

    code: FieldCode
    found: Literal["applicant", "number", "new"]
    required: bool = True
    can_be_applicant: bool = False


class Given(Shape):
    """What the state already holds of a party: a field of the register or a fact of a source."""

    of: FieldCode
    field: FieldCode | None = None
    fact: FieldCode | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.field is None) == (self.fact is None):
            raise ValueError("name either a field of the register or a fact of a source")
        return self


class WhyAsked(Words):
    """Why a form asks what a source could give; shown to whoever fills it in."""

    law: Text


class FormField(Words):
    """One thing of the form.

    `means` says what it is where the register or a source knows such a thing: it is then prefilled
    and read-only, and asking for it is a fault of the catalogue unless `why_asked` cites a reason.
    `may_be_none`: that the state holds none is an answer too (a temporary residence), so it is not
    asked then. `private`: left out of lists and messages.
    """

    code: FieldCode
    kind: Kind
    means: Given | None = None
    may_be_none: bool = False
    why_asked: WhyAsked | None = None
    code_list: Code | None = None
    choices: tuple[Choice, ...] = ()
    required: bool = False
    required_when: Need | None = None
    at_most_letters: int = Limit(default=200, gt=0, le=2000)
    not_before: FieldCode | None = None
    not_in_future: bool = False
    hint: Words | None = None
    sensitivity: Sensitivity = "basic"
    basis: Basis = "law"

    @model_validator(mode="after")
    def _codes_have_values(self) -> Self:
        if self.kind == "code" and bool(self.choices) == bool(self.code_list):
            raise ValueError("a code needs either its choices or a code_list")
        if self.kind != "code" and (self.choices or self.code_list):
            raise ValueError("choices and code_list go with the kind code, and only with it")
        return self

    @property
    def is_given(self) -> bool:
        """Whether it is taken from what the state holds instead of being asked."""
        return self.means is not None and self.why_asked is None


class Evidence(Shape):
    """One way to prove a requirement: what the state holds, or a paper (code of papers.yaml)."""

    given: Given | None = None
    equals: tuple[Text, ...] = ()
    paper: Code | None = None

    @model_validator(mode="after")
    def _is_one_way(self) -> Self:
        if (self.given is None) == (self.paper is None):
            raise ValueError("name either what is given or a paper")
        return self


class Requirement(Words):
    """What must be proven. The first evidence that is at hand does; papers come last."""

    code: FieldCode
    law: Text
    basis: Basis
    evidence: tuple[Evidence, ...] = Limit(min_length=1)
    when: Need | None = None


class Step(Words):
    """One stage of handling, whose duty it is, and its share of the time in working hours."""

    code: FieldCode
    duty: Duty
    role: StepRole
    hours: int | Unknown = "unknown"


class Result(Words):
    """What the applicant holds in the end; `paper`: its code in papers.yaml."""

    paper: Code | None = None


class Effect(Shape):
    """What changes once the decision is made.

    `fields` and `parties`: for each thing the effect needs, the form's field or the party that says
    it. `source`: whose owner is told. `residence`: which one `end-residence` ends. What each kind
    needs (checks/effects.py holds files to it); in brackets what may be left out:

    - record-birth: fields full_name, sex, birth (birth_place, home_place, ethnicity, nationality);
      parties (mother, father)
    - record-death: field day; party person
    - record-marriage: parties person, spouse (field valid_on, else the day of the decision)
    - record-permanent-residence: field valid_on, with commune and hamlet, or with the party head
      whose place and household it is (fields address, relation); party person (head)
    - record-temporary-residence: field until (commune, hamlet, address, else the place stays: an
      extension; valid_on); party person
    - end-residence: party person (field valid_on, else the day of the decision)
    - split-household: party person, the new head (party member, field relation: theirs to the head)
    - record-absence: field until (valid_on, place); party person
    - record-stay: fields valid_on, until (commune, address); party person
    - tell-source: source; party person; as fields whatever the owner is to hear
    - none: nothing
    """

    kind: EffectKind
    fields: Mapping[FieldCode, FieldCode] = {}
    parties: Mapping[FieldCode, FieldCode] = {}
    source: Code | None = None
    residence: Literal["permanent", "temporary"] = "permanent"


class Baseline(Shape):
    """What the procedure asked before, by a decision that says so; cuts are told against it."""

    decision: Text
    day: date
    fields: int | None = None
    papers: int | None = None
    steps: int | None = None
    days: int | None = None
    fee: int | None = None


class Procedure(Words):
    """One file of procedures/: a public service of the province.

    `version` grows with every change; a case keeps the one it started under. `essential`: its
    place among the 25 of Appendix I of Decision 06. `searched`: words people use for it.
    `apart_days`: within how many days a second case about the same parties is a double.
    """

    code: Code
    version: int = Limit(gt=0)
    essential: int | None = Limit(default=None, ge=1, le=25)
    group: Code
    numbers: tuple[NationalNumber, ...] | Unknown
    owner: Code
    level: Level
    handled_by: Code
    online: Literal["full", "part", "information"] | Unknown
    searched: tuple[Text, ...] = Limit(min_length=1)
    applicant: Words
    applicants: tuple[Literal["citizen", "foreigner", "organisation"], ...] = Limit(min_length=1)
    purpose: Code
    parties: tuple[Party, ...] = Limit(min_length=1)
    requirements: tuple[Requirement, ...] = ()
    form: tuple[FormField, ...] = ()
    steps: tuple[Step, ...] = Limit(min_length=1)
    terms: tuple[Term, ...] | Unknown
    fees: tuple[Fee, ...] | Unknown
    result: Result | None = None
    effects: tuple[Effect, ...] = ()
    linked: tuple[Code, ...] = ()
    paper_forms: tuple[PaperForm, ...] = ()
    baseline: Baseline | None = None
    apart_days: int = Limit(default=30, ge=0)
    out_of_area: bool = False
    law: Text
    basis: Basis
    cites: tuple[ClauseId, ...] = Limit(min_length=1)
    note: str = ""

    @cached_property
    def fields(self) -> Mapping[str, FormField]:
        """The form's fields by code."""
        return {field.code: field for field in self.form}

    @cached_property
    def people(self) -> Mapping[str, Party]:
        """Its parties by code."""
        return {party.code: party for party in self.parties}

    @property
    def asked(self) -> tuple[FormField, ...]:
        """What a person has to fill in."""
        return tuple(field for field in self.form if not field.is_given)

    @property
    def given(self) -> tuple[FormField, ...]:
        """What the state fills in itself."""
        return tuple(field for field in self.form if field.is_given)

    def number_on(self, day: date) -> str:
        """Its national number on a day; empty where none is known."""
        known = () if self.numbers == "unknown" else self.numbers
        return next((one.number for one in known if one.holds(day)), "")

    def term_on(self, day: date) -> Term | None:
        """Its time limit on a day; None where nobody knows."""
        known = () if self.terms == "unknown" else self.terms
        return next((one for one in known if one.holds(day)), None)

    def fee_on(self, day: date, channel: Channel) -> Fee | None:
        """What is paid on a day through a channel; None where nobody knows."""
        known = () if self.fees == "unknown" else self.fees
        return next((one for one in known if one.channel == channel and one.holds(day)), None)


class Paper(Words):
    """A kind of paper: who issues it, how long it is good, how private it is, how long it is kept.

    `months`: its validity where it ends, None where it does not, `unknown` where nobody could say.
    """

    code: Code
    issuer: Code | Unknown
    months: int | Unknown | None = None
    sensitivity: Sensitivity
    fact: FieldCode | None = None
    retention: Code
    law: Text
    basis: Basis


class Papers(Shape):
    """papers.yaml."""

    cites: tuple[ClauseId, ...] = Limit(min_length=1)
    papers: tuple[Paper, ...]

    @cached_property
    def by_code(self) -> Mapping[str, Paper]:
        """Its papers by code."""
        return {paper.code: paper for paper in self.papers}


ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Half(Shape):
    """One stretch of a working day."""

    opens: ClockTime
    closes: ClockTime


class Desk(Shape):
    """desk.yaml: how this province's one-stop desks count time and name files.

    `agency`: what file codes begin with; a commune's own part follows it. `law`: of the hours.
    """

    agency: Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{2}$")]
    halves: tuple[Half, ...] = Limit(min_length=1)
    answer_online_hours: int = Limit(gt=0)
    apologies: int = Limit(ge=0)
    supplements: int = Limit(ge=0)
    law: Text
    basis: Basis
    cites: tuple[ClauseId, ...] = Limit(min_length=1)
    note: str = ""
