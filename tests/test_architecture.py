"""Rules of this repository that import-linter does not check: names, sizes, and module state."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from tests.support.server import ROOT

ENGINE = ROOT / "understudy"
PACKAGES = sorted({path.parent for path in ENGINE.rglob("*.py")})
#: Public packages: every public name is in `__all__`.
PUBLIC = ["understudy", "understudy.client"]


def modules(*directories: Path) -> list[Path]:
    """Return the Python files below these directories."""
    return sorted(path for directory in directories for path in directory.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, at its top or in its functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_package_has_at_most_12_modules(package: Path) -> None:
    """A package with more modules is hard to survey."""
    assert len([path for path in package.glob("*.py") if path.name != "__init__.py"]) <= 12


def test_module_and_function_sizes() -> None:
    """No module has more than 400 lines, no function more than 60."""
    directories = ("understudy", "handlers", "tests", "scripts", "benchmarks", "examples")
    for path in modules(*(ROOT / name for name in directories)):
        if "site-packages" in path.parts or "node_modules" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 400, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 60, f"{path}: {node.name}"


def test_handlers_use_no_http_time_or_random() -> None:
    """A handler imports only public names of `understudy`, and uses only its world."""
    forbidden = {"connexion", "flask", "starlette", "http", "socket", "asyncio", "os", "logging"}
    forbidden |= {"time", "random", "uuid", "secrets", "threading", "requests", "httpx"}
    for path in modules(ROOT / "handlers"):
        for imported in imports(path):
            assert imported.split(".")[0] not in forbidden, f"{path} imports {imported}"
            assert not imported.startswith("understudy.") or imported.count(".") == 1


def test_engine_names_no_api_and_imports_no_handlers() -> None:
    """The engine loads handlers from a directory, and knows none of its APIs by name."""
    for path in ENGINE.rglob("*.*"):
        if path.suffix in (".py", ".yaml", ".html", ".js", ".css"):
            text = path.read_text(encoding="utf-8").lower()
            assert "zep" not in text, path
            assert "eliza" not in text, path
        if path.suffix == ".py":
            assert not any(i.split(".")[0] == "handlers" for i in imports(path))


def test_modules_hold_no_mutable_state() -> None:
    """No module has a container that could grow, so that two apps in a process share nothing."""
    for path in modules(ROOT / "handlers", ENGINE):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            value = getattr(node, "value", None)
            grows = isinstance(value, ast.Dict | ast.List) and not ast.unparse(value)[1:-1]
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
                grows = value.func.id in ("dict", "list", "set", "deque", "defaultdict")
            assert not grows, f"{path}: {ast.unparse(node)}"


@pytest.mark.parametrize("name", PUBLIC)
def test_public_package_exports_what_it_imports(name: str) -> None:
    """A public package exports exactly the names that it imports from the engine."""
    module = import_module(name)
    assert module.__file__
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    nodes = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    imported = {alias.name for node in nodes for alias in node.names}
    assert imported == set(module.__all__)
