"""Which columns a comparison has: always the same ones, and those of what only some runs measure."""

from smfa_bench_leaderboard.columns import COLUMNS, GENERAL, KNOWLEDGE, with_domains


def test_without_anything_else_they_are_the_same_for_all() -> None:
    assert with_domains(["forget.image_memory.fact", "no.such.thing"]) == COLUMNS


def test_general_knowledge_stands_behind_general_understanding_where_it_was_asked_for() -> None:
    found = with_domains(["knowledge.text_memory.fact"])
    assert [column for column in found if column not in COLUMNS] == [KNOWLEDGE[0]]
    place = found.index(KNOWLEDGE[0])
    assert found[place - 1].metric == "general.image_understanding.fact"
    groups = [column.group for column in found]
    assert groups[place - 1 : place + 2] == [GENERAL, GENERAL, "overall"]


def test_a_cell_by_domain_stands_behind_its_whole() -> None:
    found = with_domains(["forget.image_memory.fundus.fact"])
    titles = [column.title for column in found]
    assert titles[:2] == ["forget image memory", "forget image memory fundus"]
