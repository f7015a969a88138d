"""Fill graphs by zep-ingest, of the release that PYTHONPATH has, and print what came of it.

    python ingest.py ORIGIN DIRECTORY

Releases 0.3 and 0.4 differ in how they name graphs and threads: `Third` and `Fourth`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import zep_cloud
import zep_ingest
from zep_cloud.client import Zep

from understudy.client import ControlClient


def client(base_url: str) -> Any:
    """Return a client of Zep."""
    return Zep(base_url=base_url, api_key="key")


class Third:
    """What the 3.x client calls things: by the ids that their creator gave them."""

    ADDS = "*/graph"

    def __init__(self, origin: str) -> None:
        self.control = ControlClient(*origin.split("/_ns/"))
        self.zep = client(f"{origin}/api/v2")
        self.zep.user.add(user_id="ann", first_name="Ann")

    def graph(self, name: str) -> dict[str, str]:
        """Create a graph, and return how it is named."""
        self.zep.graph.create(graph_id=name)
        return {"graph_id": name}

    def ingest_messages(self, thread: str, **options: Any) -> Any:
        """Add the messages to a thread, which the package creates."""
        messages = [zep_ingest.ThreadMessage(thread_id=thread, **fields) for fields in MESSAGES]
        return zep_ingest.ingest_thread_messages(self.zep, messages, user_id="ann", **options)

    def messages(self, thread: str) -> list[Any]:
        """Return the messages of a thread."""
        return self.zep.thread.get(thread).messages or []

    def episodes(self, graph: dict[str, str]) -> list[Any]:
        """Return the last episodes of a graph."""
        return self.zep.graph.episode.get_by_graph_id(graph["graph_id"], lastn=20).episodes or []

    def search(self, graph: dict[str, str], query: str) -> Any:
        """Return the edges that are found."""
        found = zep_ingest.search_when_ready(self.zep, query, timeout=0, **graph)
        return found.edges or []

    def edge(self, _graph: dict[str, str], uuid: str) -> Any:
        """Return an edge."""
        return self.zep.graph.edge.get(uuid)

    def node(self, _graph: dict[str, str], uuid: str) -> Any:
        """Return a node."""
        return self.zep.graph.node.get(uuid)


class Fourth:
    """What the 4.x client calls things: by the UUIDs that Zep gave them."""

    ADDS = "*/episodes"

    def __init__(self, origin: str) -> None:
        self.control = ControlClient(*origin.split("/_ns/"))
        self.zep = client(f"{origin}/api/v4")
        self.user: str = self.zep.user.create(first_name="Ann").uuid_
        self.threads: dict[str, str] = {}

    def graph(self, name: str) -> dict[str, str]:
        """Create a graph, and return how it is named."""
        return {"graph_uuid": self.zep.graph.create(name=name).uuid_}

    def ingest_messages(self, thread: str, **options: Any) -> Any:
        """Add the messages to a new thread."""
        uuid = self.threads[thread] = self.zep.thread.create(user_uuid=self.user).uuid_
        messages = [zep_ingest.ThreadMessage(thread_uuid=uuid, **fields) for fields in MESSAGES]
        return zep_ingest.ingest_thread_messages(self.zep, messages, **options)

    def messages(self, thread: str) -> list[Any]:
        """Return the messages of a thread."""
        return list(self.zep.thread.list_messages(self.threads[thread]))

    def episodes(self, graph: dict[str, str]) -> list[Any]:
        """Return the episodes of a graph."""
        return list(self.zep.graph.episode.list(graph["graph_uuid"]))

    def search(self, graph: dict[str, str], query: str) -> Any:
        """Return the edges that are found."""
        return zep_ingest.search_when_ready(self.zep, query, timeout=0, **graph)

    def edge(self, graph: dict[str, str], uuid: str) -> Any:
        """Return an edge."""
        return self.zep.graph.edge.get(graph["graph_uuid"], uuid)

    def node(self, graph: dict[str, str], uuid: str) -> Any:
        """Return a node."""
        return self.zep.graph.node.get(graph["graph_uuid"], uuid)


MESSAGES: list[dict[str, Any]] = [
    {
        "role": "user",
        "name": "Ann",
        "content": "I live in Bergen.",
        "created_at": "2026-01-05T09:00:00Z",
        "metadata": {"channel": "chat"},
    },
    {
        "role": "assistant",
        "name": "Guide",
        "content": "Bergen has much rain.",
        "created_at": "2026-01-05T09:00:05Z",
    },
]

RECORDS = [
    {"sku": "p1", "title": "Rope", "seen": "2026-01-07T08:00:00Z", "shop": "Oslo"},
    {"sku": "p2", "title": "Tent", "seen": "2026-01-08T08:00:00Z", "shop": "Bergen"},
]
TRANSCRIPT = """TITLE: Weekly
DATE: 2026-01-06

