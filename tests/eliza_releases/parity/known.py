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
        r"^GET /api/messaging/sessions/\{first\}/ ",
        "Express ignores a slash at the end of a path; in the stand-in it makes another path.",
    ),
    KnownDifference(
        _RELEASE,
        r"^PUT .*(/status: 404 \| 405|/code: 404 \| 405)$",
        "A method that a path does not have is 405, as HTTP has it; Express says 404.",
    ),
    KnownDifference(
        _RELEASE,
        r"/body/error/message: .* in JSON at position ",
        "The message about malformed JSON is that of another parser.",
    ),
    KnownDifference(
        _RELEASE,
        r"^POST /api/messaging/sessions(/\{session\}/messages)? "
        r"/(status|body/error/code): 500 \| 400$",
        "Malformed JSON is a client error; the server answers 500.",
    ),
    KnownDifference(
        _RELEASE,
        r"\?limit=2&limit=3 ",
        "A parameter that is given twice is refused; the server joins both with a comma.",
    ),
    KnownDifference(
        _RELEASE,
        r"^GET /api/agents/%E0%A4%A ",
        "A path that is not UTF-8 is a client error; the server answers 500.",
    ),
    KnownDifference(
        _RELEASE,
        r"^GET /healthz? ",
        "The pages for load balancers are not part of the API.",
    ),
    KnownDifference(
        _RELEASE,
        r"^GET /api/agents/worlds /status: 400 \| 404$",
        "The release takes `worlds` for an invalid agent id; in the stand-in the path is unknown.",
    ),
    KnownDifference(
        _RELEASE,
        r"^GET /api/agents/\{agent\}/runs /body/data/runs: \[\] \| ",
        "Runs are logged by @elizaos/plugin-bootstrap, which this server runs without.",
    ),
    KnownDifference(
        _RELEASE,
        r"^PATCH /api/messaging/channels/\{absent\} .*(status: 500|Failed to update)",
        "An unknown channel cannot be changed, which the server answers with 500.",
    ),
    KnownDifference(
        _RELEASE,
        r"^POST /api/messaging/channels/\{(channel|absent)\}/messages .*/status: 400 \| 404$",
        "A channel without an agent does not make the request invalid: 404, not 400.",
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
        r"^GET /media/uploads/\w+/nope/",
        "Errors of paths of files have the shape of the API's errors, too.",
    ),
    KnownDifference(
        _RELEASE,
        r"^POST /api/media/agents/\{agent\}/upload-media /.*(500|Unexpected file field)",
        "A form without the field `file` is a client error; the server answers 500.",
    ),
    KnownDifference(
        _RELEASE,
        r"^POST /api/audio/[^ ]+/(transcriptions|audio-messages) /.*(500 \||Invalid audio file)",
        "A file of another type is a client error, and an invalid id is reported first; the "
        "server answers 500, and checks the file first.",
    ),
    KnownDifference(
        _RELEASE,
        r"^POST /api/audio/\{agent\}/speech/generate ",
        "Speech is generated; in the release, a defect of its core answers every text with 500.",
    ),
)
