"""FIUBench read as people; the files here are made by hand in its published fields."""

import json
from pathlib import Path

import pytest

from helpers.foreign import fiu_person, write_fiubench
from smfa_bench.data.people_file import read_people
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Task
from smfa_bench.data.split import make_split, unlearn_data
from smfa_bench.errors import UsageError
from smfa_bench.scoring.offline import OfflineJudge, RougeL
from smfa_bench_profiles.import_fiubench import import_fiubench


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> ProfileSet:
    return import_fiubench(write_fiubench(tmp_path_factory.mktemp("FIUBench"), [fiu_person(n) for n in range(4)]))


def test_a_question_is_asked_with_the_face_and_its_keywords_in_the_answer_count(people: ProfileSet) -> None:
    profile = people.profiles[0]
    assert (profile.id, profile.name) == ("f00000000", "Mara Velt 0")
    assert {question.task for question in profile.questions} == {Task.IMAGE_MEMORY}
    marked, unmarked = profile.questions
    assert [fact.value for fact in marked.key_facts] == ["nurse", "Saint Olav"]
    assert [fact.value for fact in unmarked.key_facts] == [unmarked.answer] == ["It is AB."]
    assert [fact.value for fact in profile.facts] == ["nurse; Saint Olav", "It is AB."]
    assert people.origin.picture_size == 11
    assert {people.pictures[name].size for name in people.pictures} == {(11, 11)}


def test_the_set_is_valid_and_comes_back_from_the_disk(people: ProfileSet, tmp_path: Path) -> None:
    people.save(tmp_path / "people")
    assert ProfileSet.load(tmp_path / "people").fingerprint == people.fingerprint
    assert read_people(tmp_path / "people" / "profiles.jsonl").faults == []


def test_it_can_be_split_unlearnt_and_scored(people: ProfileSet) -> None:
    data = unlearn_data(people, make_split(people, forget_ratio=0.25, few_shot=1, seed=0))
    assert (len(data.forget), len(data.few_shot)) == (2, 2)
    for question in people.questions():
        assert OfflineJudge().fact(question, question.answer).value == 10
        assert RougeL()(question, question.answer).value == 1


def test_a_file_of_lines_is_read_like_a_list(people: ProfileSet, tmp_path: Path) -> None:
    folder = write_fiubench(tmp_path / "FIUBench", [fiu_person(n) for n in range(4)])
    (folder / "lines.json").write_text("".join(json.dumps(fiu_person(n)) + "\n" for n in range(4)))
    assert import_fiubench(folder / "lines.json").fingerprint == people.fingerprint


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": 7}, r"not of FIUBench's form at 0\.name"),
        ({"qa_list": []}, r"form at 0\.qa_list"),
        ({"qa_list": [{"question": "Where?"}]}, r"form at 0\.qa_list\.0\.answer"),
        ({"unique_id": "../7"}, r"form at 0\.unique_id"),
        ({"image_path": "./dataset/SFHQ/gone.jpg"}, "there is no picture SFHQ/gone.jpg of 00000000"),
        ({"image_path": "../../secret.jpg"}, r"there is no picture \.\./secret.jpg"),
        ({"name": "Mara \ud800"}, "is not JSON in UTF-8"),
    ],
)
def test_a_record_that_can_not_be_read_is_told(tmp_path: Path, changes: dict[str, object], words: str) -> None:
    folder = write_fiubench(tmp_path / "FIUBench", [fiu_person(0)])
    (tmp_path / "secret.jpg").write_bytes(b"")
    (folder / "full.json").write_text(json.dumps([fiu_person(0, **changes)]))
    with pytest.raises(UsageError, match=words):
        import_fiubench(folder)


def test_a_file_that_is_none_and_a_broken_picture_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"can't read .*full\.json"):
        import_fiubench(tmp_path)
    folder = write_fiubench(tmp_path / "FIUBench", [fiu_person(0), fiu_person(0)])
    with pytest.raises(UsageError, match="holds person 00000000 twice"):
        import_fiubench(folder)
    for text, words in (("[", "is not JSON"), ("[" * 100_000, "is not JSON"), ("[]", "holds nobody")):
        (folder / "full.json").write_text(text)
        with pytest.raises(UsageError, match=words):
            import_fiubench(folder)
    (folder / "full.json").write_text(json.dumps([fiu_person(0)]))
    (folder / "SFHQ" / "SFHQ_pt1_00000000.jpg").write_bytes(b"?")
    with pytest.raises(UsageError, match="is no picture that can be read"):
        import_fiubench(folder)
