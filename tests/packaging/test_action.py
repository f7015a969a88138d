"""action.yml: its steps, run by bash as GitHub's runner runs them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.support.documents import PETSTORE
from tests.support.installation import borrowed_packages
from tests.support.server import ROOT, running
from tests.support.timeouts import PROGRAM_TIMEOUT, wait_until

ACTION: Any = yaml.safe_load((ROOT / "action.yml").read_text())
DEFAULTS = {name: text.get("default", "") for name, text in ACTION["inputs"].items()}
#: A contract that the pets of `PETSTORE` break.
STRICT = PETSTORE.replace("{type: object}", "{type: object, required: [age]}")


class Job:
    """A job on a runner of its own: its variables, and its current directory."""

    def __init__(self, directory: Path) -> None:
        self.workspace = directory / "workspace"
        self.workspace.mkdir()
        self.files = {
            name: directory / name
            for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STEP_SUMMARY")
        }
        self.variables = {
            **borrowed_packages(),
            **{name: str(file) for name, file in self.files.items()},
            "RUNNER_TEMP": str(directory),
            "GITHUB_ACTION_PATH": str(ROOT),
        }

    def run(self, name: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run the step of that name, if its condition holds; the files that it writes are new."""
        step = next(step for step in ACTION["runs"]["steps"] if step["name"] == name)
        values = DEFAULTS | inputs
        condition = step.get("if", f"inputs.mode == '{values['mode']}'")
        assert condition == f"inputs.mode == '{values['mode']}'"
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "an input would be run as a script"
        for file in self.files.values():
            file.write_text("")
        variables = {n: _filled(text, values) for n, text in step["env"].items()}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            env={**self.variables, **variables},
            cwd=self.workspace,
            capture_output=True,
            text=True,
            timeout=PROGRAM_TIMEOUT,
            check=False,
        )

    def outputs(self) -> dict[str, str]:
        """Return what the last step has put out, by the names that the action gives it."""
        lines = self.files["GITHUB_OUTPUT"].read_text().splitlines()
        values = dict(line.split("=", 1) for line in lines)
        names = {n: re.search(r"outputs\.(\w+) ", o["value"]) for n, o in ACTION["outputs"].items()}
        return {name: values[match[1]] for name, match in names.items() if match}


def _filled(text: str, inputs: Mapping[str, str]) -> str:
    """Return text with the inputs in the place of their expressions."""
    return re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda match: inputs[match[1]], text)


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """Install the action for both modes; `check` has all that `serve` needs."""
    job = Job(tmp_path_factory.mktemp("runner"))
    (job.workspace / "pets.yaml").write_text(PETSTORE)
    evil = 'title: "::set-output name=url::x\\nTry: curl http://x/_understudy/health"'
    (job.workspace / "evil.yaml").write_text(re.sub("title: [^,}]*", lambda _: evil, PETSTORE))
    (job.workspace / "strict.yaml").write_text(STRICT)
    (job.workspace / "dogs.yaml").write_text(PETSTORE.replace("/pets", "/dogs"))
    installed = job.run("Install Understudy", mode="check")
    assert installed.returncode == 0, installed.stderr
    return job


def test_server_runs_in_the_background(job: Job) -> None:
    """It is ready when the step has ended, and its outputs say where and what it is."""
    served = job.run(
        "Serve", sources="pets.yaml\ndogs.yaml\n", port="0", options="--log-level 'info'"
    )
    assert served.returncode == 0, served.stdout
    outputs = job.outputs()
    try:
        assert set(outputs) == set(ACTION["outputs"])
        health = httpx.get(f"{outputs['url']}/_understudy/health").json()
        assert [api["name"] for api in health["apis"]] == ["pets", "dogs"]
        assert f"at {outputs['url']}" in Path(outputs["log"]).read_text()
    finally:
        os.kill(int(outputs["pid"]), signal.SIGTERM)
    wait_until(lambda: not _answers(outputs["url"]))


def test_documents_give_no_commands(job: Job) -> None:
    """Neither in a line of their own, nor in the place of the address."""
    served = job.run("Serve", sources="evil.yaml", port="0")
    assert served.returncode == 0, served.stdout
    outputs = job.outputs()
    os.kill(int(outputs["pid"]), signal.SIGTERM)
    assert outputs["url"].startswith("http://127.0.0.1:")
    lines = served.stdout.splitlines()
    stop = lines[0].removeprefix("::stop-commands::")
    shown = lines[1 : lines.index(f"::{stop}::")]
    assert any(line.startswith("::set-output name=url::x\\nTry: curl") for line in shown)


def _answers(url: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"{url}/_understudy/health").is_success
    return False


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"sources": "nothing.yaml"}, "cannot read nothing.yaml: No such file or directory"),
        ({"port": "x"}, "UNDERSTUDY_PORT: 'x' is not a port"),
    ],
)
def test_server_that_does_not_start_fails_the_step(
    job: Job, inputs: dict[str, str], message: str
) -> None:
    """With its reason as an annotation."""
    served = job.run("Serve", **inputs)
    assert served.returncode == 1
    annotation = served.stdout.splitlines()[-1]
    assert annotation.startswith("::error title=Understudy does not start::understudy: ")
    assert message in annotation


def test_options_that_are_no_command_line_fail_the_step(job: Job) -> None:
    """A quotation that does not end, for one: nothing is served without them."""
    assert job.run("Serve", port="0", options="--token 'a").returncode == 1


def test_unknown_mode_fails_the_step(job: Job) -> None:
    """Before anything is installed."""
    failed = job.run("Install Understudy", mode="serv")
    assert (failed.returncode, failed.stdout.split("'")[1]) == (2, "serv")


def test_check_that_cannot_be_done_fails_the_step(job: Job) -> None:
    """With its reason as an annotation: here nothing listens."""
    checked = job.run("Check", mode="check", url="http://127.0.0.1:1", api="pets.yaml")
    assert checked.returncode == 2
    title = "::error title=Understudy could not check::"
    assert checked.stdout.startswith(f"{title}understudy: no server answers at http://127.0.0.1:1")


def test_server_is_checked_with_a_summary(job: Job) -> None:
    """Findings are annotations, and fail the step; the page of the job has them, too."""
    options = "--tier shape --max-examples 2"
    with running(str(job.workspace / "pets.yaml")) as pets:
        checked = job.run("Check", mode="check", url=pets.url, api="strict.yaml", options=options)
    assert checked.returncode == 1, checked.stderr
    assert "::error title=getPet breaks " in checked.stdout
    summary = job.files["GITHUB_STEP_SUMMARY"].read_text()
    assert summary.startswith(f"<h3>{pets.url} breaks the contract of ")
    assert "<td>getPet</td>" in summary
    assert "\n\n" not in summary, "a blank line would end the HTML"
