"""The rules that stand in for Zep's language model: deterministic, and plausible."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.zep.model.intelligence.conversation import choose_class, question_about, summary_of
from handlers.zep.model.intelligence.extraction import fill
from handlers.zep.model.intelligence.ranking import MMR_POOL, rank, score
from handlers.zep.model.intelligence.statements import Extracted, facts_from, stated

ORDER = "What is the status of my order?"
SHIPPED = "Order 4711 left the warehouse this morning."


def ranked(query: str, *texts: str, limit: int | None = None, **more: float) -> list[str]:
    """Return the texts in their ranked order."""
    actual = rank(
        query,
        texts,
        str,
        limit=limit,
        min_score=more.get("min_score"),
        mmr_lambda=more.get("mmr_lambda"),
    )
    return [text for _, text in actual]


def test_message_is_one_fact() -> None:
    """A user's message is a fact on one line, about the speaker and the topic."""
    assert facts_from("Ada", " What is the status\nof my order? ") == [
        Extracted(f"Ada: {ORDER}", "ASKS_ABOUT", "Ada", "status", 0.58)
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_empty_message_is_no_fact(text: str) -> None:
    """A message without text has no facts."""
    assert facts_from("Ada", text) == []


TOPICS = {
    "I have moved to Berlin with Grace Hopper.": "Berlin",
    "We met Grace Hopper there": "Grace Hopper",
    "My order is late": "order",
    "What is it?": "What",
    "👍": "👍",
}


@pytest.mark.parametrize(("text", "topic"), TOPICS.items())
def test_fact_has_a_topic(text: str, topic: str) -> None:
    """It is a name in the text, else the longest significant word, else any text."""
    assert stated("Ada", text).target == topic


def test_rating_grows_with_different_words() -> None:
    """A fact is rated by its different words, from 0 to 1."""
    ratings = [stated("Ada", text).rating for text in ("...", "tea", "tea tea", "green tea")]
    assert ratings == [0, 0.08, 0.08, 0.17]
    assert stated("Ada", " ".join(map(str, range(50)))).rating == 1


@given(st.text(), st.text())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
def test_scores_are_symmetric_and_repeatable(first: str, second: str) -> None:
    """Any two texts have a score from 0 to 1, the same in both directions, and the same again."""
    assert 0 <= score(first, second) <= 1
    assert score(first, second) == score(second, first) == score(first, second)
    assert facts_from(first, second) == facts_from(first, second)
    assert summary_of([first, second]) == summary_of([first, second])
    assert question_about([first, second]) == question_about([first, second])


def test_score_is_the_similarity_of_texts() -> None:
    """With all words in the other text it is 1, with none 0, and else between."""
    assert score("warehouse order", SHIPPED) == 1
    assert score("WAREHOUSE!", SHIPPED) == 1
    assert score("", SHIPPED) == score("", "") == 0
    assert 1 > score("the warehouses", SHIPPED) > score("pizza", SHIPPED)


def test_rank_is_stable() -> None:
    """Items are ranked by score; those of the same score keep their order."""
    assert ranked("order", "tea", "an order", "my order", "cup") == [
        *("an order", "my order"),
        *sorted(("tea", "cup"), key=lambda text: -score("order", text)),
    ]
    assert ranked("", "b", "a", "c") == ["b", "a", "c"]


def test_rank_has_a_limit_and_a_least_score() -> None:
    """A limit keeps the best; a least score keeps those that have it."""
    texts = ("tea", "an order", "orders")
    assert ranked("order", *texts, limit=1) == ["an order"]
    assert ranked("order", *texts, limit=0) == []
    assert ranked("order", *texts, min_score=1) == ["an order"]
    assert ranked("order", *texts, min_score=0.9) == ["an order", "orders"]
    assert ranked("order", min_score=0.5) == []


def test_mmr_prefers_variety() -> None:
    """The more variety counts, the earlier comes a text unlike the best; all of them come."""
    texts = ("my order is late", "my order is late!", "an order of green tea")
    assert ranked("late order", *texts) == list(texts)
    assert ranked("late order", *texts, mmr_lambda=1) == list(texts)
    assert ranked("late order", *texts, mmr_lambda=0.3) == [texts[0], texts[2], texts[1]]
    assert ranked("late order", *texts, mmr_lambda=0.3, limit=2) == [texts[0], texts[2]]
    assert ranked("late order", *texts, mmr_lambda=0.3, min_score=1) == [texts[0], texts[1]]


def test_mmr_keeps_items_beyond_its_pool() -> None:
    """Items beyond the pool follow in their order."""
    texts = [f"order {number}" for number in range(MMR_POOL + 5)]
    actual = ranked("order", *texts, mmr_lambda=0.5)
    assert sorted(actual) == sorted(texts)
    assert actual[MMR_POOL:] == ranked("order", *texts)[MMR_POOL:]
    assert len(ranked("order", *texts, mmr_lambda=0.5, limit=MMR_POOL + 2)) == MMR_POOL + 2


def test_summary_has_topics_and_quotes() -> None:
    """A summary has the most frequent words, the first sentence, and the last one."""
    assert summary_of([ORDER, SHIPPED]) == (
        "The conversation is about order, status, 4711. "
        f'It begins with "{ORDER}" and ends with "{SHIPPED}"'
    )
    assert summary_of([]) == summary_of(["", " "]) == ""
    assert len(summary_of(["word " * 1000])) < 500


def test_question_is_the_last_one_in_the_texts() -> None:
    """Without a question in the texts, there is one about the topics."""
    assert question_about([ORDER, SHIPPED]) == ORDER
    assert question_about(["Hi. Are you there? Hello", "Well."]) == "Are you there?"
    assert question_about([SHIPPED]) == "What is known about order, 4711, left?"
    assert question_about([]) == question_about(["??"]) == ""


def test_class_is_chosen_by_common_words() -> None:
    """The class with most words in common wins, whatever their case; the first one of equals."""
    classes = ["billing", "Order_Status", "small talk"]
    assert choose_class(classes, [ORDER, SHIPPED]) == "Order_Status"
    assert choose_class(classes, ["Some small talk about my order"]) == "small talk"
    assert choose_class(classes, []) == "billing"


SAID = [
    "My email is old@example.com and my shoe size is 41.",
    "I signed up on 2024-05-01. Shoe size: 42; call +49 30 1234567, or write: ada@example.com.",
    "My full name is Ada Lindqvist, and yes, I live in 10115",
]
FILLED = {
    "shoeSize": ({"zep_type": "ZepNumber"}, "42"),
    "full_name": ({"zep_type": "ZepText"}, "Ada Lindqvist"),
    "email": ({"zep_type": "ZepEmail"}, "old@example.com"),
    "contact": ({"format": "email"}, "ada@example.com"),
    "signup": ({"zep_type": "ZepDate"}, "2024-05-01"),
    "zip": ({"zep_type": "ZepZipCode"}, "10115"),
    "phone": ({"zep_type": "ZepPhoneNumber"}, "+49 30 1234567"),
    "agreed": ({"type": "boolean"}, "yes"),
}


@pytest.mark.parametrize(("name", "part", "value"), [(n, *v) for n, v in FILLED.items()])
def test_schema_is_filled_from_texts(name: str, part: object, value: str) -> None:
    """The text after the name of a property counts first, the latest of them; then its type."""
    assert fill({"properties": {name: part}}, SAID) == {name: value}
    assert fill({"properties": {name: part}}, SAID, omit_missing=True) == {name: value}


UNSAID = {
    "ZepText": "unknown",
    "ZepNumber": "0",
    "ZepFloat": "0",
    "ZepDate": "1970-01-01",
    "ZepDateTime": "1970-01-01T00:00:00Z",
    "ZepEmail": "unknown@example.com",
    "ZepZipCode": "00000",
    "nonsense": "unknown",
}


@pytest.mark.parametrize(("kind", "value"), UNSAID.items())
def test_missing_value_is_a_default_or_left_out(kind: str, value: str) -> None:
    """Clients can parse every default; with `omit_missing`, there is none."""
    schema = {"properties": {"thing": {"zep_type": kind}}}
    assert fill(schema, ["Well."]) == {"thing": value}
    assert fill(schema, ["Well."], omit_missing=True) == {}


@pytest.mark.parametrize("schema", [{}, {"properties": None}, {"properties": []}])
def test_schema_without_properties_gives_nothing(schema: dict[str, object]) -> None:
    """There is nothing to fill."""
    assert fill(schema, SAID) == {}


def test_schema_may_be_odd() -> None:
    """Properties without a schema are texts, and only the first hundred of them count."""
    assert fill({"properties": {"a(": True, "": {"type": ["string"]}}}, SAID) == {
        "a(": "unknown",
        "": "unknown",
    }
    assert len(fill({"properties": {str(n): {} for n in range(200)}}, SAID)) == 100
