"""Each version of OpenAPI through everything: one document that has all of its features."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.documents.requests import EXCHANGES, KEY, Exchange
from tests.support.coverage import unmeasured
from tests.support.plugin_project import NO_SLOW_PLUGINS
from tests.support.server import run, serving, text_of
from tests.support.timeouts import PROGRAM_TIMEOUT, TIMEOUT
from understudy.app import Understudy
from understudy.openapi.contract import Contract
from understudy.serving.api import Api
from understudy.serving.project import load

VERSIONS = tuple(EXCHANGES)
BASE_PATH = "/v1"

each_version = pytest.mark.parametrize("version", VERSIONS)
each_exchange = pytest.mark.parametrize(
    ("version", "exchange"),
    [(version, exchange) for version in VERSIONS for exchange in EXCHANGES[version]],
    ids=str,
)


def document(version: str) -> Path:
    """Return the path of the document of a version."""
    return Path(__file__).parent / f"everything-{version}.yaml"


def apis(version: str) -> list[Api]:
    """Load the document of a version; its only key is `test`."""
    loaded = load([document(version)])
    for api in loaded:
        api.keys = frozenset({"test"})
    return loaded


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    """Serve each document; the origins by version."""
    apps = {version: Understudy(apis(version)) for version in VERSIONS}
    with (
        serving(apps["2.0"]) as swagger,
        serving(apps["3.0"]) as three,
        serving(apps["3.1"]) as one,
        serving(apps["3.2"]) as two,
    ):
        yield dict(zip(VERSIONS, (swagger, three, one, two), strict=True))


def send(url: str, exchange: Exchange, options: dict[str, Any]) -> httpx.Response:
    """Send a request of an operation, with a key unless the options have headers of their own."""
    chosen = dict(options)
    path = chosen.pop("url", exchange.path)
    if chosen.get("headers") != {}:
        chosen["headers"] = KEY | chosen.get("headers", {})
    with httpx.Client(base_url=url + BASE_PATH) as client:
        return client.request(exchange.method, path, **chosen)


@each_version
def test_lint_finds_no_error(version: str) -> None:
    """Neither a fault of the structure, nor one of the schemas; the exit code is 0."""
    process = run("lint", str(document(version)))
    assert process.returncode == 0, process.stdout + process.stderr
    assert "error: " not in process.stdout


@each_version
def test_every_operation_has_an_exchange(version: str) -> None:
    """The table has valid and invalid requests of all operations of the documents."""
    operations = {operation.id for operation in Contract.load(document(version)).operations}
    assert operations == {exchange.operation for exchange in EXCHANGES[version]}


@each_exchange
def test_valid_request_has_a_valid_response(
    urls: dict[str, str], version: str, exchange: Exchange
) -> None:
    """Its status and media type are declared, and its body is valid."""
    response = send(urls[version], exchange, exchange.options)
    assert response.status_code == exchange.status, response.text
    contract = Contract.load(document(version))
    operation = next(o for o in contract.operations if o.id == exchange.operation)
    declared = operation.response(exchange.status)
    assert declared is not None
    media_type = response.headers.get("Content-Type", "").partition(";")[0]
    assert bool(response.content) == bool(declared.media)
    media = [media for media in declared.media.values() if media.type.startswith(media_type)]
    if declared.media:
        assert media, media_type
    if media and media[0].validator is not None and media_type.endswith("json"):
        assert media[0].validator.violations(response.json()) == []


@each_exchange
def test_invalid_request_is_refused(urls: dict[str, str], version: str, exchange: Exchange) -> None:
    """With the status that the operation declares, and a sentence."""
    response = send(urls[version], exchange, exchange.invalid)
    assert response.status_code == exchange.refused, response.text


@each_version
def test_check_finds_nothing(urls: dict[str, str], version: str) -> None:
    """`understudy check` reads each version by itself, and tries every operation."""
    process = run(
        *("check", urls[version] + BASE_PATH, "--api", str(document(version))),
        *("--api-key", "test", "--max-examples", "4", "--tier", "shape"),
        env=unmeasured(),  # Schemathesis does most of it
    )
    assert process.returncode == 0, process.stdout[-3000:] + process.stderr[-3000:]
    number = len({exchange.operation for exchange in EXCHANGES[version]})
    assert f"({number} of {number} operations, " in process.stdout


@pytest.mark.parametrize("version", [v for v in VERSIONS if v != "3.2"])  # it reads no 3.2
def test_schemathesis_finds_nothing(urls: dict[str, str], version: str) -> None:
    """Schemathesis's own command with the author's document, in all phases and with all checks."""
    process = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", str(document(version))),
            *("--url", urls[version] + BASE_PATH, "-c", "all", "-n", "3", "--seed", "1"),
            *("-H", "X-Library-Key: test", "--request-timeout", str(TIMEOUT)),
            *("--suppress-health-check", "all", "--generation-database", "none"),
        ],
        capture_output=True,
        text=True,
        env=os.environ | {"SCHEMATHESIS_HOOKS": "understudy.st_hooks"},
        check=False,
        timeout=PROGRAM_TIMEOUT,
    )
    assert process.returncode == 0, process.stdout[-4000:]
    match = re.search(r"(\d+) generated, (\d+) passed", process.stdout)
    assert match
    assert int(match[2]) >= 50


@each_version
def test_diff_tells_what_breaks(version: str, tmp_path: Path) -> None:
    """A document differs not from itself; a smaller maximum of a parameter breaks clients."""
    old = document(version)
    process = run("diff", str(old), str(old), "--format", "json")
    assert process.returncode == 0, process.stderr
    assert json.loads(process.stdout)["changes"] == []
    new = tmp_path / "new.yaml"
    new.write_text(re.sub(r"maximum: 50\b", "maximum: 40", old.read_text()))
    process = run("diff", str(old), str(new))
    assert process.returncode == 1, process.stdout + process.stderr
    assert "breaking" in process.stdout


@each_version
def test_reference_has_every_operation(urls: dict[str, str], version: str, tmp_path: Path) -> None:
    """The pages of the server, and the files of `docs build`."""
    contract = Contract.load(document(version))
    assert run("docs", "build", str(tmp_path), str(document(version))).returncode == 0
    assert run("docs", "check", str(tmp_path)).returncode == 0
    site = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.html")}
    for operation in contract.operations:
        address = f"{urls[version]}/_understudy/reference/{contract.name}/{operation.id}"
        response = httpx.get(address)
        assert response.status_code == 200
        page = text_of(response.text)
        assert f"{operation.method} {BASE_PATH}{operation.path}" in page
        assert [name for name in operation.responses if name not in page] == []
        assert any(operation.id in name for name in site)


@each_version
def test_fixture_stands_in_for_the_document(pytester: pytest.Pytester, version: str) -> None:
    """A test of a client gets the API by its document's name, and sees its requests."""
    (pytester.path / "library.yaml").write_text(document(version).read_text())
    pytester.makepyfile(
        """
        import httpx

        def test_it(library):
            headers = {"X-Library-Key": "test"}
            response = httpx.get(f"{library.url}/books", headers=headers)
            assert response.status_code == 200
            library.assert_called("listBooks", times=1)
        """
    )
    options = ("-o", "understudy_project=library.yaml")
    pytester.runpytest_subprocess(*NO_SLOW_PLUGINS, *options).assert_outcomes(passed=1)
