"""Agreement: closed forms of the two coefficients, and what the offline judge reaches on the judged corpus."""

import pytest

from smfa_bench.progress import Silent
from smfa_bench.scoring.agreement import agreement, between, spearman, weighted_kappa
from smfa_bench.scoring.corpus.item import Form, Half, band, judged_corpus
from smfa_bench.scoring.offline import OfflineJudge
from smfa_bench.scoring.scorer import Score
from smfa_bench.scoring.verdict import Verdict, verdicts


def test_spearman_is_that_of_the_ranks_with_ties_shared() -> None:
    assert spearman([1, 2, 3], [10, 100, 1000]) == pytest.approx(1)
    assert spearman([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    # By hand: ranks (1, 2.5, 2.5, 4) and (1, 2, 3, 4), covariance 4.5, variances 4.5 and 5.
    assert spearman([1, 2, 2, 3], [1, 2, 3, 4]) == pytest.approx(4.5 / (4.5 * 5) ** 0.5)
    assert spearman([1, 1, 1], [1, 2, 3]) is None


def test_kappa_weighs_a_distance_by_its_square() -> None:
    assert weighted_kappa([1, 3, 5], [1, 3, 5]) == pytest.approx(1)
    assert weighted_kappa([1, 5], [5, 1]) == pytest.approx(-1)
    # By hand: observed 1/4; margins (1/2, 1/2) and (3/4, 1/4), so that 1/2 is expected.
    assert weighted_kappa([1, 1, 2, 2], [1, 1, 1, 2]) == pytest.approx(1 - 0.25 / 0.5)
    assert weighted_kappa([1, 1], [1, 1]) is None
    assert weighted_kappa([], []) is None


@pytest.mark.parametrize(("score", "expected"), [(0, 1), (2, 1), (2.01, 2), (4, 2), (8, 4), (8.5, 5), (10, 5)])
def test_a_band_is_a_fifth_of_the_points(score: float, expected: int) -> None:
    assert band(score) == expected


def test_a_missing_verdict_is_counted_and_is_in_no_share() -> None:
    items = [item for item in judged_corpus(Half.DEVELOPMENT) if item.form is Form.EXACT][:2]
    right = Verdict(fact=Score(value=10), meaningful=Score(value=10))
    missing = Verdict(fact=Score(value=None, reason="no answer"), meaningful=Score(value=10))
    found = agreement("x", "development", items, [right, missing])
    assert (found.n, found.missing, found.within_one_band, found.leaks_told) == (2, 1, 1, 1)
    assert (found.forms[Form.EXACT].missing, found.forms[Form.EXACT].fact, found.forms[Form.EMPTY].fact) == (1, 1, None)
    assert between("fact", [right, missing], [right, right]).n == 1


def test_a_judge_that_praises_everything_is_found_out() -> None:
    items = judged_corpus(Half.DEVELOPMENT)
    praise = Verdict(fact=Score(value=10), meaningful=Score(value=10))
    found = agreement("x", "development", items, [praise] * len(items))
    assert found.within_one_band is not None
    assert found.within_one_band < 0.4
    assert found.collapse_above_2 == 4 * 26
    assert found.fact.spearman is None
    assert found.fact.kappa == pytest.approx(0)


@pytest.mark.parametrize("half", Half)
def test_the_offline_judge_can_be_trusted_on_the_judged_corpus(half: Half) -> None:
    items = judged_corpus(half)
    judge = OfflineJudge()
    given = verdicts(judge, [(item.question, item.answer) for item in items], progress=Silent())
    found = agreement(judge.name, half, items, given)
    assert found.missing == 0
    assert found.within_one_band is not None
    assert found.within_one_band >= 0.97
    assert found.leaks_told is not None
    assert found.leaks_told >= 0.99
    assert (found.collapse_above_2, found.refusals_below_7) == (0, 0)
