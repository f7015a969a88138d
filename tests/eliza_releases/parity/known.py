"""Differences between the stand-in and the released servers that are intended, and why."""

from __future__ import annotations

import re
from typing import NamedTuple


class KnownDifference(NamedTuple):
    """Intended differences: of a release, a pattern of their text, and the reason."""

    release: str
    pattern: str
    reason: str

    def covers(self, difference: str) -> bool:
        """Return whether the text of a difference has the pattern."""
        return re.search(self.pattern, difference) is not None


_RELEASE = "1.7.2"

KNOWN = (
    KnownDifference(
        _RELEASE,
        r"\?limit=2&limit=3 ",
        "A parameter that is given twice is refused; the server joins both with a comma.",
    ),
    KnownDifference(
        _RELEASE,
        r"^GET /healthz? ",
        "The pages for load balancers are not part of the API.",
    ),
    KnownDifference(
        _RELEASE,
        r"^GET /api/agents/\{agent\}/runs /body/data/runs: \[\] \| ",
        "Runs are logged by @elizaos/plugin-bootstrap, which this server runs without.",
    ),
    KnownDifference(
        _RELEASE,
        r"^POST /api/messaging/channels/\{channel\}/messages "
        r'.*("content": 5|"r /(status: 500|body))',
        "The content must be a text; and a reply to an unknown message is stored, while the "
        "database of the server fails with 500.",
    ),
    KnownDifference(
        _RELEASE,
        r"^GET /api/messaging/channels/\{channel\}/messages\? /body/data/messages/0/",
        "The last message is that reply to an unknown message, and has an answer.",
    ),
    KnownDifference(
        _RELEASE,
        r"^POST /api/audio/\{agent\}/speech/generate ",
        "Speech is generated; in the release, a defect of its core answers every text with 500.",
    ),
    KnownDifference(
        _RELEASE,
        r'unsupported charset \\"LATIN1\\"|^PATCH /api/(agents/\{absent\}|(memory|agents)/'
        r"\{agent\}/memories/\{absent\}) /(status: 500 \| 200|body/(data|success))",
        "JSON in other charsets than UTF-8 is read; the server knows those of Unicode alone.",
    ),
    KnownDifference(
        _RELEASE,
        r"^PATCH /api/(agents/\{agent\}/worlds|messaging/action)/\{absent\} "
        r'/(status: 404 \| 400|body/error.* "(400|VALIDATION_ERROR|body: is required, and there is '
        r'none)"$)',
        "A change without a body is refused; the server looks up first what is to be changed.",
    ),
    KnownDifference(
        _RELEASE,
        r"^GET /media/uploads/\w+/%",
        "An undecodable path of a file is an error in JSON; the server has an error page for it.",
    ),
    KnownDifference(
        _RELEASE,
        r"^OPTIONS .* /headers/(referrer-policy|strict-transport-security|x-xss-protection): ",
        "Three headers are added later to all answers but those to OPTIONS; here to all.",
    ),
)


def known(difference: object, release: str) -> KnownDifference | None:
    """Return the first known difference of the release that covers this one."""
    candidates = (each for each in KNOWN if each.release == release)
    return next((each for each in candidates if each.covers(str(difference))), None)
