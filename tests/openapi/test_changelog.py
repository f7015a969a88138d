"""The changelogs of the bundled documents."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import httpx
import pytest
import yaml

from tests.support.server import ROOT
from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.diff.changelog import fingerprint, read_revisions
from understudy.serving.project import documents


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.stem)
def test_newest_revision_has_the_fingerprint_of_the_document(path: Path) -> None:
    """A change that clients notice needs a revision: run `scripts/revise NAME "why"`."""
    revisions = read_revisions(path)
    assert revisions[0].fingerprint == fingerprint(Contract.load(path).source)
    numbers = [revision.revision for revision in revisions]
    assert numbers == list(range(len(numbers), 0, -1))
    dates = [revision.date for revision in revisions]
    assert dates == sorted(dates, reverse=True)


def test_fingerprint_changes_with_schemas_and_not_with_texts() -> None:
    """A property with the name `description` is part of a schema, not a text."""
    document = Contract.load(documents()[0]).source
    before = fingerprint(document)
    operation = document["paths"]["/api/agents"]["get"]
    operation["description"], operation["x-sdk"] = "Another text.", {}
    assert fingerprint(document) == before
    document["components"]["schemas"]["Agent"]["properties"]["description"] = {"type": "string"}
    assert fingerprint(document) != before


def test_changelog_that_is_malformed_is_rejected(tmp_path: Path) -> None:
    """The message names the field; a document without a changelog has no revisions."""
    document = tmp_path / "pets.yaml"
    assert read_revisions(document) == []
    (tmp_path / "pets.changes.yaml").write_text(yaml.safe_dump([{"revision": "one"}]))
    with pytest.raises(UsageError, match=r"pets.changes.yaml is not a changelog: .*revision"):
        read_revisions(document)


@pytest.mark.parametrize("file_format", ["yaml", "json"])
def test_document_is_served_with_its_revision(http: httpx.Client, file_format: str) -> None:
    """The header has its number, and a client that has the document gets 304."""
    url = f"/_understudy/specs/zep.{file_format}"
    response = http.get(url)
    newest = read_revisions(ROOT / "specs" / "zep.yaml")[0]
    assert response.headers["x-understudy-revision"] == str(newest.revision)
    not_modified = http.get(url, headers={"If-None-Match": response.headers["etag"]})
    assert (not_modified.status_code, not_modified.content) == (304, b"")


def test_reference_lists_all_revisions_of_a_document(http: httpx.Client) -> None:
    """Every revision, and every change of it."""
    for path in map(Path, documents()):
        page = unescape(http.get(f"/_understudy/reference/{path.stem}/changes").text)
        for revision in read_revisions(path):
            assert f"Revision {revision.revision}</a>, {revision.date}" in page
            for change in (c for changes in revision.changes.values() for c in changes):
                assert f"<dd>{change}</dd>" in page
