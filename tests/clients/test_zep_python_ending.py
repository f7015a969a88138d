"""Zep's own Python client, zep-cloud 2.22.0, against the running server: sessions end."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from zep_cloud import (
    ClassifySessionRequest,
    EndSessionResponse,
    NotFoundError,
    SessionClassification,
)

from tests.clients.zep_python import HELLO, KEY, AsyncZep, add_sessions, contents, settled


def test_session_is_ended(origin: str) -> None:
    """end_session returns the ended session, and no classification."""
    zep = settled(origin)
    response = zep.memory.end_session("s")
    assert response == EndSessionResponse(session=zep.memory.get_session("s"))
    assert response.session
    assert response.session.ended_at == response.session.updated_at


def test_session_ends_once(origin: str) -> None:
    """Ending a session again is no error, and changes nothing."""
    zep = settled(origin)
    first = zep.memory.end_session("s", instruction="Sum it up")
    assert zep.memory.end_session("s") == first


def test_ended_session_is_still_read(origin: str) -> None:
    """The messages of an ended session can be read, and the session is listed."""
    zep = settled(origin)
    zep.memory.add("s", messages=[HELLO])
    ended = zep.memory.end_session("s").session
    assert contents(zep.memory.get("s").messages) == [HELLO.content]
    assert contents(zep.memory.get_session_messages("s").messages) == [HELLO.content]
    assert zep.memory.list_sessions().sessions == [ended]


def test_session_is_classified_at_its_end(origin: str) -> None:
    """With `classify`, end_session returns the class, too, and the session keeps it."""
    zep = settled(origin)
    zep.memory.add("s", messages=[HELLO])
    request = ClassifySessionRequest(name="topic", classes=["billing", "order"], last_n=4)
    response = zep.memory.end_session("s", classify=request)
    assert response.classification == SessionClassification.parse_obj(
        {"class": "order", "label": "topic"}
    )
    assert zep.memory.get_session("s").classifications == {"topic": "order"}


def test_classification_need_not_be_kept(origin: str) -> None:
    """With `persist=False`, the class is returned, but the session does not keep it."""
    zep = settled(origin)
    request = ClassifySessionRequest(name="topic", classes=["billing"], persist=False)
    response = zep.memory.end_session("s", classify=request)
    assert response.classification == SessionClassification.parse_obj(
        {"class": "billing", "label": "topic"}
    )
    assert zep.memory.get_session("s").classifications == {}


def test_several_sessions_are_ended(origin: str) -> None:
    """end_sessions returns them in the order of the request, a repeated one once."""
    zep = settled(origin)
    add_sessions(zep, "t")
    sessions = zep.memory.end_sessions(session_ids=["t", "s", "t"]).sessions
    assert sessions == [zep.memory.get_session("t"), zep.memory.get_session("s")]
    assert all(session.ended_at for session in sessions)


def test_sessions_are_all_ended_or_none(origin: str) -> None:
    """No session is ended if one of them is unknown."""
    zep = settled(origin)
    with pytest.raises(NotFoundError):
        zep.memory.end_sessions(session_ids=["s", "nowhere"])
    assert zep.memory.get_session("s").ended_at is None


def test_asynchronous_client_ends_a_session(origin: str) -> None:
    """AsyncZep ends the session of the same key."""
    zep = settled(origin)

    async def end() -> EndSessionResponse:
        async with httpx.AsyncClient() as http_client:
            base_url = f"{origin}/api/v2"
            client = AsyncZep(base_url=base_url, api_key=KEY, httpx_client=http_client)
            return await client.memory.end_session("s")

    assert asyncio.run(end()).session == zep.memory.get_session("s")
