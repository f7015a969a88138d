"""Bodies of JSON that are more than most programs bear, by what is wrong with them."""

from __future__ import annotations

import json

BODIES: dict[str, bytes] = {
    "990 levels": b'{"a":' * 990 + b"1" + b"}" * 990,
    "300 levels": b'{"a":' * 300 + b"1" + b"}" * 300,
    "100,000 brackets": b"[" * 100_000,
    "a million wrong items": b'{"names":[%s]}' % b",".join([b"7"] * 1_000_000),
    "200,000 wrong fields": b"{%s}" % b",".join(b'"n%d":7' % n for n in range(200_000)),
    "one long text": b'{"names":"%s"}' % (b"x" * 5_000_000),
    "a number of 10,000 digits": b'{"names":[%s]}' % (b"9" * 10_000),
    "numbers that are none": b'{"names":[NaN,Infinity,1e400]}',
    "half a character": b'{"names":["\\ud800"]}',
    "bytes that are no UTF-8": b'{"names":["\xff\xfe"]}',
}

#: Ids that lead elsewhere, or nowhere, when they become part of a URL.
IDS: dict[str, bytes] = {
    name: json.dumps({"id": value}).encode()
    for name, value in {
        "a path": "../../a?b#c",
        "lines": "a\r\nX-Forged: 1\r\n\r\n",
        "another host": "http://127.0.0.2:1/",
        "a megabyte": "x" * 1_000_000,
        "nothing": "",
        "no text": {"a": [1]},
        "a huge number": 10**400,
        "half a character": "\ud800",
    }.items()
}
