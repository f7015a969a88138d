"""The commands that start the servers of the benchmarks."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

#: Sessions in the store of a server: the usual number, and the large one of the scale benchmark.
FEW, MANY = 100, 200_000


@dataclass(frozen=True)
class ServerCommand:
    """How to start a server: arguments of a Python interpreter, run in a checkout."""

    title: str
    arguments: tuple[str, ...]
    python: Path = Path(sys.executable)
    directory: Path = ROOT


#: `understudy serve` of this checkout, on a free port.
SERVE = ServerCommand("Understudy", ("-m", "understudy", "serve", "--port", "0"))


def server(kind: str, title: str = "", sessions: int = FEW) -> ServerCommand:
    """Return the command of a server in `benchmarks.servers`, with sessions in its store."""
    return ServerCommand(title or kind, ("-m", "benchmarks.servers", kind, str(sessions)))


@dataclass(frozen=True)
class Checkout:
    """A git checkout of Understudy with an environment of its own in .venv."""

    directory: Path

    @property
    def python(self) -> Path:
        """The interpreter of its environment."""
        return self.directory / ".venv" / "bin" / "python"

    @property
    def revision(self) -> str:
        """The abbreviated commit, or the directory's name where git does not know it."""
        command = ["git", "-C", str(self.directory), "rev-parse", "--short", "HEAD"]
        git = subprocess.run(command, capture_output=True, text=True, check=False)
        return git.stdout.strip() or self.directory.name

    def serve(self) -> ServerCommand:
        """Return the command that serves its bundled APIs."""
        title = f"Understudy at {self.revision}"
        return ServerCommand(title, SERVE.arguments, self.python, self.directory)
