"""Two import-linter contracts for furniture, whose files may carry a name as suffix (`rules_money.py`)."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, ClassVar, cast

from importlinter import Contract, ContractCheck, fields, output

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grimp import ImportGraph


def matching(modules: Iterable[str], patterns: Iterable[str]) -> set[str]:
    """Return the modules that fit one of the shell patterns; `*` may span several rooms."""
    wanted = tuple(patterns)
    return {module for module in modules if any(fnmatchcase(module, pattern) for pattern in wanted)}


class PatternContract(Contract):
    """What both contracts share: two lists of patterns and how a broken one is told."""

    importers = fields.ListField(subfield=fields.StringField())
    imported = fields.ListField(subfield=fields.StringField())

    def sides(self, graph: ImportGraph) -> tuple[set[str], set[str]]:
        """Return the modules on the importing and on the imported side."""
        importers = matching(graph.modules, cast("list[str]", self.importers))
        return importers, matching(graph.modules, cast("list[str]", self.imported))

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each forbidden path of imports on a line."""
        for path in check.metadata["paths"]:
            output.print_error("- " + " -> ".join(path), bold=False)
        output.new_line()


class NeverImports(PatternContract):
    """The importers reach the imported modules on no path, however long."""

    type_name: ClassVar[str] = "never"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001  # their signature
        """Look for the shortest path from each importer to each imported module."""
        importers, imported = self.sides(graph)
        paths = [
            graph.find_shortest_chain(importer=importer, imported=target)
            for importer in sorted(importers)
            for target in sorted(graph.find_upstream_modules(importer) & imported - {importer})
        ]
        return ContractCheck(kept=not paths, metadata={"paths": paths})


class OnlyImportedBy(PatternContract):
    """The imported modules are named in the importers and nowhere else."""

    type_name: ClassVar[str] = "only"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001  # their signature
        """Look for direct imports from anywhere else."""
        importers, imported = self.sides(graph)
        paths = [
            (outsider, target)
            for target in sorted(imported)
            for outsider in sorted(graph.find_modules_that_directly_import(target) - importers)
        ]
        return ContractCheck(kept=not paths, metadata={"paths": paths})
