"""Facts by a language model, against an endpoint that misbehaves: what comes of it is valid, and nothing is lost."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from helpers.chat_server import Fault
from helpers.facts_server import FactsServer, facts_server, invented
from smfa_bench.data.profile import Fact, Profile
from smfa_bench.endpoint.endpoint import Rejected
from smfa_bench.errors import BenchError, PrerequisiteError
from smfa_bench.progress import Silent
from smfa_bench.record import json_schema
from smfa_bench_profiles.drawing.measures import Presentation
from smfa_bench_profiles.facts import FACTS
from smfa_bench_profiles.makers.compose import compose
from smfa_bench_profiles.makers.llm.prompt import INSTRUCTIONS
from smfa_bench_profiles.makers.llm.reply import Told, read_facts
from smfa_bench_profiles.makers.llm.rules import RULES
from smfa_bench_profiles.makers.llm.source import LlmFacts, LlmFactsConfig

SECRET = "sk-not-to-be-seen"
PEOPLE: tuple[Presentation, ...] = ("woman", "man", "woman")


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A key, a cache, and no proxy between the source and this machine; the cache is returned."""
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("SMFA_BENCH_CACHE", str(tmp_path / "cache"))
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    return tmp_path / "cache"


def source(server: FactsServer, **options: object) -> LlmFacts:
    quick = {"model": "m", "base_url": server.url, "pause": 0.01, "timeout": 5.0}
    return LlmFacts(LlmFactsConfig.model_validate(quick | options))


def write(server: FactsServer, people: tuple[Presentation, ...] = PEOPLE, **options: object) -> list[tuple[Fact, ...]]:
    return list(source(server, **options).write(people, seed=0, taken=(), progress=Silent()))


def values(number: int) -> list[str]:
    return [fact["value"] for fact in invented(number)["facts"]]


def test_facts_are_asked_for_with_the_published_schema_and_told_in_their_order() -> None:
    with facts_server() as server:
        told = write(server)
    assert [[fact.value for fact in facts] for facts in told] == [values(1), values(2), values(3)]
    sent = server.bodies[0]["response_format"]["json_schema"]
    assert sent["schema"]["$defs"]["Fact"] == json_schema(Profile)["$defs"]["Fact"]
    assert server.bodies[0]["messages"][0]["content"] == INSTRUCTIONS
    assert {f"Bearer {SECRET}"} == server.keys


FAULTS: tuple[Fault, ...] = ("rate limit", "server error", "broken reply", "broken http body", "reset")


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_the_server_is_recovered_from(fault: Fault) -> None:
    with facts_server(fault=lambda _, nth: fault if nth == 0 else "none") as server:
        told = write(server)
    assert len(told) == 3
    assert server.calls == 6


def test_a_call_that_hangs_is_given_up_and_made_again() -> None:
    with facts_server(fault=lambda _, nth: "hang" if nth == 0 else "none") as server:
        assert len(write(server, ("man",), timeout=0.5)) == 1
    assert server.calls == 2


def edited(number: int, edit: Callable[[list[dict[str, Any]]], Any]) -> dict[str, Any]:
    reply = invented(number)
    edit(reply["facts"])
    return reply


