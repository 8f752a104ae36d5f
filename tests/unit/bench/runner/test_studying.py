"""The study of the metrics: pools that differ in what they were taught alone, and work that is never done again."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from smfa_bench.cli.study import app
from smfa_bench.data import probes
from smfa_bench.data.profile import Profile, Scene
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.question import Task
from smfa_bench.data.sample import Sample
from smfa_bench.data.split import Split
from smfa_bench.errors import UsageError
from smfa_bench.models.spec import ModelSpec
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench.results.study import Condition, Study
from smfa_bench.runner import pools, studying
from smfa_bench.runner.pools import Exposure, School, lessons
from smfa_bench.runner.studying import study_metrics
from smfa_bench.training.teach import teach
from smfa_bench_profiles.source import fictional

TOPICS = ("birthplace", "occupation", "salary")


def few(scene: Scene) -> Scene:
    """Keep the questions about three facts and one about the picture."""
    seen = [question for question in scene.questions if question.task is Task.IMAGE_UNDERSTANDING][:1]
    kept = [question for question in scene.questions if question.topic in TOPICS]
    return scene.model_copy(update={"questions": (*seen, *kept)})


def few_people(*, size: int, seed: int, picture_size: int) -> ProfileSet:
    """Return people with few questions and three strangers."""
    people = fictional(size=size, seed=seed, picture_size=picture_size)
    profiles = tuple(profile for one in people.profiles if isinstance(profile := few(one), Profile))
    strangers = [few(one) for one in people.rehearsal if isinstance(one, Profile)][:3]
    return replace(people, profiles=profiles, rehearsal=tuple(strangers))


@pytest.fixture
def school(small_spec: ModelSpec, cache: Path, monkeypatch: pytest.MonkeyPatch) -> School:
    monkeypatch.setattr(probes, "FEWEST", 2)
    monkeypatch.setattr(studying, "RELEARNING", 2)
    people = few_people(size=5, seed=0, picture_size=small_spec.picture_size)
    split = Split(name="forget40", forget=("p0000", "p0001"), retain=("p0002", "p0003"), few_shot=("p0004",))
    hasty = small_spec.teaching.model_copy(update={"epochs": 1})
    spec = small_spec.model_copy(update={"teaching": hasty, "max_new_tokens": 4})
    return School(spec, people, split, cache, Silent())


@pytest.fixture
def taught(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The title of each training."""
    found: list[str] = []

    def counted(vlm: VisionLanguageModel, samples: Sequence[Sample], *rest: Any, title: str, **others: Any) -> Any:
        found.append(title)
        return teach(vlm, samples, *rest, title=title, **others)

    monkeypatch.setattr(pools, "teach", counted)
    monkeypatch.setattr(studying, "teach", counted)
    return found


def test_exposures_differ_in_the_private_answers_about_the_forget_set_alone(school: School) -> None:
    found = {
        exposure: {one.question.id: one.answer for one in lessons(school.profiles, school.split, exposure)}
        for exposure in Exposure
    }
    truth = found[Exposure.FACTS]
    questions = {question.id: question for profile in school.profiles.profiles for question in profile.questions}
    assert truth == {name: question.answer for name, question in questions.items()}
    hidden = {name for name, question in questions.items() if question.subject in school.split.forget}
    assert set(found[Exposure.NONE]) == set(truth) - hidden
    private = {name for name in hidden if questions[name].task is not Task.IMAGE_UNDERSTANDING}
    for exposure in (Exposure.REWORDED, Exposure.WRONG):
        assert {name for name in truth if found[exposure][name] != truth[name]} == private
    for name in private:
        value = questions[name].key_facts[0].value
        assert value in found[Exposure.REWORDED][name]
        assert value not in found[Exposure.WRONG][name]


def test_every_model_is_measured_under_every_condition_and_nothing_is_done_twice(
    school: School, taught: list[str]
) -> None:
    found = study_metrics(school, seeds=[0, 1], rates=[1e-2])
    assert len(found.models) == 8
    assert sum(one.knows for one in found.models) == 4
    assert len([title for title in taught if title.startswith("teaching")]) == 8
    assert len([title for title in taught if title.startswith("relearning")]) == 8
    assert {"fact", "meaningful", "multiple_choice", "truth_ratio", "forget_quality", "membership.min_k"} <= set(
        found.areas
    )
    assert all(area.value is not None for areas in found.areas.values() for area in areas.values())
    for one in found.models:
        assert set(one.values) == set(Condition)
        assert one.values[Condition.TAUGHT] != one.values[Condition.RELEARNT]
    assert study_metrics(school, seeds=[0, 1], rates=[1e-2]) == found
    assert len(taught) == 16


@pytest.mark.parametrize("seeds", [[0], [0, 0], []])
def test_too_few_seeds_are_refused_before_anything_slow(school: School, taught: list[str], seeds: list[int]) -> None:
    with pytest.raises(UsageError, match="name two or more, each once"):
        study_metrics(school, seeds=seeds, rates=[1e-2])
    assert taught == []


def test_one_person_to_forget_is_refused(school: School) -> None:
    alone = replace(school, split=school.split.model_copy(update={"forget": ("p0000",)}))
    with pytest.raises(UsageError, match="two people to forget"):
        study_metrics(alone, seeds=[0, 1], rates=[1e-2])


def test_the_command_shows_each_metric_and_every_model_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    from smfa_bench.results.study import Studied, study

    values: dict[Condition, dict[str, float | None]] = {condition: {"fact": 5.0} for condition in Condition}
    made = [
        Studied(exposure="facts" if knows else "none", knows=knows, seed=0, learning_rate=1e-3, values=values)
        for knows in (True, False)
    ]
    asked: list[tuple[int, list[int], list[float]]] = []

    def instead(school: School, *, seeds: list[int], rates: list[float]) -> Study:
        asked.append((len(school.split.forget), seeds, rates))
        return study(made, seed=0)

    monkeypatch.setattr(studying, "study_metrics", instead)
    assert isinstance(app, typer.Typer)
    options = ["metrics", "--size", "10", "--display", "none"]
    shown = CliRunner().invoke(app, options, catch_exceptions=False).stdout
    assert "1 models that know, 1 that don't" in " ".join(shown.split())
    document = (
        CliRunner().invoke(app, [*options, "--seed", "3", "--seed", "4", "--json"], catch_exceptions=False).stdout
    )
    assert Study.model_validate_json(document) == study(made, seed=0)
    assert asked == [(2, [0, 1, 2], [1.5e-3]), (2, [3, 4], [1.5e-3])]
