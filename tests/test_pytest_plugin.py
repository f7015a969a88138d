"""The plugin, as someone's own tests see it: pytest in pytest."""

from __future__ import annotations

import re
import sys
from textwrap import dedent

import pytest

PETS = """
openapi: 3.0.3
info: {title: Pets, version: "1"}
servers: [{url: /shop}]
paths:
  /pets:
    get:
      operationId: listPets
      deprecated: true
      responses:
        "200":
          description: The pets.
          content: {application/json: {schema: {type: array, items: {}}, example: [Rex]}}
  /pets/{id}:
    get:
      operationId: getPet
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        "200":
          description: The pet.
          content: {application/json: {schema: {type: object}, example: {name: Rex}}}
"""

#: What begins each test file.
HEAD = """
import asyncio, httpx, pytest, requests

@pytest.fixture
def http(pets):
    with httpx.Client(base_url=pets.url, transport=pets.transport, timeout=0.3) as client:
        yield client
"""


@pytest.fixture
def shop(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with one API, `pets`, that pytest is configured for."""
    for name in ("CI", "BUILD_NUMBER"):  # with either, pytest shortens no line
        monkeypatch.delenv(name, raising=False)
    specs = pytester.mkdir("shop") / "specs"
    specs.mkdir()
    (specs / "pets.yaml").write_text(PETS)
    configure(pytester)
    return pytester


def configure(pytester: pytest.Pytester, *lines: str) -> None:
    """Write pytest.ini; all warnings are errors there."""
    pytester.makeini(
        "\n".join(["[pytest]", "filterwarnings = error", "understudy_project = shop", *lines])
    )


def outcome(pytester: pytest.Pytester, tests: str, *options: str) -> pytest.RunResult:
    """What comes of running tests with the plugin."""
    pytester.makepyfile(test_shop=HEAD + dedent(tests))
    without = ("-p", "no:schemathesis", "-p", "no:hypothesispytest")  # slow to import
    return pytester.runpytest_subprocess("-q", *without, *options)


def told(result: pytest.RunResult) -> str:
    """The output from the first failure on, without times, ports and full lines of signs."""
    text = re.sub(r"\d\d:\d\d:\d\d\.\d{6}", "TIME", result.stdout.str())
    text = re.sub(r"\(\d+\.\d ms\)", "(TOOK)", text)
    text = re.sub(r"in \d+\.\d+s", "in TIME", text)
    text = re.sub(r"http://127.0.0.1:3000/_ns/main-\d+", "URL", text)
    text = re.sub(r"127.0.0.1:(?!3000)\d+", "HOST", text)
    text = re.sub(r"0x[0-9a-f]+", "0x", text)
    text = re.sub(r"python-httpx/[\d.]+", "httpx", text)
    lines = [re.sub(r"([=_-])\1{4,}", r"\1\1\1", line.rstrip()) for line in text.splitlines()]
    begins = next(n for n, line in enumerate(lines) if re.match("=== (FAIL|ERR)", line))
    return "\n".join(lines[begins:])


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


def test_httpx_without_a_socket(shop: pytest.Pytester) -> None:
    """Answers, read timeouts, and faults as httpx's own errors; for both of its clients."""
    result = outcome(
        shop,
        """
        ERRORS = [
            ({"connection": "close"}, httpx.RemoteProtocolError),
            ({"connection": "reset"}, httpx.ReadError),
            ({"corrupt": "truncate"}, httpx.RemoteProtocolError),
            ({"delay": 60}, httpx.ReadTimeout),
        ]

        def test_an_answer(pets, http):
            answer = http.get("/pets/1", params={"a": "b c"})
            assert (answer.status_code, answer.json()) == (200, {"name": "Rex"})
            pets.assert_called("getPet", query={"a": "b c"})

        @pytest.mark.parametrize(("fault", "error"), ERRORS)
        def test_a_fault(pets, http, fault, error):
            pets.fail_next(**fault)
            with pytest.raises(error):
                http.get("/pets/1")
            pets.assert_called("getPet", times=1)

        @pytest.mark.parametrize(("fault", "error"), ERRORS)
        def test_asynchronously(pets, fault, error):
            async def ask():
                async with httpx.AsyncClient(
                    base_url=pets.url, transport=pets.transport, timeout=0.2
                ) as http:
                    assert (await http.get("/pets/1")).json() == {"name": "Rex"}
                    pets.fail_next(**fault)
                    with pytest.raises(error):
                        await http.get("/pets/2")
                    answers = await asyncio.gather(*(http.get(f"/pets/{n}") for n in range(20)))
                    assert {answer.status_code for answer in answers} == {200}
            asyncio.run(ask())
        """,
        "-o",
        "understudy_in_process=true",
    )
    result.assert_outcomes(passed=9)


@pytest.mark.parametrize("inside", ["true", "false"])
def test_requests_with_and_without_a_socket(shop: pytest.Pytester, inside: str) -> None:
    """The same answers and errors of requests in both modes."""
    result = outcome(
        shop,
        """
        @pytest.fixture
        def session(pets):
            with requests.Session() as session:
                pets.mount(session)
                yield session

        @pytest.mark.understudy(violations="allow")
        def test_an_answer(pets, session):
            answer = session.post(f"{pets.url}/pets/1", params={"a": "b c"}, data=iter([b"x"]))
            assert (answer.status_code, answer.reason) == (405, "Method Not Allowed")
            assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
            assert session.get(f"{pets.url}/pets/1").json() == {"name": "Rex"}
            pets.assert_called(method="POST", query={"a": "b c"})

        @pytest.mark.parametrize(("fault", "error"), [
            ({"connection": "close"}, requests.ConnectionError),
            ({"connection": "reset"}, requests.ConnectionError),
            ({"corrupt": "truncate"}, requests.exceptions.ChunkedEncodingError),
            ({"delay": 60}, requests.ReadTimeout),
        ])
        def test_a_fault(pets, session, fault, error):
            pets.fail_next(**fault)
            with pytest.raises(error):
                session.get(f"{pets.url}/pets/1", timeout=(1, 0.2))
            pets.assert_called("getPet", times=1)
        """,
        "-o",
        f"understudy_in_process={inside}",
    )
    result.assert_outcomes(passed=5)


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
            understudy.forget_fault(fault)
            pets.clock.advance(timedelta(minutes=31))
            seen: list[Exchange] = pets.requests("getPet", status=200)
            pets.assert_called("getPet", times=len(seen))
            pets.state.load(pets.state.export())
        """
    )
    result = pytester.run(sys.executable, "-m", "mypy", "--strict", program)
    assert result.stdout.str().startswith("Success")
