"""Contract coverage in pytest: the summary, reports, the threshold, and parallel tests."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.plugin_project import configure, run_tests

TESTS = """
    @pytest.mark.parametrize("turn", range(4))
    def test_it(pets, http, turn):
        pets.fail_next("getPet", status=503)
        assert http.get("/pets/1").status_code == 503
        assert http.get("/pets").status_code == 200
"""


def summary(result: pytest.RunResult) -> list[str]:
    """Return the lines of the summary of coverage."""
    lines = result.outlines
    start = next(n for n, line in enumerate(lines) if "= contract coverage =" in line)
    return [line.rstrip() for line in lines[start + 1 : -1]]


IN_PROCESS = ("-o", "understudy_in_process=true")
IN_WORKERS = ("-n", "2", "-o", "understudy_options=--store sqlite:///it.db")


@pytest.mark.parametrize("mode", [IN_PROCESS, IN_WORKERS])
def test_coverage_of_all_tests(shop: pytest.Pytester, mode: tuple[str, ...]) -> None:
    """It is the same in one process, and in workers of pytest-xdist that share a database; a
    response that a test planned counts too."""
    reports = ("--understudy-coverage=it.json", "--understudy-coverage=it.html")
    result = run_tests(shop, TESTS, *reports, *mode)
    assert result.ret == 0
    assert summary(result) == [
        "      operations  statuses  parameters  fields",
        "pets      2 of 2    1 of 2      1 of 1  0 of 0",
        "pets, statuses that are not documented: getPet 503",
        "called 2 of 2 used operations: 100 %",
        "written to it.json",
        "written to it.html",
    ]
    document: Any = json.loads((shop.path / "it.json").read_text())
    calls = {o["id"]: o["calls"] for o in document["apis"][0]["operations"]}
    assert calls == {"listPets": 4, "getPet": 4}
    assert "100 % of the operations" in (shop.path / "it.html").read_text()


def test_threshold_fails_the_session(shop: pytest.Pytester) -> None:
    """Only if fewer of the named operations were called than it says; the tests pass."""
    tests = """
        def test_it(http):
            http.get("/pets")
    """
    configure(shop, "understudy_in_process = true")
    below = run_tests(shop, tests, "--understudy-fail-under=51")
    assert below.ret == 1
    below.assert_outcomes(passed=1)
    reason = "FAIL: 50 % of the used operations were called; at least 51 % must be"
    assert summary(below)[-3:] == ["pets, not called: getPet", _called(1, 2, 50), reason]
    configure(shop, "understudy_in_process = true", "understudy_used_operations = GET /pets")
    enough = run_tests(shop, tests, "--understudy-fail-under=100")
    assert (enough.ret, summary(enough)[-1]) == (0, _called(1, 1, 100))


def _called(calls: int, of: int, percent: int) -> str:
    return f"called {calls} of {of} used operations: {percent} %"


def test_no_option_no_coverage(shop: pytest.Pytester) -> None:
    """Without an option nothing of it is imported."""
    result = run_tests(
        shop,
        """
        import sys

        def test_it(http):
            http.get("/pets")
            assert not [name for name in sys.modules if name.startswith("understudy.coverage")]
        """,
        "-o",
        "understudy_in_process=true",
    )
    assert result.ret == 0
    assert "contract coverage" not in result.stdout.str()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--understudy-coverage=it.xml"], "'it.xml' is not a report; give a file that ends in"),
        (["--understudy-coverage=no/it.html"], "the directory of no/it.html does not exist"),
        (["--understudy-fail-under=101"], "101 is not from 0 to 100"),
        (
            ["--understudy-coverage", "-o", "understudy_used_operations=getPets"],
            "understudy_used_operations: no operation is named 'getPets'",
        ),
    ],
)
def test_wrong_option_is_one_sentence(
    shop: pytest.Pytester, options: list[str], message: str
) -> None:
    """It is refused before any test runs."""
    result = run_tests(shop, "", *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert message in result.stderr.str()
