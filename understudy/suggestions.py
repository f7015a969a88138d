"""What to write instead of a name that does not exist."""

from __future__ import annotations

from collections.abc import Iterable

#: Names that a message lists; of more, it lists the closest ones.
_MOST_LISTED = 25
_MOST_CLOSEST = 5
#: From 0 (nothing in common) to 100 (equal, whatever the case).
_CLOSE = 60
_LONGEST = 100


def closest(
    name: str, names: Iterable[str], most: int = _MOST_CLOSEST, least: int = 0
) -> list[str]:
    """Return the `most` names that are nearest to a name, the nearest first; all are as near as
    `least`, from 0 to 100."""
    from rapidfuzz import fuzz, process, utils  # for errors only: it is slow to import

    found = process.extract(
        name[:_LONGEST],
        list(names),
        scorer=fuzz.ratio,
        processor=utils.default_process,
        limit=most,
        score_cutoff=least,
    )
    return [near for near, _, _ in found]


def hint(name: str, names: Iterable[str], everything: str = "") -> str:
    """Return the end of a sentence which says that there is no `name`: what comes closest, and what
    there is.

    `everything` says where all names are, for the case that they are too many to list, such as
    "`understudy routes` lists all".
    """
    known = list(dict.fromkeys(names))
    if not known:
        return "; there is none"
    near = closest(name, known, 1, _CLOSE)
    begin = f"; did you mean {near[0]!r}? There" if near else "; there"
    if len(known) == 1:
        return f"{begin} is only {known[0]!r}"
    if len(known) <= _MOST_LISTED:
        return f"{begin} are {', '.join(known)}"
    nearest = ", ".join(closest(name, known))
    return f"{begin} are {len(known)}, the closest: {nearest}{everything and f'; {everything}'}"
