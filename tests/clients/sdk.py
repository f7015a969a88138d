"""A Python client of Zep of any version, each in a process of its own, called from tests.

zep = Sdk("zep-cloud-4.0.1").at(f"{origin}/api/v4")
user = zep.user.create(user_id="ada")       # what the client returns, as JSON
zep.thread.add_messages(uuid, messages=[model("AddMessage", role="user", content="Hi.")])
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from tests.support.coverage import unmeasured
from tests.support.timeouts import PROGRAM_TIMEOUT

HERE = Path(__file__).parent


class SdkError(Exception):
    """An exception of the client: its class, and the status and body of the response."""

    def __init__(self, kind: str, status: int | None, body: Any) -> None:
        super().__init__(f"{kind} {status}: {body}")
        self.kind, self.status, self.body = kind, status, body


def model(name: str, /, **fields: Any) -> dict[str, Any]:
    """Return an argument that is an object of the client's type of this name."""
    return {"$model": name, **fields}


class Sdk:
    """A version of zep-cloud, as scripts/python-clients has installed it."""

    def __init__(self, version: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", HERE / "sdk_worker.py"],
            env=_environment(version),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Sdk:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def at(self, base_url: str, api_key: str = "key", *, asynchronous: bool = False) -> Any:
        """Return a client of the server with this base URL."""
        fixed = {"base_url": base_url, "api_key": api_key, "asynchronous": asynchronous}
        return _Method(self, fixed, "")

    def call(self, call: dict[str, Any]) -> Any:
        """Return the result of one call. Raises SdkError."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(call) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the process of the client has ended"
        result = json.loads(line)
        if "error" in result:
            raise SdkError(**result["error"])
        return result["value"]


class _Method:
    """A method of the client, or what has methods."""

    def __init__(self, sdk: Sdk, fixed: dict[str, Any], path: str) -> None:
        self._sdk, self._fixed, self._path = sdk, fixed, path

    def __getattr__(self, name: str) -> _Method:
        return _Method(self._sdk, self._fixed, f"{self._path}.{name}".lstrip("."))

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        call = {**self._fixed, "method": self._path, "positional": arguments, "arguments": named}
        return self._sdk.call(call)


@lru_cache
def description(client: str) -> dict[str, Any]:
    """Return what a client sends and reads, see `sdk_description`."""
    process = subprocess.run(
        [sys.executable, "-P", HERE / "sdk_description.py"],
        env=_environment(client),
        capture_output=True,
        text=True,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    described: dict[str, Any] = json.loads(process.stdout)
    return described


def _environment(client: str) -> dict[str, str]:
    """Return the environment in which Python imports this client."""
    directory = HERE / "python" / client / "site-packages"
    if not directory.is_dir():
        pytest.skip(f"no {client} in tests/clients/python: run scripts/python-clients")
    return unmeasured(PYTHONPATH=str(directory))
