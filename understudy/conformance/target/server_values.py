"""The ids and the times that a server makes up: they differ from run to run, and reports put fixed
words in their places."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count
from urllib.parse import unquote

from understudy.conformance.run_names import RunNames
from understudy.http.messages import Exchange

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_DATE_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?"
_MILLISECONDS = r"\b1[5-9]\d{11}(?:\.\d+)?\b"
_VALUES = re.compile(f"({_UUID})|({_DATE_TIME})|({_MILLISECONDS})")
#: A field of JSON that is an id by its name, and its value: a text, or a number.
_ID_FIELD = re.compile(
    r'"((?:\w*(?:_id|Id|ID|_uuid|Uuid|_token|Token|_key))|id|uuid)"(\s*:\s*)(?:"([\w.~-]{1,80})"|(\d{1,19}\b))'
)
#: The end of a URL before the value of a parameter that is by its name an id or a place in a list.
_ID_NAME = re.compile(r"(?:ids?|key|token|cursor|after|before|since|from|next)=$", re.IGNORECASE)
#: A URL, or a path or a query alone; and in it a segment, or a value.
_URL = re.compile(r"(?:https?://|^[/?]|\s/)[^\s'\"`]+")
_SEGMENT = re.compile(r"(?<=[/=,])([\w.~-]{1,80})(?=[/?&,]|$)")
_WORD = re.compile(r"[\w.~-]+")

#: What stands for an id until the ids of a finding are numbered; and one that was cut off.
_MARK = re.compile(r"_ID(\d{7})_")
_CUT_MARK = re.compile(r"_ID\d{0,7}(?![\d_])")

#: The beginning of a body in which values are looked for, in characters.
_MOST = 200_000


class ServerValues:
    """The ids and the times in the responses of a run that no request had before."""

    def __init__(self, names: RunNames) -> None:
        self._names = names
        self._numbers = count(1)
        #: The mark of each value that the server made up; "" if a client sent it first.
        self._marks: dict[str, str] = {}

    def observe(self, sent: str, received: str) -> None:
        """Learn from an exchange: the URL and the body of the request, and the response's body."""
        received = received[:_MOST]
        fields = [text or number for _, _, text, number in _ID_FIELD.findall(received)]
        found = [value for values in _VALUES.findall(received) for value in values if value]
        unknown = [value for value in (*fields, *found) if value not in self._marks]
        if not unknown:
            return
        sent_words = set(_WORD.findall(unquote(sent[:_MOST])))
        for value in dict.fromkeys(unknown):
            is_sent = value in sent_words or (len(value) > 5 and value in sent)
            is_own = is_sent or self._names.id in value
            self._marks[value] = "" if is_own else self._mark(value)

    def _mark(self, value: str) -> str:
        """Return what stands for a value: for a time one of the same form, for an id its number."""
        if re.fullmatch(_DATE_TIME, value):
            return f"2000-01-01{value[10]}00:00:00" + ".0" * ("." in value)
        if re.fullmatch(_MILLISECONDS, value):
            return "1000000000000"
        return f"_ID{next(self._numbers):07}_"

    def marked(self, text: str) -> str:
        """Return a text with a mark of fixed length in the place of each such value."""
        text = self._names.settled(text)
        text = _VALUES.sub(lambda match: self._value(match[0]), text)
        text = _ID_FIELD.sub(self._field, text)
        return _URL.sub(self._url, text)

    def _url(self, match: re.Match[str]) -> str:
        """Replace the ids in a URL. A number elsewhere, or a limit, equals an id by chance."""
        return _SEGMENT.sub(self._segment, match[0])

    def _segment(self, match: re.Match[str]) -> str:
        value, before = match[0], match.string[: match.start()]
        is_count = value.isdigit() and before.endswith("=") and not _ID_NAME.search(before)
        return value if is_count else self._marks.get(value) or value

    def _value(self, value: str) -> str:
        settled = self._names.settled_uuid(value)
        return settled or self._marks.get(value) or value

    def _field(self, match: re.Match[str]) -> str:
        name, colon, text, number = match.groups()
        mark = self._marks.get(text or number)
        if not mark:
            return match[0]
        return f'"{name}"{colon}"{mark}"' if text else f'"{name}"{colon}{mark}'

    def marked_exchange(self, exchange: Exchange) -> Exchange:
        """Return an exchange with marks in its URL and its bodies."""
        request, response = exchange.request, exchange.response
        path, query = (part.decode("latin-1") for part in (request.path, request.query))
        request = type(request)(
            request.method,
            self.marked(path).encode("latin-1"),
            self.marked(f"?{query}")[1:].encode("latin-1"),
            request.headers,
            self._marked_body(request.body),
        )
        body = self._marked_body(response.body)
        return exchange.replace(request=request, response=response.replace(body=body))

    def _marked_body(self, body: bytes) -> bytes:
        try:
            return self.marked(body.decode()).encode()
        except UnicodeDecodeError:
            return body


def numbered(texts: Iterable[str]) -> list[str]:
    """Return texts with names in the places of marks: ID1, ID2 and so on, as they come."""
    names: dict[str, str] = {}

    def name(match: re.Match[str]) -> str:
        return names.setdefault(match[1], f"ID{len(names) + 1}")

    return [_CUT_MARK.sub("", _MARK.sub(name, text)) for text in texts]
