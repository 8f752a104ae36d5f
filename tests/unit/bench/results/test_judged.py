"""A result is shown by the judge that its run was asked for, however that judge was appointed since."""

import pytest

from helpers.results_factory import make_result
from smfa_bench.errors import UsageError
from smfa_bench.results.judged import by_own_judge
from smfa_bench.results.result import RunResult


def asked_for(judge: str, **appointed: str) -> RunResult:
    """Return a result of a run that asked for a judge, with the scores of judges by name and appointment."""
    result = make_result(judge="generous-1")
    (scores,) = result.judged.values()
    judged = {name.replace("_", "-"): scores.model_copy(update={"appointed": text}) for name, text in appointed.items()}
    return result.model_copy(update={"judged": judged, "config": result.config.model_copy(update={"judge": judge})})


def test_the_judge_of_the_configuration_is_taken_among_others() -> None:
    result = asked_for("offline", generous_1="generous", offline_2="offline")
    assert by_own_judge(result).judge == "offline-2"


def test_the_same_judge_appointed_otherwise_since_is_the_same_judge() -> None:
    result = asked_for("helpers.steady_method:Generous", offline_2="offline", generous_1="generous?more=1")
    assert by_own_judge(result).judge == "generous-1"


def test_an_older_version_of_the_judge_is_shown_until_it_judges_again() -> None:
    assert by_own_judge(asked_for("offline", offline_1="offline")).judge == "offline-1"


def test_a_judge_that_said_nothing_of_the_run_is_told() -> None:
    with pytest.raises(UsageError, match="no scores of the judge 'offline-2'"):
        by_own_judge(asked_for("offline", generous_1="generous"))
