"""What a run of the judge comes to: findings, how to repeat them, and what was judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from understudy.conformance.reports.persona_tally import PersonaTally

#: Characters of a message that are kept to be shown.
_SHOWN = 2_000


@dataclass(frozen=True)
class Exchange:
    """A request and its answer, to look at: the request line and body, the status (0 where there
    was no answer) and the answer's body or what went wrong, each to a certain length."""

    request: str
    status: int
    answer: str

    @classmethod
    def of(cls, method: str, url: str, body: bytes | None, status: int, answer: bytes) -> Exchange:
        """That of these messages."""
        return cls(f"{method} {url}\n{_shown(body or b'')}".strip(), status, _shown(answer))


def _shown(message: bytes) -> str:
    text = message[: 4 * _SHOWN].decode(errors="replace")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} ... ({len(message)} bytes)"


@dataclass(frozen=True)
class Finding:
    """One way in which a server breaks one rule.

    `tier` is "shape", "behaviour", "exploration" or "traffic"; `rule` is a check of Schemathesis, a
    workflow, or what exploration calls it; `basis` says where the rule comes from; `curl` are the
    lines that repeat it, `exchanges` what was said.
    """

    operation: str
    rule: str
    title: str
    message: str
    curl: tuple[str, ...]
    tier: str = "shape"
    basis: str = "documented"
    exchanges: tuple[Exchange, ...] = ()

    @property
    def key(self) -> str:
        """What tells it from all others, from run to run."""
        return f"{self.operation} {self.rule}: {self.title}"


def unanswered(operation: str, what: str, curl: str) -> Finding:
    """The finding that a request got no whole answer; `what` says why."""
    return Finding(operation, "answers_every_request", "A request got no answer", what, (curl,))


@dataclass(frozen=True)
class Rule:
    """What came of one rule of behaviour: "kept", "broken", or "not judged" and why; `exchanges`
    is what was said."""

    id: str
    summary: str
    basis: str
    operations: tuple[str, ...]
    verdict: str
    told: str = ""
    exchanges: tuple[Exchange, ...] = ()


@dataclass
class Report:
    """The verdict: what was tried (`tested`, of that in its shape `shaped`), and what was found.
    `errors` are what could not be judged, `notes` what else is to be known; `clients` are the
    faults of those who asked, which fail nobody; `known` are findings that a baseline accepts,
    `mended` those of its that were looked for and are no more; `ballot` counts which form of the
    API was spoken; `declared` are the documented statuses, `tags` the tags of the operations.
    `review` are differences that no rule speaks of, which fail nobody; `explored` the operations
    of those sequences."""

    api: str
    url: str
    operations: int
    tested: set[str] = field(default_factory=set)
    shaped: set[str] = field(default_factory=set)
    statuses: dict[str, set[int]] = field(default_factory=dict)
    cases: int = 0
    findings: list[Finding] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    known: list[Finding] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    clients: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ballot: PersonaTally = field(default_factory=PersonaTally)
    declared: dict[str, set[int]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    review: list[Finding] = field(default_factory=list)
    explored: set[str] = field(default_factory=set)

    @property
    def conforms(self) -> bool:
        """Whether all was judged and nothing found."""
        return not self.findings and not self.errors

    @property
    def barred_rules(self) -> list[str]:
        """The rules that could not be judged as the server answered 429, too many requests."""
        return [
            rule.id
            for rule in self.rules
            if rule.verdict == "not judged" and rule.exchanges and rule.exchanges[-1].status == 429
        ]

    @property
    def barred_operations(self) -> list[str]:
        """The operations that answered nothing but that."""
        return [name for name, seen in self.statuses.items() if seen == {429}]

    def unjudged(self) -> str:
        """What the server itself kept from being judged, in a few words; nothing where all was."""
        counts = (
            (len(self.barred_rules), "rules"),
            (len(self.barred_operations), "operations"),
        )
        told = " and ".join(f"{count} {what}" for count, what in counts if count)
        return told and f"{told} could not be judged for 429"

    def coverage(self) -> dict[str, Any]:
        """How much was looked at: of operations and of documented statuses how many there are and
        were seen, the rules by verdict, and why some were not judged."""
        seen = [
            len(self.statuses.get(name, set()) & those) for name, those in self.declared.items()
        ]
        left = Counter(rule.told for rule in self.rules if rule.verdict == "not judged")
        return {
            "operations": {"seen": len(self.tested), "of": self.operations},
            "statuses": {"seen": sum(seen), "of": sum(map(len, self.declared.values()))},
            "rules": dict(Counter(rule.verdict for rule in self.rules)),
            "not judged": dict(left),
        }

    def covered(self) -> str:
        """The same in a few words."""
        told = self.coverage()
        parts = [
            f"{told[name]['seen']} of {told[name]['of']} {words}"
            for name, words in (("operations", "operations"), ("statuses", "documented statuses"))
        ]
        return f"{', '.join(parts)}, {self.cases} requests"

    def see(self, operation: str, status: int, answer: bytes | None = None) -> None:
        """Note that an operation answered with a status, and how."""
        if answer is not None:
            self.ballot.take(operation, status, answer)
        self.tested.add(operation)
        self.statuses.setdefault(operation, set()).add(status)

    def accept(self, baseline: Iterable[Finding]) -> None:
        """Take these findings for known, and say which of them are no more."""
        baseline = list(baseline)
        wanted = {finding.key for finding in baseline}
        self.known = [finding for finding in self.findings if finding.key in wanted]
        self.findings = [finding for finding in self.findings if finding.key not in wanted]
        mended = {finding.key for finding in baseline if self._was_judged(finding)}
        self.mended = sorted(mended - {finding.key for finding in self.known})

    def _was_judged(self, finding: Finding) -> bool:
        """Whether it would have been found again, if it were still there."""
        if finding.tier == "shape":
            return finding.operation in self.shaped
        if finding.tier == "traffic":
            return finding.operation in self.tested
        if finding.tier == "exploration":
            return finding.operation in self.explored
        return any(rule.id == finding.rule and rule.verdict == "kept" for rule in self.rules)

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON; a later run takes it as its baseline."""
        return {
            "api": self.api,
            "url": self.url,
            "conforms": self.conforms,
            "requests": self.cases,
            "operations": self.operations,
            "statuses": {name: sorted(seen) for name, seen in sorted(self.statuses.items())},
            "findings": [{"key": f.key, **asdict(f)} for f in self.findings],
            "known": [{"key": f.key, **asdict(f)} for f in self.known],
            "clients": [{"key": f.key, **asdict(f)} for f in self.clients],
            "review": [{"key": f.key, **asdict(f)} for f in self.review],
            "mended": self.mended,
            "coverage": self.coverage(),
            "rules": [asdict(replace(rule, exchanges=())) for rule in self.rules],
            "left": self.left,
            "errors": self.errors,
            "notes": self.notes,
            "form": self.ballot.form,
            "forms": dict(self.ballot.votes),
        }
