"""Installs of the package in an environment of its own, which borrows its dependencies."""

from __future__ import annotations

import os
import sysconfig


def borrowed_packages() -> dict[str, str]:
    """Return variables by which pip and programs find the packages of the environment that runs the
    tests: to download all would take a minute. The package itself is built and installed."""
    variables = {n: v for n, v in os.environ.items() if not n.startswith("UNDERSTUDY_")}
    return {**variables, "PYTHONPATH": sysconfig.get_paths()["purelib"]}
