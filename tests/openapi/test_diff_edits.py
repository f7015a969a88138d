"""Each single edit of a rich document is one change, and so is the edit in reverse."""

from __future__ import annotations

from functools import cache

import pytest

from tests.openapi.diff_edits import Edit, edits, unnoticed_edits, with_property
from understudy.openapi.contract import Contract
from understudy.openapi.diff.contracts import list_changes
from understudy.openapi.document import existing


@cache
def _base(name: str) -> Contract:
    return Contract("rich", with_property(name))


@pytest.mark.parametrize("edit", edits(), ids=lambda edit: edit.pointer[-30:])
def test_edit_is_one_change_and_so_is_its_reverse(edit: Edit) -> None:
    """With its level and kind, and a pointer to it in the document that has it."""
    base = _base(edit.property_name)
    edited = Contract("rich", edit.apply(base.document))
    around, _, last = edit.pointer.removesuffix("/-").rpartition("/")
    target = around if last == "required" else f"{around}/{last}"
    for old, new, level, rule in (
        (base, edited, edit.level, edit.rule),
        (edited, base, edit.back_level, edit.back_rule),
    ):
        changes = list_changes(old, new)
        assert [(c.level, c.rule) for c in changes] == [(level, rule)], [*map(str, changes)]
        place = changes[0].pointer.removeprefix("#")
        assert place
        assert existing((old if changes[0].is_gone else new).document, place) == place
        assert target.startswith(place) or place.startswith(target), place


@pytest.mark.parametrize("edit", unnoticed_edits(), ids=lambda edit: edit.pointer[-30:])
def test_edit_that_clients_do_not_notice_is_no_change(edit: Edit) -> None:
    """Another order of anything, texts, and what the direction does not have."""
    base = _base(edit.property_name)
    edited = Contract("rich", edit.apply(base.document))
    assert list_changes(base, edited) == list_changes(edited, base) == []
