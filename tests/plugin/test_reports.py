"""What a failing test of a user shows, word for word."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest

from tests.support.plugin_project import configure, outcome, told


def test_an_assertion_that_fails_shows_what_came_close(shop: pytest.Pytester) -> None:
    """The differences of the nearest request, none of the plugin's own frames, and the journal."""
    result = outcome(
        shop,
        """
        def test_it(pets, http):
            http.get("/pets/1", headers={"X-Trace": "a"})
            pets.assert_called("getPet", path="/shop/pets/2", headers={"x-trace": "b"})
        """,
    )
    assert result.ret == 1
    assert told(result) == dedent("""\
        === FAILURES ===
        ___ test_it ___

        pets = <pets at http://HOST/_ns/main-1/shop>
        http = <httpx.Client object at 0x>

            def test_it(pets, http):
                http.get("/pets/1", headers={"X-Trace": "a"})
        >       pets.assert_called("getPet", path="/shop/pets/2", headers={"x-trace": "b"})
        E       AssertionError: getPet with path='/shop/pets/2', headers={'x-trace': 'b'} was \
to be called at least once, but was called never
        E
        E       close: TIME getPet: GET /shop/pets/1 -> 200 (TOOK)
        E         path: wanted '/shop/pets/2', got '/shop/pets/1'
        E         header x-trace: wanted 'b', got 'a'

        test_shop.py:10: AssertionError
        --- understudy ---
        TIME getPet: GET /shop/pets/1 -> 200 (TOOK)
        === short test summary info ===
        FAILED test_shop.py::test_it - AssertionError: getPet with path='/shop/pets/2...
        1 failed in TIME""")


def test_a_broken_contract_fails_the_test(shop: pytest.Pytester) -> None:
    """At its end, with every violation and the requests to repeat."""
    result = outcome(
        shop,
        """
        def test_it(http):
            assert http.get("/pets/1").status_code == 200
            assert http.get("/pets/rex").status_code == 400
        """,
    )
    assert result.ret == 1
    assert told(result) == dedent("""\
        === FAILURES ===
        ___ test_it ___
        the client broke the contract:
        TIME getPet: GET /shop/pets/rex -> 400 (TOOK)
          path /id: "rex" is not of type "integer"

        its requests, to repeat with `understudy serve`:
        curl -X GET URL/shop/pets/1 -H 'accept: */*' -H 'user-agent: httpx'
        curl -X GET URL/shop/pets/rex -H 'accept: */*' -H 'user-agent: httpx'
        --- understudy ---
        TIME getPet: GET /shop/pets/1 -> 200 (TOOK)
        TIME getPet: GET /shop/pets/rex -> 400 (TOOK)
          path /id: "rex" is not of type "integer"
        === short test summary info ===
        FAILED test_shop.py::test_it - Failed: the client broke the contract:
        1 failed in TIME""")


def test_a_broken_contract_may_be_allowed(shop: pytest.Pytester) -> None:
    """By a marker for a test, by an option for all, where the marker still has the last word."""
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
    outcome(shop, tests, "--strict-markers").assert_outcomes(passed=1, failed=2)
    configure(shop, "understudy_violations = allow")
    outcome(shop, tests).assert_outcomes(passed=2, failed=1)


def test_what_a_fault_did_is_no_violation(shop: pytest.Pytester) -> None:
    """A planned answer is the test's own doing."""
    result = outcome(
        shop,
        """
        def test_it(pets, http):
            pets.fail_next(status=500, body="oops")
            assert http.get("/pets/1").json() == "oops"
        """,
    )
    result.assert_outcomes(passed=1)


def test_deprecated_calls_may_fail(shop: pytest.Pytester) -> None:
    """They pass, unless that is configured."""
    tests = """
        def test_it(http):
            http.get("/pets")

        @pytest.mark.understudy(deprecated="allow")
        def test_allowed(http):
            http.get("/pets")
    """
    outcome(shop, tests).assert_outcomes(passed=2)
    configure(shop, "understudy_deprecated = fail")
    result = outcome(shop, tests)
    result.assert_outcomes(passed=1, failed=1)
    assert told(result) == dedent("""\
        === FAILURES ===
        ___ test_it ___
        the client called what is deprecated:
        TIME listPets: GET /shop/pets -> 200 (TOOK)

        its requests, to repeat with `understudy serve`:
        curl -X GET URL/shop/pets -H 'accept: */*' -H 'user-agent: httpx'
        --- understudy ---
        TIME listPets: GET /shop/pets -> 200 (TOOK)
        === short test summary info ===
        FAILED test_shop.py::test_it - Failed: the client called what is deprecated:
        1 failed, 1 passed in TIME""")


def test_the_journal_is_in_the_report(shop: pytest.Pytester) -> None:
    """Of a test that failed by itself, and of a fixture that did; not of one that passed."""
    result = outcome(
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
    sections = re.findall(r"^--- understudy ---\n(.*?)\n(?=[=_]{3})", told(result), re.M | re.S)
    assert sections == [
        'TIME getPet: GET /shop/pets/rex -> 400 (TOOK)\n  path /id: "rex" is not of type "integer"',
        "TIME getPet: GET /shop/pets/2?all=1 -> 503 (TOOK) [fault 1]",
        "no requests",
    ]


def test_a_dead_server_is_told_in_the_report(shop: pytest.Pytester) -> None:
    """Rather than an error of pytest's."""
    result = outcome(
        shop,
        """
        def test_it(request, understudy):
            from understudy.pytest_plugin import _THEATRE
            process = request.config.stash[_THEATRE]._process
            process.kill()
            process.wait()
            assert not understudy
        """,
    )
    result.assert_outcomes(failed=1, errors=1)
    assert "the stand-in does not answer: " in told(result)
