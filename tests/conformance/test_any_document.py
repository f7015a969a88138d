"""Whatever the document: what the stand-in serves can be checked, and its traffic proxied."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.support.server import ROOT, serving
from understudy.app import Understudy
from understudy.conformance.check import check
from understudy.conformance.options import CheckOptions
from understudy.conformance.reports.formats import as_text
from understudy.conformance.reports.report import Report
from understudy.conformance.traffic.monitor import TrafficMonitor, upstream_url
from understudy.conformance.traffic.proxy import Proxy
from understudy.openapi.contract import Contract
from understudy.openapi.credentials import own_base_urls, resolve_base_url
from understudy.serving.api import Api
from understudy.serving.project import load

KEY = "test"

#: What documents have that Schemathesis does not read as we do.
UNUSUAL = """\
openapi: 3.2.0
info: {title: Unusual, version: "1"}
servers: [{url: "https://{region}.example.com/v{number}/", variables: {region: {default: eu}, number: {default: "2", enum: ["2", "3"]}}}, {url: /old}]
security: [{session: []}]
paths:
  /things/{id}:
    get:
      summary: Has no operationId, does not declare its path parameter, and no status of errors.
      parameters: [{name: n, in: query, schema: {type: string, pattern: "^[a-c]+$"}}]
      responses: {"200": {description: It., content: {application/json: {schema: {type: object}}}}}
    delete:
      responses: {"204": {description: Gone., content: {application/json: {schema: {type: object}}}}}
    additionalOperations:
      LINK:
        responses: {"204": {description: Linked.}}
  /vans:
    servers: [{url: ./garage}]
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Van"}}}}
      responses: {"201": {description: Made., content: {application/json: {schema: {$ref: "#/components/schemas/Van"}}}}}
  /tree:
    get:
      responses: {"200": {description: It., content: {application/json: {schema: {$ref: "#/components/schemas/Strings"}}}}}
  /files/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string, minLength: 1}}, {name: part, in: cookie, schema: {type: integer}}]
    get:
      responses: {"200": {description: It., content: {application/octet-stream: {}, image/png: {}}}}
    put:
      requestBody: {required: true, content: {application/octet-stream: {}, text/plain: {schema: {type: string}}}}
      responses: {"204": {description: Kept.}}
  /events:
    get:
      responses: {"200": {description: All., content: {text/event-stream: {itemSchema: {type: object, required: [data], properties: {data: {type: string}}}}}}}
  /jobs:
    post:
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [url], properties: {url: {type: string, format: uri}}}}}}
      responses: {"202": {description: Later.}}
      callbacks: {done: {"{$request.body#/url}": {post: {responses: {"200": {description: OK.}}}}}}
components:
  securitySchemes: {session: {type: apiKey, in: cookie, name: session}}
  schemas:
    Base: {type: object, properties: {id: {type: string, readOnly: true}, name: {type: string}}}
    Van: {allOf: [{$ref: "#/components/schemas/Base"}, {required: [id, name]}]}
    Tree: {$id: "https://t.example/tree", $dynamicAnchor: node, type: object, properties: {value: true, children: {type: array, maxItems: 1, items: {$dynamicRef: "#node"}}}}
    Strings: {$id: "https://t.example/strings", $dynamicAnchor: node, $ref: tree, properties: {value: {type: string}}, required: [value]}
"""  # noqa: E501


def judge(api: Api) -> tuple[Report, Report]:
    """Check a stand-in by its own document through the proxy, and return both reports."""
    api.keys = frozenset({KEY})
    contract = api.contract
    with serving(Understudy([api])) as origin:
        monitor = TrafficMonitor(contract, origin, "server", lambda _: None)
        proxy = Proxy(upstream_url(contract, origin), monitor.record)
        with serving(proxy, lifespan="on") as proxied:
            options = CheckOptions(tiers=("shape",), max_examples=3)
            checked = check(contract, proxied, options, api_key=KEY)
    return checked, monitor.finish()


@pytest.mark.parametrize(
    "source",
    [*sorted((ROOT / "tests" / "documents").glob("everything-*.yaml")), "unusual"],
    ids=str,
)
def test_stand_in_conforms_to_its_own_document(source: Path | str, tmp_path: Path) -> None:
    """Each version, with all that it has: every operation is requested, and nothing is found."""
    if isinstance(source, str):
        (tmp_path / "unusual.yaml").write_text(UNUSUAL)
        source = tmp_path / "unusual.yaml"
    (api,) = load([source])
    checked, passed = judge(api)
    assert checked.conforms, as_text(checked)
    assert not passed.findings, as_text(passed)
    assert not passed.errors
    operations = len(api.contract.operations)
    for coverage in (checked.coverage, passed.coverage):
        assert (len(coverage.seen), coverage.operations) == (operations, operations)
        seen, documented = coverage.seen_statuses(coverage.declared)
        assert 0 < operations <= seen <= documented


@pytest.mark.parametrize("path", ["", "/v2", "/v3/", "/old", "/_ns/mine/old"])
def test_proxy_stands_before_each_base_path(path: str) -> None:
    """The base paths of the document are part of the paths that clients request."""
    contract = Contract("unusual", yaml.safe_load(UNUSUAL))
    origin = "http://127.0.0.1:1"
    before = "/_ns/mine" if "mine" in path else ""
    assert upstream_url(contract, origin + path) == origin + before
    garage = own_base_urls(contract, resolve_base_url(contract, origin + path))["post_vans"]
    assert garage == f"{origin}{before}/garage"
