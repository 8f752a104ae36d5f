"""People as Hugging Face data sets: opened by `datasets` and by parquet readers, and read back unchanged."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from datasets import DatasetDict, load_from_disk
from huggingface_hub import DatasetCard
from pyarrow import parquet

from helpers.people_file import write_people
from smfa_bench.data.perturbing import WRONG
from smfa_bench.data.phrasing import paraphrases
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Paraphrases, Task
from smfa_bench.data.rerendering import Pictures, seen_anew
from smfa_bench.data.sources import open_people
from smfa_bench.data.split import make_split
from smfa_bench.errors import DamagedFileError, UsageError
from smfa_bench_profiles import export as export_module
from smfa_bench_profiles.export import export
from smfa_bench_profiles.import_datasets import import_datasets
from smfa_bench_profiles.source import fictional

SPLITS = {"forget05", "forget10", "forget15", "retain", "few_shot", "unseen", "general"}


@pytest.fixture(scope="module")
def made() -> ProfileSet:
    return fictional(size=20, seed=5, picture_size=32)


@pytest.fixture(scope="module")
def exported(made: ProfileSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hub") / "people"
    export(made, folder, few_shot=4, seed=0)
    return folder


def opened(folder: Path, name: str) -> DatasetDict:
    return load_from_disk(folder / name)


def test_an_export_is_read_back_as_an_equal_set(made: ProfileSet, exported: Path) -> None:
    read = import_datasets(exported)
    assert read.origin == made.origin
    assert list(read.scenes()) == list(made.scenes())
    assert read.fingerprint == made.fingerprint
    assert set(read.pictures) == set(made.pictures)
    assert len(read.pictures) == len(made.pictures)
    assert all(
        read.pictures[scene.picture].tobytes() == made.pictures[scene.picture].tobytes()
        for scene in (*made.profiles, *made.unseen, *made.general)
    )


def test_own_paraphrases_and_options_of_the_source_are_read_back(tmp_path: Path) -> None:
    made = fictional(size=5, seed=5, picture_size=32, entanglement=0.5, descriptions=True)
    own = Paraphrases(trained=("And the hair?",), held_out=("Which hair?",))
    first = made.profiles[0]
    asked = (first.questions[0].model_copy(update={"paraphrases": own}), *first.questions[1:])
    people = replace(made, profiles=(first.model_copy(update={"questions": asked}), *made.profiles[1:]), rehearsal=())
    export(people, tmp_path / "people", few_shot=1, seed=0)
    read = import_datasets(tmp_path / "people")
    assert read.profiles == people.profiles
    assert read.origin == people.origin


def test_each_sub_task_is_a_configuration_with_every_split_it_has_questions_for(exported: Path) -> None:
    found = {task: set(opened(exported, task)) for task in Task}
    assert found == {
        Task.IMAGE_UNDERSTANDING: SPLITS,
        Task.IMAGE_MEMORY: SPLITS - {"unseen", "general"},
        Task.TEXT_MEMORY: SPLITS - {"unseen", "general"},
    }


@pytest.mark.parametrize("ratio", [0.05, 0.1, 0.15])
def test_a_forget_split_is_that_of_a_run(made: ProfileSet, exported: Path, ratio: float) -> None:
    split = make_split(made, forget_ratio=ratio, few_shot=4, seed=0)
    assert set(opened(exported, "text_memory")[split.name]["subject"]) == set(split.forget)


def test_retain_and_few_shot_people_are_in_no_forget_set(exported: Path) -> None:
    tables = opened(exported, "image_memory")
    subjects = {split: set(table["subject"]) for split, table in tables.items()}
    assert subjects["forget05"] < subjects["forget10"] < subjects["forget15"]
    parts = [subjects["forget15"], subjects["retain"], subjects["few_shot"]]
    assert len(set.union(*parts)) == sum(map(len, parts)) == 20


def test_a_row_is_a_question_with_its_picture(made: ProfileSet, exported: Path) -> None:
    row = opened(exported, "image_memory")["forget05"][3]
    question = next(question for question in made.questions() if question.id == row["id"])
    assert (row["question"], row["answer"]) == (question.text, question.answer)
    assert row["key_facts"] == question.model_dump(mode="json")["key_facts"]
    known = paraphrases(question)
    assert (row["paraphrases_trained"], row["paraphrases_held_out"]) == ([*known.trained], [*known.held_out])
    assert row["cloze"] == [*known.cloze] != []
    assert len(row["wrong_answers"]) == WRONG
    assert question.answer not in row["wrong_answers"]
    assert question.picture is not None
    assert row["image"].tobytes() == made.pictures[question.picture].tobytes()
    assert {row["image"] for row in opened(exported, "text_memory")["forget05"]} == {None}


def test_people_are_exported_in_another_view_as_runs_show_them(made: ProfileSet, exported: Path) -> None:
    tables = opened(exported, "rerendered")
    assert set(tables) == SPLITS - {"general"}
    anew = seen_anew(made, Pictures.RERENDERED).pictures
    asked = {
        (question.subject, question.domain, question.picture): question
        for scene in (*made.profiles, *made.unseen)
        for question in scene.questions
        if question.picture is not None
    }
    for table in tables.values():
        for row in table:
            assert (row["subject"], row["domain"], row["id"]) in asked
            assert row["image"].tobytes() == anew[row["id"]].tobytes() != made.pictures[row["id"]].tobytes()
    assert set(tables["forget05"]["id"]) == {
        picture
        for profile in made.profiles
        if profile.id in set(opened(exported, "text_memory")["forget05"]["subject"])
        for picture in profile.drawings()
    }


def test_pictures_that_nothing_can_draw_anew_are_left_out(
    made: ProfileSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_module, "rerendered", lambda *_, **__: None)
    export(made, tmp_path / "people", few_shot=4, seed=0)
    assert not (tmp_path / "people" / "rerendered").exists()
    assert {config["config_name"] for config in header(tmp_path / "people")["configs"]} == {*Task, "profiles"}


def test_one_picture_that_nothing_can_draw_anew_has_no_row_and_the_others_have(
    made: ProfileSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = made.profiles[3].picture
    monkeypatch.setattr(
        export_module, "rerendered", lambda name, *_, **__: None if name == odd else made.pictures[name]
    )
    export(made, tmp_path / "people", few_shot=4, seed=0)
    found = [row for table in opened(tmp_path / "people", "rerendered").values() for row in table]
    assert all(row["image"] is not None for row in found)
    pictures = {name for scene in (*made.profiles, *made.unseen) for name in scene.drawings()}
    assert {row["id"] for row in found} == pictures - {odd}


def test_people_of_whose_pictures_nothing_is_asked_are_exported_too(made: ProfileSet, tmp_path: Path) -> None:
    told = tuple(
        profile.model_copy(update={"questions": tuple(one for one in profile.questions if one.picture is None)})
        for profile in made.profiles
    )
    export(replace(made, profiles=told), tmp_path / "people", few_shot=4, seed=0)
    assert import_datasets(tmp_path / "people").profiles == told
    assert {row["domain"] for row in opened(tmp_path / "people", "rerendered")["forget05"]} == {None, "fundus"}


def test_parquet_files_hold_the_same_rows(exported: Path) -> None:
    for name in (*Task, "profiles", "rerendered"):
        for split, table in opened(exported, name).items():
            rows = parquet.read_table(exported / "parquet" / name / f"{split}.parquet")
            assert rows["id"].to_pylist() == table["id"][:]


def header(folder: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = DatasetCard.load(folder / "README.md").data.to_dict()
    return found


def test_the_card_names_every_file_its_licence_and_the_fingerprint(made: ProfileSet, exported: Path) -> None:
    head = header(exported)
    named = {file["path"] for config in head["configs"] for file in config["data_files"]}
    assert named == {path.relative_to(exported).as_posix() for path in exported.rglob("*.parquet")}
    assert head["license"] == "apache-2.0"
    text = (exported / "README.md").read_text(encoding="utf-8")
    assert "`forget05` ⊆ `forget10` ⊆ `forget15`" in text
    assert made.fingerprint in text
    assert "## Intended use" in text


def test_own_people_are_not_given_a_licence(tmp_path: Path) -> None:
    people = open_people(write_people(tmp_path, [f"p{place}" for place in range(10)]))
    export(people, tmp_path / "hub", few_shot=2, seed=0)
    assert header(tmp_path / "hub")["license"] == "other"
    assert import_datasets(tmp_path / "hub").fingerprint == people.fingerprint


def test_too_few_people_leave_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="too few for a forget set"):
        export(fictional(size=3, seed=0, picture_size=32), tmp_path / "hub", few_shot=1, seed=0)
    assert not (tmp_path / "hub").exists()


def test_a_folder_without_an_export_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no exported people"):
        import_datasets(tmp_path)


def test_a_changed_export_is_refused(tmp_path: Path) -> None:
    people = open_people(write_people(tmp_path, [f"p{place}" for place in range(10)]))
    export(people, tmp_path / "hub", few_shot=2, seed=0)
    (tmp_path / "hub" / "origin.json").write_text("{}")
    with pytest.raises(DamagedFileError, match="was changed after it was written"):
        import_datasets(tmp_path / "hub")
