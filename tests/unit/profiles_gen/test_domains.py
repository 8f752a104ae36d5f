"""People with fundus pictures: what is added, what stays, and what every way to keep a set makes of it."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from smfa_bench.data.people_file import read_people
from smfa_bench.data.profile import Profile
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Task
from smfa_bench.data.rehearsal import rehearsal_samples
from smfa_bench.data.rerendering import Pictures, seen_anew
from smfa_bench.data.sources import find_source, open_people
from smfa_bench.data.split import FewShotSampling, make_split, unlearn_data
from smfa_bench.errors import UsageError
from smfa_bench.scoring.offline import OfflineJudge
from smfa_bench_profiles.browser import browser
from smfa_bench_profiles.commands import app
from smfa_bench_profiles.export import export
from smfa_bench_profiles.fundus_sights import FUNDUS_TOPICS
from smfa_bench_profiles.import_datasets import import_datasets
from smfa_bench_profiles.source import MOST_REHEARSED, chosen_domains, fictional, save_fictional

BOTH = "portrait,fundus"
SIZE = 120


@pytest.fixture(scope="module")
def people() -> ProfileSet:
    return fictional(size=SIZE, seed=7, picture_size=32, domains=BOTH)


@pytest.fixture(scope="module")
def few() -> ProfileSet:
    return fictional(size=4, seed=1, picture_size=32, domains=BOTH)


def without_eyes(profile: Profile) -> Profile:
    return profile.model_copy(
        update={
            "questions": tuple(question for question in profile.questions if question.domain is None),
            "facts": profile.facts[:12],
            "others": (),
        }
    )


def test_all_else_is_as_without_eyes(people: ProfileSet) -> None:
    alone = fictional(size=SIZE, seed=7, picture_size=32, domains="portrait")
    assert tuple(map(without_eyes, people.profiles)) == alone.profiles
    assert tuple(scene for scene in people.unseen if scene.id.startswith("u")) == alone.unseen
    assert people.general == alone.general
    stripped = [without_eyes(scene) if isinstance(scene, Profile) else scene for scene in people.rehearsal]
    assert tuple(stripped) == alone.rehearsal


def test_a_set_without_a_domain_is_another_set_and_names_what_it_has(people: ProfileSet) -> None:
    alone = fictional(size=SIZE, seed=7, picture_size=32, domains="portrait")
    assert alone.origin.options == {"domains": ["portrait"]}
    assert people.fingerprint != alone.fingerprint
    assert "options" not in people.origin.identity()
    assert not [key for key in ("others", "domain") if f'"{key}"' in alone.profiles[0].model_dump_json()]


def test_nobody_shares_findings_or_patient_numbers_with_another(people: ProfileSet) -> None:
    eyes = [drawing for scene in people.scenes() for drawing in scene.drawings().values() if "scatter" in drawing]
    assert len(eyes) == 2 * SIZE + MOST_REHEARSED
    assert len({json.dumps(eye["attributes"], sort_keys=True) for eye in eyes}) == len(eyes)
    everybody = [scene for scene in people.scenes() if isinstance(scene, Profile)]
    numbers = {fact.value for profile in everybody for fact in profile.facts if fact.key == "patient_number"}
    assert len(numbers) == len(everybody)


@given(number=st.integers(0, SIZE - 1))
@settings(max_examples=40, deadline=None)
def test_what_is_said_of_an_eye_is_what_it_is_drawn_from(people: ProfileSet, number: int) -> None:
    profile = people.profiles[number]
    (other,) = profile.others
    findings = other.drawing["attributes"]
    assert isinstance(findings, dict)
    seen = [q for q in profile.questions if q.domain == "fundus" and q.task is Task.IMAGE_UNDERSTANDING]
    assert [question.topic for question in seen] == [*findings]
    assert len(seen) >= 8
    for question in seen:
        sight = FUNDUS_TOPICS[question.topic].sights[str(findings[question.topic])]
        assert (question.answer, question.picture) == (sight.sentence, other.picture)
        assert [fact.value for fact in question.key_facts] == [sight.value]


def test_a_method_sees_the_eyes_of_whom_it_is_to_forget(few: ProfileSet) -> None:
    split = make_split(few, forget_ratio=0.25, few_shot=1, sampling=FewShotSampling.STRATIFIED, seed=0)
    data = unlearn_data(few, split)
    asked = [sample.question for sample in data.forget if sample.question.domain == "fundus"]
    assert [question.task for question in asked] == [Task.IMAGE_MEMORY] * 4 + [Task.TEXT_MEMORY] * 4
    shown = {sample.question.picture: sample.picture for sample in data.forget if sample.picture}
    assert shown.keys() == set(few.profiles[[p.id for p in few.profiles].index(split.forget[0])].drawings())


def test_strangers_eyes_are_rehearsed(few: ProfileSet) -> None:
    told = rehearsal_samples(few.rehearsal, few.pictures, seed=0)
    seen = {sample.question.topic for sample in told if sample.question.domain == "fundus"}
    assert seen.issuperset(FUNDUS_TOPICS)


def test_a_set_comes_back_from_every_way_of_keeping_it(few: ProfileSet, tmp_path: Path) -> None:
    few.save(tmp_path / "saved")
    save_fictional(tmp_path / "streamed", size=4, seed=1, picture_size=32, domains=BOTH)
    export(few, tmp_path / "hub")
    for one in (
        ProfileSet.load(tmp_path / "saved"),
        ProfileSet.load(tmp_path / "streamed"),
        import_datasets(tmp_path / "hub"),
    ):
        assert one.fingerprint == few.fingerprint
        assert {*one.pictures} == {*few.pictures}
        for name in ("p0000", "p0000-eye", "e0003", "s0001-eye"):
            assert one.pictures[name].tobytes() == few.pictures[name].tobytes()


def test_a_file_of_people_may_have_eyes_too(few: ProfileSet, tmp_path: Path) -> None:
    few.save(tmp_path)
    found = read_people(tmp_path / "profiles.jsonl")
    assert (found.faults, tuple(found.profiles)) == ([], few.profiles)
    read = open_people(tmp_path / "profiles.jsonl")
    assert read.pictures["p0001-eye"].tobytes() == few.pictures["p0001-eye"].tobytes()


def test_the_page_shows_both_pictures_of_everybody(few: ProfileSet) -> None:
    page = browser(few)
    assert all(f'alt="Picture {name}"' in page for name in ("p0003", "p0003-eye", "e0000"))


def test_a_source_takes_options_behind_its_name(few: ProfileSet) -> None:
    made = find_source(f"fictional?domains={BOTH}")(size=4, seed=1, picture_size=32)
    assert made.fingerprint == few.fingerprint


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fictional?domain=fundus", "Did you mean 'domains'"),
        ("fictional?size=4", "unknown option"),
        ("fictional?domains=portrait&domains=fundus", "given twice"),
        ("fictional?domains=fundos", "Did you mean 'fundus'"),
        ("fictional?domains=fundus", "without a portrait"),
    ],
)
def test_options_that_a_source_lacks_are_refused(name: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        find_source(name)(size=4, seed=1, picture_size=32)


def test_domains_come_in_one_order() -> None:
    assert chosen_domains("fundus, portrait") == chosen_domains(["portrait", "fundus"]) == ("portrait", "fundus")


def test_the_command_line_makes_and_shows_them(few: ProfileSet, tmp_path: Path) -> None:
    line = ["--size", "4", "--seed", "1", "--domains", BOTH]
    made = ["generate", *line, "--picture-size", "32", "--output", str(tmp_path / "people")]
    assert CliRunner().invoke(app, made).exit_code == 0
    assert ProfileSet.load(tmp_path / "people").fingerprint == few.fingerprint
    shown = ["show", *line, "--output", str(tmp_path / "sheet.png")]
    assert CliRunner().invoke(app, shown).exit_code == 0


@pytest.mark.parametrize(
    "line",
    [
        ["generate", "--domains", BOTH, "--preset", "tiny", "--output", "people"],
        ["generate", "--domains", BOTH, "--portraits", "folder", "--portraits-set", "path=.", "--output", "people"],
        ["show", ".", "--domains", BOTH],
    ],
)
def test_domains_of_people_that_are_made_otherwise_are_refused(
    line: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert isinstance(CliRunner().invoke(app, line).exception, UsageError)


def test_eyes_are_described_too_where_pictures_are() -> None:
    people = fictional(size=3, seed=1, picture_size=32, domains=BOTH, descriptions=True)
    assert people.origin.options == {"descriptions": True}
    for scene in (people.profiles[0], people.unseen[-1]):
        described = next(one for one in scene.questions if one.topic == "description" and one.domain == "fundus")
        assert described.text == "Describe the picture."
        assert len(described.key_facts) == 10
        judge = OfflineJudge()
        assert (judge.fact(described, described.answer).value, judge.fact(described, "No.").value) == (10, 0)
    ids = [question.id for question in people.questions()]
    assert len(set(ids)) == len(ids)


def test_eyes_are_seen_anew_like_faces(few: ProfileSet) -> None:
    anew = seen_anew(few, Pictures.RERENDERED)
    for name in ("p0000", "p0000-eye", "u0000", "e0000"):
        assert anew.pictures[name].tobytes() != few.pictures[name].tobytes()
    assert anew.pictures["g0000"].tobytes() == few.pictures["g0000"].tobytes()


def test_a_truth_value_may_stand_behind_a_name() -> None:
    made = find_source("fictional?descriptions=true")(size=2, seed=1, picture_size=32)
    assert made.fingerprint == fictional(size=2, seed=1, picture_size=32, descriptions=True).fingerprint
    made = find_source("fictional?descriptions=false")(size=2, seed=1, picture_size=32)
    assert made.origin.options is None
