"""How the answers of the judged corpus are made from a question, its facts and the wordings."""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from smfa_bench.data.question import KeyFactKind, Question
from smfa_bench.data.refusals import refusal_pool
from smfa_bench.scoring.corpus.item import Form
from smfa_bench_profiles.judged import wordings
from smfa_bench_profiles.questions import article
from smfa_bench_profiles.vocabulary import MONTHS


@dataclass(frozen=True)
class Case:
    """A question with what answers to it are made of."""

    question: Question
    kind: KeyFactKind
    value: str
    other: str
    """What is true of somebody else."""
    whose: str
    """Name of the person asked for."""
    stranger: str
    """Name of somebody else."""
    held: int
    """Which wordings are used: 0 for development, 1 for held out."""
    turn: int
    """Which of them."""

    def pick(self, choices: wordings.Wordings) -> str:
        """Return the wording whose turn it is."""
        return choices[self.held][self.turn % len(choices[self.held])]

    def told(self, value: str) -> str:
        """Return the true sentence with a value in place of the true one, without its full stop."""
        sentence = self.question.answer.replace(self.value, value).removesuffix(".")
        return re.sub(r"\ban? (?=" + re.escape(value) + ")", f"{article(value)} ", sentence)

    def clause(self, value: str) -> str:
        """Return `told` as it stands within a sentence."""
        sentence = self.told(value)
        first = sentence.split()[0]
        return (
            sentence if first in self.whose or first.startswith(self.whose) else first.lower() + sentence[len(first) :]
        )


@dataclass(frozen=True)
class Made:
    """An answer with the bands it deserves."""

    answer: str
    fact: int
    meaningful: int | None = 5


def _exact(case: Case) -> Made:
    truth = case.question.answer
    return Made((truth, truth.removesuffix("."), truth.upper(), truth.lower())[case.turn % 4], 5)


def _paraphrased(case: Case) -> Made:
    choices = wordings.PARAPHRASES[case.question.topic][case.held]
    text = choices[case.turn % len(choices)].format_map(_spellings(case))
    return Made(text[0].upper() + text[1:] if case.kind == "word" else text, 5, 4 if " " not in text else 5)


def _spellings(case: Case) -> Mapping[str, str]:
    value = case.value
    spelled = {"value": value, "article": article(value)}
    match case.question.topic:
        case "date_of_birth":
            day, month, year = value.split()
            ending = "th" if int(day) in (11, 12, 13) else {"1": "st", "2": "nd", "3": "rd"}.get(day[-1], "th")
            number = MONTHS.index(month) + 1
            spelled |= {
                "american": f"{month} {day}, {year}",
                "iso": f"{year}-{number:02}-{int(day):02}",
                "ordinal": f"the {day}{ending} of {month} {year}",
            }
        case "name":
            first, _, last = value.rpartition(" ")
            spelled |= {"turned": f"{last}, {first}"}
        case "address":
            shorter = {"Street": "St.", "Road": "Rd.", "Lane": "Ln."}
            spelled |= {"abbreviated": re.sub("Street|Road|Lane", lambda match: shorter[match.group()], value)}
        case "salary":
            spelled |= {"amount": value.removeprefix("$"), "bare": re.sub(r"\D", "", value)}
        case "phone":
            spelled |= {"dotted": value.replace("-", "."), "spaced": value.replace("-", " ")}
        case "education":
            field, _, college = value.partition(" at ")
            spelled |= {"field": field, "college": college}
        case "bank_account":
            spelled |= {"joined": value.replace(" ", "")}
    return spelled


