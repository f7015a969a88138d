"""The third tier itself: sequences, what differs, the shortest of each, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import httpx

from understudy.arazzo.runner import Sent
from understudy.arazzo.workflow import Workflow
from understudy.contract import Contract
from understudy.exploration.author import Author
from understudy.exploration.catalogue import Catalogue
from understudy.exploration.comparison import Difference
from understudy.exploration.player import Server
from understudy.exploration.rules import rule_behind
from understudy.exploration.shrink import ddmin
from understudy.exploration.steps import Step, kept
from understudy.exploration.trial import Court, Model, Observation, Signature
from understudy.matching import ABSENT
from understudy.verdicts import Finding, Report

#: Steps of a sequence, about.
LENGTH = 10
#: How often a difference is looked for again.
REPLAYS = 3
_LONGEST_SHOWN = 400


@dataclass(frozen=True)
class Quest:
    """How much to explore: `requests` to the target, about; by `seed`; which operations."""

    requests: int
    seed: int = 1
    wanted: frozenset[str] | None = None
    pause: float = 0
    progress: Callable[[str], None] = lambda _: None


def judge_exploration(
    contract: Contract,
    report: Report,
    quest: Quest,
    models: Sequence[Model],
    rules: Sequence[Workflow],
    headers: Mapping[str, str],
    run: str,
) -> None:
    """Explore into the report: a difference that a rule speaks against is a finding, any other one
    is for review. `rules` are those that may find, `run` a text that no other run has."""
    with httpx.Client(timeout=10, follow_redirects=False) as client:
        target = Server(report.url, headers, client, quest.pause)
        catalogue = Catalogue(contract, quest.wanted)
        court = Court(catalogue, target, models, headers, run)
        _Exploration(contract, report, quest, catalogue, court, rules).go(models)
        court.close()


class _Exploration:
    """One exploration; `_known` are the differences that were told."""

    def __init__(
        self,
        contract: Contract,
        report: Report,
        quest: Quest,
        catalogue: Catalogue,
        court: Court,
        rules: Sequence[Workflow],
    ) -> None:
        self._contract = contract
        self._report = report
        self._quest = quest
        self._catalogue = catalogue
        self._court = court
        self._rules = rules
        self._known: set[Signature] = set()

    def go(self, models: Sequence[Model]) -> None:
        author = Author(self._catalogue, self._quest.seed)
        number = 0
        while self._court.target.count < self._quest.requests and number < self._quest.requests:
            model = models[number % len(models)]
            name = f"written{number}"
            sequence = author.sequence(self._court.world(model, name), name, LENGTH)
            model.drop(name)
            number += 1
            if not sequence:
                continue
            self._explore(sequence)
            self._quest.progress(
                f"exploration: {self._court.target.count} of {self._quest.requests} requests, "
                f"{len(self._known)} differences"
            )
        self._report.cases += self._court.target.count
        for maker, left in sorted(self._court.left.items()):
            self._report.left.append(f"exploration: {left} made by {maker}")

    def _explore(self, sequence: list[Step]) -> None:
        found: Observation | None = None
        for observation in self._court.try_(sequence):
            if not observation.signatures <= self._known:
                found = observation
                break
        exchanges = self._court.exchanges
        for sent in exchanges:
            self._report.explored.add(sent.step)
            if sent.status:
                self._report.see(sent.step, sent.status)
        if found is not None:
            new = found.signatures - self._known
            self._known |= found.signatures
            self._tell(sequence[: found.number + 1], found, exchanges, new)

    def _tell(
        self,
        sequence: list[Step],
        found: Observation,
        exchanges: list[Sent],
        new: frozenset[Signature],
    ) -> None:
        """Shorten the sequence, see whether it shows the difference each time, and report it."""
        search = _Search(self._court, new, max(60, self._quest.requests // 4))
        shown = [search.shows(sequence) for _ in range(REPLAYS)]
        if all(shown):
            wanted = ddmin(range(len(sequence) - 1), lambda some: search.shows_with(sequence, some))
            if search.shows_with(sequence, []):
                wanted = []
            shortest = kept(sequence, {*wanted, len(sequence) - 1})
            shown = [search.shows(shortest, sure=True) for _ in range(REPLAYS)]
        else:
            shortest = sequence
        if search.last is not None:
            found, exchanges = search.last
            self._known |= found.signatures
        self._report_it(found, shortest, exchanges, sum(shown))

    def _report_it(
        self, found: Observation, sequence: list[Step], exchanges: list[Sent], shown: int
    ) -> None:
        rule, title, told = self._ground(found, sequence)
        basis = "documented" if not isinstance(rule, Workflow) else rule.basis
        message = "\n".join(filter(None, [*_told(found), told, *_stability(shown)]))
        finding = Finding(
            found.step.operation,
            rule.id if isinstance(rule, Workflow) else rule,
            title,
            message,
            tuple(sent.curl for sent in exchanges),
            "exploration",
            basis,
        )
        proven = rule != "difference" and shown
        (self._report.findings if proven else self._report.review).append(finding)

    def _ground(
        self, found: Observation, sequence: list[Step]
    ) -> tuple[Workflow | str, str, str]:
        """What the difference offends: a rule, the document itself, or nothing that is known."""
        rule = rule_behind(self._rules, found, sequence)
        if rule is not None:
            return rule, rule.summary, f"the rule: {rule.summary} {rule.description}"
        status = found.theirs.status
        if status != found.ours.status:
            operation = self._catalogue.operation(found.step.operation)
            if status == 0:
                return "no-answer", "no answer came", found.theirs.trouble
            if operation.answer(status) is None:
                declared = ", ".join(sorted(operation.answers))
                return (
                    "undeclared-status",
                    f"the status {status} is not declared",
                    f"the document declares {declared}",
                )
        first = found.differences[0]
        title = f"{first.place} is not what the stand-in answers"
        if first.pointer == "status":
            title = f"{status} where the stand-in answers {found.ours.status}"
        return "difference", title, "no rule says which is right"


class _Search:
    """Looks for a difference in other sequences, with a limit to the requests that it makes.
    `last` is how it was seen the last time."""

    def __init__(self, court: Court, wanted: frozenset[Signature], most: int) -> None:
        self._court = court
        self._wanted = wanted
        self._most = court.target.count + most
        self.last: tuple[Observation, list[Sent]] | None = None

    def shows(self, sequence: Sequence[Step], *, sure: bool = False) -> bool:
        """Whether the sequence ends in the difference; not, where too many requests were made."""
        if self._court.target.count >= self._most and not sure:
            return False
        last = None
        for observation in self._court.try_(sequence):
            if observation.number == len(sequence) - 1:
                last = observation
        if last is None or not self._wanted & last.signatures:
            return False
        self.last = last, self._court.exchanges
        return True

    def shows_with(self, sequence: Sequence[Step], some: Sequence[int]) -> bool:
        """Whether the last step still shows it with only some of those before it."""
        shorter = kept(sequence, {*some, len(sequence) - 1})
        return bool(shorter) and shorter[-1].operation == sequence[-1].operation and (
            self.shows(shorter)
        )


def _told(found: Observation) -> list[str]:
    lines = [_line(one) for one in found.differences[:5]]
    if len(found.differences) > len(lines):
        lines.append(f"and {len(found.differences) - len(lines)} differences more")
    for name, sent in ((found.model or "the stand-in", found.ours), ("the server", found.theirs)):
        lines.append(f"{name} answers {sent.status or 'nothing'}: {_shown(sent.answer)}")
    return lines


def _line(one: Difference) -> str:
    where = "the status" if one.pointer == "status" else one.pointer or "the answer"
    return f"{where} is {_value(one.target)}, and should be {_value(one.model)}"


def _value(value: object) -> str:
    return "<absent>" if value is ABSENT else repr(value)[:_LONGEST_SHOWN]


def _shown(answer: bytes) -> str:
    return answer[:_LONGEST_SHOWN].decode(errors="replace")


def _stability(shown: int) -> list[str]:
    if shown == REPLAYS:
        return []
    return [f"unstable: it came again {shown} times of {REPLAYS}"]
