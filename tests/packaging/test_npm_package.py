"""The npm package of clients/typescript: built, packed, installed elsewhere, used by the example.

Its other tests are clients/typescript/tests, which run here against what was installed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.coverage import unmeasured
from tests.support.doc_pages import blocks_of
from tests.support.server import ROOT, UNDERSTUDY
from tests.support.timeouts import PROGRAM_TIMEOUT
from understudy.version import VERSION

PACKAGE = ROOT / "clients/typescript"
EXAMPLE = ROOT / "examples/typescript"
CLIENTS = ROOT / "tests/clients/node_modules"
TOOLS = PACKAGE / "node_modules"

pytestmark = pytest.mark.skipif(
    shutil.which("npm") is None or not TOOLS.is_dir() or not CLIENTS.is_dir(),
    reason="no npm, or no node_modules in clients/typescript: run scripts/clients",
)


def run(*command: str | Path, cwd: Path) -> str:
    """Run a program that must not fail, and return what it prints. It finds the package's tools,
    and this Understudy."""
    path = f"{TOOLS / '.bin'}:{os.environ['PATH']}"
    command_of_server = " ".join(UNDERSTUDY)
    process = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=cwd,
        env=unmeasured(
            PATH=path, PYTHONPATH=str(ROOT), UNDERSTUDY_COMMAND=command_of_server, NO_COLOR="1"
        ),
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )
    assert process.returncode == 0, process.stdout
    return process.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the package's sources, in which its scripts can write."""
    root = tmp_path_factory.mktemp("checkout")
    ignored = shutil.ignore_patterns("node_modules", "dist")
    copy = Path(shutil.copytree(PACKAGE, root / "clients/typescript", ignore=ignored))
    (copy / "node_modules").symlink_to(TOOLS)
    (root / "understudy").symlink_to(ROOT / "understudy")
    return copy


@pytest.fixture(scope="module")
def project(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the example project with the packed package installed.

    What else it needs is in the directories above it: to download that would take a minute. Zep's
    client is that of its package.json.
    """
    root = tmp_path_factory.mktemp("npm")
    run("npm", "pack", "--loglevel=error", "--pack-destination", root, cwd=checkout)
    (root / "node_modules").symlink_to(CLIENTS)
    (root / "tools").mkdir()
    (root / "tools/node_modules").symlink_to(TOOLS)
    project = Path(shutil.copytree(EXAMPLE, root / "tools/project"))
    for source in (PACKAGE / "tests").iterdir():
        shutil.copy(source, project / "node")
    package = json.loads((project / "package.json").read_text())
    scripts = {name: package[name] for name in ("name", "private", "type", "scripts")}
    (project / "package.json").write_text(json.dumps(scripts))
    install = ("npm", "install", "--prefer-offline", "--no-save", "--no-audit", "--no-fund")
    run(*install, "--loglevel=error", root / f"understudy-mock-{VERSION}.tgz", cwd=project)
    (project / "node_modules/@getzep").mkdir()
    (project / "node_modules/@getzep/zep-cloud").symlink_to(CLIENTS / "zep-cloud-3")
    return project


def test_types_are_those_of_the_document(checkout: Path) -> None:
    """`npm run generate` would change nothing."""
    committed = (checkout / "src/control-api.ts").read_text()
    run("npm", "run", "generate", cwd=checkout)
    assert (checkout / "src/control-api.ts").read_text() == committed, "run `npm run generate`"


def test_package_holds_what_it_needs(project: Path) -> None:
    """It has the version of Understudy, its page, its code and its types, and nothing else."""
    installed = project / "node_modules/understudy-mock"
    assert json.loads((installed / "package.json").read_text())["version"] == VERSION
    assert {path.name for path in installed.iterdir()} == {
        "LICENSE",
        "README.md",
        "dist",
        "package.json",
    }
    for kind in ("esm", "cjs"):
        assert (installed / "dist" / kind / "index.d.ts").is_file()


def test_example_keeps_its_types(project: Path) -> None:
    """The example and the tests are right, and each wrong usage of `wrong-usage.ts` is an error."""
    run("npm", "run", "typecheck", cwd=project)


def test_example_passes_by_vitest(project: Path) -> None:
    """Its tests pass, by one server."""
    assert re.search(r"Tests +5 passed", run("npm", "run", "test:vitest", cwd=project))


def test_example_passes_by_jest(project: Path) -> None:
    """Its tests pass, by one server."""
    assert re.search(r"Tests: +2 passed, 2 total", run("npm", "run", "test:jest", cwd=project))


def test_example_and_client_pass_by_node(project: Path) -> None:
    """So do the tests of the client itself."""
    output = run("npm", "run", "test:node", cwd=project)
    assert re.search(r"^# fail 0$", output, re.MULTILINE), output
    tests = sum(path.read_text().count("\ntest(") for path in (project / "node").glob("*.test.ts"))
    assert f"# pass {tests}\n" in output


def test_recipes_of_the_page_are_those_of_the_example() -> None:
    """Each block of the page with a path is the file of the example."""
    files = [block for block in blocks_of(ROOT / "docs/typescript.md") if block.file]
    assert len(files) >= 5
    for block in files:
        assert block.file
        _, _, code = block.code.partition("\n")
        assert code == (EXAMPLE / block.file).read_text(), block.file


def test_example_names_what_is_tested() -> None:
    """Its package.json has the versions with which it runs here."""
    package = json.loads((EXAMPLE / "package.json").read_text())
    tools = json.loads((PACKAGE / "package.json").read_text())["devDependencies"]
    for name, version in package["devDependencies"].items():
        assert version == tools.get(name, "file:../../clients/typescript")
    clients = json.loads((ROOT / "tests/clients/package.json").read_text())["dependencies"]
    wanted = {"@elizaos/api-client": clients["@elizaos/api-client"]}
    wanted["@getzep/zep-cloud"] = clients["zep-cloud-3"].rpartition("@")[2]
    assert package["dependencies"] == wanted
