"""The rules are what they say they are: Redocly's runner of Arazzo, which nobody here wrote, comes
to the same verdicts as ours, and finds what is broken at the same step."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from breakages_zep_groups import every_page_is_the_first
from breakages_zep_memory import an_ended_session_takes_memory
from breakages_zep_messages import messages_come_newest_first
from breakages_zep_users import an_email_cannot_be_updated, users_share_their_sessions
from breaking import Answered, Ask, Asked, Broken, Case, altered, is_for, queried, together
from support import ROOT, serving

from understudy.arazzo.runner import Runner
from understudy.arazzo.workflow import Workflow, workflows
from understudy.project import find_contract

sys.path.insert(0, str(ROOT / "tests" / "clients"))
from javascript import CLIENTS, needs_javascript

pytestmark = needs_javascript

SESSION = "/api/messaging/sessions/*"
REDOCLY = CLIENTS / "node_modules" / "@redocly" / "cli" / "bin" / "cli.js"


class API(NamedTuple):
    """An API, the rules of it, and how its server and its key are given."""

    name: str
    base_path: str
    headers: dict[str, str]

    @property
    def path(self) -> Path:
        """Where its rules are."""
        return ROOT / "specs" / f"{self.name}.arazzo.yaml"

    @property
    def rules(self) -> list[Workflow]:
        """The rules that need no time."""
        return [r for r in workflows(self.path, find_contract(self.name)) if not r.needs_time]


ZEP = API("zep", "/api/v2", {"Authorization": "Api-Key test"})
ELIZA = API("eliza", "", {})


async def an_unknown_user_is_gone(asked: Asked, ask: Ask) -> Answered:
    """410."""
    answer = await ask(asked)
    gone = is_for(asked, "GET /users/*") and answer.status == 404
    return answer._replace(status=410) if gone else answer


async def a_session_has_no_metadata(asked: Asked, ask: Ask) -> Answered:
    """When it is read."""
    return await altered(asked, ask, f"GET {SESSION}", lambda body: {**body, "metadata": {}})


async def an_end_is_not_confirmed(asked: Asked, ask: Ask) -> Answered:
    """It was no success."""
    return await altered(asked, ask, f"DELETE {SESSION}", lambda body: {**body, "success": False})


async def a_history_is_oldest_first(asked: Asked, ask: Ask) -> Answered:
    """Its messages are in reverse."""
    return await altered(
        asked, ask, f"GET {SESSION}/messages", lambda b: {**b, "messages": b["messages"][::-1]}
    )


async def a_limit_is_one_too_high(asked: Asked, ask: Ask) -> Answered:
    """Of messages."""
    if is_for(asked, f"GET {SESSION}/messages") and "limit" in asked.query:
        return await ask(queried(asked, limit="50"))
    return await ask(asked)


async def an_unknown_session_is_gone(asked: Asked, ask: Ask) -> Answered:
    """410."""
    answer = await ask(asked)
    gone = is_for(asked, f"GET {SESSION}") and answer.status == 404
    return answer._replace(status=410) if gone else answer


async def a_renewal_counts_twice(asked: Asked, ask: Ask) -> Answered:
    """In its answer."""
    return await altered(
        asked, ask, f"POST {SESSION}/renew", lambda b: {**b, "renewalCount": b["renewalCount"] + 1}
    )


zep_breaks = together(
    an_ended_session_takes_memory,
    messages_come_newest_first,
    users_share_their_sessions,
    every_page_is_the_first,
    an_email_cannot_be_updated,
    an_unknown_user_is_gone,
)
eliza_breaks = together(
    a_session_has_no_metadata,
    an_end_is_not_confirmed,
    a_history_is_oldest_first,
    a_limit_is_one_too_high,
    an_unknown_session_is_gone,
    a_renewal_counts_twice,
)
BROKEN = {
    "zep": [
        "an-ended-session-refuses-memory",
        "messages-keep-their-order",
        "sessions-of-a-user-are-its-own",
        "pages-of-groups-are-apart",
        "every-field-of-a-user-can-be-changed",
        "no-unknown-user-to-read",
    ],
    "eliza": [
        "session-metadata-comes-back-exactly",
        "ending-a-session-is-confirmed",
        "history-is-newest-first",
        "limit-bounds-the-page",
        "unknown-session-is-not-found",
        "renewal-is-counted",
    ],
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server that is clean in any namespace but two."""
    zep_breaks.__name__, eliza_breaks.__name__ = "zep", "eliza"
    with serving(Broken([Case(zep_breaks), Case(eliza_breaks)])) as origin:
        yield origin


def respected(api: API, url: str, told: Path, *options: str) -> dict[str, str | None]:
    """What Redocly's runner says of each rule that it tried: the step that is broken, or None."""
    told = told / "told.json"
    told.unlink(missing_ok=True)
    inputs = ["-S", f"{api.name}={url}{api.base_path}", "-i", "run=theirs", "-i", "key=test"]
    more = ["--max-steps", "100000", "-J", str(told), *options]
    done = subprocess.run(
        ["node", str(REDOCLY), "respect", str(api.path), *inputs, *more],
        capture_output=True,
        text=True,
        env={**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"},
        timeout=120,
        check=False,
    )
    assert told.is_file(), done.stderr
    (result,) = json.loads(told.read_text())["files"].values()
    return {one["workflowId"]: _broken_step(one) for one in result["executedWorkflows"]}


def _broken_step(workflow: dict[str, Any]) -> str | None:
    for step in workflow["executedSteps"]:
        if not all(
            check["passed"] for check in step.get("checks", ()) if check["severity"] == "error"
        ):
            return str(step["stepId"])
    return None


@pytest.mark.parametrize("api", [ZEP, ELIZA], ids=["zep", "eliza"])
def test_another_runner_keeps_every_rule(api: API, url: str, tmp_path: Path) -> None:
    """Of those that need no time, and the schemas of all answers besides."""
    rules = {rule.id for rule in api.rules}
    timed = [r.id for r in workflows(api.path, find_contract(api.name)) if r.needs_time]
    skipped = chain.from_iterable(("-s", name) for name in timed)
    found = respected(api, f"{url}/_ns/clean", tmp_path, *skipped)
    assert found == dict.fromkeys(rules)


@pytest.mark.parametrize("api", [ZEP, ELIZA], ids=["zep", "eliza"])
def test_another_runner_finds_the_same_step(api: API, url: str, tmp_path: Path) -> None:
    """Where six things are broken, each of their rules is."""
    target = f"{url}/_ns/{api.name}"
    wanted = chain.from_iterable(("-w", name) for name in BROKEN[api.name])
    off = (f"--severity={check}=off" for check in ("SCHEMA_CHECK", "STATUS_CODE_CHECK"))
    theirs = respected(api, target, tmp_path, *wanted, *off, "--severity=CONTENT_TYPE_CHECK=off")
    rules = [rule for rule in api.rules if rule.id in BROKEN[api.name]]
    with httpx.Client() as client:
        runner = Runner(target + api.base_path, api.headers, run="ours", client=client)
        ours = {o.workflow.id: o.step for o in runner.judge(rules) if o.verdict == "broken"}
    assert sorted(ours) == sorted(BROKEN[api.name])
    assert theirs == ours
