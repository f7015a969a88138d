"""All samples of the bundled APIs run: each reaches its operation with a valid request, and has the
response that the example of the document gets."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.clients.javascript import needs_javascript
from tests.support.sample_calls import PreparedCall, begin, differences, prepared_calls
from tests.support.sample_programs import CLIENTS, run_go, run_node, run_python, run_shell
from tests.support.server import ROOT, Server
from understudy.code_samples.samples import CodeSample
from understudy.openapi.contract import Contract

#: The directories of Python clients by the versions that the documents name.
PYTHON_CLIENTS = {"2.22.0": "2.22.1", "3.30.0": "3.30.0", "4.0.1": "4.0.1"}

#: Calls whose examples do not succeed, and why.
REFUSED = {
    "zep4.lookupThread": "it asks for an id of the client's, which its example thread has not",
    "zep4.lookupGraph": "it asks for an id of the client's, which its example graph has not",
    "eliza.connectWebsocket": "it is for web sockets, and says so with 404",
}


@dataclass(frozen=True)
class Bundled:
    """The prepared calls of all bundled APIs, with the samples of each by their ids."""

    http: httpx.Client
    calls: list[PreparedCall]
    samples: dict[str, dict[str, CodeSample]]

    def codes(self, language: str, version: str = "") -> dict[str, str]:
        """Return the samples in a language by the names of the calls, those for a version of the
        client, if it is given."""
        found = {name: samples.get(language) for name, samples in self.samples.items()}
        return {n: s.code for n, s in found.items() if s is not None and version in s.install}

    def check(self, language: str, failures: dict[str, str]) -> None:
        """Compare the journals with the calls that have a sample in a language, and expect no
        failures but of refused calls."""
        calls = [call for call in self.calls if language in self.samples[call.name]]
        found = differences(self.http, calls)
        assert {name: (text, failures.get(name)) for name, text in found.items()} == {}
        assert {name: text for name, text in failures.items() if name not in REFUSED} == {}

    def begin(self, language: str) -> dict[str, str]:
        """Restore what the samples in a language need, and return these."""
        begin(self.http, [c for c in self.calls if language in self.samples[c.name]])
        return self.codes(language)


@pytest.fixture(scope="module")
def bundled(server: Server) -> Iterator[Bundled]:
    """Create what the examples of all operations need, each in a namespace of its own."""
    with httpx.Client(base_url=server.url) as http:
        calls: list[PreparedCall] = []
        for name in ("zep", "zep4", "eliza"):
            contract = Contract.load(ROOT / f"specs/{name}.yaml")
            calls += prepared_calls(http, contract, "samples")
        yield Bundled(http, calls, {c.name: {s.id: s for s in c.samples} for c in calls})
        for call in calls:
            http.delete(f"/_understudy/namespaces/{call.origin.rpartition('/')[2]}")


def test_examples_succeed(bundled: Bundled) -> None:
    """Each call that the samples repeat is answered with 2xx, but for those that cannot be."""
    assert {call.name for call in bundled.calls if not 200 <= call.status < 300} == REFUSED.keys()


def test_every_operation_has_samples(bundled: Bundled) -> None:
    """curl, Python and TypeScript for each; the vendors' clients where the document names a
    method."""
    for name, samples in bundled.samples.items():
        assert {"curl", "python", "typescript"} <= samples.keys(), name
    for language, count in {
        "client-python": 338,
        "client-typescript": 217,
        "client-go": 123,
    }.items():
        assert len(bundled.codes(language)) == count, language


def test_curl_commands_run(bundled: Bundled, tmp_path: Path) -> None:
    """One shell runs all of them."""
    bundled.check("curl", run_shell(bundled.begin("curl"), tmp_path))


def test_httpx_code_runs(bundled: Bundled) -> None:
    """One Python runs all of it."""
    bundled.check("python", run_python(bundled.begin("python")))


@needs_javascript
def test_fetch_code_runs(bundled: Bundled, tmp_path: Path) -> None:
    """One Node runs all of it."""
    bundled.check("typescript", run_node(bundled.begin("typescript"), tmp_path))


def test_code_of_python_clients_runs(bundled: Bundled) -> None:
    """Each version of the client runs the code that is for it."""
    codes = bundled.begin("client-python")
    failures: dict[str, str] = {}
    for version, directory in PYTHON_CLIENTS.items():
        own = bundled.codes("client-python", version)
        if not (CLIENTS / "python" / f"zep-cloud-{directory}").is_dir():
            pytest.skip("no clients in tests/clients/python: run scripts/python-clients")
        failures |= run_python(own, f"zep-cloud-{directory}")
        codes = {name: code for name, code in codes.items() if name not in own}
    assert codes == {}
    bundled.check("client-python", failures)


@needs_javascript
def test_code_of_typescript_clients_runs(bundled: Bundled, tmp_path: Path) -> None:
    """Zep's client 3.30.0 is installed under another name."""
    codes = bundled.begin("client-typescript")
    for name, code in bundled.codes("client-typescript", "3.30.0").items():
        codes[name] = code.replace('"@getzep/zep-cloud"', '"zep-cloud-3"')
    bundled.check("client-typescript", run_node(codes, tmp_path))


@pytest.mark.skipif(shutil.which("go") is None, reason="go is not installed")
def test_code_of_go_clients_runs(bundled: Bundled, tmp_path: Path) -> None:
    """One program, built once, has all of it."""
    bundled.check("client-go", run_go(bundled.begin("client-go"), tmp_path))
