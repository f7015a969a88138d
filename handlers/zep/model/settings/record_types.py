"""What the records of a project and its settings are made of; see `..record_types`."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from ..record_types import Graph, Integer, Time, Uuid


class ProjectRecord(TypedDict):
    """The project of a tenant."""

    uuid: Uuid
    name: str
    description: str
    created_at: Time
    default_time_zone: str | None
    hyperedges_enabled: bool
    include_policy_violating_episodes: bool


class TemplateRecord(TypedDict):
    """A context template."""

    uuid: Uuid
    name: str
    template: str
    created_at: Time


class Instruction(TypedDict):
    """An instruction in words."""

    name: str
    text: str


class InstructionsRecord(TypedDict):
    """The instructions of a project, a user or a graph."""

    instructions: list[Instruction]


class NamedType(TypedDict):
    """A type of observations."""

    name: str
    description: str


class SteeringRecord(TypedDict):
    """The steering of a project, a user or a graph."""

    instruction: str
    types: list[NamedType]


class Category(TypedDict):
    """A category of a content policy."""

    id: str
    key: str
    description: str


class Rule(TypedDict):
    """A rule of a content policy."""

    id: str
    category_key: str
    description: str
    permitted_examples: list[str]
    prohibited_examples: list[str]


class PolicyRecord(TypedDict):
    """A revision of the content policy of a project, or, with `bound_at`, the policy of a graph."""

    uuid: Uuid
    revision: Integer
    created_at: Time
    categories: list[Category]
    rules: list[Rule]
    bound_at: NotRequired[Time]


class PolicyEventRecord(TypedDict):
    """A fact that a content policy dropped, or the episode that it is from."""

    id: Uuid
    graph: Graph
    episode_uuid: Uuid
    artifact_kind: str
    category_keys: list[str]
    rule_ids: list[str]
    drop_reason: str
    revision: Integer
    decided_at: Time


class DebugLoggingRecord(TypedDict):
    """Until when debug logging is enabled, in microseconds."""

    until: Integer


class Property(TypedDict):
    """A property of a type."""

    name: str
    type: Literal["Text", "Int", "Float", "Boolean"]
    description: str
    protected: NotRequired[bool]


class EntityType(TypedDict):
    """A type of entities."""

    name: str
    description: str
    properties: list[Property]
    identity_properties: NotRequired[list[str] | None]


class Ends(TypedDict, total=False):
    """The types that an edge may connect."""

    source: str
    target: str


class EdgeType(EntityType):
    """A type of edges."""

    source_targets: list[Ends]


class TypesRecord(TypedDict):
    """The types that are declared for the project, or for one graph."""

    entity_types: list[EntityType]
    edge_types: list[EdgeType]
    entity_type_hierarchy: NotRequired[dict[str, Any]]
