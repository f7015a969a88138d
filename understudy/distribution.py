"""The installed distribution: its name, and the command that installs one of its extras."""

from __future__ import annotations

import importlib.metadata
import json
import shlex
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

#: The name of the distribution. `understudy` on PyPI is somebody else's.
NAME = "understudy-mock"

#: The libraries of each extra, as pyproject.toml has them; for a copy that was never installed.
EXTRAS = {
    "check": (
        *("httpcore>=1.0.9", "httpx>=0.28", "requests>=2.33"),
        *("schemathesis>=4.32", "urllib3>=2.7"),
    ),
    "metrics": ("prometheus-client>=0.21",),
    "pytest": ("httpx>=0.28", "httpx-sse>=0.4.3", "pytest>=8.1"),
    "tls": ("trustme>=1.2",),
}

_PACKAGE = Path(__file__).resolve().parent


def install_command(extra: str) -> str:
    """Return the shell command that adds an extra to this copy of Understudy.

    A checkout is named by its path, a distribution from an index by its name. A copy that was only
    put on the import path gets the libraries of the extra.
    """
    return f"{_pip()} install {' '.join(map(shlex.quote, _requirements(extra)))}"


def _requirements(extra: str) -> tuple[str, ...]:
    try:
        distribution = importlib.metadata.distribution(NAME)
    except importlib.metadata.PackageNotFoundError:
        return EXTRAS[extra]
    checkout = _checkout(distribution)
    if checkout is not None and (checkout / _PACKAGE.name).resolve() == _PACKAGE:
        return (f"{checkout}[{extra}]",)
    if Path(str(distribution.locate_file(_PACKAGE.name))).resolve() != _PACKAGE:
        return EXTRAS[extra]  # the metadata is that of another copy
    return (f"{checkout or NAME}[{extra}]",)


def _checkout(distribution: importlib.metadata.Distribution) -> Path | None:
    """Return the directory that the distribution was installed from, if it is still there.

    pip records it in direct_url.json (PEP 610).
    """
    try:
        source = json.loads(distribution.read_text("direct_url.json") or "{}")
        directory = Path(url2pathname(urlsplit(source["url"]).path))
        return directory if "dir_info" in source and directory.is_dir() else None
    except (KeyError, TypeError, ValueError):
        return None


def _pip() -> str:
    """Return `pip` if the shell's own is that of this environment, else one that surely is."""
    found = shutil.which("pip")
    if found is not None and Path(found).parent == Path(sys.executable).parent:
        return "pip"
    return f"{shlex.quote(sys.executable)} -m pip"
