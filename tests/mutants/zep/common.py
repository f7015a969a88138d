"""What a careless author gets wrong everywhere: keys, errors, and how things are written."""

from __future__ import annotations

import re
from typing import Any

from tests.mutants.mutated_app import Answered, Ask, Asked, Case, is_for, without

API = "/api/v2"
KEY = b"authorization"


def keyed(asked: Asked, value: bytes) -> Asked:
    """The request with another key."""
    rest = tuple(header for header in asked.headers if header[0] != KEY)
    return asked._replace(headers=(*rest, (KEY, value)))


def key_of(asked: Asked) -> bytes:
    """The key that a request carries, with its scheme."""
    return dict(asked.headers).get(KEY, b"")


def everywhere(value: Any, change: Any) -> Any:
    """A JSON value whose objects are all changed, from within."""
    if isinstance(value, dict):
        return change({name: everywhere(part, change) for name, part in value.items()})
    return [everywhere(part, change) for part in value] if isinstance(value, list) else value


async def no_key_is_asked_for(asked: Asked, ask: Ask) -> Answered:
    """Whoever has none is somebody."""
    return await ask(asked if key_of(asked) else keyed(asked, b"Api-Key nobody"))


async def any_scheme_of_keys_will_do(asked: Asked, ask: Ask) -> Answered:
    """`Bearer` too."""
    return await ask(keyed(asked, key_of(asked).replace(b"Bearer", b"Api-Key")))


async def an_empty_key_is_a_key(asked: Asked, ask: Ask) -> Answered:
    """There is a header, after all."""
    return await ask(
        keyed(asked, b"Api-Key empty") if key_of(asked).strip() == b"Api-Key" else asked
    )


async def keys_share_their_data(asked: Asked, ask: Ask) -> Answered:
    """There is one project."""
    return await ask(keyed(asked, b"Api-Key one") if key_of(asked) else asked)


async def a_missing_key_is_403(asked: Asked, ask: Ask) -> Answered:
    """Not 401."""
    answer = await ask(asked)
    return answer._replace(status=403) if answer.status == 401 else answer


async def a_missing_key_is_told_in_plain_text(asked: Asked, ask: Ask) -> Answered:
    """As in the Community Edition."""
    answer = await ask(asked)
    return Answered(401, "unauthorized") if answer.status == 401 else answer


async def a_missing_key_has_an_error(asked: Asked, ask: Ask) -> Answered:
    """Not a message."""
    answer = await ask(asked)
    return Answered(401, {"error": "unauthorized"}) if answer.status == 401 else answer


async def errors_are_plain_text(asked: Asked, ask: Ask) -> Answered:
    """Their message, and no more."""
    answer = await ask(asked)
    return answer if answer.status < 400 else Answered(answer.status, answer.body["message"])


async def errors_have_an_error(asked: Asked, ask: Ask) -> Answered:
    """Not a message."""
    answer = await ask(asked)
    return (
        answer if answer.status < 400 else answer._replace(body={"error": answer.body["message"]})
    )


async def errors_have_a_detail(asked: Asked, ask: Ask) -> Answered:
    """And a title, and a type: RFC 9457, which was not asked for."""
    answer = await ask(asked)
    if answer.status < 400:
        return answer
    problem = {"type": "about:blank", "title": "Error", "status": answer.status}
    return answer._replace(
        body={**problem, "detail": answer.body["message"]}, kind="application/problem+json"
    )


async def what_is_not_found_is_a_page(asked: Asked, ask: Ask) -> Answered:
    """For people."""
    answer = await ask(asked)
    if answer.status == 404:
        return Answered(404, b"<html><h1>Not Found</h1></html>", kind="text/html")
    return answer


async def what_is_not_found_says_nothing(asked: Asked, ask: Ask) -> Answered:
    """404, and no body."""
    answer = await ask(asked)
    return Answered(404, None) if answer.status == 404 else answer


async def a_message_of_an_error_is_null(asked: Asked, ask: Ask) -> Answered:
    """It is there, at least."""
    answer = await ask(asked)
    return answer if answer.status < 400 else answer._replace(body={"message": None})


async def a_bad_request_is_422(asked: Asked, ask: Ask) -> Answered:
    """As the framework has it."""
    answer = await ask(asked)
    return answer._replace(status=422) if answer.status == 400 else answer


