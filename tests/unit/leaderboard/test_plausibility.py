"""The data of a submitted run is made again with the options of its source."""

import pytest

from helpers.results_factory import make_model, make_result
from smfa_bench.data.split import make_split
from smfa_bench.results.answer import AnswerRecord, Part, Stage
from smfa_bench_leaderboard.plausibility import data_faults
from smfa_bench_profiles.source import fictional

BOTH = "fictional?domains=portrait,fundus"


@pytest.mark.parametrize(
    ("profiles", "words"), [(BOTH, []), ("fictional", ["the data fingerprint is not that of the data made again."])]
)
def test_domains_are_checked(profiles: str, words: list[str]) -> None:
    people = fictional(size=3, seed=0, picture_size=512, domains="portrait,fundus")
    result = make_result(numbers=make_model({}), size=3, few_shot=1)
    config = result.config.model_copy(update={"profiles": profiles, "size": 3, "few_shot": 1, "forget_ratio": 0.34})
    split = make_split(people, forget_ratio=0.34, few_shot=1, seed=0)
    result = result.model_copy(
        update={"config": config, "data": people.origin, "data_fingerprint": people.fingerprint, "split": split}
    )
    parts = dict.fromkeys(split.forget, Part.FORGET) | dict.fromkeys(split.retain, Part.RETAIN)
    parts |= {scene.id: Part.UNSEEN for scene in people.unseen} | {scene.id: Part.GENERAL for scene in people.general}
    records = [
        AnswerRecord(model=Stage.UNLEARNED, part=parts[one.subject], question=one, answer="No.", probability=0.5)
        for one in people.questions()
        if one.subject in parts
    ]
    assert list(data_faults(result, records)) == words
