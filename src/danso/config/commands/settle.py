"""`danso settle`: stamp a new home, and fill it where it is a demo. `danso up` runs it once."""

from __future__ import annotations

import shutil

import typer
from rich.console import Console

from danso.config.demo_doubles import record_doubles
from danso.config.demo_partners import make_demo_partners
from danso.config.demo_registers import fill_registers
from danso.config.demo_sign_on import make_sign_on_demo
from danso.config.home import Home, default_home
from danso.kernel.actors import Actor
from danso.modules.exchange import interface as exchange
from danso.modules.identity import interface as identity
from danso.modules.population import interface as population
from danso.modules.population.engine.synth.faults import FaultRates
from danso.modules.population.engine.synth.from_catalogue import inputs_from_catalogue
from danso.modules.population.engine.synth.people import make_people
from danso.modules.population.engine.synth.write import CLEAN, ProvinceWriter
from danso.toolkit.platform import platform, province

app = typer.Typer(add_completion=False)
console = Console(highlight=False)
SYSTEM = Actor(kind="system", id="demo")
UPSTREAM = Actor(kind="system", id=population.UPSTREAM, system="demo")
POLICE_COMMUNES = 3
SEED = 1
# How many of the messy files are imported too, so that the quarantine has something to show.
MESSY_FILES = 2


@app.command()
def settle(people: int = 37_000, seed: int = SEED) -> None:
    """Stamp; in a demo: people, log-ins, partners. Can be repeated after a kill."""
    home = Home(default_home())
    here = platform()
    population.stamp_home("demo" if here.is_demo else "real", here.register_mode)
    if here.is_demo:
        _fill(home, people, seed)
    home.settled.touch()


def _fill(home: Home, people: int, seed: int) -> None:
    if people and platform().register_mode != "absent":
        _load_people(home, people, seed)
    partners = make_demo_partners(home, province(), actor=SYSTEM)
    if platform().register_mode == "authority":
        exchange.publish_sandbox(actor=SYSTEM)
    communes = [unit.code for unit in province().units.communes[:POLICE_COMMUNES]]
    if people and platform().register_mode == "authority":
        record_doubles(communes, actor=SYSTEM)
        fill_registers(communes, actor=SYSTEM, seed=seed)
    files = [one for one in province().sources.values() if one.transport.kind == "file"]
    # Of a source that is about anybody: the one to try things with.
    tried = sorted((one for one in files if one.facts), key=lambda one: one.who.share is not None)
    owner = tried[0].owner if tried else ""
    identity.create_demo_accounts(home.secrets, communes=communes, partner=partners[0], owner=owner)
    make_sign_on_demo(home, partners, communes, actor=SYSTEM)


def _load_people(home: Home, people: int, seed: int) -> None:
    folder = home.files / "demo"
    if not (folder / "manifest.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        console.print(f"Making {people:,} synthetic people …")
        made = make_people(inputs_from_catalogue(province()), people=people, seed=seed)
        ProvinceWriter(made, folder, FaultRates()).write(messy=people <= 100_000)
    console.print("Loading them into the register …")
    files = [folder / CLEAN, *sorted((folder / "messy").glob("*"))[:MESSY_FILES]]
    # A copy takes people from its upstream only; a demo's made-up extract stands for it.
    actor = UPSTREAM if platform().register_mode == "copy" else SYSTEM
    for file in files:
        report = population.import_people(file, actor=actor)
        loaded, aside = report.total("loaded"), report.total("quarantined")
        known = report.total("same") + report.total("updated")
        console.print(
            f"  {file.name}: {loaded:,} loaded, {known:,} known already, {aside:,} set aside"
        )
    population.recount()
