"""Tracebacks of failed tests: they end in the test's own line, not in ours."""

from __future__ import annotations

import re

import pytest

from tests.support.plugin_project import run_tests


def test_traceback_has_no_frames_of_ours(shop: pytest.Pytester) -> None:
    """Whatever a call of the client raises, and also where httpx raises it."""
    result = run_tests(
        shop,
        """
        from understudy.client import ApiDouble, ControlClient

        DOWN = ControlClient("http://127.0.0.1:1")

        def test_unknown_operation(pets):
            pets.fail_next("getDog", status=503)

        def test_unknown_fault(understudy):
            understudy.remove_fault("7")

        def test_assert_called(pets):
            pets.assert_called("getPet")

        def test_assert_sent(pets):
            pets.webhooks.assert_sent("petSold")

        def test_wait_for(pets):
            pets.wait_for("getPet", timeout=0)

        def test_wrong_state(pets):
            pets.state.load({"apis": {"zoo": {}}})

        def test_wrong_time(pets):
            pets.clock.freeze("soon")

        def test_unknown_action(pets):
            pets.actions.plant("rex")

        def test_unknown_attribute(pets):
            pets.fail_nxt(status=503)

        def test_environment_of_a_server_that_is_down():
            ApiDouble(DOWN, "pets", "").env

        def test_server_is_down():
            DOWN.reset()

        def test_connection_is_cut(pets, http):
            pets.fail_next(connection="reset")
            http.get("/pets/1")
        """,
        "-o",
        "understudy_in_process=true",
    )
    result.assert_outcomes(failed=12)
    shown = result.stdout.str()
    frames = re.findall(r"^(\S+\.py):\d+: (?:\w|$)", shown, re.M)
    assert {frame for frame in frames if "httpx" not in frame} == {"test_shop.py"}
    assert not re.search(r"[/\\]understudy[/\\]\w+[/\\]\w+\.py:\d+", shown)
    assert "httpcore" not in shown
    assert (
        "E       httpx.ConnectError: the stand-in at http://127.0.0.1:1 does not respond: " in shown
    )
