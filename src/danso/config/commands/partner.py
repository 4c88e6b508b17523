"""`danso partner`: who may call the gateway, with which keys, under which agreements."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import sleep
from typing import Annotated, Any

import typer
from django.db import transaction
from rich.console import Console
from rich.progress import Progress

from danso.config.demo_partners import write_partner_key
from danso.config.home import Home
from danso.config.tables import show_table
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue, Refused
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import refusals_journaled
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import (
    STATE_BODIES,
    AgreementData,
    AgreementTerms,
    FileOrder,
    PartnerBody,
    PartnerData,
    PartnerKind,
    Service,
)
from danso.toolkit.platform import platform

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Partners: keys, agreements, files."
)

CONSOLE = Actor(kind="operator", id="console", system="cli")
DEMO_PAPER = "DEMO (văn bản giả lập, lưu tại hệ thống này)"
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]
Services = Annotated[str, typer.Option(help="With commas: " + ", ".join(Service))]
Purpose = Annotated[str, typer.Option(help="A purpose of the catalogue.")]
Fields = Annotated[str, typer.Option(help="With commas; default: all that the purpose allows.")]
Rate = Annotated[int, typer.Option(min=1, help="Calls (people in batches) a minute.")]
Until = Annotated[str, typer.Option(help="Last day, yyyy-mm-dd; default: a year from now.")]
Evidence = Annotated[str, typer.Option(help="The paper: number, date, who keeps it.")]
Signed = Annotated[str, typer.Option(help="Who signed for the partner; for the province.")]


@app.command(
    epilog="Example: danso partner create my-office --kind state --agency AGENCY "
    "--services verify,share --purpose PURPOSE"
)
def create(  # noqa: PLR0913 - each is an option of the command
    code: str,
    kind: Annotated[PartnerKind, typer.Option(help="Of the state or not.")],
    agency: Annotated[str, typer.Option(help="Agency of the catalogue (state bodies).")] = "",
    body: Annotated[PartnerBody | None, typer.Option(help="Default: agency or business.")] = None,
    title: Annotated[str, typer.Option(help="Name of a body outside the state.")] = "",
    services: Services = "",
    purpose: Purpose = "",
    evidence: Evidence = "",
    key: Annotated[Path | None, typer.Option(help="The partner's public JWK.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a partner with a key and, with --services and --purpose, its agreements.

    Without --key a demo home makes a pair and keeps the private half in secrets/partners (0600).
    """
    chosen = body or (PartnerBody.AGENCY if kind is PartnerKind.STATE else PartnerBody.BUSINESS)
    if (chosen in STATE_BODIES) != (kind is PartnerKind.STATE):
        raise InvalidValue(
            f"a {chosen.value} is not of the kind {kind.value}",
            code="body_kind",
            fix="agency and court are state bodies; bank and business are not.",
        )
    asked = Entry(CONSOLE, "partner.created", "asked", service="exchange", detail={"partner": code})
    # All or nothing: inside this transaction the actions leave their refusals to us.
    with refusals_journaled(asked), transaction.atomic():
        made = exchange.create_partner(
            code=code, body=chosen, agency=agency, name=title, actor=CONSOLE
        )
        wanted = _services(services)
        issued = [_issue(code, purpose, service, evidence=evidence) for service in wanted]
        kept = _add_key(code, key)
    _tell(made, issued, kept, as_json=as_json)


@app.command(
    epilog="Example: danso partner agree my-office --services share --purpose PURPOSE "
    "--evidence '12/TT-2026, 05/01/2026' --until 2027-01-04"
)
def agree(  # noqa: PLR0913 - each is an option of the command
    code: str,
    purpose: Purpose,
    services: Services,
    evidence: Evidence = "",
    fields: Fields = "",
    until: Until = "",
    rate: Rate = 600,
    signed: Signed = "",
    as_json: AsJson = False,
) -> None:
    """Put agreements in force for an existing partner."""
    issued = [
        _issue(
            code,
            purpose,
            service,
            evidence=evidence,
            fields=fields,
            until=until,
            rate=rate,
            signed=signed,
        )
        for service in _services(services)
    ]
    _tell(exchange.get_partner(code), issued, None, as_json=as_json)


