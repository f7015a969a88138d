"""The judge's third tier: sequences by chance, compared with the stand-in, shrunk, and grounded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Any

import pytest
from breaking import Answered, Ask, Asked, Breakage, broken
from support import run, serving

from understudy.conformance import check
from understudy.exploration.judge import LENGTH
from understudy.exploration.author import Author
from understudy.exploration.catalogue import Catalogue
from understudy.exploration.player import Server
from understudy.exploration.shrink import ddmin
from understudy.exploration.trial import Model
from understudy.behaviour import rules_of
from understudy.modelling import models_of
from understudy.project import find_contract, find_document
from understudy.scope import Scope
from understudy.verdicts import Finding, Report


async def deleted_users_stay(asked: Asked, ask: Ask) -> Answered:
    """DELETE of a user says that it was done, and does nothing."""
    if asked.method == "DELETE" and "/users/" in asked.path:
        there = await ask(asked._replace(method="GET"))
        return Answered(200, {"message": "deleted"}) if there.status == 200 else there
    return await ask(asked)


async def an_update_drops_the_rest(asked: Asked, ask: Ask) -> Answered:
    """PATCH of a user forgets the fields that it does not name."""
    answer = await ask(asked)
    if asked.method == "PATCH" and "/users/" in asked.path and answer.status == 200:
        for name in ("email", "first_name", "last_name"):
            if name not in asked.body:
                answer.body.pop(name, None)
    return answer


async def messages_come_backwards(asked: Asked, ask: Ask) -> Answered:
    """The messages of a session are listed with the last one first."""
    answer = await ask(asked)
    if asked.path.endswith("/messages") and answer.status == 200:
        return answer.saying(messages=answer.body["messages"][::-1])
    return answer


async def ended_sessions_take_memory(asked: Asked, ask: Ask) -> Answered:
    """What is added to an ended session is taken."""
    answer = await ask(asked)
    if asked.path.endswith("/memory") and asked.method == "POST" and answer.status == 409:
        return Answered(200, {})
    return answer


async def users_see_all_sessions(asked: Asked, ask: Ask) -> Answered:
    """The sessions of a user are everybody's."""
    answer = await ask(asked)
    if "/users/" in asked.path and asked.path.endswith("/sessions") and answer.status == 200:
        all_ = await ask(Asked("GET", "/api/v2/sessions", None))
        return Answered(200, all_.body)
    return answer


def one_write_in_ten_is_lost() -> Breakage:
    """A user that is added is not kept, one time in ten."""
    chance = Random(1)

    async def breakage(asked: Asked, ask: Ask) -> Answered:
        answer = await ask(asked)
        if asked.method == "POST" and asked.path.endswith("/users") and answer.status == 201:
            if chance.random() < 0.1:
                await ask(Asked("DELETE", f"{asked.path}/{asked.body['user_id']}", None))
        return answer

    return breakage


async def groups_forget_their_name(asked: Asked, ask: Ask) -> Answered:
    answer = await ask(asked)
    if asked.path.endswith("/groups") and asked.method == "POST" and answer.status == 201:
        return Answered(201, {**answer.body, "description": None})
    return answer

BREAKAGES = [deleted_users_stay, an_update_drops_the_rest, messages_come_backwards, ended_sessions_take_memory, users_see_all_sessions, one_write_in_ten_is_lost(), groups_forget_their_name]
