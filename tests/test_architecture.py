"""The rules of the house that are about imports and names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.server import ROOT

ENGINE = ROOT / "understudy"

#: Each row may import from the rows below it, and within itself.
LAYERS = [
    {"pytest_plugin", "__main__"},
    {"theatre"},
    {"cli"},
    {"commands"},
    {
        *("commands.serve", "commands.routes", "commands.lint"),
        *("commands.check", "commands.proxy", "commands.diff", "commands.docs"),
    },
    {"commands.values"},
    {"judging"},
    {"modelling"},
    {"client", "client.door"},
    {"client.clock", "client.state", "client.exchange"},
    {"client.wire"},
    {"httpx_transport", "requests_adapter"},
    {"inprocess"},
    {"server", "conformance", "lint", "st_hooks", "traffic.proxy", "traffic.watch"},
    {"traffic.ledger"},
    {"traffic.library"},
    {"traffic.har", "traffic.vcr", "traffic.pact"},
    {"shape", "behaviour", "exploration.judge"},
    {"answers"},
    {"traffic.judgement", "traffic.recording", "traffic"},
    {"exploration.grounds", "exploration.author", "exploration.search"},
    {"exploration.trial", "exploration.acquired"},
    {"exploration.player", "exploration.comparison", "exploration.bodies"},
    {"exploration.catalogue"},
    {"exploration", "exploration.kinds", "exploration.steps", "exploration.shrink"},
    {"clerk", "scope", "reports", "target"},
    {"reports.text", "reports.machines", "reports.html"},
    {"reports.table"},
    {"line"},
    {"patience"},
    {"arazzo.runner"},
    {"verdicts"},
    {"app", "acquaintance"},
    {"console.site", "console.dead_links"},
    {"console", "console.pages", "stage", "control"},
    {"console.home", "console.live", "console.reference", "console.documents"},
    {"console.search", "console.links"},
    {"console.book"},
    {"changes"},
    {"changes.contracts"},
    {"changes.revisions"},
    {"changes.change", "changes.schemas"},
    {"console.chapter"},
    {"console.rules", "console.schema_tree", "console.prose"},
    {"arazzo.workflow"},
    {"arazzo", "arazzo.condition"},
    {
        "control.faults",
        "control.journal",
        "control.state",
        "control.time",
    },
    {"control.watching"},
    {"control.exchanges"},
    {"control.backstage"},
    {"sockets", "misfortune"},
    {"operation"},
    {"refusal", "preference", "strictness", "state", "retelling"},
    {"har"},
    {"project", "sample"},
    {"namespace", "arguments", "security", "intake", "delivery"},
    {"bodies", "variants"},
    {"journal", "faults", "schedule", "contract"},
    {"forms", "dialect", "world", "matching"},
    {"guard"},
    {"exchange", "limits", "jsontext"},
    {"store", "events", "clock", "ids", "document", "framework", "router"},
    {"errors", "version", "cache"},
]


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, at its top or within its functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_name(path: Path) -> str:
    """`console.pages` for understudy/console/pages.py."""
    return ".".join(path.relative_to(ENGINE).with_suffix("").parts).removesuffix(".__init__")


def test_imports_go_one_way() -> None:
    """No module imports from a layer above its own, and each module has a layer."""
    floor = {name: number for number, layer in enumerate(LAYERS) for name in layer}
    for path in ENGINE.rglob("*.py"):
        name = module_name(path)
        if name == "__init__":
            continue
        for imported in imports(path):
            target = imported.removeprefix("understudy.")
            if imported.startswith("understudy.") and target in floor:
                assert floor[target] >= floor[name], f"{name} imports {target}"


def test_handlers_know_nothing_of_http_time_or_chance() -> None:
    """A handler knows `understudy` by its public names; all it may touch is in its world."""
    forbidden = {"connexion", "flask", "starlette", "http", "socket", "asyncio", "os", "logging"}
    forbidden |= {"time", "random", "uuid", "secrets", "threading", "requests", "httpx"}
    for path in (ROOT / "handlers").rglob("*.py"):
        for imported in imports(path):
            assert imported.split(".")[0] not in forbidden, f"{path.name} imports {imported}"
            assert not imported.startswith("understudy.") or imported.count(".") == 1


def test_nobody_imports_handlers_or_names_an_api() -> None:
    """The engine loads handlers from a directory, and knows none of its APIs by name."""
    for path in ENGINE.rglob("*.*"):
        if path.suffix in (".py", ".yaml", ".html", ".js", ".css"):
            text = path.read_text(encoding="utf-8").lower()
            assert "zep" not in text, path
            assert "eliza" not in text, path
        if path.suffix == ".py":
            assert not any(i.split(".")[0] == "handlers" for i in imports(path))


def test_conformance_never_sees_the_app() -> None:
    """The judge uses contracts only."""
    names = [
        "conformance",
        "shape",
        "behaviour",
        "clerk",
        "scope",
        "target",
        "line",
        "patience",
        "verdicts",
        "acquaintance",
    ]
    modules = [ENGINE / f"{name}.py" for name in names]
    packages = [ENGINE / name for name in ("reports", "arazzo", "exploration", "traffic")]
    for path in (*modules, *(module for package in packages for module in package.glob("*.py"))):
        for imported in imports(path):
            assert not imported.startswith(("understudy.app", "understudy.serving.project"))


def test_no_mutable_state_at_module_level() -> None:
    """Two apps in one process share nothing: a module holds no container that could grow."""
    for path in [*(ROOT / "handlers").rglob("*.py"), *ENGINE.rglob("*.py")]:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            value = getattr(node, "value", None)
            grows = isinstance(value, ast.Dict | ast.List) and not ast.unparse(value)[1:-1]
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
                grows = value.func.id in ("dict", "list", "set", "deque", "defaultdict")
            assert not grows, f"{path}: {ast.unparse(node)}"
