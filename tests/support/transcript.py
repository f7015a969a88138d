"""What a fixed scenario over all APIs is answered, to be compared between two servers."""

from __future__ import annotations

import httpx

from tests.support.scenario import Scenario
from tests.support.timeouts import TIMEOUT


def transcript(url: str, seed: str = "story") -> list[tuple[int, bytes]]:
    """Return status and body of each response to a fixed scenario in a namespace, at a frozen time.

    It fills all APIs and calls all their operations, one after the other, each on a connection of
    its own, so that several workers are met.
    """
    limits = httpx.Limits(max_keepalive_connections=0)
    headers = {"Authorization": "Api-Key test"}
    with httpx.Client(base_url=url, headers=headers, limits=limits, timeout=TIMEOUT) as http:
        scenario = Scenario(http)
        scenario.begin(seed)
        scenario.fill()
        scenario.call_all_reads()
        scenario.call_all_operations()
    return [(int(status), body) for status, _, body in map(_parted, scenario.responses)]


def _parted(response: bytes) -> tuple[bytes, bytes, bytes]:
    return response.partition(b" ")
