"""Redocly's runner of Arazzo has the same verdicts on the rules as ours, and finds the same broken
steps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.mutants.language import (
    backwards,
    fields,
    one_more,
    renumbered,
    request_to,
    response_to,
    within,
)
from tests.mutants.mutant import Request, together
from tests.mutants.mutated_app import MutatedApp
from tests.mutants.zep.groups import every_page_is_the_first
from tests.mutants.zep.memory import an_ended_session_takes_memory
from tests.mutants.zep.messages import messages_come_newest_first
from tests.mutants.zep.users import an_email_cannot_be_updated, users_share_their_sessions
from tests.support.server import ROOT, serving
from tests.support.timeouts import PROGRAM_TIMEOUT
from understudy.conformance.arazzo.runner import Runner
from understudy.conformance.arazzo.workflow import Workflow, workflows
from understudy.openapi.credentials import Credentials
from understudy.openapi.loading.retrieval import read_data
from understudy.serving.project import find_contract

sys.path.insert(0, str(ROOT / "tests" / "clients"))
from tests.clients.javascript import CLIENTS, needs_javascript

pytestmark = needs_javascript

SESSION = "/api/messaging/sessions/*"
REDOCLY = CLIENTS / "node_modules" / "@redocly" / "cli" / "bin" / "cli.js"


class API(NamedTuple):
    """An API, its base path, and a key."""

    name: str
    base_path: str
    key: str

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers with the key."""
        return {"Authorization": f"Api-Key {self.key}"} if self.key else {}

    @property
    def path(self) -> Path:
        """Return the path of its rules."""
        return ROOT / "specs" / f"{self.name}.arazzo.yaml"

    @property
    def rules(self) -> list[Workflow]:
        """Return the rules that need no clock."""
        return [r for r in workflows(self.path, find_contract(self.name)) if not r.needs_time]


#: The broken steps by rule; None for a kept rule.
Steps = dict[str, str | None]

APIS = (API("zep", "/api/v2", "test"), API("eliza", "", ""))


an_unknown_user_is_gone = renumbered("GET /users/*", 404, 410)
a_session_has_no_metadata = response_to(f"GET {SESSION}", fields(metadata={}))
an_end_is_not_confirmed = response_to(f"DELETE {SESSION}", fields(success=False))
a_history_is_oldest_first = response_to(f"GET {SESSION}/messages", within("messages", backwards))
an_unknown_session_is_gone = renumbered(f"GET {SESSION}", 404, 410)
a_renewal_counts_twice = response_to(f"POST {SESSION}/renew", within("renewalCount", one_more))


@request_to(f"GET {SESSION}/messages")
def a_limit_is_one_too_high(request: Request) -> Request:
    """Replace the limit of a page by 50."""
    return request.with_query(limit="50") if "limit" in request.parameters else request


#: One mutant of each API, with its name.
MUTANTS = (
    together(
        "zep",
        an_ended_session_takes_memory,
        messages_come_newest_first,
        users_share_their_sessions,
        every_page_is_the_first,
        an_email_cannot_be_updated,
        an_unknown_user_is_gone,
    ),
    together(
        "eliza",
        a_session_has_no_metadata,
        an_end_is_not_confirmed,
        a_history_is_oldest_first,
        a_limit_is_one_too_high,
        an_unknown_session_is_gone,
        a_renewal_counts_twice,
    ),
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
    """Run a server with mutants in the namespaces `zep` and `eliza`."""
    with serving(MutatedApp(MUTANTS)) as origin:
        yield origin


def extract(api: API, directory: Path) -> Path:
    """Write a document of the broken rules only, because reading all rules takes seconds."""
    document = read_data(api.path)
    document["sourceDescriptions"][0]["url"] = str(api.path.with_name(f"{api.name}.yaml"))
    broken = [rule for rule in document["workflows"] if rule["workflowId"] in BROKEN[api.name]]
    path = directory / api.path.name
    path.write_text(json.dumps({**document, "workflows": broken}))  # JSON is YAML too
    return path


def run_redocly(
    targets: dict[API, str], documents: list[Path], directory: Path, *options: str
) -> dict[str, Steps]:
    """Run the rules with Redocly's runner; return the broken step, or None, by API and rule."""
    report = directory / "report.json"
    servers = [("-S", f"{api.name}={url}{api.base_path}") for api, url in targets.items()]
    inputs = ["-i", "run=theirs", "-i", "key=test", *chain.from_iterable(servers)]
    flags = ["--max-steps", "100000", "-J", str(report), *options]
    process = subprocess.run(
        ["node", str(REDOCLY), "respect", *map(str, documents), *inputs, *flags],
        capture_output=True,
        text=True,
        env={**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"},
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )
    assert report.is_file(), process.stderr
    results = json.loads(report.read_text())["files"]
    return {
        Path(name).name.partition(".")[0]: {
            rule["workflowId"]: _broken_step(rule) for rule in result["executedWorkflows"]
        }
        for name, result in results.items()
    }


def _broken_step(workflow: dict[str, Any]) -> str | None:
    for step in workflow["executedSteps"]:
        checks = (check for check in step.get("checks", ()) if check["severity"] == "error")
        if not all(check["passed"] for check in checks):
            return str(step["stepId"])
    return None


def broken_by_ours(api: API, target: str) -> Steps:
    """Return the steps that our runner finds broken, by rule."""
    rules = [rule for rule in api.rules if rule.id in BROKEN[api.name]]
    runner = Runner(target + api.base_path, Credentials(api.headers), run="ours")
    return {o.workflow.id: o.step for o in runner.run(rules) if o.verdict == "broken"}


def test_another_runner_keeps_every_rule(url: str, tmp_path: Path) -> None:
    """It keeps all rules that need no clock, and also checks the schemas of all responses."""
    every = {api: workflows(api.path, find_contract(api.name)) for api in APIS}
    timed = [rule.id for rules in every.values() for rule in rules if rule.needs_time]
    skipped = chain.from_iterable(("-s", name) for name in timed)
    targets, documents = dict.fromkeys(APIS, f"{url}/_ns/clean"), [api.path for api in APIS]
    actual = run_redocly(targets, documents, tmp_path, *skipped)
    assert actual == {api.name: dict.fromkeys(rule.id for rule in api.rules) for api in APIS}


def test_another_runner_finds_the_same_step(url: str, tmp_path: Path) -> None:
    """Six defects in each API break one rule each, at the same step for both runners.

    The other one makes `[object Object]` of lists, so that a regular expression sees no order.
    """
    targets = {api: f"{url}/_ns/{api.name}" for api in APIS}
    documents = [extract(api, tmp_path) for api in APIS]
    checks = ("SCHEMA_CHECK", "STATUS_CODE_CHECK", "CONTENT_TYPE_CHECK")
    theirs = run_redocly(targets, documents, tmp_path, *(f"--severity={c}=off" for c in checks))
    ours = {api.name: broken_by_ours(api, target) for api, target in targets.items()}
    assert {name: sorted(steps) for name, steps in ours.items()} == {
        name: sorted(names) for name, names in BROKEN.items()
    }
    assert ours["eliza"].pop("history-is-newest-first") == "order-read"
    assert theirs["eliza"].pop("history-is-newest-first") is None
    assert theirs == ours
