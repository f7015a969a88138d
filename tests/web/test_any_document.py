"""The pages of any document, however odd; and of one with hundreds of operations."""

from __future__ import annotations

import json
import re
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.large_document import large_document
from tests.support.odd_documents import odd_documents
from tests.support.receiver import receiving
from tests.support.server import text_of
from tests.support.timeouts import TIMEOUT
from understudy.cli import main
from understudy.client import ControlClient
from understudy.openapi.callbacks import callbacks_of, webhooks_of
from understudy.openapi.contract import Contract
from understudy.openapi.operation import Operation
from understudy.serving.api import Api
from understudy.web.app import create_pages
from understudy.web.reference.api_reference import ApiReference
from understudy.web.template_cache import TemplateCache

REFERENCE = "/_understudy/reference"


@pytest.fixture(scope="module")
def odd_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Odd documents as files."""
    directory = tmp_path_factory.mktemp("odd")
    paths = []
    for name, document in odd_documents().items():
        paths.append(directory / f"{name}.json")
        paths[-1].write_text(json.dumps(document))
    return paths


@pytest.fixture(scope="module")
def site(odd_files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference of the odd documents, as files without dead links."""
    directory = tmp_path_factory.mktemp("site")
    assert main(["docs", "build", str(directory), *map(str, odd_files)]) == 0
    return directory


def all_operations(contract: Contract) -> list[Operation]:
    """Return the operations of a document, its webhooks and its callbacks."""
    hooks = [operation for named in webhooks_of(contract).values() for operation in named]
    called = [each.operation for o in contract.operations for each in callbacks_of(o)]
    return [*contract.operations, *hooks, *called]


def test_nothing_of_an_odd_document_is_lost(odd_files: list[Path]) -> None:
    """Each operation, webhook and callback has a page of its own, and is listed by the overview."""
    apis = [Api(Contract.load(path)) for path in odd_files]
    client = create_pages(apis).test_client()
    for api in apis:
        reference = ApiReference(api.contract)
        overview = client.get(f"{REFERENCE}/{api.name}/")
        assert overview.status_code == 200
        operations = all_operations(api.contract)
        addresses = [f"{REFERENCE}/{api.name}/{reference.slug(o)}" for o in reference.in_order]
        assert len(set(addresses)) == len(operations)
        for operation, address in zip(reference.in_order, addresses, strict=True):
            assert f'href="{address}"' in overview.text
            page = client.get(address)
            assert page.status_code == 200, address
            assert f"<h1>{operation.id}</h1>" in unescape(page.text)
        for kind in ("rules", "changes"):
            assert client.get(f"{REFERENCE}/{api.name}/{kind}").status_code == 200
    for address in ("/", "/_understudy/search-index.js", "/_understudy/disagreements/types"):
        assert client.get(address).status_code == 200


def test_faults_of_a_document_are_on_its_overview(odd_files: list[Path]) -> None:
    """It says what is left out, and where that is in the document."""
    (path,) = (path for path in odd_files if path.stem == "types")
    page = create_pages([Api(Contract.load(path))]).test_client().get(f"{REFERENCE}/types/").text
    assert re.search(r"The document has \d+ faults; what cannot be used is left out", page)
    assert "<code>#/paths/~1y</code>: is null, and must be an object" in page


def test_links_and_headings_are_never_blank(site: Path) -> None:
    """Whatever the names in a document are, readers see what they can follow."""
    blank = []
    for path in (site / "reference/blank").iterdir():
        text = re.sub('<span class="quiet small">.*?</span>', "", path.read_text())
        pattern = r"<(a|h[1-6]|summary|label|option)\b[^>]*>(?:\s|</?(?:strong|code)>)*</\1>"
        blank += [f"{path.name}: {match[0]}" for match in re.finditer(pattern, text)]
    assert blank == []
    page = (site / "reference/blank/post_0.html").read_text()
    assert "(no name)</a>" in page
    assert "other / other" not in page


def test_files_have_names_that_every_file_system_takes(site: Path) -> None:
    """No two differ only in case, none is a device of Windows, and none is too long."""
    names = [str(path.relative_to(site)) for path in site.rglob("*")]
    assert len({name.lower() for name in names}) == len(names)
    for name in names:
        stem = Path(name).name.partition(".")[0].lower()
        assert not re.fullmatch("con|prn|aux|nul|(com|lpt)[0-9]", stem)
        assert len(Path(name).name) <= 255
        assert name.isascii()
    assert len([name for name in names if name.startswith("reference/names/")]) > 115


