"""The record of an eye clinic: private facts that no picture tells."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smfa_bench.data.question import Task
from smfa_bench_profiles import vocabulary
from smfa_bench_profiles.drawing.measures import Presentation
from smfa_bench_profiles.fundus_record import DOMAIN, FACTS, record_questions, sample_record
from smfa_bench_profiles.names import FAMILY_NAMES, GIVEN_NAMES, PRESENTATIONS
from smfa_bench_profiles.sampling import sample_profile, with_eye


@given(st.integers(0, 2**32), st.sampled_from(PRESENTATIONS))
def test_every_fact_is_asked_for_by_the_eye_and_by_name(seed: int, presentation: Presentation) -> None:
    facts = sample_record(random.Random(seed))
    questions = record_questions("p7", "p7-eye", facts, name="Mara Velt", presentation=presentation)
    assert [question.topic for question in questions] == [*FACTS, *FACTS]
    assert [question.task for question in questions] == [Task.IMAGE_MEMORY] * 4 + [Task.TEXT_MEMORY] * 4
    for question, fact in zip(questions, [*facts, *facts], strict=True):
        assert (question.domain, question.subject) == (DOMAIN, "p7")
        assert question.id == f"p7/{question.task}/{fact.key}"
        assert [(one.kind, one.value) for one in question.key_facts] == [(fact.kind, fact.value)]
        assert fact.value in question.answer
        assert fact.value not in question.text
        named = question.task is Task.TEXT_MEMORY
        assert question.picture == (None if named else "p7-eye")
        assert ("Mara Velt" in question.text) is named
        assert ("Mara Velt" in question.answer) is named
        assert len(question.text.split()) <= 9
        assert len(question.answer.split()) <= 9


def test_the_diagnosis_is_independent_of_every_finding() -> None:
    """Chi-square of each table of finding by diagnosis stays within six standard deviations of chance."""
    drawn = []
    for number in range(1500):
        person = with_eye(random.Random(f"eye {number}"), sample_profile(random.Random(number), "p0"))
        findings = person.others[0].drawing["attributes"]
        assert isinstance(findings, dict)
        drawn.append((findings, next(fact.value for fact in person.facts if fact.key == "diagnosis")))
    diagnoses = Counter(diagnosis for _, diagnosis in drawn)
    assert set(diagnoses) == set(vocabulary.DIAGNOSES)
    for name in drawn[0][0]:
        values = Counter(str(findings[name]) for findings, _ in drawn)
        found = Counter((str(findings[name]), diagnosis) for findings, diagnosis in drawn)
        expected = {(v, d): values[v] * diagnoses[d] / len(drawn) for v in values for d in diagnoses}
        chi_square = sum((found[pair] - number) ** 2 / number for pair, number in expected.items())
        freedom = (len(values) - 1) * (len(diagnoses) - 1)
        assert abs(chi_square - freedom) < 6 * (2 * freedom) ** 0.5, name


def test_no_diagnosis_or_physician_stands_in_another() -> None:
    for values in (vocabulary.DIAGNOSES, vocabulary.PHYSICIANS):
        assert len(set(values)) == len(values)
        assert not [(one, other) for one in values for other in values if one != other and one in other]


def test_physicians_share_no_name_with_people_or_with_one_another() -> None:
    parts = [part for name in vocabulary.PHYSICIANS for part in name.split()]
    assert len(set(parts)) == len(parts)
    assert set(parts).isdisjoint({*FAMILY_NAMES, *(name for names in GIVEN_NAMES.values() for name in names)})


@pytest.mark.parametrize("diagnosis", vocabulary.DIAGNOSES)
def test_no_diagnosis_is_a_medical_condition_of_the_other_facts(diagnosis: str) -> None:
    assert diagnosis not in vocabulary.CONDITIONS
