import pytest
from hypothesis import given
from hypothesis import strategies as st

from smfa_bench.scoring.wording import is_denied, plain, singular, words


def test_quotes_case_accents_and_contractions_are_written_out() -> None:
    assert plain("  She CAN’T  see José’s hat – or won't ") == "she can not see jose hat - or will not"


@given(st.text(max_size=60))
def test_a_plain_text_stays_as_it_is(text: str) -> None:
    once = plain(text)
    assert plain(once) == once


@given(st.text("aceghirsuxyz", max_size=10))
def test_a_singular_stays_as_it_is(word: str) -> None:
    assert singular(singular(word)) == singular(word)


@pytest.mark.parametrize(("many", "one"), [("hats", "hat"), ("glasses", "glass"), ("berries", "berry"), ("gas", "gas")])
def test_regular_plurals(many: str, one: str) -> None:
    assert singular(many) == one


def test_articles_are_no_words_unless_alone() -> None:
    assert [word.text for word in words("a red hat")] == ["red", "hat"]
    assert [word.text for word in words("a")] == ["a"]


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("she is not a nurse", True),
        ("there is no doubt she is a nurse", False),
        ("not a judge but a nurse", False),
        ("she has no hat and is a nurse", False),
        ("no, she is a nurse", False),
        ("nurse is not her work", True),
        ("a nurse, not a judge", False),
        ("she is neither judge nor nurse", True),
    ],
)
def test_a_denial_reaches_over_its_clause(text: str, denied: bool) -> None:
    start = text.index("nurse")
    assert is_denied(text, start, start + len("nurse")) is denied