async def a_bad_request_has_a_list_of_faults(asked: Asked, ask: Ask) -> Answered:
    """As the framework has it."""
    answer = await ask(asked)
    fault = {"loc": ["body"], "msg": "field required"}
    return answer._replace(body={"detail": [fault]}) if answer.status == 400 else answer


async def a_conflict_is_plain_text(asked: Asked, ask: Ask) -> Answered:
    """And no JSON."""
    answer = await ask(asked)
    return Answered(409, "session has ended") if answer.status == 409 else answer


async def what_is_unknown_is_gone(asked: Asked, ask: Ask) -> Answered:
    """410, where it was never there."""
    answer = await ask(asked)
    return answer._replace(status=410) if answer.status == 404 else answer


async def what_is_unknown_is_400(asked: Asked, ask: Ask) -> Answered:
    """Not 404."""
    answer = await ask(asked)
    return answer._replace(status=400) if answer.status == 404 else answer


async def broken_json_breaks_the_server(asked: Asked, ask: Ask) -> Answered:
    """500."""
    if isinstance(asked.body, bytes):
        return Answered(500, {"message": "internal server error"})
    return await ask(asked)


async def a_body_of_any_type_is_read(asked: Asked, ask: Ask) -> Answered:
    """There is no 415."""
    headers = tuple(header for header in asked.headers if header[0] != b"content-type")
    return await ask(asked._replace(headers=headers))


async def one_request_in_twenty_is_500(asked: Asked, ask: Ask) -> Answered:
    """For nothing."""
    ask.times["asked"] += 1
    if ask.times["asked"] % 20 == 0:
        return Answered(500, {"message": "internal server error"})
    return await ask(asked)


async def a_success_says_nothing(asked: Asked, ask: Ask) -> Answered:
    """An empty object, for the message."""
    answer = await ask(asked)
    done = (
        answer.status == 200 and isinstance(answer.body, dict) and set(answer.body) == {"message"}
    )
    return answer._replace(body={}) if done else answer


async def a_deletion_is_204(asked: Asked, ask: Ask) -> Answered:
    """As it would be elsewhere."""
    answer = await ask(asked)
    done = asked.method == "DELETE" and answer.status == 200
    return Answered(204, None) if done else answer


async def json_is_sent_as_text(asked: Asked, ask: Ask) -> Answered:
    """By its content type."""
    return (await ask(asked))._replace(kind="text/html")


async def errors_are_sent_as_text(asked: Asked, ask: Ask) -> Answered:
    """JSON, by the content type of plain text."""
    answer = await ask(asked)
    return answer if answer.status < 400 else answer._replace(kind="text/plain")


async def an_unknown_field_is_refused(asked: Asked, ask: Ask) -> Answered:
    """In new users and sessions."""
    known = {"user_id", "session_id", "email", "first_name", "last_name", "metadata"}
    known.add("fact_rating_instruction")
    if is_for(asked, "POST /users", "POST /sessions") and set(asked.body or ()) - known:
        return Answered(400, {"message": "bad request: unknown field"})
    return await ask(asked)


async def a_body_where_none_is_needed_is_refused(asked: Asked, ask: Ask) -> Answered:
    """Zep's own client sends one with every GET."""
    if asked.method in ("GET", "DELETE") and asked.body is not None:
        return Answered(400, {"message": "bad request: unexpected body"})
    return await ask(asked)


async def null_is_no_value(asked: Asked, ask: Ask) -> Answered:
    """A field that is null is refused, though it may be left out."""
    if isinstance(asked.body, dict) and None in asked.body.values():
        return Answered(400, {"message": "bad request: null"})
    return await ask(asked)


async def fields_are_in_camel_case(asked: Asked, ask: Ask) -> Answered:
    """In every answer."""

    def camel(value: dict[str, Any]) -> dict[str, Any]:
        return {re.sub("_(.)", lambda m: m[1].upper(), name): v for name, v in value.items()}

    answer = await ask(asked)
    return answer._replace(body=everywhere(answer.body, camel))


async def uuids_have_no_dashes(asked: Asked, ask: Ask) -> Answered:
    """In answers."""

    def plain(value: dict[str, Any]) -> dict[str, Any]:
        if isinstance(value.get("uuid"), str):
            return {**value, "uuid": value["uuid"].replace("-", "")}
        return value

    answer = await ask(asked)
    return answer._replace(body=everywhere(answer.body, plain))


