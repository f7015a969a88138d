"""Plans that nothing met: they fail the test, unless it allows them."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.support.plugin_project import configure, report, run_tests

IN_PROCESS = ("-o", "understudy_in_process=true")


def test_plan_that_nothing_met_fails_the_test(shop: pytest.Pytester) -> None:
    """Each plan is one line; near misses say why a rule was not met."""
    result = run_tests(
        shop,
        """
        def test_it(pets, http):
            http.get("/pets/1")
            pets.fail_next("getPet", status=503, when={"path": "/shop/pets/2"})
            pets.fail("listPets", delay=1)
            pets.fail_next(connection="reset", when={"method": "POST"})
            pets.fail("getPet", status=500, probability=0.01)
            pets.fail_next("getPet", status=404)
            assert http.get("/pets/1").status_code == 404
            removed = pets.fail_next("getPet", status=503)
            pets.control.remove_fault(removed)
            pets.control.schedule("GET", "/shop/pets/7", in_="PT5M")
            pets.clock.freeze("2026-01-01T00:00:00Z")
        """,
        *IN_PROCESS,
    )
    result.assert_outcomes(failed=1)
    shown = report(result)
    start, end = "___ test_it ___\n", "\nits requests"
    assert shown[shown.index(start) + len(start) : shown.index(end)] == dedent("""\
        planned but never met:
        fault 1 for getPet with path='/shop/pets/2': {"status": 503}
          near miss: TIME getPet: GET /shop/pets/1 -> 404 (TOOK) [fault 5]
            path: wanted '/shop/pets/2', got '/shop/pets/1'
          near miss: TIME getPet: GET /shop/pets/1 -> 200 (TOOK)
            path: wanted '/shop/pets/2', got '/shop/pets/1'
        fault 2 for listPets: {"delay": 1}
          no request for it
        fault 3 for any request with method='POST': {"connection": "reset"}
        scheduled request 1: GET /shop/pets/7 {"in": "PT5M"}, due DUE
        if that is meant: @pytest.mark.understudy(unused="allow")
        """).replace("DUE", shown.partition(", due ")[2].partition("\n")[0])


def test_plan_comes_too_late_or_after_another(shop: pytest.Pytester) -> None:
    """The report says that requests matched all the same."""
    tests = """
        def test_it(pets, http):
            http.get("/pets/1")
            pets.fail_next("getPet", status=503)
    """
    result = run_tests(shop, tests, *IN_PROCESS)
    sentence = "its requests came before it was planned, or met an earlier rule"
    assert sentence in report(result)


def test_unused_plans_may_be_allowed(shop: pytest.Pytester) -> None:
    """By the marker or the ini option; a test that fails, fails for its own reason only."""
    tests = """
        @pytest.mark.understudy(unused="allow")
        def test_allowed(pets):
            pets.fail_next("getPet", status=503)

        @pytest.mark.understudy(unused="fail")
        def test_not_allowed(pets):
            pets.fail_next("getPet", status=503)

        def test_of_neither(pets):
            pets.fail_next("getPet", status=503)

        def test_of_another_reason(pets):
            pets.fail_next("getPet", status=503)
            assert not "reason"
    """
    result = run_tests(shop, tests, *IN_PROCESS)
    result.assert_outcomes(passed=1, failed=3)
    assert report(result).count("fault 1 for getPet") == 2
    configure(shop, "understudy_unused = allow", "understudy_in_process = true")
    run_tests(shop, tests).assert_outcomes(passed=2, failed=2)


@pytest.mark.parametrize(
    ("marker", "sentence"),
    [
        ("unusd='allow'", "has no 'unusd'; did you mean 'unused'? There are violations, depre"),
        ("unused='alow'", "the marker understudy: unused: 'alow' is not one of 'allow' or 'fail'"),
        ("'allow'", "takes names, such as unused='allow', not 'allow' alone"),
    ],
)
def test_marker_with_a_mistake_stops_the_run(
    shop: pytest.Pytester, marker: str, sentence: str
) -> None:
    """It would change nothing, and say nothing."""
    test = f"""
        @pytest.mark.understudy({marker})
        def test_it(pets): pass
    """
    result = run_tests(shop, test, *IN_PROCESS)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "test_shop.py::test_it: the marker understudy" in result.stderr.str()
    assert sentence in result.stderr.str()


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("unused=alow", "understudy_unused: 'alow' is not one of 'allow' or 'fail'"),
        ("in_process=maybe", "understudy_in_process: invalid truth value 'maybe'; give true or fa"),
        ("url=mock:3000", "understudy_url: 'mock:3000' is no URL of a server, such as http://127."),
    ],
)
def test_option_with_a_mistake_stops_the_run(
    shop: pytest.Pytester, option: str, sentence: str
) -> None:
    """Before any test."""
    result = run_tests(shop, "def test_it(pets): pass", "-o", f"understudy_{option}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: {sentence}" in result.stderr.str()
