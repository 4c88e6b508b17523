"""An import contract: the modules of a container are entered only through their door files."""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OneDoorContract(Contract):
    """Fail when something outside a module imports one of its inner files."""

    type_name = "one_door"

    # import-linter turns these fields into str and list[str] when it reads the contract.
    container: Any = fields.StringField()
    doors: Any = fields.ListField(subfield=fields.StringField())
    open_to: Any = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        breaches: list[tuple[str, str]] = []
        for module in sorted(graph.find_children(self.container)):
            allowed = {f"{module}.{door}" for door in self.doors}
            for inner in {module, *graph.find_descendants(module)}:
                if any(inner == door or inner.startswith(f"{door}.") for door in allowed):
                    continue
                breaches += [
                    (importer, inner)
                    for importer in sorted(graph.find_modules_that_directly_import(inner))
                    if not self._may_enter(importer, module)
                ]
        return ContractCheck(kept=not breaches, metadata={"breaches": breaches})

    def _may_enter(self, importer: str, module: str) -> bool:
        homes = [module, *self.open_to]
        return any(importer == home or importer.startswith(f"{home}.") for home in homes)

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, inner in check.metadata["breaches"]:
            output.print_error(
                f"{importer} reaches into {inner}; go through its interface or data."
            )
