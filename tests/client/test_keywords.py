"""The keywords of the client: wrong ones are found, by a type checker and at run time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import ROOT
from tests.support.timeouts import PROGRAM_TIMEOUT
from understudy.client import ControlClient

#: Nothing answers there: a wrong keyword is found before anything is sent.
CONTROL = ControlClient("http://127.0.0.1:9")

_PROGRAM = """
from datetime import timedelta
from understudy.client import ApiDouble, Request, Response

def good(pets: ApiDouble) -> None:
    pets.fail_next("getPet", status=503, headers={"Retry-After": "1"}, delay={"uniform": [0, 1]})
    pets.fail("getPet", when={"path": "/pets/1"}, rate_limit={"requests": 1, "seconds": 60})
    pets.respond("getPet", [{"id": 1}, Response(status=404)], times=2)
    pets.respond("getPet", lambda request: {"id": request.path_parameters["id"]})
    pets.assert_called("getPet", times=1, query={"a": "1"}, direction="incoming")
    pets.wait_for("getPet", count=2, timeout=1.5, body={})
    pets.control.schedule("GET", "/pets", in_=timedelta(minutes=5))
    pets.control.settings(strict=True, apis={"pets": {"mode": "manual"}})

def wrong(pets: ApiDouble) -> None:
    pets.fail("getPet", status="503")
    pets.fail_next("getPet", latency=2)
    pets.fail("getPet", connection="dropped")
    pets.fail("getPet", when={"pth": "/pets/1"})
    pets.respond("getPet", {}, staus=200)
    pets.assert_called("getPet", time=1)
    pets.wait_for("getPet", count="2")
    pets.requests("getPet", statuses=200)
    pets.control.schedule("GET", "/pets", on="2026-01-01")
    pets.control.send_webhook("sold", data={})
    pets.control.settings(strict="yes")
"""


def test_type_checker_finds_wrong_keywords(tmp_path: Path) -> None:
    """Each wrong call is an error, and no right one."""
    program = tmp_path / "program.py"
    program.write_text(_PROGRAM, encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(program)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=PROGRAM_TIMEOUT,
    )
    lines = _PROGRAM.splitlines()
    first = lines.index("def wrong(pets: ApiDouble) -> None:") + 2
    found = {int(line.split(":")[1]) for line in checked.stdout.splitlines() if ": error: " in line}
    assert found == set(range(first, len(lines) + 1)), checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("method", "keyword", "message"),
    [
        (CONTROL.fail, "stats", "fail() has no keyword 'stats'; did you mean 'status'? There are"),
        (
            CONTROL.fail_next,
            "latency",
            "has no keyword 'latency'; did you mean 'delay'? There",
        ),
        (
            partial(CONTROL.respond, "getPet"),
            "json",
            "no keyword 'json'; did you mean 'body'?",
        ),
        (CONTROL.fail, "json", "fail() has no keyword 'json'; did you mean 'body'? There are"),
        (CONTROL.wait_for, "times", "wait_for() has no keyword 'times'; did you mean 'count'?"),
        (CONTROL.assert_called, "count", "has no keyword 'count'; did you mean 'times'? There are"),
        (CONTROL.assert_called, "querry", "did you mean 'query'? There are api, body, direct"),
        (CONTROL.wait_for, "timeouts", "did you mean 'timeout'? There are api, body, count"),
        (CONTROL.requests, "limits", "requests() has no keyword 'limits'; did you mean 'limit'?"),
        (CONTROL.watch, "every", "watch() has no keyword 'every'; did you mean 'everywhere'?"),
        (CONTROL.curl, "opration", "curl() has no keyword 'opration'; did you mean 'operation'?"),
        (CONTROL.settings, "replies", "settings() has no keyword 'replies'; there are apis,"),
    ],
)
def test_wrong_keyword_names_the_right_ones(
    method: Callable[..., Any], keyword: str, message: str
) -> None:
    """A TypeError has the closest one, and all that there are."""
    with pytest.raises(TypeError) as raised:
        method(**{keyword: 1})
    assert message in str(raised.value)


def test_wrong_keyword_of_a_call_with_arguments() -> None:
    """So do the methods that need more than keywords."""
    with pytest.raises(TypeError, match="did you mean 'template'"):
        CONTROL.respond("getPet", {}, **{"templates": True})  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="did you mean 'headers'"):
        CONTROL.schedule("GET", "/pets", **{"header": {}})  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"[Tt]here are api, body, headers, url$"):
        CONTROL.send_webhook("sold", **{"data": {}})  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="needs a body, or a status"):
        CONTROL.respond("getPet")