@app.command()
def revoke(agreement: str, reason: Annotated[str, typer.Option(help="Why.")]) -> None:
    """End an agreement; the gateway refuses it within 5 seconds."""
    ended = exchange.revoke_agreement(agreement, reason=reason, actor=CONSOLE)
    typer.echo(f"{ended.code} of {ended.terms.partner} is revoked.")


@app.command()
def close(code: str) -> None:
    """Close a partner for good; its tokens stop within 5 seconds."""
    typer.echo(f"{exchange.close_partner(code, actor=CONSOLE).code} is closed.")


@app.command()
def add_key(code: str, key: Annotated[Path, typer.Argument(help="The public JWK.")]) -> None:
    """Register one more public key."""
    typer.echo(exchange.add_key(code, _read_jwk(key), actor=CONSOLE).kid)


@app.command()
def revoke_key(kid: str) -> None:
    """Revoke a key by its thumbprint; tokens got with it stop within 5 seconds."""
    typer.echo(f"{exchange.revoke_key(kid, actor=CONSOLE).kid} is revoked.")


@app.command(epilog="Example: danso partner subscribe tax-office tax --fields permanent_place")
def subscribe(code: str, source: str, fields: Fields = "") -> None:
    """Let changes of people flow to the owner of the source that links them (/v1/changes)."""
    named = [part.strip() for part in fields.split(",") if part.strip()]
    made = exchange.subscribe(code, source, fields=named, actor=CONSOLE)
    typer.echo(f"{code} hears through {source} of: {', '.join(made.fields)}.")


@app.command()
def unsubscribe(code: str, source: str) -> None:
    """End a subscription."""
    exchange.unsubscribe(code, source, actor=CONSOLE)
    typer.echo(f"{code} is told nothing through {source} any more.")


@app.command(name="list")
def list_partners(as_json: AsJson = False) -> None:
    """Every partner."""
    found = exchange.partners()
    if as_json:
        typer.echo(json.dumps([_row(partner, ()) for partner in found], indent=2))
        return
    rows = (
        (one.code, one.kind, one.body, one.name, "closed" if one.closed_at else "open")
        for one in found
    )
    headings = ("code", "kind", "body", "name", "state")
    show_table(Console(highlight=False), headings, rows, whole=("code", "kind", "body"))


@app.command()
def show(code: str, as_json: AsJson = False) -> None:
    """One partner with its keys and agreements."""
    partner, agreements = exchange.get_partner(code), exchange.agreements(code)
    if as_json:
        typer.echo(json.dumps(_row(partner, agreements), indent=2, ensure_ascii=False))
        return
    console = Console(highlight=False)
    console.print(f"{partner.code}: {partner.name} ({partner.kind}, {partner.body})")
    for key in exchange.keys_of(code):
        ended = " revoked" if key.revoked_at else ""
        console.print(f"  key {key.kid} {key.algorithm}{ended}", soft_wrap=True)
    for one in exchange.subscriptions(code):
        console.print(f"  subscribed to {one.source}: {', '.join(one.fields)}")
    headings = ("agreement", "purpose", "service", "fields", "until", "state")
    rows = (
        (
            one.code,
            one.terms.purpose,
            one.terms.service.value,
            " ".join(one.terms.fields),
            f"{one.terms.until:%Y-%m-%d}",
            "revoked" if one.revoked_at else "",
        )
        for one in agreements
    )
    show_table(console, headings, rows, whole=("agreement", "purpose", "service", "until"))


@app.command()
def verify_file(
    file: Annotated[Path, typer.Argument(help="CSV, UTF-8: number, full_name, birth, ref ...")],
    agreement: Annotated[str, typer.Option(help="The partner's `batch` agreement.")],
    out: Annotated[Path, typer.Option(help="Where the answers go, as CSV.")],
    procedure: Annotated[str, typer.Option(help="Procedure code for the journal.")] = "file",
    officer: Annotated[str, typer.Option(help="Officer code for the journal.")] = "console",
    as_json: AsJson = False,
) -> None:
    """Verify a whole file for a partner; a kill loses nothing, the worker goes on with it."""
    order = FileOrder(agreement, file.name, officer, procedure, file.name)
    job = exchange.open_file_job(order, file.read_bytes(), actor=CONSOLE)
    with Progress(console=Console(stderr=True), disable=as_json) as progress:
        task = progress.add_task("rows", total=job.rows)
        while not exchange.work_on_file(job.key, chunks=1):
            # A chunk is done, or the journal is behind: either way ask again in a moment.
            progress.update(task, completed=exchange.file_job(job.key, job.partner).done)
            sleep(0.01)
    job = exchange.file_job(job.key, job.partner)
    with out.open("wb") as target:
        target.write((",".join(job.answer_headings) + "\r\n").encode())
        target.writelines(exchange.read_answers(job.key, job.partner))
    summary = {"job": str(job.key), "state": job.state.value, "rows": job.rows}
    typer.echo(json.dumps(summary | {"counts": dict(job.counts)}, indent=None if as_json else 2))


