"""The fixtures: apart from each other, from a project, typed."""

from __future__ import annotations

import re
import sys

import pytest

from tests.support.plugin_project import PETS, outcome, told


def test_each_test_has_a_namespace_of_its_own(shop: pytest.Pytester) -> None:
    """Nothing of another test is there, and nothing stays."""
    result = outcome(
        shop,
        """
        @pytest.mark.parametrize("turn", range(3))
        def test_it(pets, http, turn):
            pets.assert_called(times=0)
            http.get("/pets/1")
            pets.assert_called("getPet", times=1)
            told = httpx.get(f"{pets.door.url}/_understudy/namespaces").json()
            assert [space["name"] for space in told] == [f"main-{turn + 1}"]
        """,
    )
    result.assert_outcomes(passed=3)


@pytest.mark.parametrize("inside", ["true", "false"])
def test_workers_of_xdist_do_not_meet(shop: pytest.Pytester, inside: str) -> None:
    """Each has a stand-in of its own."""
    result = outcome(
        shop,
        """
        @pytest.mark.parametrize("turn", range(6))
        def test_it(pets, http, turn, worker_id):
            http.get(f"/pets/{turn}")
            pets.assert_called("getPet", times=1, path=f"/shop/pets/{turn}")
            assert pets.door.namespace.startswith(worker_id)
        """,
        "-n",
        "2",
        "-o",
        f"understudy_in_process={inside}",
    )
    result.assert_outcomes(passed=6)


def test_without_a_project_there_are_the_bundled_apis(pytester: pytest.Pytester) -> None:
    """And with a document, that one, under a name that Python can say."""
    pytester.makepyfile("def test_it(zep, eliza): assert zep.url and eliza.url")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
    (pytester.path / "pet-shop.v2.yaml").write_text(PETS)
    pytester.makepyfile("def test_it(pet_shop_v2): assert pet_shop_v2.url.endswith('/shop')")
    pytester.runpytest_subprocess("-o", "understudy_project=pet-shop.v2.yaml").assert_outcomes(
        passed=1
    )


def test_a_project_that_is_not_there_is_one_sentence(shop: pytest.Pytester) -> None:
    """Before any test runs."""
    result = outcome(shop, "", "-o", "understudy_project=zoo")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    sentence = f"ERROR: understudy_project: there is no {shop.path / 'zoo'}"
    assert result.stderr.str().strip() == sentence


@pytest.mark.parametrize("inside", ["true", "false"])
def test_what_cannot_be_served_is_one_sentence(shop: pytest.Pytester, inside: str) -> None:
    """A document that is none, handlers that are broken, an option that there is not."""
    tests = "def test_it(pets): pass"
    mode = ("-o", f"understudy_in_process={inside}")
    shown = told(outcome(shop, tests, *mode, "-o", "understudy_options=--nonsense"))
    assert sentence_of(shown) == "understudy: unrecognized arguments: --nonsense"

    handlers = shop.mkdir("shop/handlers")
    (handlers / "pets.py").write_text("def get_cat(world): pass")
    assert "get_cat" in sentence_of(told(outcome(shop, tests, *mode)))

    document = shop.path / "shop/specs/pets.yaml"
    document.write_text("just text")
    wanted = f"understudy: {document} has no `openapi:` version; Understudy serves OpenAPI 3.0 "
    wanted += "documents"
    assert sentence_of(told(outcome(shop, tests, *mode))) == wanted


def sentence_of(shown: str) -> str:
    """The only line that a report of a fixture has."""
    found = re.search(r"^___ ERROR at setup of test_it ___\n(.*?)\n[-=]{3}", shown, re.M | re.S)
    assert found, shown
    return found[1]


def test_the_types_hold_in_a_users_own_tests(pytester: pytest.Pytester) -> None:
    """Strict mypy takes a test that uses what the plugin gives."""
    program = pytester.makepyfile(
        """
        from __future__ import annotations

        from datetime import timedelta

        import httpx
        import pytest
        import requests
        from understudy.client import Double, Exchange, SideDoor


        @pytest.mark.understudy(violations="allow")
        def test_it(pets: Double, understudy: SideDoor) -> None:
            httpx.Client(base_url=pets.url, transport=pets.transport)
            httpx.AsyncClient(base_url=pets.url, transport=pets.transport)
            pets.mount(requests.Session())
            fault: str = pets.fail_next("getPet", status=503)
            understudy.remove_fault(fault)
            pets.clock.advance(timedelta(minutes=31))
            seen: list[Exchange] = pets.requests("getPet", status=200)
            pets.assert_called("getPet", times=len(seen))
            pets.state.load(pets.state.export())
        """
    )
    result = pytester.run(sys.executable, "-m", "mypy", "--strict", program)
    assert result.stdout.str().startswith("Success")
