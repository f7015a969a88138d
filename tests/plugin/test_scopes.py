"""Fixtures of a module and of the session: a namespace that many tests share."""

from __future__ import annotations

import pytest

from tests.support.plugin_project import NO_SLOW_PLUGINS, report, run_tests

IN_PROCESS = ("-o", "understudy_in_process=true")


def test_wider_fixtures_share_a_namespace(shop: pytest.Pytester) -> None:
    """One for a module and one for the session, beside that of each test."""
    shop.makepyfile(
        test_a="""
        def test_first(understudy, understudy_module, understudy_session, pets, pets_session):
            assert pets_session.control is understudy_session
            controls = (understudy, understudy_module, understudy_session)
            assert len({control.namespace for control in controls}) == 3
            understudy_module.clock.freeze("2026-01-01T00:00:00Z")
            understudy_session.clock.freeze("2026-01-01T00:00:00Z")

        def test_second(pets_module, pets_session):
            assert pets_module.clock.now().year == pets_session.clock.now().year == 2026
            assert pets_module.url != pets_session.url
        """,
        test_b="""
        import pytest

        @pytest.fixture(scope="module")
        def seeded(pets_module, pets_session):
            pets_module.clock.freeze("2027-01-01T00:00:00Z")
            return pets_module

        def test_third(seeded, pets_session):
            assert [d.clock.now().year for d in (seeded, pets_session)] == [2027, 2026]
        """,
    )
    shop.runpytest_subprocess("-q", *NO_SLOW_PLUGINS, *IN_PROCESS).assert_outcomes(passed=3)


def test_wider_fixtures_fail_at_their_end(shop: pytest.Pytester) -> None:
    """By violations and unmet plans, which the last test of the scope shows as an error."""
    tests = """
        def test_it(pets_module, pets_session):
            with httpx.Client(base_url=pets_module.url, transport=pets_module.transport) as client:
                client.get("/pets/rex")
            pets_session.fail_next("getPet", status=503)
    """
    result = run_tests(shop, tests, *IN_PROCESS)
    result.assert_outcomes(passed=1, errors=1)  # one test ends both, so they are one error
    shown = report(result)
    assert "understudy_module: the client violated the contract:\n" in shown
    assert "understudy_session: planned but never met:\n" in shown
    marked = "\n        pytestmark = pytest.mark.understudy(violations='allow')\n" + tests
    unused = ("-o", "understudy_unused=allow")
    run_tests(shop, marked, *IN_PROCESS, *unused).assert_outcomes(passed=1)


def test_failed_test_shows_the_journals_that_it_uses(shop: pytest.Pytester) -> None:
    """Each under the name of its fixture; after a failed test unmet plans do not matter."""
    tests = """
        def test_other(pets_session):
            assert pets_session.fail_next("getPet", status=503)

        def test_it(pets, pets_module):
            assert not pets
    """
    result = run_tests(shop, tests, *IN_PROCESS)
    result.assert_outcomes(passed=1, failed=1)
    shown = report(result)
    assert "--- understudy ---" in shown
    assert "--- understudy_module ---" in shown
    assert "--- understudy_session ---" not in shown


def test_fixtures_tell_what_they_are(shop: pytest.Pytester) -> None:
    """`pytest --fixtures` has a docstring of each."""
    result = shop.runpytest_subprocess("--fixtures", "-q", *NO_SLOW_PLUGINS)
    result.stdout.fnmatch_lines_random(
        [
            "*The API pets in the namespace of the test: an `understudy.client.ApiDouble`*",
            "*The API pets in the namespace of the test's module: an *",
            "*The API pets in the namespace of the session: an *",
            "*The control API of the namespace of the test: an *",
        ]
    )
