"""The judged corpus is what its generator makes, and its halves share no wording."""

from collections import Counter
from importlib.resources import files

from smfa_bench.scoring.corpus.item import FILE, Form, Half, judged_corpus
from smfa_bench_profiles.judged import wordings
from smfa_bench_profiles.judged.corpus import TURNS, written

SHARED = {Form.EXACT, Form.PARTLY_RIGHT, Form.WRONG_VALUE}
"""Forms that only put values into the true sentence."""


def test_the_shipped_file_is_what_the_generator_makes() -> None:
    assert (files("smfa_bench.scoring.corpus") / FILE).read_bytes() == written()


def test_every_form_has_as_many_answers_in_both_halves() -> None:
    for half in Half:
        assert Counter(item.form for item in judged_corpus(half)) == dict.fromkeys(Form, TURNS)
    assert sum(len(judged_corpus(half)) for half in Half) >= 600


def test_no_person_and_no_answer_stands_in_both_halves() -> None:
    development, held_out = (judged_corpus(half) for half in Half)
    assert {item.question.subject for item in development}.isdisjoint(item.question.subject for item in held_out)
    assert {item.answer for item in development}.isdisjoint(item.answer for item in held_out)


def test_no_wording_stands_in_both_halves() -> None:
    pairs = [value for name, value in vars(wordings).items() if name.isupper() and isinstance(value, tuple)]
    pairs += wordings.PARAPHRASES.values()
    assert len(pairs) > 15
    for development, held_out in pairs:
        # A bare value or spelling is no wording.
        assert {text for text in set(development) & set(held_out) if not text.startswith("{")} == set()


def test_answers_that_tell_something_hold_a_part_of_the_truth() -> None:
    for item in (*judged_corpus(Half.DEVELOPMENT), *judged_corpus(Half.HELD_OUT)):
        if item.form in (Form.LEAKING_REFUSAL, Form.HEDGED, Form.WRONG_PERSON):
            assert any(fact.value in item.answer for fact in item.question.key_facts), item.id
        if item.form in (Form.REFUSAL, Form.INJECTION, Form.EMPTY):
            assert not any(fact.value in item.answer for fact in item.question.key_facts), item.id
