"""The wheel: holds specs and handlers, and serves from a directory elsewhere."""

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
    """The wheel, built as pip builds it."""
    directory = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", directory, ROOT],
        check=True,
    )
    return next(directory.glob("*.whl"))


def test_the_wheel_holds_what_it_serves(wheel: Path) -> None:
    """Documents, handlers, pages and the type marker; no tests, and no top-level handlers."""
    names = zipfile.ZipFile(wheel).namelist()
    for expected in (
        "understudy/bundled/specs/zep.yaml",
        "understudy/bundled/specs/eliza.yaml",
        "understudy/bundled/handlers/zep/sessions.py",
        "understudy/bundled/handlers/eliza/sessions.py",
        "understudy/control/openapi.yaml",
        "understudy/web/templates/home.html",
        "understudy/py.typed",
    ):
        assert expected in names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"understudy"}


def test_the_wheel_serves_from_elsewhere(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unpacked beside the dependencies, far from the checkout: the same APIs."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--target",
            tmp_path,
            wheel,
        ],
        check=True,
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    where = subprocess.run(
        [sys.executable, "-c", "import understudy; print(understudy.__file__)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    ).stdout
    assert Path(where.strip()).is_relative_to(os.path.realpath(tmp_path))
    with running(cwd=tmp_path) as server:
        assert httpx.get(f"{server.url}/api/agents").status_code == 200
        assert "openapi: 3.0.3" in httpx.get(f"{server.url}/_understudy/specs/zep.yaml").text
