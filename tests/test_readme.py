"""The README's promises: its code runs as it stands, against the server that it starts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import ROOT, Server, running

README = (ROOT / "README.md").read_text(encoding="utf-8")
PLACE = "http://127.0.0.1:3000"


def blocks(language: str) -> list[str]:
    """The README's code in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def fresh() -> Iterator[Server]:
    """A server of the README's own, as nobody has used it before."""
    with running() as started:
        yield started


def test_the_first_command_stands_within_twelve_lines() -> None:
    """A newcomer sees it at once, and it is `./scripts/serve`."""
    assert "./scripts/serve" in "\n".join(README.splitlines()[:12])
    assert blocks("bash")[0] == "./scripts/serve\n"
    assert blocks("bash")[-1] == "./scripts/test\n"


def test_what_the_server_says_is_what_it_says(fresh: Server) -> None:
    """The banner in the README is the server's."""
    assert fresh.banner.replace(fresh.url, PLACE) == blocks("text")[0]


@pytest.mark.parametrize("code", blocks("bash")[1:-1])
def test_the_shell_code_runs(fresh: Server, code: str) -> None:
    """Each line succeeds, but for the host."""
    if "pip install" in code:
        code = code.split("\n", 1)[1]  # it is installed: the tests could not run otherwise
    code = code.replace(PLACE, fresh.url).replace(".venv/bin/understudy", "$PYTHON -m understudy")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHON": sys.executable},
        check=True,
        timeout=120,
    )
    if "end" in code.split():
        assert done.stdout.endswith('{"message":"session ended: session has ended"}')
    assert "traceback" not in done.stderr.lower()


def test_the_tests_for_pytest_pass(tmp_path: Path) -> None:
    """As they stand, with the plugin and nothing else."""
    (code,) = blocks("py")
    (tmp_path / "test_readme.py").write_text(code)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert "2 passed" in done.stdout, done.stdout


def test_the_python_code_runs(fresh: Server) -> None:
    """With the real client, which finds the stand-in by its environment."""
    (code,) = blocks("python")
    environment = {**os.environ, "ZEP_API_URL": fresh.url}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, timeout=60)


@pytest.mark.skipif(
    shutil.which("node") is None or not (ROOT / "tests/clients/node_modules").is_dir(),
    reason="no Node or no npm clients: run scripts/clients",
)
def test_the_javascript_code_runs(fresh: Server, tmp_path: Path) -> None:
    """With both real clients."""
    (code,) = blocks("js")
    program = ROOT / "tests/clients" / f".readme-{os.getpid()}.mjs"
    program.write_text(code.replace(PLACE, fresh.url))
    try:
        done = subprocess.run(
            ["node", program], capture_output=True, text=True, check=False, timeout=60
        )
    finally:
        program.unlink()
    assert (done.stdout, done.stderr) == ("linus\nHello\n", "")


def test_the_links_lead_somewhere() -> None:
    """Files that the README names are there."""
    for link in re.findall(r"\]\((?!http)([^)]+)\)", README):
        assert (ROOT / link).exists(), link
    for path in re.findall(r"`((?:scripts|specs|handlers|tests)/[\w./-]+)`", README):
        assert (ROOT / path).exists() or "node_modules" in path, path


def test_the_limits_are_true() -> None:
    """The numbers of operations are those of the documents."""
    from understudy.serving.project import load

    for api in load([]):
        name = api.contract.title.removesuffix("OS")
        assert f"{len(api.contract.operations)} of {name}'s" in README
