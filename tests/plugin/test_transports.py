"""Without a socket: the same tests reach the stand-in in their own process."""

from __future__ import annotations

import pytest

from tests.support.plugin_project import outcome


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
