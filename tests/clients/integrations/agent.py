"""Give an agent of LangGraph a memory by zep-langgraph, of the release that PYTHONPATH has.

    python agent.py ORIGIN

Prints what came of it. The model is a list of messages. Releases 0.2 and 1.0 differ in how they
name users, threads and graphs: `Third` and `Fourth`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import warnings
from typing import Any

import zep_cloud
import zep_langgraph
from langchain_core.language_models.fake_chat_models import FakeMessagesListChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langgraph.prebuilt import create_react_agent
from zep_cloud.client import AsyncZep, Zep

KEY = "key"


class Third:
    """What the 3.x client calls things: by the ids that their creator gave them."""

    def __init__(self, origin: str) -> None:
        self.graph = {"user_id": "ann"}
        self.thread = {"thread_id": "monday"}
        base_url = f"{origin}/api/v2"
        self.zep: Any = AsyncZep(base_url=base_url, api_key=KEY)
        self.blocking: Any = Zep(base_url=base_url, api_key=KEY)

    async def provision(self) -> Any:
        """Make sure that the user and the thread are there, twice."""
        seen = []

        async def on_created(_: Any, user_id: str) -> None:
            seen.append(user_id)

        made = [
            await zep_langgraph.ensure_user(
                self.zep, user_id="ann", first_name="Ann", on_created=on_created
            )
            for _ in range(2)
        ]
        made += [
            await zep_langgraph.ensure_thread(self.zep, thread_id="monday", user_id="ann")
            for _ in range(2)
        ]
        return {"made": made, "hook": seen == ["ann"]}

    async def messages(self) -> Any:
        """Return the messages of the thread."""
        return (await self.zep.thread.get("monday")).messages

    def store(self, **options: Any) -> Any:
        """Return a store whose data is in the user's graph."""
        return zep_langgraph.ZepStore(
            self.zep,
            sync_zep_client=self.blocking,
            namespace_target=lambda _: {"user_id": "ann"},
            **options,
        )


class Fourth:
    """What the 4.x client calls things: by the UUIDs that Zep gave them."""

    def __init__(self, origin: str) -> None:
        base_url = f"{origin}/api/v4"
        self.zep: Any = AsyncZep(base_url=base_url, api_key=KEY)
        self.blocking: Any = Zep(base_url=base_url, api_key=KEY)

    async def provision(self) -> Any:
        """Create the user and the thread."""
        seen = []

        async def on_created(_: Any, user: Any) -> None:
            seen.append(user.uuid_)

        user = await zep_langgraph.create_user(self.zep, first_name="Ann", on_created=on_created)
        thread = await zep_langgraph.create_thread(self.zep, user_uuid=user.uuid_)
        self.graph = {"graph_uuid": user.graph_uuid}
        self.thread = {"thread_uuid": thread.uuid_}
        made = [bool(user.graph_uuid), thread.user_uuid == user.uuid_]
        return {"made": made, "hook": seen == [user.uuid_]}

    async def messages(self) -> Any:
        """Return the messages of the thread."""
        return [message async for message in await self.zep.thread.list_messages(**self.thread)]

    def store(self, **options: Any) -> Any:
        """Return a store whose data is in the user's graph."""
        return zep_langgraph.ZepStore(
            self.zep, sync_zep_client=self.blocking, **self.graph, **options
        )


async def persistence(api: Any) -> Any:
    """Persist a turn, and a conversation that is too long for one call."""
    turn = [
        HumanMessage("I live in Bergen."),
        AIMessage("", tool_calls=[{"name": "f", "args": {}, "id": "1"}]),  # no text: not sent
        AIMessage("Bergen has much rain."),
    ]
    names = {"user_name": "Ann", "assistant_name": "Guide"}
    context = await zep_langgraph.persist_messages(
        api.zep, messages=turn, return_context=True, **names, **api.thread
    )
    long = [HumanMessage(f"Step {number}.") for number in range(31)]
    zep_langgraph.persist_messages_sync(
        api.blocking, messages=long, ignore_roles=["user"], **names, **api.thread
    )
    messages = await api.messages()
    return {
        "context": context,
        "count": len(messages),
        "first": [[message.role, message.name, message.content] for message in messages[:2]],
    }


