"""What is wrong with a command line, in words."""

from __future__ import annotations

import pytest

from tests.support.server import run


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (
            ("serve", "--strct"),
            "serve: error: unrecognized arguments: --strct; did you ",
        ),
        (("serve", "--strct"), "did you mean --strict?"),
        (("routes", "--nonsense"), "error: unrecognized arguments: --nonsense"),
        (("srve",), "understudy: error: there is no command 'srve'; did you mean 'serve'? There "),
        (("lint", "zip"), "there is no API 'zip'; did you mean 'zep'? There are eliza, zep, zep4"),
    ],
)
def test_mistake_in_a_command_line_is_told_in_two_lines(
    arguments: tuple[str, ...], error: str
) -> None:
    """The error has what comes closest; the usage, which may be long, is a command away."""
    completed = run(*arguments)
    first, second = completed.stderr.splitlines()
    assert first.endswith(" --help explains the arguments")
    assert error in second
    assert completed.returncode == 2
