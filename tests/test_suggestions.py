"""What to write instead of a name that does not exist."""

from __future__ import annotations

import pytest

from understudy.suggestions import hint
from understudy.timestamps import duration

MANY = [f"listThings{number}" for number in range(90)]


@pytest.mark.parametrize(
    ("name", "names", "expected"),
    [
        ("getUsr", ["addUser", "getUser"], "; did you mean 'getUser'? There are addUser, getUser"),
        ("GETUSER", ["getUser"], "; did you mean 'getUser'? There is only 'getUser'"),
        ("zoo", ["addUser", "getUser"], "; there are addUser, getUser"),
        ("zoo", ["addUser"], "; there is only 'addUser'"),
        ("zoo", [], "; there is none"),
        ("x" * 1_000_000, ["addUser"], "; there is only 'addUser'"),
    ],
)
def test_hint_names_what_comes_closest_and_what_there_is(
    name: str, names: list[str], expected: str
) -> None:
    """Few names are all listed, whatever their number."""
    assert hint(name, names) == expected


def test_hint_lists_the_closest_of_many() -> None:
    """It says how many there are, and where the list is."""
    text = hint("listThing7", MANY, "`understudy routes` lists all")
    assert text.startswith("; did you mean 'listThings7'? There are 90, the closest: listThings7, ")
    assert text.endswith("; `understudy routes` lists all")
    assert len(text) < 200


@pytest.mark.parametrize("text", ["31m", "PT31M", "0h31m", "1860s", "0d31m", "PT1860.0S"])
def test_durations_are_read_in_two_forms(text: str) -> None:
    """Units in lower case, and ISO 8601."""
    assert duration(text).total_seconds() == 1860


@pytest.mark.parametrize("text", ["", "31", "m31", "31 m", "1m1h", "-1m", "P", "1y", "d"])
def test_other_durations_are_refused(text: str) -> None:
    """The error has an example of each form."""
    with pytest.raises(ValueError, match=r"write 2d, 1h30m, 31m or 90s, or PT31M"):
        duration(text)
