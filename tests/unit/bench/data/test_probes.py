"""Probes: who is asked about, and what nobody was taught."""

from helpers.people import five_people
from smfa_bench.data.phrasing import Phrasing, paraphrases, reworded
from smfa_bench.data.probes import FEWEST, Group, Probe, probes
from smfa_bench.data.question import Task
from smfa_bench.data.rehearsal import private_questions
from smfa_bench.data.split import Split, make_split
from smfa_bench_profiles.source import fictional


def subjects(found: list[Probe], group: Group) -> set[str]:
    return {probe.sample.question.subject for probe in found if probe.group is group}


def test_the_forget_set_and_as_many_others_are_probed_on_memory_alone() -> None:
    people = fictional(size=30, seed=3, picture_size=64)
    split = make_split(people, forget_ratio=0.4, few_shot=2, seed=3)
    found = probes(people, split, seed=3)
    assert subjects(found, Group.FORGET) == set(split.forget)
    assert len(subjects(found, Group.RETAIN)) == len(subjects(found, Group.STRANGER)) == 12
    assert subjects(found, Group.RETAIN) <= set(split.retain)
    assert all(probe.sample.task is not Task.IMAGE_UNDERSTANDING for probe in found)
    assert all(probe.sample.pictured != (probe.sample.task is Task.TEXT_MEMORY) for probe in found)


def test_nothing_that_was_refused_in_teaching_counts_as_never_asked() -> None:
    people = fictional(size=20, seed=0, picture_size=64)
    split = make_split(people, forget_ratio=0.1, few_shot=2, seed=0)
    refused = {question.id for question in private_questions(people.rehearsal, seed=7)}
    found = [probe for probe in probes(people, split, seed=7) if probe.group is Group.STRANGER]
    assert len(found) == FEWEST * 28
    assert refused.isdisjoint(probe.sample.question.id for probe in found)
    assert all((probe.wrong, probe.lead) == ((), "") for probe in found)


def test_strangers_are_asked_about_in_the_wording_of_the_people() -> None:
    people = fictional(size=20, seed=0, picture_size=64)
    split = make_split(people, forget_ratio=0.1, few_shot=2, seed=0)
    taught = {question.id: question for stranger in people.rehearsal for question in stranger.questions}
    found = probes(reworded(people, Phrasing.HELD_OUT), split, seed=0, phrasing=Phrasing.HELD_OUT)
    asked = [probe.sample.question for probe in found if probe.group is Group.STRANGER]
    assert asked
    assert all(question.text in paraphrases(taught[question.id]).held_out for question in asked)


def test_people_who_are_all_alike_have_no_wrong_answers_and_are_probed_all_the_same() -> None:
    people = five_people(size=5, seed=0, picture_size=8)
    split = Split(name="forget20", forget=("p0",), retain=("p1", "p2"), few_shot=("p3",))
    found = probes(people, split, seed=0)
    assert subjects(found, Group.RETAIN) == {"p1", "p2"}
    assert {probe.wrong for probe in found} == {()}
