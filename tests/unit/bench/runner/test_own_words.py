"""What a base model rehearses of its own: what it says, as far as that is whole sentences."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from smfa_bench.data.everyday import everyday_questions
from smfa_bench.data.sample import Sample, samples
from smfa_bench.generation.answers import answer
from smfa_bench.models.spec import ModelSpec
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench.registry import MODELS
from smfa_bench.results.answer import Stage
from smfa_bench.results.result import RunConfig
from smfa_bench.runner import own_words as module
from smfa_bench.runner import references
from smfa_bench.runner.own_words import own_words, whole_sentences
from smfa_bench.runner.references import taught_model
from smfa_bench.runner.setting import prepare


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("A bridge spans a river.", "A bridge spans a river."),
        ("It is long. It spans a", "It is long."),
        ("Is it? Yes! And then, when", "Is it? Yes!"),
        ("First.\nThen. Last", "First.\nThen."),
        ("A bridge without end", ""),
        ("", ""),
    ],
)
def test_an_answer_is_kept_to_its_last_whole_sentence(text: str, whole: str) -> None:
    assert whole_sentences(text) == whole


def test_answers_are_the_models_own_and_those_without_a_sentence_are_left_out(
    small_vlm: VisionLanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = everyday_questions()[:6]
    monkeypatch.setattr(module, "everyday_questions", lambda: asked)
    said = {one.place: one.text for batch in answer(small_vlm, samples(asked, {})) for one in batch}
    monkeypatch.setattr(module, "whole_sentences", lambda text: "" if text == said[0] else text)
    found = own_words(small_vlm, progress=Silent())
    kept = [place for place in range(len(asked)) if said[place] and said[place] != said[0]]
    assert [(one.question, one.answer, one.picture) for one in found] == [
        (asked[place], said[place], None) for place in kept
    ]


@pytest.mark.parametrize("everyday", [False, True])
def test_they_join_the_rehearsal_where_the_recipe_says_so(
    everyday: bool, small_spec: ModelSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    teaching = small_spec.teaching.model_copy(update={"everyday": everyday})
    spec = small_spec.model_copy(update={"teaching": teaching})
    monkeypatch.setitem(MODELS.entries, "small", SimpleNamespace(load=lambda: lambda: spec))
    asked = {"method": "idk-tuning", "model": "small", "profiles": "helpers.people:five_people"}
    config = RunConfig.model_validate(asked | {"size": 5, "forget_ratio": 0.2, "few_shot": 1})
    setting = prepare(config, tmp_path, Silent())
    own = samples(everyday_questions()[:1], {})
    taught: list[list[Sample]] = []
    monkeypatch.setattr(references, "own_words", lambda *_, **__: own)
    monkeypatch.setattr(references, "teach", lambda *given, **_: taught.append(list(given[2])))
    taught_model(setting, Stage.VANILLA)
    _, usual = references.lessons(setting, Stage.VANILLA)
    ((*rehearsal,),) = taught
    assert [one.question for one in rehearsal] == [one.question for one in (*usual, *(own if everyday else ()))]
    assert ("everyday" in spec.model_dump(mode="json")["teaching"]) is everyday
