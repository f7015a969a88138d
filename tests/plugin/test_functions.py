"""Functions that answer for a stand-in, in a test of pytest."""

from __future__ import annotations

import pytest

from tests.support.plugin_project import configure, run_tests


def test_error_of_a_function_fails_the_test(shop: pytest.Pytester) -> None:
    """Even if the client does not mind the 500: the report has the reason and the traceback. The
    next test begins without the function."""
    configure(shop, "understudy_in_process = true")
    result = run_tests(
        shop,
        """
        def test_wrong(pets, http):
            pets.respond("getPet", lambda request: {"name": request.path_parameters["nmae"]})
            http.get("/pets/1")

        def test_right(pets, http):
            pets.respond("getPet", lambda request: {"name": request.path_parameters["id"]})
            assert http.get("/pets/1").json() == {"name": "1"}
        """,
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        ["*response: the callback of fault rule 1 failed: KeyError: 'nmae'", "KeyError: 'nmae'"]
    )
