"""Send the same requests to a released ElizaOS server and to the stand-in, and compare.

Identifiers, times and durations count as equal if both sides have one of the same kind. All else
must be equal: status, names and types, texts, numbers and order. The exit code is 0 if every
difference is known (see known.py), else 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from tests.eliza_releases.parity import recording
from tests.eliza_releases.parity.comparison import Comparison, Family
from tests.eliza_releases.parity.known import KNOWN, known
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
    parser.add_argument(
        "--record", action="store_true", help="keep the answers for the tests, of all families"
    )
    options = parser.parse_args(arguments)
    chosen = [FAMILIES[name] for name in (names if options.record else options.only)]
    all_known = _compare("1.7.2", "1.7", chosen, record=options.record)
    if not options.newest_only:
        all_known = _compare("1.6.5", "docs", [older_release], record=options.record) and all_known
    return 0 if all_known else 1


def _compare(release: str, persona: str, families: Iterable[Family], *, record: bool) -> bool:
    """Compare a release with a persona; return whether all differences are known."""
    with released(release) as real, stand_in(persona) as ours:
        comparison = Comparison(real, ours)
        for family in families:
            family(comparison)
    if record:
        recording.write(release, comparison.recorded)
    return _report(comparison, release)


def _report(comparison: Comparison, release: str) -> bool:
    """Print the unknown differences and a summary; return whether there are no unknown ones."""
    reasons = {difference: known(difference, release) for difference in comparison.differences}
    unknown = [d for d in comparison.differences if reasons[d] is None]
    for difference in unknown:
        print(difference)
    families = ", ".join(f"{count} {name}" for name, count in sorted(comparison.families.items()))
    print(f"\n@elizaos/server {release}: {comparison.count} requests ({families})")
    print(f"unknown differences: {len(unknown)}")
    print(f"known differences: {len(comparison.differences) - len(unknown)}, for these reasons:")
    seen = set(reasons.values())
    for reason in KNOWN:
        if reason.release == release:
            print(f"  {'' if reason in seen else '(not seen) '}{reason.reason}")
    return not unknown


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
