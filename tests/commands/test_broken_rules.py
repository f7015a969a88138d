"""Rules files that cannot be used: every command says so."""

from __future__ import annotations

from pathlib import Path

from tests.support.documents import PETSTORE
from tests.support.server import run, running

RULES = """\
arazzo: 1.0.1
workflows:
- workflowId: once
  summary: It is found.
  steps:
  - stepId: finds
    operationId: getPetz
    succesCriteria: []
    x-understudy-alternatives:
    - operationId: getPet
      outputs: {id: $response.body#/0/id}
    x-understudy-wait: PT2S
"""


def test_all_problems_of_rules_are_told_at_once(tmp_path: Path) -> None:
    """By `check`, as errors of `lint`, and as warnings of `serve`: with file, line and pointer."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "pets.yaml").write_text(PETSTORE)
    file = tmp_path / "specs" / "pets.arazzo.yaml"
    file.write_text(RULES)
    steps = "#/workflows/0/steps/0"
    expected = [
        f"{file}:3: error: #/workflows/0: has no input `run`, a text that no other run has; write",
        f"{file}:3: error: #/workflows/0: has no `x-understudy-basis`, which says where the rule "
        "comes from; add it, with",
        f"{file}:6: error: {steps}: has `succesCriteria`, which is not in the portable subset of "
        "Arazzo; did you mean `successCriteria`?",
        f"{file}:7: error: {steps}/operationId: calls getPetz, which the API does not define",
        f"{file}:10: error: {steps}/x-understudy-alternatives/0: has not the outputs of the step "
        "in whose place it stands: none",
        f"{file}:12: error: {steps}/x-understudy-wait: is no moment of at most a second; let "
        "time pass by `x-understudy-advance`",
    ]
    checked = run("check", "http://127.0.0.1:9", "--api", str(tmp_path))
    assert checked.returncode == 2
    assert "the rules of pets cannot be used: 6 errors" in checked.stderr
    linted = run("lint", str(tmp_path))
    assert (linted.returncode, linted.stdout.count(" error: ")) == (1, 6)
    assert all(line in checked.stderr and line in linted.stdout for line in expected)
    with (tmp_path / "stderr").open("w") as stderr, running(str(tmp_path), stderr=stderr):
        pass
    warned = (tmp_path / "stderr").read_text()
    assert warned.count("warning: ") == 6
    assert expected[0].replace("error: ", "") in warned
