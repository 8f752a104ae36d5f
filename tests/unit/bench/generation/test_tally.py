"""What asking took is counted: questions, tokens, passes of the vision tower."""

from collections.abc import Sequence
from pathlib import Path

from smfa_bench.data.sample import Sample, UnlearnData
from smfa_bench.generation.ledger import Ledger, collect
from smfa_bench.generation.tally import Tally
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent


def counted(vlm: VisionLanguageModel, asked: Sequence[Sample], path: Path) -> Tally:
    tally = Tally()
    collect(vlm, None, asked, Ledger(path), title="asking", progress=Silent(), tally=tally)
    return tally


def test_questions_tokens_and_passes_are_counted(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData, tmp_path: Path
) -> None:
    pictured = [sample for sample in unlearn_data.few_shot if sample.pictured]
    plain = [sample for sample in unlearn_data.few_shot if not sample.pictured]
    seen = counted(small_vlm, pictured, tmp_path / "seen.jsonl")
    assert seen.questions == len(pictured)
    assert len(pictured) <= seen.tokens <= len(pictured) * small_vlm.spec.max_new_tokens
    assert 0 < seen.vision_passes <= 2 * len(pictured)
    told = counted(small_vlm, plain, tmp_path / "told.jsonl")
    assert (told.questions, told.vision_passes) == (len(plain), 0)
    assert told.tokens >= len(plain)


def test_what_the_ledger_has_is_not_counted(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData, tmp_path: Path
) -> None:
    asked = unlearn_data.few_shot
    assert counted(small_vlm, asked, tmp_path / "answers.jsonl").questions == len(asked)
    assert counted(small_vlm, asked, tmp_path / "answers.jsonl") == Tally()


def test_nothing_is_left_of_the_counting(small_vlm: VisionLanguageModel) -> None:
    tower = small_vlm.vision_tower()
    before = len(tower._forward_pre_hooks)
    with Tally().watching(small_vlm):
        assert len(tower._forward_pre_hooks) == before + 1
    assert len(tower._forward_pre_hooks) == before
