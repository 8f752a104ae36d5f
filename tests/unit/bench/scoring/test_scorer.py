import math

import pytest
from pydantic import ValidationError

from smfa_bench.scoring.scorer import Score


def test_a_missing_score_is_not_zero_and_says_why() -> None:
    assert Score(value=None, reason="the judge did not answer") != Score(value=0.0, reason="the judge did not answer")
    with pytest.raises(ValidationError, match="needs a reason"):
        Score(value=None)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_score_is_finite(value: float) -> None:
    with pytest.raises(ValidationError):
        Score(value=value)


@pytest.mark.parametrize("score", [Score(value=7.5), Score(value=None, reason="no answer")])
def test_a_score_survives_json(score: Score) -> None:
    assert Score.model_validate_json(score.model_dump_json()) == score
