"""The reports of failed tests, word for word."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest

from tests.support.plugin_project import configure, report, run_tests


def test_failed_assertion_shows_near_misses(shop: pytest.Pytester) -> None:
    """The report has their differences, the journal, and no frames of the plugin."""
    result = run_tests(
        shop,
        """
        def test_it(pets, http):
            http.get("/pets/1", headers={"X-Trace": "a"})
            pets.assert_called("getPet", path="/shop/pets/2", headers={"x-trace": "b"})
        """,
    )
    assert result.ret == 1
    assert report(result) == dedent("""\
        === FAILURES ===
        ___ test_it ___

        pets = <pets at http://HOST/_ns/main-1/shop>
        http = <httpx.Client object at 0x>

            def test_it(pets, http):
                http.get("/pets/1", headers={"X-Trace": "a"})
        >       pets.assert_called("getPet", path="/shop/pets/2", headers={"x-trace": "b"})
        E       AssertionError: expected getPet with path='/shop/pets/2', headers={'x-trace': 'b'} \
to be called at least once, but it was called 0 times
        E
        E       near miss: TIME getPet: GET /shop/pets/1 -> 200 (TOOK)
        E         path: wanted '/shop/pets/2', got '/shop/pets/1'
        E         header x-trace: wanted 'b', got 'a'

        test_shop.py:10: AssertionError
        --- understudy ---
        TIME getPet: GET /shop/pets/1 -> 200 (TOOK)
        === short test summary info ===
        FAILED test_shop.py::test_it - AssertionError: expected getPet with path='/sh...
        1 failed in TIME""")


def test_violation_fails_the_test(shop: pytest.Pytester) -> None:
    """The test fails at its end, with every violation and the requests as curl commands."""
    result = run_tests(
        shop,
        """
        def test_it(http):
            assert http.get("/pets/1").status_code == 200
            assert http.get("/pets/rex").status_code == 400
        """,
    )
    assert result.ret == 1
    assert report(result) == dedent("""\
        === FAILURES ===
        ___ test_it ___
        the client violated the contract:
        TIME getPet: GET /shop/pets/rex -> 400 (TOOK)
          path /id: "rex" is not of type "integer"
        if that is meant: @pytest.mark.understudy(violations="allow")

        its requests, to be repeated with `understudy serve shop`:
        curl -X GET URL/shop/pets/1 -H 'accept: */*' -H 'user-agent: httpx'
        curl -X GET URL/shop/pets/rex -H 'accept: */*' -H 'user-agent: httpx'
        --- understudy ---
        TIME getPet: GET /shop/pets/1 -> 200 (TOOK)
        TIME getPet: GET /shop/pets/rex -> 400 (TOOK)
          path /id: "rex" is not of type "integer"
        === short test summary info ===
        FAILED test_shop.py::test_it - Failed: the client violated the contract:
        1 failed in TIME""")


def test_violations_may_be_allowed(shop: pytest.Pytester) -> None:
    """A marker allows them for one test, an option for all; the marker takes precedence."""
    tests = """
        @pytest.mark.understudy(violations="allow")
        def test_allowed(http):
            http.get("/pets/rex")

        @pytest.mark.understudy(violations="fail")
        def test_not_allowed(http):
            http.get("/pets/rex")

        def test_of_neither(http):
            http.get("/pets/rex")
    """
    run_tests(shop, tests, "--strict-markers").assert_outcomes(passed=1, failed=2)
    configure(shop, "understudy_violations = allow")
    run_tests(shop, tests).assert_outcomes(passed=2, failed=1)


def test_fault_is_not_a_violation(shop: pytest.Pytester) -> None:
    """A fault rule may send what the contract does not allow."""
    result = run_tests(
        shop,
        """
        def test_it(pets, http):
            pets.fail_next(status=500, body="oops")
            assert http.get("/pets/1").json() == "oops"
        """,
    )
    result.assert_outcomes(passed=1)


def test_deprecated_calls_may_fail_the_test(shop: pytest.Pytester) -> None:
    """Only if that is configured."""
    tests = """
        def test_it(http):
            http.get("/pets")

        @pytest.mark.understudy(deprecated="allow")
        def test_allowed(http):
            http.get("/pets")
    """
    run_tests(shop, tests).assert_outcomes(passed=2)
    configure(shop, "understudy_deprecated = fail")
    result = run_tests(shop, tests)
    result.assert_outcomes(passed=1, failed=1)
    assert report(result) == dedent("""\
        === FAILURES ===
        ___ test_it ___
        the client called deprecated operations:
        TIME listPets: GET /shop/pets -> 200 (TOOK)
        if that is meant: @pytest.mark.understudy(deprecated="allow")

        its requests, to be repeated with `understudy serve shop`:
        curl -X GET URL/shop/pets -H 'accept: */*' -H 'user-agent: httpx'
        --- understudy ---
        TIME listPets: GET /shop/pets -> 200 (TOOK)
        === short test summary info ===
        FAILED test_shop.py::test_it - Failed: the client called deprecated operations:
        1 failed, 1 passed in TIME""")


def test_report_has_the_journal(shop: pytest.Pytester) -> None:
    """A failed test and a failed fixture have it, but not a test that passed."""
    result = run_tests(
        shop,
        """
        def test_good(http):
            http.get("/pets/1")

        def test_bad(pets, http):
            pets.fail_next("getPet", status=503)
            assert http.get("/pets/2?all=1").status_code == 200

        def test_idle(understudy):
            assert not understudy

        @pytest.fixture
        def rex(http):
            http.get("/pets/rex").raise_for_status()

        def test_fixture(rex):
            pass
        """,
    )
    result.assert_outcomes(passed=1, failed=2, errors=1)
    sections = re.findall(r"^--- understudy ---\n(.*?)\n(?=[=_]{3})", report(result), re.M | re.S)
    assert sections == [
        'TIME getPet: GET /shop/pets/rex -> 400 (TOOK)\n  path /id: "rex" is not of type "integer"',
        "TIME getPet: GET /shop/pets/2?all=1 -> 503 (TOOK) [fault 1]",
        "no requests",
    ]


def test_report_says_that_the_server_is_dead(shop: pytest.Pytester) -> None:
    """There is no internal error of pytest."""
    result = run_tests(
        shop,
        """
        def test_it(request, understudy):
            from understudy.pytest_plugin.server import _SERVER
            process = request.config.stash[_SERVER]._process
            process.kill()
            process.wait()
            assert not understudy
        """,
    )
    result.assert_outcomes(failed=1, errors=1)
    assert "the stand-in does not respond: " in report(result)
