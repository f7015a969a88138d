"""A check in portions, each small enough for the rate limit of a released server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.support.server import ROOT
from understudy.conformance.arazzo.workflow import workflows
from understudy.serving.project import find_contract

TIERS = ("behaviour", "shape", "exploration")

#: Rules and operations of a portion.
_RULES, _OPERATIONS = 12, 6

#: Operations with a portion of their own: one stops the server, the others allow 50 requests.
_ALONE = (
    "stopServer",
    "uploadAgentMedia",
    "uploadChannelMedia",
    "uploadMediaOfAgent",
    "uploadMediaOfChannel",
)

#: Requests of a run of random sequences, and the seeds of the runs.
_EXPLORED, _SEEDS = "200", ("1", "2")


class Portion(NamedTuple):
    """A tier, and the options of `understudy check` that choose a part of it."""

    tier: str
    options: tuple[str, ...]


def portions(tier: str) -> Iterator[Portion]:
    """Yield the portions of a tier."""
    options = {"behaviour": _behaviour, "shape": _shape, "exploration": _exploration}
    yield from (Portion(tier, tuple(words)) for words in options[tier]())


def _behaviour() -> Iterator[list[str]]:
    rules = workflows(ROOT / "specs" / "eliza.arazzo.yaml", find_contract("eliza"))
    yield from _only([rule.id for rule in rules], _RULES)


def _shape() -> Iterator[list[str]]:
    operations = [operation.id for operation in find_contract("eliza").operations]
    others = [name for name in operations if name not in _ALONE]
    for options in (*_only(others, _OPERATIONS), *_only(_ALONE, 1)):
        yield [*options, "--max-examples", "2"]


def _exploration() -> Iterator[list[str]]:
    yield from (["--explore", _EXPLORED, "--seed", seed] for seed in _SEEDS)


def _only(names: list[str] | tuple[str, ...], size: int) -> Iterator[list[str]]:
    """Yield options that choose `size` of the names at a time."""
    for start in range(0, len(names), size):
        yield [word for name in names[start : start + size] for word in ("--only", name)]
