"""Each single edit of a rich document is one change, and so is the edit in reverse."""

from __future__ import annotations

from typing import Any

import pytest

from tests.openapi.diff_edits import ONE_WAY, PARTS, RICH, SCHEMAS, UNNOTICED, Edit
from understudy.openapi.contract import Contract
from understudy.openapi.diff import Change, list_changes
from understudy.openapi.document import follow

BASE = Contract("rich", RICH)
EDITS = [*PARTS, *ONE_WAY, *(edit.within(name) for edit in SCHEMAS for name in ("In", "Out"))]


def _kinds(changes: list[Change]) -> list[tuple[str, str]]:
    return [(change.level, change.rule) for change in changes]


def _expected(level: str, rule: str, is_required: bool = False) -> list[tuple[str, str]]:
    """Return level and rule; a new property has its own names for them."""
    if rule.endswith("-property-"):
        rule += "added-optional" if rule.startswith("request") else "added"
    return [(level, rule)]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.pointer.rpartition("/")[2])
def test_edit_is_one_change_and_so_is_its_reverse(edit: Edit) -> None:
    """With its level and kind, and a pointer to it in the document that has it."""
    edited = Contract("rich", edit.apply(RICH))
    for old, new, level, rule in (
        (BASE, edited, edit.level, edit.rule),
        (edited, BASE, edit.back_level, edit.back_rule),
    ):
        changes = list_changes(old, new)
        assert _kinds(changes) == _expected(level, rule), [*map(str, changes)]
        [change] = changes
        assert follow((old if change.is_gone else new).document, change.pointer) is not None
        place = change.pointer.removeprefix("#")
        around, _, last = edit.pointer.removesuffix("/-").rpartition("/")
        target = around if last == "required" else f"{around}/{last}"
        assert place and (target.startswith(place) or place.startswith(target)), place


def _reordered(node: Any) -> Any:
    return dict(reversed(node.items())) if isinstance(node, dict) else node[::-1]


@pytest.mark.parametrize(("pointer", "value"), UNNOTICED, ids=lambda value: str(value)[-40:])
def test_edit_that_clients_do_not_notice_is_no_change(pointer: str, value: Any) -> None:
    """Another order of anything, texts, and what the direction does not have."""
    if value is reversed:
        value = _reordered(follow(RICH, f"#{pointer}"))
    edited = Contract("rich", Edit(pointer, value, "", "", "", "").apply(RICH))
    assert [*map(str, list_changes(BASE, edited)), *list_changes(edited, BASE)] == []