WRONG: dict[str, tuple[Any, str]] = {
    "no JSON": ("Sure! Here is Mara.", "not JSON, or was cut off"),
    "a cut reply": (json.dumps(invented(1))[:200], "not JSON, or was cut off"),
    "NaN": ('{"facts": NaN}', "not JSON"),
    "a lone surrogate": (edited(1, lambda facts: facts[0].update(value="Mara \ud800")), "not JSON"),
    "a list": ([], "the reply: [] is not of type 'object'"),
    "too few facts": (edited(1, lambda facts: facts.pop()), "facts: "),
    "an unknown field": (edited(1, lambda facts: facts[0].update(mood="glad")), "facts.0: "),
    "an unknown kind": (edited(1, lambda facts: facts[1].update(kind="day")), "facts.1.kind: 'day' is not one of"),
    "another kind": (edited(1, lambda facts: facts[2].update(kind="name")), "birthplace: kind must be place"),
    "another key": (edited(1, lambda facts: facts[4].update(key="hobby")), "there is no fact occupation"),
    "a key twice": (edited(1, lambda facts: facts[4].update(key="employer")), "there is no fact occupation"),
    "no real day": (edited(1, lambda facts: facts[1].update(value="31 February 1980")), "no day of the years"),
    "a date too late": (edited(1, lambda facts: facts[1].update(value="1 March 2012")), "no day of the years"),
    "somebody's phone": (
        edited(1, lambda facts: facts[7].update(value="212-867-5309")),
        "phone: '212-867",
    ),
    "a real domain": (
        edited(1, lambda facts: facts[8].update(value="mara@gmail.com")),
        "email: 'mara@gm",
    ),
    "two lines": (edited(1, lambda facts: facts[0].update(value="Mara\nVelt")), "name: must be one line"),
    "a whole sentence": (
        edited(1, lambda facts: facts[2].update(value="She was born, as everybody knows, in Oslo.")),
        "birthplace: ",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_facts_is_said_and_mended(name: str) -> None:
    reply, words = WRONG[name]
    with facts_server(wrong={"1": [reply]}) as server:
        (told,) = write(server, ("woman",))
    assert [fact.value for fact in told] == values(1)
    first, second = (body["messages"] for body in server.bodies)
    assert second[:2] == first
    assert [message["role"] for message in second[2:]] == ["assistant", "user"]
    assert words in second[3]["content"]


def test_two_people_never_have_one_name_nor_that_of_a_stranger() -> None:
    with facts_server(wrong={"2": [invented(1)], "3": [invented(9)]}) as server:
        taken = {values(9)[0]}
        told = source(server, concurrency=1).write(PEOPLE, seed=0, taken=taken, progress=Silent())
    names = [facts[0].value for facts in told]
    assert names == [values(1)[0], values(2)[0], values(3)[0]]
    said = [body["messages"][3]["content"] for body in server.bodies if len(body["messages"]) > 2]
    assert [text.count("is somebody else's; take another") for text in said] == [5, 1]


def test_the_same_command_goes_on_where_one_ended(place: Path) -> None:
    with facts_server(fault=lambda number, _: "bad request" if number == "2" else "none") as server:
        with pytest.raises(BenchError, match=r"no facts of 1 of 3 people \(.*status 400.*\); the same command"):
            write(server)
        assert server.calls == 3
        server.fault = lambda *_: "none"
        assert len(write(server)) == 3
        assert server.calls == 4
        assert len(write(server)) == 3
        assert server.calls == 4
    assert not any(SECRET.encode() in path.read_bytes() for path in place.rglob("*") if path.is_file())


def test_kept_facts_that_somebody_else_has_by_now_are_asked_for_again() -> None:
    with facts_server() as server:
        write(server, ("woman",))
        server.wrong["1"] = [invented(5)]
        (told,) = source(server).write(("woman",), seed=0, taken={values(1)[0]}, progress=Silent())
    assert (told[0].value, server.calls) == (values(5)[0], 2)


def test_a_budget_is_kept() -> None:
    with facts_server() as server, pytest.raises(BenchError, match="the budget of 2 calls is used up"):
        write(server, concurrency=1, max_calls=2)
    assert server.calls == 2


def test_facts_that_stay_wrong_are_told_with_the_last_fault() -> None:
    with (
        facts_server(wrong={"1": ["no"] * 9}) as server,
        pytest.raises(BenchError, match=r"no facts of 1 of 1 people \(the facts are not valid .*, after 3 attempts\)"),
    ):
        write(server, ("woman",), attempts=3)


def test_a_key_that_is_missing_or_refused_is_told_and_never_shown(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    with facts_server(fault=lambda *_: "wrong key") as server:
        with pytest.raises(PrerequisiteError, match="status 401") as caught:
            write(server)
        assert SECRET not in str(caught.value)
        monkeypatch.delenv("OPENAI_API_KEY")
        with pytest.raises(PrerequisiteError, match="the fact source llm needs a key in the environment variable"):
            write(server)
    assert not any(SECRET.encode() in path.read_bytes() for path in place.rglob("*") if path.is_file())


def test_a_plan_shows_every_prompt_and_what_is_left_to_pay_and_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with facts_server() as server:
        write(server, PEOPLE[:1])
        monkeypatch.delenv("OPENAI_API_KEY")
        plan = source(server).plan(PEOPLE, seed=0)
    assert server.calls == 1
    assert INSTRUCTIONS in plan
    assert [f"Person {number}: a {who}" in plan for number, who in enumerate(PEOPLE, start=1)] == [True] * 3
    assert "calls: 2 (1 replies are kept), at most 12" in plan
    assert "at four letters a token" in plan
    assert "give --facts-set prompt_price=… and --facts-set reply_price=…" in plan


def test_a_plan_with_prices_says_what_the_tokens_cost() -> None:
    config = LlmFactsConfig(model="m", prompt_price=0.5, reply_price=2)
    assert config.cost(prompts=2_000_000, replies=1_500_000) == "cost: about 4.00 at 0.5 and 2 for a million tokens"
    assert "about 0.0031 at" in config.cost(prompts=6_000, replies=50)
    said = LlmFacts(config).plan(PEOPLE, seed=0)
    prompts, replies = (int(found.replace(",", "")) for found in re.findall(r"([\d,]+) of (?:prompts|replies)", said))
    assert said.endswith(config.cost(prompts=prompts, replies=replies))


def test_the_generator_s_own_facts_keep_every_rule() -> None:
    taken: set[str] = set()
    assert set(RULES) == set(FACTS)
    for number in range(60):
        assert isinstance(read_facts(json.dumps(invented(number)), set()), Told)
    assert isinstance(read_facts(json.dumps(invented(0)), taken), Told)
    assert isinstance(read_facts(json.dumps(invented(0)), taken), Rejected)


def test_the_set_that_comes_of_it_keeps_the_published_schema_and_its_strangers() -> None:
    with facts_server() as server:
        people = compose(size=2, seed=0, picture_size=32, portraits=None, facts=source(server), progress=Silent())
    for profile in people.profiles:
        Draft202012Validator(json_schema(Profile)).validate(profile.model_dump(mode="json"))
        assert all(fact.value in question.answer for question in profile.questions for fact in question.key_facts)
    assert [profile.name for profile in people.profiles] == [values(1)[0], values(2)[0]]
    assert (people.origin.source, len(people.unseen), len(people.rehearsal)) == ("fictional+llm", 20, 40)
