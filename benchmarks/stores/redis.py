"""Throughput with the state in Redis, on a server of its own: nearby, and behind a slow network."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.commands import SERVE
from benchmarks.load import LoadResult, alternate, load, medians
from benchmarks.processes import running_with_sessions
from benchmarks.result import Result, at_least, at_most
from benchmarks.settings import Settings
from tests.support.redis_server import redis_server
from tests.support.stalling_proxy import stalling_proxy

_CONNECTIONS = 64

#: Seconds that the proxy delays each direction, so that each trip takes a millisecond more.
_DELAY = 0.0005


def redis(settings: Settings) -> Result:
    """Measure the mix in Redis, which writes its log every second, with and without a delay."""
    runs: dict[str, list[LoadResult]] = {"near": [], "far": []}
    with redis_server(appendfsync="everysec") as server, stalling_proxy(server.port) as proxy:
        proxy.delay = _DELAY
        urls = {"near": server.url, "far": f"redis://127.0.0.1:{proxy.port}/1"}
        for number in range(settings.rounds):
            for name in alternate(runs, number):
                server.run("FLUSHALL")
                runs[name].append(_measure(urls[name], settings))
    near, far = medians(runs["near"]), medians(runs["far"])
    print(f"\nrequests a second with Redis: {near.rate:.0f}, with 1 ms more a trip {far.rate:.0f}")
    print(f"CPU us a request: {near.cpu:.1f}, with 1 ms more a trip {far.cpu:.1f}")
    return Result(
        [
            at_most("failed requests with Redis", near.failures + far.failures, 0),
            at_least("requests a second with Redis", near.rate, 3000),
            at_least("requests a second with 1 ms more a trip to Redis", far.rate, 1500),
        ]
    )


def _measure(url: str, settings: Settings) -> LoadResult:
    arguments = (*SERVE.arguments, "--store", url)
    with running_with_sessions(replace(SERVE, arguments=arguments)) as process:
        load(process, "mix", 1, connections=_CONNECTIONS)
        return load(process, "mix", settings.seconds, connections=_CONNECTIONS)
