"""A served model: shown the very pictures, asked again where that helps, and never taken for having said nothing."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from helpers.answering_server import answering_server
from helpers.people import five_people, make_set
from smfa_bench.data.sample import Sample, samples
from smfa_bench.errors import BenchError, DamagedFileError, PrerequisiteError
from smfa_bench.generation.ledger import Ledger, Said
from smfa_bench.generation.served import Server, ask_server
from smfa_bench.progress import Silent


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def asked() -> list[Sample]:
    """A question of each task about each of five people, told apart by their texts."""
    people = make_set(five_people(size=5, seed=0, picture_size=8).profiles)
    return [
        replace(one, question=one.question.model_copy(update={"text": one.question.id}))
        for one in samples((question for person in people.profiles for question in person.questions), people.pictures)
    ]


def ask(url: str, asked: list[Sample], ledger: Path, **options: object) -> dict[str, Said]:
    server = Server(url, "unlearned", **options)  # type: ignore[arg-type]
    return ask_server(server, asked, Ledger(ledger), most_tokens=9, title="asking", progress=Silent())


def test_every_question_is_asked_with_its_picture_and_its_answer_written_down(
    tmp_path: Path, asked: list[Sample]
) -> None:
    with answering_server() as server:
        said = ask(server.url, asked, tmp_path / "said.jsonl")
    assert {name: entry.answer for name, entry in said.items()} == {
        one.question.id: f"unlearned: {one.question.text}" for one in asked
    }
    assert all(entry.probability is None for entry in said.values())
    assert server.pictures == {one.question.text: one.picture.size for one in asked if one.picture is not None}
    assert {(request["temperature"], request["max_tokens"]) for request in server.requests} == {(0, 9)}
    assert Ledger(tmp_path / "said.jsonl").read() == said


def test_text_may_be_asked_of_another_model(tmp_path: Path, asked: list[Sample]) -> None:
    with answering_server() as server:
        said = ask(server.url, asked, tmp_path / "said.jsonl", text_model="other")
    for one in asked:
        model = "unlearned" if one.pictured else "other"
        assert said[one.question.id].answer.startswith(f"{model}: ")


def test_faults_of_the_server_are_tried_again(tmp_path: Path, asked: list[Sample]) -> None:
    with answering_server(status=lambda _, before: (500, 429, 200)[min(before, 2)]) as server:
        assert len(ask(server.url, asked, tmp_path / "said.jsonl", attempts=3)) == len(asked)
    assert set(server.asked.values()) == {3}


def test_what_gets_no_answer_is_told_and_asked_again_by_the_same_command(tmp_path: Path, asked: list[Sample]) -> None:
    bad = asked[4].question.text
    with answering_server(status=lambda question, _: 400 if question == bad else 200) as server:
        with pytest.raises(BenchError, match=r"1 of 15 questions got no answer \(status 400\)"):
            ask(server.url, asked, tmp_path / "said.jsonl")
        server.status = lambda *_: 200
        assert len(ask(server.url, asked, tmp_path / "said.jsonl")) == len(asked)
    assert server.asked.pop(bad) == 2
    assert set(server.asked.values()) == {1}


def test_an_empty_answer_is_one(tmp_path: Path, asked: list[Sample]) -> None:
    with answering_server(says=lambda *_: None) as server:
        assert {entry.answer for entry in ask(server.url, asked, tmp_path / "said.jsonl").values()} == {""}


@pytest.mark.parametrize("status", [401, 404])
def test_a_refused_key_or_an_unknown_model_ends_it(tmp_path: Path, asked: list[Sample], status: int) -> None:
    with answering_server(status=lambda *_: status) as server:
        with pytest.raises(PrerequisiteError, match=f"status {status}; check the key .* and the served model"):
            ask(server.url, asked, tmp_path / "said.jsonl", concurrency=1)
        assert sum(server.asked.values()) == 1


@pytest.mark.parametrize("body", ["<html>", '{"choices": []}', "{}"])
def test_what_is_no_chat_endpoint_is_told(tmp_path: Path, asked: list[Sample], body: str) -> None:
    with answering_server(body=body) as server, pytest.raises(BenchError, match="not the reply of a chat endpoint"):
        ask(server.url, asked, tmp_path / "said.jsonl", attempts=1)


def test_a_server_that_is_not_there_is_told(tmp_path: Path, asked: list[Sample]) -> None:
    with answering_server() as server:
        pass
    with pytest.raises(PrerequisiteError, match="can't reach"):
        ask(server.url, asked, tmp_path / "said.jsonl", attempts=1)


@pytest.mark.parametrize("fault", [DamagedFileError, KeyError, OSError])
def test_a_picture_that_is_not_there_is_not_the_servers_fault(
    tmp_path: Path, asked: list[Sample], fault: type[Exception]
) -> None:
    class Broken(dict[str, Image.Image]):
        def __missing__(self, name: str) -> Image.Image:
            raise fault(name)

    with answering_server() as server, pytest.raises(fault, match="p0"):
        ask(server.url, [replace(one, pictures=Broken()) for one in asked], tmp_path / "answers.jsonl")
