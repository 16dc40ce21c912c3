"""The tools of testing themselves: the import contracts and the bringing of a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any

import pytest
from grimp import ImportGraph

from tests import contracts, provide


def graph_of(*imports: tuple[str, str]) -> ImportGraph:
    """Make a graph of modules from pairs of importer and imported."""
    graph = ImportGraph()
    for module in {module for pair in imports for module in pair}:
        graph.add_module(module)
    for importer, imported in imports:
        graph.add_import(importer=importer, imported=imported)
    return graph


def contract(kind: Any, importers: list[str], imported: list[str]) -> Any:
    """Make a contract as pyproject.toml would."""
    return kind("name", {}, {"importers": importers, "imported": imported})


def test_a_rule_that_reaches_flask_through_others_breaks_the_contract() -> None:
    graph = graph_of(("crm.leads.rules_names", "crm.core.words"), ("crm.core.words", "flask_babel"))
    never = contract(contracts.NeverImports, ["crm.*.rules", "crm.*.rules_*"], ["flask*"])
    assert never.check(graph, verbose=False).metadata["paths"] == [
        ("crm.leads.rules_names", "crm.core.words", "flask_babel")
    ]


def test_a_pure_rule_keeps_the_contract() -> None:
    graph = graph_of(("crm.leads.rules", "crm.core.errors"), ("crm.leads.routes", "flask"))
    assert contract(contracts.NeverImports, ["crm.*.rules"], ["flask*"]).check(graph, verbose=False).kept


def test_a_stranger_to_the_tables_breaks_the_contract() -> None:
    graph = graph_of(("crm.web.home", "crm.leads.models"), ("crm.leads.queries_list", "crm.leads.models"))
    only = contract(contracts.OnlyImportedBy, ["crm.*.queries", "crm.*.queries_*"], ["crm.*.models"])
    result = only.check(graph, verbose=False)
    assert not result.kept
    assert result.metadata["paths"] == [("crm.web.home", "crm.leads.models")]


def test_those_who_may_see_the_tables_keep_the_contract() -> None:
    graph = graph_of(("crm.leads.queries_list", "crm.leads.models"))
    only = contract(contracts.OnlyImportedBy, ["crm.*.queries_*"], ["crm.*.models"])
    assert only.check(graph, verbose=False).kept


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Give a machine that lacks the fonts; apt brings them where it may run."""
    state: dict[str, Any] = {"lacks": ["fonts-noto-cjk"], "apt": [], "works": True}

    def run(line: list[str], **_options: object) -> None:
        state["apt"].append(line[1])
        if line[1] == "install" and state["works"]:
            state["lacks"] = []

    monkeypatch.setattr(provide, "missing_packages", lambda: state["lacks"])
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(subprocess, "run", run)
    return state


def test_root_gets_what_is_missing_from_apt(machine: dict[str, Any]) -> None:
    said: list[str] = []
    provide.provide_browser(said.append)
    assert machine["apt"] == ["update", "install"]
    assert not any("缺少" in line for line in said)


def test_nothing_is_fetched_where_nothing_is_missing(machine: dict[str, Any]) -> None:
    machine["lacks"] = []
    said: list[str] = []
    provide.provide_browser(said.append)
    assert (machine["apt"], said) == ([], [])


def test_others_are_told_the_command(machine: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    said: list[str] = []
    provide.provide_browser(said.append)
    assert machine["apt"] == []
    assert all("apt-get install -y --no-install-recommends fonts-noto-cjk" in line for line in said)


def test_root_without_a_network_is_told_the_command(machine: dict[str, Any]) -> None:
    machine["works"] = False
    said: list[str] = []
    provide.provide_browser(said.append)
    assert "apt-get install" in said[-1]
