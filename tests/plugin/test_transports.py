"""Transports: tests reach the stand-in in their own process, without a socket."""

from __future__ import annotations

import pytest

from tests.support.plugin_project import run_tests


def test_httpx_transport_needs_no_socket(shop: pytest.Pytester) -> None:
    """Responses, read timeouts, and faults as httpx's own errors, for both of its clients."""
    result = run_tests(
        shop,
        """
        ERRORS = [
            ({"connection": "close"}, httpx.RemoteProtocolError, 60),
            ({"connection": "reset"}, httpx.ReadError, 60),
            ({"corrupt": "truncate"}, httpx.RemoteProtocolError, 60),
            ({"delay": 60}, httpx.ReadTimeout, 1),
        ]

        def test_a_response(pets, http):
            response = http.get("/pets/1", params={"a": "b c"})
            assert (response.status_code, response.json()) == (200, {"name": "Rex"})
            pets.assert_called("getPet", query={"a": "b c"})

        @pytest.mark.parametrize(("fault", "error", "timeout"), ERRORS)
        def test_a_fault(pets, http, fault, error, timeout):
            pets.fail_next(**fault)
            with pytest.raises(error):
                http.get("/pets/1", timeout=timeout)
            pets.assert_called("getPet", times=1)

        @pytest.mark.parametrize(("fault", "error", "timeout"), ERRORS)
        def test_asynchronously(pets, fault, error, timeout):
            async def send():
                async with httpx.AsyncClient(
                    base_url=pets.url, transport=pets.transport, timeout=60
                ) as http:
                    assert (await http.get("/pets/1")).json() == {"name": "Rex"}
                    pets.fail_next(**fault)
                    with pytest.raises(error):
                        await http.get("/pets/2", timeout=timeout)
                    responses = await asyncio.gather(*(http.get(f"/pets/{n}") for n in range(20)))
                    assert {response.status_code for response in responses} == {200}
            asyncio.run(send())
        """,
        "-o",
        "understudy_in_process=true",
    )
    result.assert_outcomes(passed=9)


@pytest.mark.parametrize("inside", ["true", "false"])
def test_requests_adapter_needs_no_socket(shop: pytest.Pytester, inside: str) -> None:
    """The same responses and errors of requests as over a socket."""
    result = run_tests(
        shop,
        """
        @pytest.fixture
        def session(pets):
            with requests.Session() as session:
                pets.mount(session)
                yield session

        @pytest.mark.understudy(violations="allow")
        def test_a_response(pets, session):
            response = session.post(f"{pets.url}/pets/1", params={"a": "b c"}, data=iter([b"x"]))
            assert (response.status_code, response.reason) == (405, "Method Not Allowed")
            assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
            assert session.get(f"{pets.url}/pets/1").json() == {"name": "Rex"}
            pets.assert_called(method="POST", query={"a": "b c"})

        @pytest.mark.parametrize(("fault", "error", "timeout"), [
            ({"connection": "close"}, requests.ConnectionError, 60),
            ({"connection": "reset"}, requests.ConnectionError, 60),
            ({"corrupt": "truncate"}, requests.exceptions.ChunkedEncodingError, 60),
            ({"delay": 60}, requests.ReadTimeout, 1),
        ])
        def test_a_fault(pets, session, fault, error, timeout):
            pets.fail_next(**fault)
            with pytest.raises(error):
                session.get(f"{pets.url}/pets/1", timeout=(60, timeout))
            pets.assert_called("getPet", times=1)
        """,
        "-o",
        f"understudy_in_process={inside}",
    )
    result.assert_outcomes(passed=5)
