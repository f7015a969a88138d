"""The checks over lists find what is planted in them."""

from __future__ import annotations

from tests.support.histories.listings import (
    Numbered,
    contradictions,
    disagreements,
    misnumbered,
    not_ascending,
    wrong_length,
)
from tests.support.histories.operation import Operation


def page(shown: int, number: int, total: int) -> Operation:
    """Return a page with room for two sessions."""
    return Operation(
        "page", (), (number, 2, True), 0, 1, 200, (None,) * shown, {"total_count": total}
    )


def test_lists_that_disagree_about_order_are_found() -> None:
    """Two lists disagree at once, and three in a circle."""
    assert list(disagreements(["abc", "acd", "bd"])) == []
    assert len(list(disagreements(["abc", "cb"]))) == 1
    assert len(list(disagreements(["ab", "bc", "ca"]))) == 1


def test_item_twice_in_list_is_found() -> None:
    """A list with an item twice has no order."""
    assert len(list(disagreements(["aba"]))) == 1
    assert len(list(disagreements(["aa"]))) == 1


def test_lists_that_see_additions_in_different_orders_are_found() -> None:
    """Of two lists, one must have all that the other one has."""
    assert list(contradictions(map(frozenset, ("abc", "", "ab", "ab")))) == []
    assert list(contradictions(map(frozenset, ("ab", "ac")))) == [
        "one list has {'b'} without {'c'}, another one the opposite"
    ]


def test_page_of_wrong_length_is_found() -> None:
    """A page is full unless the sessions end before; its total is of the same moment."""
    for shown, number, total in ((2, 1, 5), (1, 3, 5), (0, 4, 5), (0, 1, 0)):
        assert list(wrong_length(page(shown, number, total))) == []
    for shown, number, total in ((1, 1, 5), (2, 3, 5), (1, 1, 0)):
        assert len(list(wrong_length(page(shown, number, total)))) == 1


def test_list_out_of_order_is_found() -> None:
    """The sessions of a list have higher and higher numbers; two have never the same."""
    assert list(not_ascending([1, 2, 5])) == []
    assert list(not_ascending([1, 5, 5, 4])) == [
        "a list has the number 5 after 5",
        "a list has the number 4 after 5",
    ]


def test_number_that_was_given_twice_is_found() -> None:
    """No two additions have one number."""
    assert list(misnumbered([Numbered(0, 9, 1), Numbered(1, 8, 1)])) == [
        "the number 1 was given 2 times"
    ]


def test_number_that_goes_back_is_found() -> None:
    """Additions at the same time have numbers in any order, later ones have higher numbers."""
    assert list(misnumbered([Numbered(0, 9, 2), Numbered(1, 8, 1), Numbered(10, 11, 3)])) == []
    assert list(misnumbered([Numbered(0, 4, 2), Numbered(5, 8, 1)])) == [
        "the number 1 was given after 2"
    ]