async def metadata_has_texts_alone(asked: Asked, ask: Ask) -> Answered:
    """Numbers and booleans are written out."""

    def texts(value: dict[str, Any]) -> dict[str, Any]:
        metadata = value.get("metadata")
        if not isinstance(metadata, dict):
            return value
        plain = {n: str(v) if isinstance(v, int | float) else v for n, v in metadata.items()}
        return {**value, "metadata": plain}

    answer = await ask(asked)
    return answer._replace(body=everywhere(answer.body, texts))


async def metadata_has_no_null(asked: Asked, ask: Ask) -> Answered:
    """What is null is left out."""

    def told(value: dict[str, Any]) -> dict[str, Any]:
        metadata = value.get("metadata")
        if not isinstance(metadata, dict):
            return value
        return {**value, "metadata": {n: v for n, v in metadata.items() if v is not None}}

    answer = await ask(asked)
    return answer._replace(body=everywhere(answer.body, told))


async def nothing_was_ever_updated(asked: Asked, ask: Ask) -> Answered:
    """`updated_at` is never told."""
    answer = await ask(asked)
    return answer._replace(body=everywhere(answer.body, lambda v: without(v, "updated_at")))


async def nothing_has_metadata(asked: Asked, ask: Ask) -> Answered:
    """It is never told."""
    answer = await ask(asked)
    return answer._replace(body=everywhere(answer.body, lambda v: without(v, "metadata")))


async def texts_end_at_a_thousand(asked: Asked, ask: Ask) -> Answered:
    """What was said is cut off there."""

    def cut(value: dict[str, Any]) -> dict[str, Any]:
        if isinstance(value.get("content"), str):
            return {**value, "content": value["content"][:1000]}
        return value

    answer = await ask(asked)
    return answer._replace(body=everywhere(answer.body, cut))


COMMON: tuple[Case, ...] = (
    Case(no_key_is_asked_for, "no-key-is-401"),
    Case(any_scheme_of_keys_will_do, "a-key-of-another-scheme-is-401"),
    Case(an_empty_key_is_a_key, "no-key-is-401"),
    Case(keys_share_their_data, "a-key-of-another-scheme-is-401"),
    Case(a_missing_key_is_403, "a-key-of-another-scheme-is-401"),
    Case(a_missing_key_is_told_in_plain_text, "a-refused-key-is-told-so"),
    Case(a_missing_key_has_an_error, "a-refused-key-is-told-so"),
    Case(errors_are_plain_text, "a-refused-key-is-told-so"),
    Case(errors_have_an_error, "a-refused-key-is-told-so"),
    Case(errors_have_a_detail, "a-refused-key-is-told-so"),
    Case(what_is_not_found_is_a_page, "no-unknown-user-to-read"),
    Case(what_is_not_found_says_nothing, "no-unknown-user-to-read"),
    Case(a_message_of_an_error_is_null, "a-taken-user-id-is-400"),
    Case(a_bad_request_is_422, "a-taken-user-id-is-400"),
    Case(a_bad_request_has_a_list_of_faults, "a-taken-user-id-is-400"),
    Case(a_conflict_is_plain_text, "an-ended-session-refuses-memory"),
    Case(what_is_unknown_is_gone, "no-unknown-user-to-read"),
    Case(what_is_unknown_is_400, "no-unknown-user-to-read"),
    Case(broken_json_breaks_the_server),
    Case(a_body_of_any_type_is_read),
    Case(one_request_in_twenty_is_500, "no-update-is-lost"),
    Case(a_success_says_nothing, "a-deleted-user-is-gone"),
    Case(a_deletion_is_204, "a-deleted-user-is-gone"),
    Case(json_is_sent_as_text, "errors-are-json-with-a-message"),
    Case(errors_are_sent_as_text, "errors-are-json-with-a-message"),
    Case(an_unknown_field_is_refused, "a-user-may-carry-what-nobody-knows"),
    Case(a_body_where_none_is_needed_is_refused),
    Case(null_is_no_value, "an-instruction-does-no-harm"),
    Case(fields_are_in_camel_case, "a-user-is-read-as-it-was-written"),
    Case(uuids_have_no_dashes, "a-user-is-read-as-it-was-written"),
    Case(metadata_has_texts_alone, "a-user-is-read-as-it-was-written"),
    Case(metadata_has_no_null, "a-user-is-read-as-it-was-written"),
    Case(nothing_was_ever_updated, "reading-a-session-changes-nothing"),
    Case(nothing_has_metadata, "a-user-is-read-as-it-was-written"),
    Case(texts_end_at_a_thousand, "a-message-holds-2500-characters"),
)
