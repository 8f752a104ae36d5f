"""The judged corpus: `python -m smfa_bench_profiles.judged.corpus FILE` writes it, the same bytes every time."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from smfa_bench.data.profile import Profile
from smfa_bench.data.question import Task
from smfa_bench.scoring.corpus.item import Form, Half, JudgedItem
from smfa_bench.storage import write_bytes
from smfa_bench_profiles.facts import FACTS
from smfa_bench_profiles.judged.forms import FORMS, Case
from smfa_bench_profiles.source import fictional

SEED: Final = 7
"""Of the people; their answers are in no run with another seed."""
TURNS: Final = 26
"""Answers of each form and half; the twelve topics take turns, with the portrait and without."""
_TOPICS: Final = tuple(FACTS)


def items() -> Iterator[JudgedItem]:
    """Yield the items: both halves, form by form."""
    people = fictional(size=4 * TURNS, seed=SEED, picture_size=64).profiles
    for held, half in enumerate(Half):
        own = people[held * 2 * TURNS : (held + 1) * 2 * TURNS]
        for form, make in FORMS.items():
            for turn in range(TURNS):
                case = _case(own, form, turn, held)
                made = make(case)
                yield JudgedItem(
                    id=f"{half}/{form}/{turn:02}",
                    half=half,
                    form=form,
                    question=case.question,
                    answer=made.answer,
                    fact=made.fact,
                    meaningful=made.meaningful,
                )


def _case(people: tuple[Profile, ...], form: Form, turn: int, held: int) -> Case:
    # Who somebody else is can be told of a named person only, and of a name not at all.
    topics = _TOPICS[1:] if form is Form.WRONG_PERSON else _TOPICS
    topic = topics[turn % len(topics)]
    shown = turn // len(topics) % 2 == 1 and form is not Form.WRONG_PERSON
    person = people[turn]
    task = Task.IMAGE_MEMORY if shown else Task.TEXT_MEMORY
    question = next(asked for asked in person.questions if asked.task is task and asked.topic == topic)
    place = _TOPICS.index(topic)
    fact = person.facts[place]
    values = (stranger.facts[place].value for stranger in people[TURNS:])
    other = next(value for value in values if _parts(value).isdisjoint(_parts(fact.value)))
    return Case(question, fact.kind, fact.value, other, person.name, people[TURNS + turn].name, held, turn)


def _parts(value: str) -> set[str]:
    """Return what two different values must not share: words, but for those that many of the values have."""
    return set(value.lower().replace(",", "").split()) - {"at", "college", "road", "street", "lane", "disease"}


def written() -> bytes:
    """Return the content of the corpus file."""
    lines = (json.dumps(item.model_dump(mode="json"), ensure_ascii=False) for item in items())
    return "".join(f"{line}\n" for line in lines).encode()


if __name__ == "__main__":
    write_bytes(Path(sys.argv[1]), written())