def test_documents_whose_names_differ_in_case_are_no_site(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Their directories could be one."""
    paths = []
    for number, name in enumerate(("Pets", "pets")):
        paths.append(tmp_path / str(number) / f"{name}.json")
        paths[-1].parent.mkdir()
        paths[-1].write_text(json.dumps(odd_documents()["empty"]))
    assert main(["docs", "build", str(tmp_path / "site"), *map(str, paths)]) == 2
    assert "'Pets' and 'pets' are one name on file systems" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_pages_of_callbacks_say_how_they_are_delivered(odd_files: list[Path]) -> None:
    """The attempts, the signature's headers, what is a success, and which request causes one."""
    (path,) = (path for path in odd_files if path.stem == "callbacks")
    client = create_pages([Api(Contract.load(path))]).test_client()
    page = text_of(client.get(f"{REFERENCE}/callbacks/order-onPaid-2").text)
    assert "It is sent at once; if that fails, again after 5 seconds, 2 minutes." in page
    assert "it succeeds with 2XX" in page
    assert all(f"webhook-{name} header" in page for name in ("id", "timestamp", "signature"))
    assert "Send order: after its response" in page
    plain = text_of(client.get(f"{REFERENCE}/callbacks/order-onPAID-get").text)
    assert "again after 1 second, 5 seconds" in plain
    assert "It is not signed." in plain


def test_page_of_a_webhook_has_the_commands_that_send_it(http: httpx.Client) -> None:
    """They work as they are, in the namespace of the page."""
    page = http.get("_understudy/reference/zep4/episodeProcessed").text
    (commands,) = re.findall(r'<code class="language-bash">(curl -X POST.*?)</code>', page, re.S)
    with receiving() as receiver:
        script = unescape(commands).replace("http://127.0.0.1:8000", receiver.url)
        run = ["bash", "-euc", script]
        process = subprocess.run(run, capture_output=True, timeout=TIMEOUT, check=True)
        assert b'"operation":"episodeProcessed"' in process.stdout.replace(b" ", b"")
        origin, _, namespace = str(http.base_url).rstrip("/").partition("/_ns/")
        with ControlClient(origin, namespace) as control:
            (sent,) = control.wait_for("episodeProcessed")
    (received,) = receiver.requests
    assert (received.target, sent.violations) == ("/hooks", [])
    for name in ("id", "timestamp", "signature"):
        assert f"svix-{name}" in page
        assert f"svix-{name}" in received.headers


def test_contents_of_a_large_document_are_small() -> None:
    """A page lists the operations of its own section, and links the others in the overview."""
    pages = create_pages([Api(Contract("large", large_document()))]).test_client()
    page = pages.get(f"{REFERENCE}/large/getResource31").text
    contents = page.partition('<nav class="contents"')[2].partition("</nav>")[0]
    assert len(contents) < 10_000
    listed = re.findall(r'href="/_understudy/reference/large/(\w+)"', contents)
    verbs = ("list", "create", "get", "delete", "update")
    assert [name for name in listed if "Res" in name] == [f"{verb}Resource31" for verb in verbs]
    sections = re.findall(r'href="/_understudy/reference/large/#([\w-]+)"', contents)
    overview = pages.get(f"{REFERENCE}/large/").text
    assert len(sections) == 59
    assert all(f'id="{section}"' in overview for section in sections)


def test_contents_of_many_sections_are_those_nearby() -> None:
    """Of a hundred tags a page lists the nearest, and leads to the others."""
    names = odd_documents()["names"]
    page = create_pages([Api(Contract("names", names))]).test_client()
    text = page.get(f"{REFERENCE}/names/op50").text
    listed = [int(number) for number in re.findall(r"#tag-Tag-(\d+)", text)]
    assert len(listed) == 59
    assert {49, 51} < set(listed) < set(range(15, 85))
    assert "All 101 sections" in text


@pytest.mark.parametrize(("mode", "is_kept"), [(0o700, True), (0o770, False)])
def test_templates_are_kept_where_only_the_user_can_write(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int, is_kept: bool
) -> None:
    """What is read from the cache is run."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "understudy" / "documents").mkdir(parents=True)
    (tmp_path / "understudy" / "documents").chmod(mode)
    codes: list[Any] = []
    for _ in range(2):
        pages = create_pages([Api(Contract("empty", odd_documents()["empty"]))])
        cache = pages.jinja_env.bytecode_cache
        assert isinstance(cache, TemplateCache)
        pages.test_client().get("/")
        environment, source = pages.jinja_env, "layout.html"
        text, file, _ = pages.jinja_loader.get_source(environment, source)  # type: ignore[union-attr]
        codes.append(cache.get_bucket(environment, source, file, text).code)
    assert (codes[1] is not None) is is_kept
