"""The server, checked by Understudy as it would be in CI."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from bodies import NewUser
from project import Project, Record
from werkzeug.serving import make_server
from zep_server import create_app


@contextmanager
def served(kind: type[Project]) -> Iterator[str]:
    """Serve on a free port until the block ends; yield the URL."""
    server = make_server("127.0.0.1", 0, create_app(kind))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def check(kind: type[Project], *options: str) -> subprocess.CompletedProcess[str]:
    """Run `understudy check`, which reads understudy.toml, on a server of this kind."""
    with served(kind) as url:
        return subprocess.run(
            [sys.executable, "-m", "understudy", "check", url, *options],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=False,
        )


class Forgiving(Project):
    """A project with a fault: a user that exists is added again."""

    def add_user(self, new: NewUser) -> Record:
        """Replace the user of that id."""
        self.users.pop(new.user_id, None)
        return super().add_user(new)


def test_server_keeps_the_contract() -> None:
    """There are no findings: neither a broken rule, nor a response of another shape."""
    checked = check(Project)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "9 of 147 operations implemented; " in checked.stdout
    assert " keeps the contract of zep (" in checked.stdout


def test_fault_is_found() -> None:
    """With the operation, the rule, and what was expected; nothing else is a finding."""
    checked = check(Forgiving, "--tier", "behaviour", "--only", "a-taken-user-id-is-400")
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert "\naddUser breaks a-taken-user-id-is-400: " in checked.stdout
    assert "1 finding in 1 operation " in checked.stdout
