"""Containerfile and compose.yaml: their steps, run as they stand, in a folder of their own.

There is no container engine here, so no image is built: the instructions are run by this module,
with the absolute paths of the image below that folder.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import yaml

from tests.support.installation import borrowed_packages
from tests.support.server import ROOT, lasting_port
from tests.support.timeouts import PROGRAM_TIMEOUT, TIMEOUT, wait_until
from understudy import cli
from understudy.commands.configuration.environment import variable_of
from understudy.commands.configuration.setting import settable

#: The folders of the image that its instructions name.
_PATHS = re.compile(r"(?<![\w.$}])/(opt|source|project|state)\b")
#: Programs that would change the machine; they do nothing here.
_IDLE = ("useradd", "chown")


class Image(NamedTuple):
    """What the instructions made: a folder, the variables of processes, and other settings."""

    root: Path
    environment: dict[str, str]
    settings: dict[str, str]

    @property
    def directory(self) -> Path:
        """The current directory of its processes."""
        return self.root / self.settings["WORKDIR"].lstrip("/")


def instructions() -> Iterator[tuple[str, str]]:
    """Yield the instructions of the Containerfile, with their arguments in one line."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Containerfile").read_text(), flags=re.MULTILINE)
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, rest = line.partition(" ")
            yield name, rest.strip()


def below(root: Path, text: str) -> str:
    """Return text with the paths of the image below a folder."""
    return _PATHS.sub(rf"{root}/\1", text)


def copied(root: Path, directory: Path, rest: str) -> None:
    """Copy files of the context, as COPY does; what comes from another stage is there already."""
    if rest.startswith("--from="):
        return
    *sources, target = rest.split()
    kept = (ROOT / ".dockerignore").read_text().splitlines()
    for source in sources:
        assert f"!{source}" in kept, "the context leaves it out"
        into = directory / target
        into.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-r", ROOT / source, into], check=True)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """Run all instructions, the packages of the tests in the place of those from the index."""
    root = tmp_path_factory.mktemp("image")
    programs = root / "bin"
    programs.mkdir()
    for name in _IDLE:
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    python = Path(sys.executable).parent
    environment = {
        **borrowed_packages(),
        "HOME": str(root),
        "PATH": f"{programs}:{python}:{os.environ['PATH']}",
    }
    environment.pop("XDG_CACHE_HOME", None)
    arguments, settings = dict[str, str](), dict[str, str]()
    directory = root
    for name, rest in instructions():
        if name == "ARG":
            argument, _, default = rest.partition("=")
            arguments[argument] = default
        elif name == "ENV":
            pairs = [word.partition("=")[::2] for word in shlex.split(below(root, rest))]
            environment |= {n: v.replace("$PATH", environment["PATH"]) for n, v in pairs}
        elif name == "WORKDIR":
            directory = Path(below(root, rest))
            directory.mkdir(exist_ok=True)
            settings[name] = rest
        elif name == "COPY":
            copied(root, directory, rest)
        elif name == "RUN":
            command = ["sh", "-ec", below(root, rest)]
            subprocess.run(command, check=True, cwd=directory, env={**environment, **arguments})
        else:
            settings[name] = rest
    return Image(root, environment, settings)


@contextmanager
def container(image: Image, **variables: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Run the image with more variables; yield its URL and the environment of its processes."""
    port = str(lasting_port())
    environment = {**image.environment, "UNDERSTUDY_PORT": port, **variables}
    command = json.loads(image.settings["ENTRYPOINT"]) + json.loads(image.settings["CMD"])
    assert not is_healthy(health_check(image), environment)
    process = subprocess.Popen(
        ["/usr/bin/env", *command], cwd=image.directory, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: process.poll() or is_healthy(health_check(image), environment))
        assert process.poll() is None
        yield f"http://127.0.0.1:{port}", environment
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(TIMEOUT) == 0


def health_check(image: Image) -> list[str]:
    """Return the command of HEALTHCHECK."""
    command: list[str] = json.loads(image.settings["HEALTHCHECK"].partition("CMD ")[2])
    return command


def is_healthy(command: list[str], environment: Mapping[str, str]) -> bool:
    """Run a health check in a container with these variables."""
    checked = subprocess.run(
        ["/usr/bin/env", *command],
        env=environment,
        capture_output=True,
        timeout=PROGRAM_TIMEOUT,
        check=False,
    )
    return checked.returncode == 0


def compose() -> Any:
    """Return compose.yaml."""
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_image_is_not_roots(image: Image) -> None:
    """Its user is a number, for Kubernetes; it serves on the port that it exposes."""
    assert int(image.settings["USER"]) > 0
    assert image.settings["EXPOSE"] == image.environment["UNDERSTUDY_PORT"]
    assert image.environment["UNDERSTUDY_HOST"] == "0.0.0.0"  # noqa: S104
    assert (image.root / ".cache" / "understudy" / "documents").is_dir(), "documents are read"


def test_container_serves_the_apis_alone_without_a_token(image: Image) -> None:
    """Other hosts reach the APIs; the control API is closed, and health checks are not."""
    with container(image) as (url, _):
        assert httpx.get(f"{url}/api/agents").status_code == 200
        assert httpx.get(f"{url}/_understudy/health").json() == {"status": "ok"}
        assert httpx.get(f"{url}/_understudy/settings").status_code == 403


def test_composed_service_is_healthy(image: Image) -> None:
    """By its own check, with the token of the shell, which opens the control API."""
    service = compose()["services"]["understudy"]
    variables = {name: value or "s3cret" for name, value in service["environment"].items()}
    assert set(variables) >= {"UNDERSTUDY_TOKEN"}
    kind, *check = service["healthcheck"]["test"]
    assert kind == "CMD"
    with container(image, **variables) as (url, environment):
        assert is_healthy(check, environment)
        assert not is_healthy(check, {**environment, "UNDERSTUDY_PORT": "1"})
        headers = {"X-Understudy-Token": "s3cret"}
        assert httpx.get(f"{url}/_understudy/settings", headers=headers).status_code == 200
        assert httpx.get(f"{url}/_understudy/settings").status_code == 403


def test_container_is_healthy_with_https(image: Image) -> None:
    """The image has what `--tls` needs, and the health check follows."""
    with container(image, UNDERSTUDY_TLS="true") as (url, _):
        secure = url.replace("http:", "https:")
        answer = httpx.get(f"{secure}/_understudy/ready", verify=False)  # noqa: S501
        assert answer.json() == {"status": "ready"}


def test_compose_names_what_exists() -> None:
    """The Containerfile, its port, options by variables, and services that others wait for."""
    _, commands = cli._parser()
    known = {variable_of(option) for option in settable(commands.choices["serve"]).values()}
    services = compose()["services"]
    for service in services.values():
        assert set(service.get("environment", ())) <= known
        assert set(service.get("depends_on", ())) <= set(services)
        if "build" in service:
            assert (ROOT / service["build"]["dockerfile"]).is_file()
            assert service["ports"][0].endswith(":3000")
        assert "healthcheck" in service
