"""Differences between the stand-in and the released servers that are meant, and why."""

from __future__ import annotations

import re
from typing import NamedTuple


class Known(NamedTuple):
    """A difference that is meant: how it is told, by a pattern, and why it is there."""

    version: str
    pattern: str
    reason: str

    def covers(self, difference: str) -> bool:
        """Whether it is this one."""
        return re.search(self.pattern, difference) is not None


_V = "1.7.2"

KNOWN = [
    Known(
        _V,
        r"^GET /api/messaging/sessions/\{first\}/ ",
        "Express forgives a slash at the end of a path; the stand-in knows each path once.",
    ),
    Known(
        _V,
        r"^PUT .*(/status: 404 \| 405|/code: 404 \| 405)$",
        "A method that a path does not have is 405, as HTTP has it; Express says 404.",
    ),
    Known(
        _V,
        r"/body/error/message: .* in JSON at position ",
        "What is wrong with malformed JSON is told in the words of another parser.",
    ),
    Known(
        _V,
        r"^POST /api/messaging/sessions(/\{s\}/messages)? /(status|body/error/code): 500 \| 400$",
        "Malformed JSON is a client's fault; the server answers 500.",
    ),
    Known(
        _V,
        r"\?limit=2&limit=3 ",
        "A parameter that is given twice is refused; the server joins both with a comma.",
    ),
    Known(
        _V,
        r"^GET /api/agents/%E0%A4%A ",
        "A path that is no UTF-8 is a client's fault; the server answers 500.",
    ),
    Known(
        _V,
        r"^GET /healthz? ",
        "The pages for load balancers are not part of the API.",
    ),
    Known(
        _V,
        r"^GET /api/agents/worlds /status: 400 \| 404$",
        "The release takes `worlds` for an agent's id, which it is not; here the path is unknown.",
    ),
    Known(
        _V,
        r"^GET /api/agents/\{agent\}/runs /body/data/runs: \[\] \| ",
        "Runs are logged by @elizaos/plugin-bootstrap, which this server runs without.",
    ),
    Known(
        _V,
        r"^PATCH /api/messaging/channels/\{nobody\} .*(status: 500|Failed to update)",
        "An unknown channel cannot be changed, which the server answers with 500.",
    ),
    Known(
        _V,
        r"^POST /api/messaging/channels/\{(c|nobody)\}/messages .*/status: 400 \| 404$",
        "Where nobody is there to answer, the request itself is not at fault: 404, not 400.",
    ),
    Known(
        _V,
        r'^POST /api/messaging/channels/\{c\}/messages .*("content": 5|"r /(status: 500|body))',
        "What is said is a text; and a reply to an unknown message is stored, where the database "
        "of the server fails with 500.",
    ),
    Known(
        _V,
        r"^GET /media/uploads/\w+/nope/",
        "Errors of an API's path have the shape of the API, those of files too.",
    ),
    Known(
        _V,
        r"^POST /api/media/agents/\{agent\}/upload-media /.*(500|Unexpected file field)",
        "A file under another name is no file, which the server answers with 500.",
    ),
    Known(
        _V,
        r"^POST /api/audio/[^ ]+/(transcriptions|audio-messages) /.*(500 \||Invalid audio file)",
        "A file of another type is a client's fault, and comes after an id that is none; the "
        "server answers 500, and looks at the file first.",
    ),
    Known(
        _V,
        r"^POST /api/audio/\{agent\}/speech/generate ",
        "Agents speak; in the release, a fault of its core turns every text into a 500.",
    ),
]
