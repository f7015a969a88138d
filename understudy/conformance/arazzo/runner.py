"""Runs workflows against a server: each in a run of its own, to its first step that fails."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx

from understudy.conformance.arazzo.expressions import Scene, filled, value_of
from understudy.conformance.arazzo.workflow import Step, Workflow
from understudy.errors import UsageError
from understudy.http import json_codec
from understudy.http.json_codec import ABSENT, decode_or_text

#: Bytes of an answer that are read.
_MOST_BYTES = 10_000_000


class Sent(NamedTuple):
    """One exchange of a run: the request, and what came back (a status of 0 is nothing; `told` are
    the answer's headers)."""

    step: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    status: int
    answer: bytes
    trouble: str = ""
    told: Mapping[str, str] = {}

    @property
    def curl(self) -> str:
        """A command line that sends the request again."""
        words = ["curl", "-X", self.method, self.url]
        for name, value in self.headers.items():
            words += ["-H", f"{name}: {value}"]
        if self.body:
            words += ["-d", self.body.decode(errors="replace")]
        return shlex.join(words)


@dataclass
class Outcome:
    """What came of a workflow. `verdict` is "kept", "broken" or "not judged"; where it is not kept,
    `step` and `told` say where and why; `left` are the cleanup steps that failed."""

    workflow: Workflow
    verdict: str = "kept"
    step: str = ""
    told: str = ""
    exchanges: list[Sent] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


#: Lets so much time pass at the target (an ISO 8601 duration). Raises UsageError where it cannot.
Advance = Callable[[str], None]


class Runner:
    """Runs workflows against the server at `base_url`, with the headers that carry its key."""

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str],
        *,
        run: str,
        advance: Advance | None = None,
        client: httpx.Client | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = headers
        self._run = run
        self._advance = advance
        self._client = client or httpx.Client(timeout=10, follow_redirects=False)

    def judge(self, workflows: Iterable[Workflow]) -> Iterator[Outcome]:
        """The outcome of each workflow, as it comes."""
        for number, workflow in enumerate(workflows):
            yield self._judged(workflow, f"{self._run}-{number}")

    def _judged(self, workflow: Workflow, run: str) -> Outcome:
        outcome = Outcome(workflow)
        if workflow.needs_time and self._advance is None:
            outcome.verdict, outcome.told = "not judged", "time must pass, and there is no clock"
            return outcome
        outputs: dict[str, dict[str, Any]] = {}
        inputs = {"run": run}
        try:
            for step in workflow.steps:
                if not self._holds(step, Scene(inputs, outputs), outputs, outcome):
                    break
        except UsageError as error:
            outcome.verdict, outcome.told = "not judged", str(error)
        for step in workflow.cleanup:
            self._clean(step, Scene(inputs, outputs), outcome)
        return outcome

    def _holds(
        self, step: Step, scene: Scene, outputs: dict[str, dict[str, Any]], outcome: Outcome
    ) -> bool:
        """Make a step; whether it holds. Notes what it was for, and its outputs."""
        if step.advance and self._advance is not None:
            self._advance(step.advance)
        sent, after = self._send(step, scene)
        outcome.exchanges.append(sent)
        fault = sent.trouble or _fault(step, after)
        if fault and sent.status == 429:
            raise UsageError("the server answered 429, too many requests; give it a --rate")
        if fault and 300 <= sent.status < 400:
            fault += f" (a redirect to {after.headers.get('location')}, which is not followed)"
        if fault:
            outcome.verdict, outcome.step, outcome.told = "broken", step.id, fault
            return False
        outputs[step.id] = {name: value_of(e, after) for name, e in step.outputs.items()}
        return True

    def _clean(self, step: Step, scene: Scene, outcome: Outcome) -> None:
        try:
            sent, _ = self._send(step, scene)
        except UsageError:  # what is to be removed was never made
            return
        if not 200 <= sent.status < 300 and sent.status not in (404, 410):
            outcome.left.append(f"{step.id}: {sent.trouble or sent.status}")

    def _send(self, step: Step, scene: Scene) -> tuple[Sent, Scene]:
        path, query, headers = step.operation.path, {}, dict(self._headers)
        for where, name, template in step.parameters:
            value = filled(template, scene)
            text = value if isinstance(value, str) else json_codec.encode(value).decode()
            if where == "path":
                path = path.replace("{" + name + "}", quote(text, safe=""))
            elif where == "query":
                query[name] = text
            else:
                headers[name] = text
        body = b""
        if step.has_body:
            body = json_codec.encode(filled(step.payload, scene))
            headers["Content-Type"] = "application/json"
        try:
            url = str(httpx.URL(self._base_url + path, params=query or None))
        except httpx.InvalidURL as error:
            raise UsageError(f"the step {step.id} has no address: {error}") from None
        method = step.operation.method
        status, answer_headers, answer, trouble = self._exchange(method, url, headers, body)
        sent = Sent(step.id, method, url, headers, body, status, answer, trouble, answer_headers)
        after = scene._replace(status=status, headers=answer_headers, body=decode_or_text(answer))
        return sent, after

    def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes, str]:
        """Status, headers and body of the answer, or what was wrong with it."""
        began = time.monotonic()
        taken = b""
        try:
            with self._client.stream(method, url, headers=dict(headers), content=body) as answer:
                for chunk in answer.iter_bytes():
                    taken += chunk
                    if len(taken) > _MOST_BYTES:
                        return answer.status_code, {}, b"", f"more than {_MOST_BYTES} bytes came"
                    if time.monotonic() - began > 30:
                        return answer.status_code, {}, b"", "the answer did not end in 30 seconds"
                return answer.status_code, dict(answer.headers), taken, ""
        except (httpx.LocalProtocolError, UnicodeEncodeError) as error:
            raise UsageError(f"a header cannot be sent: {error}") from None
        except httpx.HTTPError as error:
            return 0, {}, b"", f"no answer: {error}"


def _fault(step: Step, after: Scene) -> str:
    """What is wrong with an answer: a criterion that does not hold, an output that is not there."""
    for criterion in step.criteria:
        verdict = criterion.condition(after)
        if not verdict.holds:
            return f"{criterion.text}: {verdict.told}"
    for expression in step.outputs.values():
        if value_of(expression, after) is ABSENT:
            return f"{expression} is <absent>, and later steps need it"
    return ""
