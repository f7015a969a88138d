"""Message servers, channels, and their participants."""

from __future__ import annotations

from typing import Any

from tests.eliza_releases.parity.comparison import Comparison
from tests.eliza_releases.parity.requests.common import MESSAGING

_SERVERS = f"{MESSAGING}/message-servers"
_CHANNELS = f"{MESSAGING}/channels"
_CHANNEL = _CHANNELS + "/{channel}"
_ANY_CHANNEL = ("{channel}", "{absent}", "nope")
_PARTS = ("details", "participants", "agents", "messages")

_NEW_CHANNEL: dict[str, Any] = {
    "name": "Talk",
    "message_server_id": "{server}",
    "participantCentralUserIds": ["{user}"],
}

_NEW_CHANNELS: tuple[dict[str, Any], ...] = (
    {},
    {"name": "Talk"},
    {"name": "Talk", "message_server_id": "nope"},
    {"name": "Talk", "message_server_id": "{server}"},
    {**_NEW_CHANNEL, "participantCentralUserIds": ["nope"]},
    {**_NEW_CHANNEL, "type": "DM", "metadata": {"a": 1}},
    _NEW_CHANNEL,
)

_DIRECT_CHANNELS = (
    "",
    "targetUserId={user}",
    "targetUserId={user}&currentUserId={absent}",
    "targetUserId={user}&currentUserId={absent}&dmServerId={server}",
    "targetUserId={user}&currentUserId={user}",
    "targetUserId=nope&currentUserId={user}",
)


def servers_and_channels(compare: Comparison) -> None:
    """Create and change message servers and channels; add and remove agents."""
    _servers(compare)
    _agents_of_servers(compare)
    compare.each("POST", _CHANNELS, _NEW_CHANNELS, save={"channel": "/data/id"})
    _read_channels(compare)
    _agents_of_channels(compare)
    _change_channels(compare)
    compare.get(*(f"{MESSAGING}/dm-channel?{query}" for query in _DIRECT_CHANNELS))
    _remove_agents(compare)
    _generate_titles(compare)
    _delete_channels(compare)


def _servers(compare: Comparison) -> None:
    compare.get(_SERVERS, f"{MESSAGING}/central-servers", f"{MESSAGING}/message-server/current")
    compare.each(
        "POST",
        _SERVERS,
        [{}, {"name": "Readers"}, {"name": "Readers", "sourceType": "test"}],
        save={"own_server": "/data/server/id"},
    )
    compare("POST", f"{MESSAGING}/servers", {"name": "Writers", "sourceType": "test"})
    for server in ("{own_server}", "{absent}", "nope", "{server}"):
        compare("GET", f"{_SERVERS}/{server}/channels", shape_only=True)
        compare("GET", f"{_SERVERS}/{server}/agents")
        compare("POST", f"{_SERVERS}/{server}/agents", {"agentId": "{agent}"})


def _agents_of_servers(compare: Comparison) -> None:
    agents = _SERVERS + "/{own_server}/agents"
    compare.table(
        ("POST", agents, {"agentId": "nope"}, {}),
        ("GET", agents),
        ("GET", MESSAGING + "/agents/{agent}/message-servers"),
        ("GET", MESSAGING + "/agents/nope/message-servers"),
        ("DELETE", agents + "/{agent}"),
        ("DELETE", agents + "/{agent}"),
        ("DELETE", agents + "/nope"),
    )


def _read_channels(compare: Comparison) -> None:
    compare.get(*(f"{_CHANNELS}/{channel}/{part}" for part in _PARTS for channel in _ANY_CHANNEL))
    compare.get(*(f"{MESSAGING}/central-channels/{{channel}}/{part}" for part in _PARTS))


def _agents_of_channels(compare: Comparison) -> None:
    for channel in _ANY_CHANNEL:
        compare("POST", f"{_CHANNELS}/{channel}/agents", {"agentId": "{agent}"})
    compare.each("POST", f"{_CHANNEL}/agents", [{}, {"agentId": "nope"}, {"agentId": "{agent}"}])
    compare.get(f"{_CHANNEL}/agents", f"{_CHANNEL}/participants")


def _change_channels(compare: Comparison) -> None:
    compare.table(
        ("PATCH", _CHANNEL, {"name": "Other"}, {"metadata": {"b": 2}}, {}, {"name": ""}),
        ("PATCH", _CHANNELS + "/{absent}", {"name": "Other"}),
        ("PATCH", _CHANNELS + "/nope", {"name": "Other"}),
    )


def _remove_agents(compare: Comparison) -> None:
    compare.table(
        ("DELETE", _CHANNEL + "/agents/{agent}"),
        ("DELETE", _CHANNEL + "/agents/{agent}"),
        ("DELETE", _CHANNEL + "/agents/nope"),
    )


def _generate_titles(compare: Comparison) -> None:
    ids = ("nope", "{absent}", "{agent}")
    bodies: list[dict[str, str]] = [{}, *({"agentId": agent} for agent in ids)]
    compare.each("POST", f"{_CHANNEL}/generate-title", bodies, shape_only=True)


def _delete_channels(compare: Comparison) -> None:
    compare.table(
        ("DELETE", _CHANNEL),
        ("DELETE", _CHANNEL),
        ("DELETE", f"{_CHANNELS}/nope"),
        ("GET", MESSAGING + "/central-channels/{absent}"),
    )
