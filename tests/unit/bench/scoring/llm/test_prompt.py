"""The prompt: a template file with the judged texts as data."""

from pathlib import Path

import pytest

from helpers.people import make_question
from smfa_bench.errors import UsageError
from smfa_bench.scoring.llm.prompt import read_prompt

QUESTION = make_question()


def test_the_shipped_template_holds_question_truth_and_answer() -> None:
    prompt = read_prompt()
    message = prompt.filled(QUESTION, "In Oslo.")
    assert [message.count(text) for text in (QUESTION.text, QUESTION.answer, "In Oslo.")] == [1, 1, 1]
    assert "0 to 10" in prompt.instructions


def test_only_the_beginning_of_an_endless_answer_is_shown() -> None:
    assert len(read_prompt().filled(QUESTION, "la " * 100_000)) < 6_000


def test_a_changed_template_has_another_digest(tmp_path: Path) -> None:
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_text("Grade.\n---\n$question $truth $answer", encoding="utf-8")
    two.write_text("Grade!\n---\n$question $truth $answer", encoding="utf-8")
    assert len({read_prompt(path).digest for path in (None, one, two)}) == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "$question $truth $answer",
        "Grade.\n---\n$question $answer",
        "Grade.\n---\n$question $truth $answer $answer",
        "Grade.\n---\n$question $truth $answer $picture",
        "Grade $answer.\n---\n$question $truth $answer",
        "Grade.\n---\n$question $truth $answer for 5 $",
    ],
)
def test_what_is_no_template_is_refused_with_what_one_needs(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"mine\.txt is no prompt template: it needs .*\$answer once each"):
        read_prompt(path)


def test_a_template_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't read the prompt template"):
        read_prompt(tmp_path / "none.txt")
