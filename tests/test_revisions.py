"""The changelogs of our documents: they tell of what is there."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from understudy.changes.revisions import fingerprint, revisions_of
from understudy.document import read
from understudy.errors import UsageError
from understudy.project import documents


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.stem)
def test_the_newest_revision_is_the_document(path: Path) -> None:
    """Whoever changes what clients notice says so and why: `scripts/revise NAME "why"`."""
    revisions = revisions_of(path)
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
    assert revisions_of(document) == []
    (tmp_path / "pets.changes.yaml").write_text(yaml.safe_dump([{"revision": "one"}]))
    with pytest.raises(UsageError, match=r"pets.changes.yaml is no changelog: .*revision"):
        revisions_of(document)