async def context(api: Any) -> Any:
    """Put what Zep knows into the message of the system."""
    message = await zep_langgraph.build_system_message(
        api.zep, base_instructions="Be brief.", **api.thread
    )
    return message.content


async def tools(api: Any) -> Any:
    """Search as a model would."""
    tool = zep_langgraph.create_graph_search_tool(api.zep, **api.graph)
    found = {
        scope: await tool.ainvoke({"query": "Where does Ann live?", "scope": scope, **options})
        for scope, options in (
            ("edges", {"limit": 3, "reranker": "cross_encoder"}),
            ("nodes", {}),
            ("episodes", {"reranker": "mmr", "mmr_lambda": 0.5}),
            ("thread_summaries", {}),
            ("auto", {}),
        )
    }
    blocking = zep_langgraph.create_graph_search_tool_sync(
        api.blocking, pinned_params={"scope": "edges", "limit": 1}, **api.graph
    )
    return {**found, "pinned": blocking.invoke({"query": "Bergen"})}


async def store(api: Any) -> Any:
    """Keep values, and find what follows from them."""
    store = api.store()
    await store.aput(("memories", "ann"), "pet", {"text": "Ann has a cat called Tom."})
    store.put(("memories", "ann"), "food", {"text": "Ann likes soup."})
    found = await store.asearch(("memories", "ann"), query="cat called Tom", limit=5)
    nodes = api.store(search_scope="nodes").search(("memories", "ann"), query="Ann", limit=1)
    auto = await api.store(search_scope="auto").asearch(("memories", "ann"), query="soup")
    return {
        "read": (await store.aget(("memories", "ann"), "pet")).value,
        "best": found[0].value,
        "scored": found[0].score is not None,
        "nodes": [item.value["name"] for item in nodes],
        "auto": [item.key for item in auto],
    }


class Model(FakeMessagesListChatModel):  # type: ignore[misc]
    """A model that says what was written, and remembers what it was asked."""

    asked: list[list[BaseMessage]] = []  # noqa: RUF012 - a field of Pydantic

    def bind_tools(self, _tools: Any, **_: Any) -> Model:
        """Return the model itself: what it calls is written already."""
        return self

    def _generate(self, messages: list[BaseMessage], *rest: Any, **named: Any) -> Any:
        self.asked.append(messages)
        return super()._generate(messages, *rest, **named)


async def agent(api: Any) -> Any:
    """Run an agent whose model is told the context, and searches."""
    call = {"name": "search_memory", "args": {"query": "cat called Tom"}, "id": "1"}
    model = Model(responses=[AIMessage("", tool_calls=[call]), AIMessage("Your cat is Tom.")])
    hook = zep_langgraph.create_zep_pre_model_hook(
        api.zep, base_instructions="Be brief.", **api.graph, **api.thread
    )
    tool = zep_langgraph.create_graph_search_tool(api.zep, **api.graph)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # LangGraph has moved the function to another package
        graph = create_react_agent(model, [tool], pre_model_hook=hook)
    state = await graph.ainvoke({"messages": [HumanMessage("What is my cat called?")]})
    return {
        "system": model.asked[0][0].content,
        "tool": state["messages"][2].content,
        "answer": state["messages"][-1].content,
    }


SCENARIOS = (persistence, context, tools, store, agent)


async def main(origin: str) -> None:
    """Run all scenarios."""
    api = (Fourth if hasattr(zep_cloud, "AddMessage") else Third)(origin)
    results = {"provisioning": await api.provision()}
    for scenario in SCENARIOS:
        results[scenario.__name__] = await scenario(api)
    print(json.dumps(results))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
