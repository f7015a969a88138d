"""The bodies of requests, as Zep's document describes them."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue


def _time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name} is not a time zone of IANA")
    return name


def _whole(number: object) -> object:
    """In JSON, 4.0 is a whole number."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


Value = TypeVar("Value")

Id = Annotated[str, Field(min_length=1, max_length=500)]
Text = Annotated[str, Field(min_length=1)]
Whole = Annotated[int, BeforeValidator(_whole)]
Count = Annotated[Whole, Field(ge=0, le=2**31 - 1)]
Metadata = dict[str, JsonValue]
RoleType = Literal["norole", "system", "assistant", "user", "function", "tool"]
#: What has no effect has a type all the same.
Ignored = Annotated[Value | None, Field(default=None, exclude=True)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]


class Body(BaseModel):
    """A body in which a number is no text. Unknown fields are ignored."""

    model_config = ConfigDict(strict=True)


class RatingExamples(Body):
    """A fact for each of three ratings."""

    high: str | None = None
    medium: str | None = None
    low: str | None = None


class RatingInstruction(Body):
    """How facts are rated. It is kept, and has no effect."""

    instruction: str | None = None
    examples: RatingExamples | None = None


class NewUser(Body):
    """A user to add."""

    user_id: Id
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    metadata: Metadata | None = None
    time_zone: TimeZone | None = None
    disable_default_ontology: bool | None = None
    fact_rating_instruction: RatingInstruction | None = None


class NewSession(Body):
    """A session to add."""

    session_id: Id
    user_id: Text
    metadata: Metadata | None = None
    fact_rating_instruction: RatingInstruction | None = None


class NewMessage(Body):
    """A message to add."""

    role_type: RoleType
    content: Annotated[str, Field(max_length=2500)]
    role: str | None = None
    uuid: UUID | None = None
    metadata: Metadata | None = None
    created_at: Ignored[str]
    updated_at: Ignored[str]
    processed: Ignored[bool]
    token_count: Ignored[Whole]


class NewMessages(Body):
    """Messages to add to a session."""

    messages: Annotated[list[NewMessage], Field(max_length=30)]
    return_context: bool | None = None
    ignore_roles: Ignored[list[RoleType]]
    fact_instruction: Ignored[str]
    summary_instruction: Ignored[str]


class Classifier(Body):
    """What a session may be about."""

    name: Text
    classes: Annotated[list[Text], Field(min_length=1)]
    last_n: Count | None = None
    persist: bool | None = None
    instruction: Ignored[str]


class SessionEnd(Body):
    """How a session ends."""

    classify: Classifier | None = None
    instruction: Ignored[str]


class Window(BaseModel):
    """How much is read of a session: parameters are texts, so this is not strict."""

    last_n: Annotated[Count, Field(alias="lastn")] = 0
    min_rating: Annotated[float | None, Field(alias="minRating")] = None
