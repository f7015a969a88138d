"""The changelogs of our documents: they tell of what is there."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import httpx
import pytest
import yaml

from understudy.errors import UsageError
from understudy.openapi.diff.changelog import fingerprint, read_revisions
from understudy.openapi.document import read
from understudy.serving.project import documents


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.stem)
def test_the_newest_revision_is_the_document(path: Path) -> None:
    """Whoever changes what clients notice says so and why: `scripts/revise NAME "why"`."""
    revisions = read_revisions(path)
    assert revisions[0].fingerprint == fingerprint(read(path))
    numbers = [revision.revision for revision in revisions]
    assert numbers == list(range(len(numbers), 0, -1))
    days = [revision.date for revision in revisions]
    assert days == sorted(days, reverse=True)


def test_texts_leave_no_print_and_schemas_do() -> None:
    """A property that is called `description` is no description."""
    document = read(documents()[0])
    before = fingerprint(document)
    operation = document["paths"]["/api/agents"]["get"]
    operation["description"], operation["x-sdk"] = "Another text.", {}
    assert fingerprint(document) == before
    document["components"]["schemas"]["Agent"]["properties"]["description"] = {"type": "string"}
    assert fingerprint(document) != before


def test_a_changelog_that_is_none_is_told(tmp_path: Path) -> None:
    """With the place of what is wrong; a document without one has no revisions."""
    document = tmp_path / "pets.yaml"
    assert read_revisions(document) == []
    (tmp_path / "pets.changes.yaml").write_text(yaml.safe_dump([{"revision": "one"}]))
    with pytest.raises(UsageError, match=r"pets.changes.yaml is no changelog: .*revision"):
        read_revisions(document)


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_document_is_served_with_its_revision(http: httpx.Client, form: str) -> None:
    """And not once more to whoever has it."""
    answer = http.get(f"/_understudy/specs/zep.{form}")
    newest = read_revisions(next(path for path in documents() if path.stem == "zep"))[0]
    assert answer.headers["x-understudy-revision"] == str(newest.revision)
    known = {"If-None-Match": answer.headers["etag"]}
    again = http.get(f"/_understudy/specs/zep.{form}", headers=known)
    assert (again.status_code, again.content) == (304, b"")


def test_the_reference_tells_what_became_of_a_document(http: httpx.Client) -> None:
    """Every revision, why, and every change of it."""
    for path in documents():
        page = unescape(http.get(f"/_understudy/reference/{path.stem}/changes").text)
        for revision in read_revisions(path):
            assert f"Revision {revision.revision}</a>, {revision.date}" in page
            for told in (told for group in revision.changes.values() for told in group):
                assert f"<dd>{told}</dd>" in page
