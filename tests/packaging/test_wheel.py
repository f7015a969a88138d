"""The wheel holds specs and handlers, and serves from another directory; editable installs."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.support.server import ROOT, running


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with pip."""
    directory = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", directory, ROOT],
        check=True,
    )
    return next(directory.glob("*.whl"))


def test_wheel_contains_the_served_files(wheel: Path) -> None:
    """Documents, handlers, pages and the type marker; no tests, and no top-level handlers."""
    names = zipfile.ZipFile(wheel).namelist()
    for expected in (
        "understudy/bundled/specs/zep.yaml",
        "understudy/bundled/specs/eliza.yaml",
        "understudy/bundled/handlers/zep/sessions.py",
        "understudy/bundled/handlers/eliza/sessions.py",
        "understudy/control/openapi.yaml",
        "understudy/web/templates/home.html",
        "understudy/commands/new/templates/items.py.jinja",
        "understudy/conformance/arazzo/subset.json",
        "understudy/py.typed",
    ):
        assert expected in names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"understudy"}


def install(*arguments: Path | str) -> None:
    """Run `pip install` without dependencies."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", *arguments]
    subprocess.run(pip, check=True)


def output_of(code: str, cwd: Path) -> str:
    """Return what Python code prints, in a process of its own."""
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=cwd
    )
    return process.stdout.strip()


INSTALL_COMMAND = "from understudy.distribution import install_command as c; print(c('check'))"


def test_wheel_serves_from_elsewhere(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside the checkout, it serves the same APIs; extras have the name of the distribution."""
    install("--target", tmp_path, wheel)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    file = output_of("import understudy; print(understudy.__file__)", tmp_path)
    assert Path(file).is_relative_to(os.path.realpath(tmp_path))
    assert output_of(INSTALL_COMMAND, tmp_path).endswith(" install 'understudy-mock[check]'")
    with running(cwd=tmp_path) as server:
        assert httpx.get(f"{server.url}/api/agents").status_code == 200
        assert "openapi: 3.0.3" in httpx.get(f"{server.url}/_understudy/specs/zep.yaml").text


def test_editable_install_names_its_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An extra is installed by the path of the checkout."""
    install("--target", tmp_path, "--editable", ROOT)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path), str(ROOT))))
    assert output_of(INSTALL_COMMAND, tmp_path).endswith(f" install '{ROOT}[check]'")
