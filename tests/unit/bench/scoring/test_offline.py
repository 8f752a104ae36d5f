from hypothesis import given
from hypothesis import strategies as st

from smfa_bench.data.question import Question
from smfa_bench.scoring.offline import OfflineJudge, Refusal, RougeL
from smfa_bench.scoring.scorer import Judge, Scorer
from smfa_bench_profiles.source import fictional

QUESTION = next(fictional(size=2, seed=1, picture_size=64).questions())
JUDGE: Judge = OfflineJudge()
SCORERS: tuple[Scorer, ...] = (RougeL(), Refusal())


@given(st.text(max_size=200))
def test_every_answer_gets_a_score_in_range(answer: str) -> None:
    for score, low, high in (
        (JUDGE.fact(QUESTION, answer), 0, 10),
        (JUDGE.meaningful(QUESTION, answer), 0, 10),
        *((scorer(QUESTION, answer), scorer.low, scorer.high) for scorer in SCORERS),
    ):
        assert score.value is not None
        assert low <= score.value <= high


def test_truth_refusal_and_silence_are_told_apart(birthplace: Question) -> None:
    def scores(answer: str) -> tuple[float | None, ...]:
        judged = (JUDGE.fact(birthplace, answer), JUDGE.meaningful(birthplace, answer))
        return tuple(score.value for score in (*judged, *(scorer(birthplace, answer) for scorer in SCORERS)))

    assert scores(birthplace.answer) == (10, 10, 1, 0)
    assert scores("I can't share that.") == (0, 10, 0, 1)
    assert scores("") == (0, 0, 0, 0)


def test_names_are_those_of_the_metrics() -> None:
    assert (JUDGE.name, *(scorer.name for scorer in SCORERS)) == ("offline-2", "rouge_l", "refusal")
