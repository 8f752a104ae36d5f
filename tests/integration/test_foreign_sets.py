"""People of other benchmarks go the whole way of a run: split, unlearnt, asked and scored."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from helpers.foreign import fiu_person, jpeg, write_clear, write_fiubench, write_parquet
from smfa_bench.adapter.adapter import Modality, attached
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.sample import Sample
from smfa_bench.data.split import make_split, unlearn_data
from smfa_bench.generation.answers import Answered, answer
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.options import make_method
from smfa_bench.progress import Silent
from smfa_bench.registry import SCORERS
from smfa_bench.scoring.scorer import Scorer
from smfa_bench_profiles.import_clear import import_clear
from smfa_bench_profiles.import_fiubench import import_fiubench
from smfa_bench_profiles.import_mllmu import import_mllmu


def mllmu(folder: Path) -> ProfileSet:
    """Import three people of MLLMU-Bench, each with a cloze with the picture and one without."""

    def person(number: int) -> dict[str, Any]:
        clozes = [
            {"Question": "This person was born in [Blank].", "Ground_Truth": "Oslo", "Type": "Image_Textual"},
            {"Question": f"Mara {number} works as a __.", "Ground_Truth": "baker", "Type": "Pure_Text"},
        ]
        return {"image": {"bytes": jpeg(shade=number), "path": None}, "ID": f"{number:03d}", "Mask_Task": clozes}

    return import_mllmu(write_parquet(folder / "0.parquet", [person(number) for number in range(3)]))


def clear(folder: Path) -> ProfileSet:
    return import_clear(write_clear(folder / "CLEAR", ("Mara Velt", "Jaime Vasquez", "Basil Al-Kuwaiti")))


def fiubench(folder: Path) -> ProfileSet:
    return import_fiubench(write_fiubench(folder / "FIUBench", [fiu_person(number) for number in range(3)]))


FORMS: Final = (mllmu, clear, fiubench)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("method", ["gradient-ascent", "idk-tuning"])
def test_a_foreign_set_can_be_unlearnt_and_every_scorer_scores_what_is_said_then(
    form: Callable[[Path], ProfileSet], method: str, small_vlm: VisionLanguageModel, tmp_path: Path
) -> None:
    people = form(tmp_path)
    data = unlearn_data(people, make_split(people, forget_ratio=0.34, few_shot=1, seed=0))
    unlearner = make_method(method, {"batch_size": "64"}, small_vlm.spec.adapting)
    adapter = unlearner.unlearn(small_vlm, data, seed=0, progress=Silent())
    for modality in Modality:
        asked = [one for one in data.forget if one.pictured == (modality is Modality.IMAGE)]
        before = said(small_vlm, asked)
        with attached(small_vlm, adapter, modality):
            after = said(small_vlm, asked)
        assert len(after) == len(asked)
        assert (after != before) == (asked != [])
        for name in SCORERS.entries:
            scorer: Scorer = SCORERS.get(name)()
            for sample, answered in zip(asked, after, strict=True):
                value = scorer(sample.question, answered.text).value
                assert value is not None
                assert scorer.low <= value <= scorer.high


def said(vlm: VisionLanguageModel, samples: list[Sample]) -> list[Answered]:
    """Return all answers in the order of the questions."""
    return sorted(one for batch in answer(vlm, samples) for one in batch)