[00:00:05]
Ann: The tent leaks.
[00:00:30]
Bob: We order another one.
"""


def documents(api: Any, directory: Path) -> Any:
    """Read two files, by a batch."""
    for name, text in (("rope.md", "The rope holds 90 kg."), ("tent.md", "The tent is green.")):
        (directory / name).write_text(text)
    graph = api.graph("documents")
    result = zep_ingest.ingest_documents(
        api.zep,
        str(directory / "*.md"),
        created_at="2026-01-05T09:00:00Z",
        method="batch",
        batch_metadata={"run": 1},
        **graph,
    )
    return {**outcome(result.wait(poll_interval=0)), "episodes": shown(api.episodes(graph))}


def records(api: Any, directory: Path) -> Any:
    """Read records of a JSONL file, one call each."""
    (directory / "records.jsonl").write_text("\n".join(map(json.dumps, RECORDS)))
    graph = api.graph("records")
    result = zep_ingest.ingest_json_records(
        api.zep,
        directory / "records.jsonl",
        id_field="sku",
        name_field="title",
        created_at_field="seen",
        metadata_fields=["shop"],
        method="sequential",
        **graph,
    )
    return {**outcome(result.wait(poll_interval=0)), "episodes": shown(api.episodes(graph))}


def transcripts(api: Any, directory: Path) -> Any:
    """Read a transcript by the method that the package chooses, and search for what was said."""
    (directory / "weekly.txt").write_text(TRANSCRIPT)
    graph = api.graph("transcripts")
    result = zep_ingest.ingest_transcripts(
        api.zep, directory / "weekly.txt", default_start_time="10:00:00+01:00", **graph
    )
    found = [edge.fact for edge in api.search(graph, "Which tent leaks?")]
    return {**outcome(result.wait(poll_interval=0)), "found": found}


def messages(api: Any, _directory: Path) -> Any:
    """Add a conversation by a batch, and another one by calls."""
    return {
        method: {
            **outcome(api.ingest_messages(method, method=method, **options).wait(poll_interval=0)),
            "messages": [
                fields(message, "role", "name", "content", "metadata")
                for message in api.messages(method)
            ],
        }
        for method, options in (("batch", {"ignore_roles": ["assistant"]}), ("sequential", {}))
    }


def nodes_and_triples(api: Any, _directory: Path) -> Any:
    """Add nodes, and a fact between them; their UUIDs are known when the tasks are done."""
    graph = api.graph("triples")
    nodes = zep_ingest.ingest_nodes(
        api.zep,
        [
            zep_ingest.NodeItem(name="Ann", label="Person", summary="A climber."),
            zep_ingest.NodeItem(name="Rope", attributes={"metres": 60}, metadata={"shelf": 3}),
        ],
        **graph,
    ).wait(poll_interval=0)
    ann, rope = nodes.node_uuids
    triple = zep_ingest.FactTriple(
        fact="Ann owns a rope",
        fact_name="OWNS",
        source_node_name="Ann",
        target_node_name="Rope",
        source_node_uuid=ann,
        target_node_uuid=rope,
        valid_at="2026-01-05T09:00:00Z",
        attributes={"since": 2026},
    )
    facts = zep_ingest.ingest_fact_triples(api.zep, [triple], **graph).wait(poll_interval=0)
    edge = api.edge(graph, facts.edge_uuids[0])
    return {
        "nodes": outcome(nodes),
        "named": [
            fields(api.node(graph, uuid), "name", "summary", "labels", "attributes")
            for uuid in nodes.node_uuids
        ],
        "facts": outcome(facts),
        "edge": fields(edge, "fact", "name", "valid_at", "attributes"),
        "ends": [ann, rope] == [edge.source_node_uuid, edge.target_node_uuid],
        "resumed": [
            resumed(api, nodes).node_uuids == nodes.node_uuids,
            resumed(api, facts).edge_uuids == facts.edge_uuids,
        ],
    }


def resumed(api: Any, result: Any) -> Any:
    """Return a run as another process would find it by its tasks."""
    return zep_ingest.IngestResult.from_task_ids(api.zep, result.task_ids).wait(poll_interval=0)


def later(api: Any, directory: Path) -> Any:
    """Wait for a batch, and for an episode, that take half a minute of the stand-in's clock."""
    api.control.settings(apis={"zep": {"ingestion": {"mode": "delayed", "delay": "PT25S"}}})
    file = directory / "later.md"
    file.write_text("The rope is red.")
    graph = api.graph("later")
    seen = {}
    for method in ("batch", "sequential"):
        result = zep_ingest.ingest_documents(api.zep, file, method=method, **graph)
        early = [too_early(result), len(api.search(graph, "rope"))]
        with sleeping_on(api.control) as pauses:
            result.wait(poll_interval=10)
        seen[method] = [*early, pauses, result.status, len(api.search(graph, "rope"))]
    return seen


