"""Send the same requests to a released ElizaOS server and to the stand-in, and compare.

Identifiers, times and durations count as equal if both sides have one of the same kind. All else
must be equal: status, names and types, texts, numbers and order. The exit code is 0 if every
difference is known (see known.py), else 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from tests.eliza_releases.parity.comparison import Comparison, Difference, Family
from tests.eliza_releases.parity.known import KNOWN, KnownDifference
from tests.eliza_releases.parity.requests import FAMILIES, older_release
from tests.eliza_releases.servers import released, stand_in


def main(arguments: list[str]) -> int:
    """Compare; return 0 if all differences are known, else 1."""
    parser = argparse.ArgumentParser(description=__doc__, prog="scripts/compare-eliza")
    names = list(FAMILIES)
    parser.add_argument(
        "--only",
        nargs="*",
        default=names,
        choices=names,
        metavar="FAMILY",
        help=f"of requests; default: all of {', '.join(names)}",
    )
    parser.add_argument("--newest-only", action="store_true", help="leave out release 1.6.5")
    options = parser.parse_args(arguments)
    chosen = [family for name, family in FAMILIES.items() if name in options.only]
    all_known = _compare("1.7.2", "1.7", chosen)
    if not options.newest_only:
        all_known = _compare("1.6.5", "docs", [older_release]) and all_known
    return 0 if all_known else 1


def _compare(release: str, persona: str, families: Iterable[Family]) -> bool:
    """Compare a release with a persona; return whether all differences are known."""
    with released(release) as real, stand_in(persona) as ours:
        comparison = Comparison(real, ours)
        for family in families:
            family(comparison)
    return _report(comparison, release)


def _report(comparison: Comparison, release: str) -> bool:
    """Print the unknown differences and a summary; return whether there are no unknown ones."""
    reasons = {difference: _known(difference, release) for difference in comparison.differences}
    unknown = [d for d in comparison.differences if reasons[d] is None]
    for difference in unknown:
        print(difference)
    families = ", ".join(f"{count} {name}" for name, count in sorted(comparison.families.items()))
    print(f"\n@elizaos/server {release}: {comparison.count} requests ({families})")
    print(f"unknown differences: {len(unknown)}")
    print(f"known differences: {len(comparison.differences) - len(unknown)}, for these reasons:")
    seen = set(reasons.values())
    for known in KNOWN:
        if known.release == release:
            print(f"  {'' if known in seen else '(not seen) '}{known.reason}")
    return not unknown


def _known(difference: Difference, release: str) -> KnownDifference | None:
    """Return the first known difference of the release that covers this one."""
    candidates = (known for known in KNOWN if known.release == release)
    return next((known for known in candidates if known.covers(str(difference))), None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
