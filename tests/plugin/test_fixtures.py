"""The fixtures: isolated from each other, made for a project, and typed."""

from __future__ import annotations

import re
import sys

import pytest

from tests.support.file_server import serving_files
from tests.support.plugin_project import NO_SLOW_PLUGINS, PETS, report, run_tests


def test_fixtures_have_a_namespace_for_each_test(shop: pytest.Pytester) -> None:
    """It has nothing of another test, and is deleted afterwards."""
    result = run_tests(
        shop,
        """
        @pytest.mark.parametrize("turn", range(3))
        def test_it(pets, http, turn):
            pets.assert_called(times=0)
            http.get("/pets/1")
            pets.assert_called("getPet", times=1)
            namespaces = httpx.get(f"{pets.control.url}/_understudy/namespaces").json()
            assert [namespace["name"] for namespace in namespaces] == [f"main-{turn + 1}"]
        """,
    )
    result.assert_outcomes(passed=3)


@pytest.mark.parametrize("inside", ["true", "false"])
def test_fixtures_have_a_server_for_each_worker(shop: pytest.Pytester, inside: str) -> None:
    """Tests in parallel do not affect each other."""
    result = run_tests(
        shop,
        """
        @pytest.mark.parametrize("turn", range(6))
        def test_it(pets, http, turn, worker_id):
            http.get(f"/pets/{turn}")
            pets.assert_called("getPet", times=1, path=f"/shop/pets/{turn}")
            assert pets.control.namespace.startswith(worker_id)
        """,
        "-n",
        "2",
        "-o",
        f"understudy_in_process={inside}",
    )
    result.assert_outcomes(passed=6)


def test_fixtures_are_named_like_the_apis(pytester: pytest.Pytester) -> None:
    """The name of a bundled API or of a document becomes a Python name."""
    pytester.makepyfile("def test_it(zep, eliza): assert zep.url and eliza.url")
    pytester.runpytest_subprocess(*NO_SLOW_PLUGINS).assert_outcomes(passed=1)
    (pytester.path / "pet-shop.v2.yaml").write_text(PETS)
    pytester.makepyfile("def test_it(pet_shop_v2): assert pet_shop_v2.url.endswith('/shop')")
    project = ("-o", "understudy_project=pet-shop.v2.yaml")
    pytester.runpytest_subprocess(*NO_SLOW_PLUGINS, *project).assert_outcomes(passed=1)


@pytest.mark.parametrize("inside", ["true", "false"])
def test_project_may_be_a_url(pytester: pytest.Pytester, inside: str) -> None:
    """The API is named like the file in the URL."""
    pytester.makepyfile("def test_it(pet_shop): assert pet_shop.url.endswith('/shop')")
    with serving_files({"/v1/pet-shop.yaml": PETS}) as origin:
        options = ("-o", f"understudy_project={origin}/v1/pet-shop.yaml")
        mode = ("-o", f"understudy_in_process={inside}")
        result = pytester.runpytest_subprocess(*NO_SLOW_PLUGINS, *options, *mode)
    result.assert_outcomes(passed=1)


def test_missing_project_is_one_sentence(shop: pytest.Pytester) -> None:
    """The error is printed before any test runs."""
    result = run_tests(shop, "", "-o", "understudy_project=zoo")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    sentence = (
        "ERROR: understudy_project: there is no API 'zoo'; there are eliza, zep, zep4; or give"
    )
    assert result.stderr.str().strip().startswith(sentence)


@pytest.mark.parametrize("inside", ["true", "false"])
def test_start_error_is_one_sentence(shop: pytest.Pytester, inside: str) -> None:
    """An invalid document, broken handlers and an unknown option each give one sentence."""
    tests = "def test_it(pets): pass"
    mode = ("-o", f"understudy_in_process={inside}")
    shown = report(run_tests(shop, tests, *mode, "-o", "understudy_options=--nonsense"))
    assert sentence_of(shown) == "understudy: unrecognized arguments: --nonsense"

    handlers = shop.mkdir("shop/handlers")
    (handlers / "pets.py").write_text("def get_cat(world): pass")
    assert "get_cat" in sentence_of(report(run_tests(shop, tests, *mode)))

    document = shop.path / "shop/specs/pets.yaml"
    document.write_text("just text")
    expected = f"understudy: {document} is not an OpenAPI document: it must be an object"
    assert sentence_of(report(run_tests(shop, tests, *mode))) == expected


def sentence_of(shown: str) -> str:
    """Return the only line in the report of a failed fixture."""
    found = re.search(r"^___ ERROR at setup of test_it ___\n(.*?)\n[-=]{3}", shown, re.M | re.S)
    assert found, shown
    return found[1]


def test_types_pass_strict_mypy(pytester: pytest.Pytester) -> None:
    """mypy accepts a test that uses the plugin's fixtures."""
    program = pytester.makepyfile(
        """
        from __future__ import annotations

        from datetime import timedelta

        import httpx
        import pytest
        import requests
        import understudy as mock
        from understudy.client import ApiDouble, ControlClient, JournalEntry


        @pytest.mark.understudy(violations="allow")
        def test_it(pets: ApiDouble, understudy: ControlClient) -> None:
            httpx.Client(base_url=pets.url, transport=pets.transport)
            httpx.AsyncClient(base_url=pets.url, transport=pets.transport)
            pets.mount(requests.Session())
            fault: str = pets.fail_next("getPet", status=503)
            understudy.remove_fault(fault)
            pets.clock.advance(timedelta(minutes=31))
            seen: list[JournalEntry] = pets.requests("getPet", status=200)
            pets.assert_called("getPet", times=len(seen))
            pets.state.load(pets.state.export())
            environment: dict[str, str] = pets.env
            with mock.serve("zep", options=["--strict"]) as zep, mock.serve() as others:
                double: ApiDouble = zep
                doubles: tuple[ApiDouble, ...] = others
        """
    )
    result = pytester.run(sys.executable, "-m", "mypy", "--strict", program)
    assert result.stdout.str().startswith("Success")