def _add_key(code: str, key: Path | None) -> Path | None:
    """Register the given key, or in a demo home a pair made here; where that one is kept."""
    if key is not None:
        exchange.add_key(code, _read_jwk(key), actor=CONSOLE)
        return None
    if not platform().is_demo:
        raise Refused(
            "in a real home a partner makes its own key pair",
            code="key_needed",
            fix="Ask the partner for its public JWK and give it with --key.",
        )
    home = Home(platform().home)
    exchange.add_key(code, write_partner_key(home, code), actor=CONSOLE)
    return home.secrets / "partners" / f"{code}.jwk"


def _read_jwk(path: Path) -> dict[str, Any]:
    try:
        jwk = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidValue(
            f"{path} is not a readable JWK", code="key_file", fix="Give a JSON file with one JWK."
        ) from error
    if not isinstance(jwk, dict):
        raise InvalidValue(f"{path} is not one JWK", code="key_file", fix="Give one key, no set.")
    return jwk


def _services(text: str) -> list[Service]:
    named = [part.strip() for part in text.split(",") if part.strip()]
    if strange := [part for part in named if part not in list(Service)]:
        raise InvalidValue(
            f"there is no service {strange[0]!r}",
            code="service_unknown",
            fix="Choose from: " + ", ".join(Service) + " (several with commas).",
        )
    return [Service(part) for part in named]


def _issue(code: str, purpose: str, service: Service, **given: Any) -> AgreementData:
    now = clock.now()
    allowed = exchange.fields_allowed(purpose, service)
    named = [part.strip() for part in given.get("fields", "").split(",") if part.strip()]
    evidence = given["evidence"] or (DEMO_PAPER if platform().is_demo else "")
    signed = given.get("signed") or ("demo" if platform().is_demo else "")
    terms = AgreementTerms(
        partner=code,
        purpose=purpose,
        service=service,
        fields=tuple(named or sorted(allowed)),
        since=now,
        until=_until(given.get("until", ""), now),
        rate=given.get("rate", 600),
        evidence=evidence,
        partner_signatory=signed,
        officer_signatory=signed and CONSOLE.id,
    )
    return exchange.issue_agreement(terms, actor=CONSOLE)


def _until(text: str, now: datetime) -> datetime:
    if not text:
        return now + timedelta(days=365)
    try:
        last = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise InvalidValue(
            f"{text!r} is not a day", code="day_wrong", fix="Write yyyy-mm-dd."
        ) from error
    return datetime.combine(last.date() + timedelta(days=1), time(), clock.VIETNAM)


def _row(partner: PartnerData, agreements: tuple[AgreementData, ...]) -> dict[str, Any]:
    row = asdict(partner) | {"keys": [key.kid for key in exchange.keys_of(partner.code)]}
    row["agreements"] = [
        asdict(one.terms) | {"agreement": one.code, "revoked_at": one.revoked_at}
        for one in agreements
    ]
    plain: dict[str, Any] = json.loads(json.dumps(row, default=str))
    return plain


def _tell(
    partner: PartnerData, issued: list[AgreementData], kept: Path | None, *, as_json: bool
) -> None:
    if as_json:
        row = _row(partner, tuple(issued)) | ({"private_key": str(kept)} if kept else {})
        typer.echo(json.dumps(row, indent=2, ensure_ascii=False))
        return
    typer.echo(f"{partner.code}: {partner.name}")
    for one in issued:
        typer.echo(f"  {one.code} {one.terms.service.value} for {one.terms.purpose}")
    if kept is not None:
        typer.echo(f"  private key: {kept}")