def too_early(result: Any) -> Any:
    """Return the status of a run that is not done."""
    try:
        result.wait(timeout=0)
    except zep_ingest.IngestTimeoutError:
        return result.status
    return None


def failing(api: Any, directory: Path) -> Any:
    """Hear that a batch has failed."""
    api.control.settings(apis={"zep": {"ingestion": {"mode": "failing", "message": "No model."}}})
    (directory / "failing.md").write_text("The rope is blue.")
    result = zep_ingest.ingest_documents(
        api.zep, directory / "failing.md", method="batch", **api.graph("failing")
    ).wait(poll_interval=0)
    try:
        result.raise_for_status()
    except zep_ingest.IngestFailedError as error:
        return [type(error).__name__, *(item.status for item in result.failed_items())]
    return None


def refused(api: Any, directory: Path) -> Any:
    """Do without batches where there are none, and wait as long as the server says."""
    api.control.fail_next(when={"method": "POST", "path": "*/batches"}, status=404)
    api.control.fail_next(
        when={"method": "POST", "path": api.ADDS}, status=429, headers={"Retry-After": "7"}
    )
    (directory / "refused.md").write_text("The rope is long.")
    graph = api.graph("refused")
    with sleeping_on(api.control) as pauses:
        result = zep_ingest.ingest_documents(api.zep, directory / "refused.md", **graph)
    return {**outcome(result.wait(poll_interval=0)), "warnings": result.warnings, "pauses": pauses}


@contextmanager
def sleeping_on(control: ControlClient) -> Iterator[list[float]]:
    """Let pauses pass on the clock of the namespace only, and list them."""
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(round(seconds))
        control.clock.advance(seconds=seconds)

    with patch("time.sleep", sleep):
        yield pauses


def outcome(result: Any) -> dict[str, Any]:
    """Return what the package says of its run."""
    return {
        "method": result.method,
        "status": result.status,
        "submitted": result.items_submitted,
        "untracked": result.untracked_items,
        "errors": [error.error for error in result.add_errors],
    }


def shown(episodes: list[Any]) -> list[Any]:
    """Return the episodes as the test compares them."""
    return sorted(
        ([episode.content, episode.metadata, episode.processed] for episode in episodes),
        key=lambda episode: episode[0],
    )


def fields(record: Any, *names: str) -> dict[str, Any]:
    """Return some fields of a record."""
    return {name: getattr(record, name) for name in names}


SCENARIOS = (
    documents,
    records,
    transcripts,
    messages,
    nodes_and_triples,
    refused,
    later,
    failing,
)

if __name__ == "__main__":
    api = (Fourth if hasattr(zep_cloud, "AddMessage") else Third)(sys.argv[1])
    directory = Path(sys.argv[2])
    print(json.dumps({scenario.__name__: scenario(api, directory) for scenario in SCENARIOS}))
