"""The judge against a released ElizaOS server: whatever it finds there has to be true and known.

A released server answers so many requests in a quarter of an hour and no more, so each portion of
the rules, of the operations and of the sequences has a server of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from check_eliza_known import KNOWN
from compare_eliza_servers import HERE, released

from understudy.conformance.arazzo.workflow import workflows
from understudy.serving.project import find_contract

#: The form that each release speaks.
FORMS = {"1.7.2": "1.7", "1.6.5": "docs"}

#: Rules and operations that one server is asked about, before it would refuse.
_RULES, _OPERATIONS = 12, 6

#: What is asked of servers of its own: it stops the server, or may be asked for but 50 times.
_ALONE = {
    "stopServer",
    *("uploadAgentMedia", "uploadMediaOfAgent", "uploadChannelMedia", "uploadMediaOfChannel"),
}

#: Seconds for a portion. A server that limits its clients could make the judge wait for minutes.
_PATIENCE = 240

#: Requests of a run of random sequences, and the seeds of its runs.
_EXPLORED, _SEEDS = "200", ("1", "2")

TIERS = ("behaviour", "shape", "exploration")


def portions(tier: str) -> Iterator[list[str]]:
    """What to ask the judge for, in portions that a server has the patience for."""
    contract = find_contract("eliza")
    if tier == "exploration":
        yield from (["--explore", _EXPLORED, "--seed", seed] for seed in _SEEDS)
        return
    if tier == "behaviour":
        rules = workflows(HERE.parent / "specs" / "eliza.arazzo.yaml", contract)
        yield from _divided([rule.id for rule in rules], _RULES)
        return
    names = [operation.id for operation in contract.operations]
    sociable = [name for name in names if name not in _ALONE]
    for only in (*_divided(sociable, _OPERATIONS), *_divided(sorted(_ALONE), 1)):
        yield [*only, "--max-examples", "2"]


def _divided(names: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(names), size):
        yield [word for name in names[start : start + size] for word in ("--only", name)]


def judged(version: str, tier: str, form: str | None, asked: list[str]) -> dict[str, Any]:
    """The judge's report about a portion, of a server that is fresh."""
    with released(version) as server, tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch, "report.json")
        command = [sys.executable, "-m", "understudy", "check", str(server.client.base_url)]
        command += ["--api", "eliza", "--tier", tier, "--clock", f"{server.clock}/?offsetMs={{ms}}"]
        command += ["--format", "json", "--output", str(report), *asked]
        command += ["--persona", form] if form else []
        try:
            subprocess.run(
                command, cwd=HERE.parent, capture_output=True, text=True, timeout=_PATIENCE
            )
        except subprocess.TimeoutExpired:
            return _nothing(asked, f"it took more than {_PATIENCE} s")
        if not report.exists():
            return _nothing(asked, "the judge made no report")
        found: dict[str, Any] = json.loads(report.read_text())
        return found


def _nothing(asked: list[str], why: str) -> dict[str, Any]:
    error = f"{' '.join(asked)}: {why}"
    return {"findings": [], "rules": [], "requests": 0, "errors": [error]}


def main() -> int:
    """Judge; 0 where all that is found is known, else 1."""
    parser = argparse.ArgumentParser(description=__doc__, prog="scripts/check-eliza")
    parser.add_argument("--release", nargs="*", default=list(FORMS), choices=list(FORMS))
    parser.add_argument("--tier", nargs="*", default=list(TIERS), choices=TIERS)
    parser.add_argument("--any-form", action="store_true", help="do not say which form is spoken")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="servers at a time")
    parser.add_argument("--reports", type=Path, metavar="DIRECTORY", help="keep the reports there")
    options = parser.parse_args()
    results = [_judge(version, options) for version in options.release]
    return 0 if all(results) else 1


def _judge(version: str, options: argparse.Namespace) -> bool:
    form = None if options.any_form else FORMS[version]
    tasks = [(version, tier, form, asked) for tier in options.tier for asked in portions(tier)]
    with ThreadPoolExecutor(options.workers) as pool:
        reports = list(pool.map(lambda task: judged(*task), tasks))
    if options.reports:
        options.reports.mkdir(parents=True, exist_ok=True)
        for number, report in enumerate(reports):
            path = options.reports / f"{version}-{form or 'any'}-{tasks[number][1]}-{number}.json"
            path.write_text(json.dumps(report, indent=1))
    return tell(version, reports)


def tell(version: str, reports: list[dict[str, Any]]) -> bool:
    """Print what was found; whether all of it is known."""
    findings = {finding["key"]: finding for report in reports for finding in report["findings"]}
    seen: Counter[int] = Counter()
    unknown = []
    for finding in findings.values():
        number = next((n for n, known in enumerate(KNOWN) if known.covers(version, finding)), None)
        if number is None:
            unknown.append(finding)
        else:
            seen[number] += 1
    for finding in unknown:
        print(f"{finding['key']}\n  {finding['message'][:600]}\n  " + "\n  ".join(finding["curl"]))
    verdicts = Counter(rule["verdict"] for report in reports for rule in report["rules"])
    requests = sum(report["requests"] for report in reports)
    told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    print(f"\n@elizaos/server {version}: {requests} requests; rules: {told or 'none'}")
    print(f"{len(unknown)} unknown findings, {len(findings) - len(unknown)} that are true:")
    for number, count in sorted(seen.items()):
        print(f"  {count} x {KNOWN[number]}")
    errors = sorted({error for report in reports for error in report["errors"]})
    for error in errors:
        print(f"not judged: {error}")
    return not unknown and not errors


if __name__ == "__main__":
    sys.exit(main())
