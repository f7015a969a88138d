"""The commands that install an extra."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.server import ROOT
from tests.support.timeouts import PROGRAM_TIMEOUT
from understudy.distribution import EXTRAS, NAME, install_command


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a directory for distributions that is first on the import path."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def add_metadata(site: Path, source: object = None) -> None:
    """Write the metadata that pip writes for an installation from `source`."""
    directory = site / f"{NAME.replace('-', '_')}-0.1.0.dist-info"
    directory.mkdir()
    (directory / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {NAME}\nVersion: 0.1.0\n")
    if source is not None:
        (directory / "direct_url.json").write_text(json.dumps(source))


def requirements(command: str) -> list[str]:
    """Return the packages that a command installs."""
    words = shlex.split(command)
    return words[words.index("install") + 1 :]


def test_install_command_names_the_checkout_of_an_editable_install(site: Path) -> None:
    """The command has the path of the checkout, with the extra."""
    add_metadata(site, {"url": ROOT.as_uri(), "dir_info": {"editable": True}})
    assert requirements(install_command("check")) == [f"{ROOT}[check]"]


def test_install_command_quotes_the_path_of_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path with a space stays one word for the shell."""
    checkout = tmp_path / "my work" / "understudy"
    checkout.mkdir(parents=True)
    monkeypatch.setattr("understudy.distribution._PACKAGE", (checkout / "understudy").resolve())
    monkeypatch.syspath_prepend(str(tmp_path))
    add_metadata(tmp_path, {"url": checkout.as_uri(), "dir_info": {"editable": True}})
    assert requirements(install_command("check")) == [f"{checkout}[check]"]
    assert f"'{checkout}[check]'" in install_command("check")


@pytest.mark.parametrize(
    "source",
    [None, {"url": "file:///tmp/understudy.whl", "archive_info": {}}],
    ids=["index", "wheel"],
)
def test_install_command_names_the_distribution_of_a_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: object
) -> None:
    """The package's own metadata beside it has the name of the distribution."""
    monkeypatch.setattr("understudy.distribution._PACKAGE", (tmp_path / "understudy").resolve())
    monkeypatch.syspath_prepend(str(tmp_path))
    add_metadata(tmp_path, source)
    assert requirements(install_command("pytest")) == [f"{NAME}[pytest]"]


def test_install_command_names_libraries_for_a_copy_without_metadata(site: Path) -> None:
    """The metadata on the path is that of another copy."""
    add_metadata(site)
    assert requirements(install_command("check")) == list(EXTRAS["check"])


def test_install_command_uses_the_pip_of_this_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`pip` of the shell may belong to another environment."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shlex.split(install_command("check"))[:4] == [sys.executable, "-m", "pip", "install"]
    pip = tmp_path / "pip"
    pip.write_text("")
    pip.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    assert shlex.split(install_command("check"))[:2] == ["pip", "install"]


def test_extras_and_name_are_those_of_the_project() -> None:
    """The code and pyproject.toml have the same extras and name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["name"] == NAME
    for extra, libraries in EXTRAS.items():
        assert project["optional-dependencies"][extra] == list(libraries)


@pytest.mark.parametrize(("command", "library"), [("check", "requests"), ("proxy", "httpcore")])
def test_command_without_its_extra_names_the_missing_library(command: str, library: str) -> None:
    """Code 2 and one sentence, with the command that installs it."""
    hide = f"import sys; sys.modules.update({library}=None)"
    start = "from understudy.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", f"{hide}; {start}", command, "http://127.0.0.1:9", "--api", "zep"],
        capture_output=True,
        text=True,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"understudy: `understudy {command}` needs {library}, which ")
    assert " install " in done.stderr
    assert done.stderr.count("\n") == 1