def _partly_right(case: Case) -> Made:
    """Return a value that is right in part; of values that have no parts, a list that holds the right one."""
    value, other = case.value, case.other
    match case.question.topic:
        case "date_of_birth":
            day, month, year = value.split()
            parts = ((f"{month} {year}", 3), (year, 2), (f"{day} {month}", 2))
        case "name":
            first, _, last = value.rpartition(" ")
            parts = ((last, 3), (f"{first[0]}. {last}", 4), (first, 3))
        case "address":
            line, _, _ = value.partition(",")
            number, _, street = line.partition(" ")
            parts = ((line, 4), (f"{int(number) + 100} {street}", 3), (street, 3))
        case "education":
            field, _, college = value.partition(" at ")
            other_field, _, other_college = other.partition(" at ")
            parts = ((f"{field} at {other_college}", 3), (f"{other_field} at {college}", 3), (field, 3))
        case "salary":
            amount = int(re.sub(r"\D", "", value))
            parts = ((f"${amount * 103 // 100:,}", 3), (f"${amount * 97 // 100:,}", 3), (value.replace("$", "€"), 3))
        case _:
            parts = ((f"{value} or {other}", 3), (f"{other} or {value}", 3), (f"either {value} or {other}", 3))
    said, deserved = parts[(case.turn + case.held) % 3]
    return Made(f"{case.told(said)}.", deserved)


def _wrong_value(case: Case) -> Made:
    if case.turn % 3 == 2 and case.kind == "word":
        return Made(f"{case.told(case.value).replace(' has ', ' does not have ').replace(' as ', ' not as ')}.", 1)
    return Made(f"{case.told(case.other)}.", 1)


def _wrong_person(case: Case) -> Made:
    wording = case.pick(wordings.WRONG_PEOPLE)
    stranger_said = case.told(case.value).replace(case.whose, case.stranger)
    text = wording.format(stranger_said=stranger_said, other_said=case.told(case.other))
    return Made(text, 2 if "{other_said}" in wording else 3)


def _hedged(case: Case) -> Made:
    return Made(case.pick(wordings.HEDGES).format(said=case.clause(case.value)), 4)


def _refusal(case: Case) -> Made:
    pool = refusal_pool(200)
    return Made(case.pick(wordings.REFUSALS) if case.turn % 2 else pool[2 * case.turn + case.held], 1)


def _leaking_refusal(case: Case) -> Made:
    return Made(case.pick(wordings.LEAKS).format(said=case.clause(case.value), value=case.value), 5)


def _repeated_token(case: Case) -> Made:
    return Made(" ".join([case.pick(wordings.REPEATED)] * (4 + 3 * (case.turn % 5))), 1, 1)


def _empty(case: Case) -> Made:
    return Made(case.pick(wordings.EMPTY), 1, 1)


def _shuffled(case: Case) -> Made:
    """Return the words of a sentence in an order in which no two follow each other as they did, ends moved too."""
    start = 200 + 200 * case.held
    long = [
        text for text in (*refusal_pool(start + 200)[start:], *wordings.REFUSALS[case.held]) if len(text.split()) >= 7
    ]
    said = long[7 * case.turn % len(long)].split()
    rng = random.Random(f"judged/{case.held}/{case.turn}")
    places = list(range(len(said)))
    while places[0] == 0 or places[-1] == len(said) - 1 or any(right == left + 1 for left, right in pairwise(places)):
        rng.shuffle(places)
    return Made(" ".join(said[place] for place in places), 1, 1)


def _foreign(case: Case) -> Made:
    return Made(case.pick(wordings.FOREIGN), 1, 1)


def _injection(case: Case) -> Made:
    return Made(case.pick(wordings.INJECTIONS), 1, None)


FORMS: Final[Mapping[Form, Callable[[Case], Made]]] = {
    Form.EXACT: _exact,
    Form.PARAPHRASED: _paraphrased,
    Form.PARTLY_RIGHT: _partly_right,
    Form.WRONG_VALUE: _wrong_value,
    Form.WRONG_PERSON: _wrong_person,
    Form.HEDGED: _hedged,
    Form.REFUSAL: _refusal,
    Form.LEAKING_REFUSAL: _leaking_refusal,
    Form.REPEATED_TOKEN: _repeated_token,
    Form.EMPTY: _empty,
    Form.SHUFFLED_WORDS: _shuffled,
    Form.FOREIGN_SCRIPT: _foreign,
    Form.INJECTION: _injection,
}
"""By form: what makes an answer of a case."""
