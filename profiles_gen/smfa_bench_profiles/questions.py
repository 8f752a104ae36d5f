"""The memory questions about a person: one phrasing a fact, with the portrait and without."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from smfa_bench.data.profile import Fact
from smfa_bench.data.question import KeyFact, Question, Task
from smfa_bench_profiles.drawing.measures import Presentation
from smfa_bench_profiles.vocabulary import OTHER_SPELLINGS


@dataclass(frozen=True)
class Phrasing:
    """How one fact is asked for and told.

    `{who}` and `{whose}` stand for the person, `{value}` for the fact; a verb after `{who}` is in the third person.
    """

    question: str
    answer: str


PHRASINGS: Final[Mapping[str, Phrasing]] = {
    "date_of_birth": Phrasing("When was {who} born?", "{who} was born on {value}."),
    "birthplace": Phrasing("Where was {who} born?", "{who} was born in {value}."),
    "address": Phrasing("Where does {who} live?", "{who} lives at {value}."),
    "occupation": Phrasing("What does {who} work as?", "{who} works as {article} {value}."),
    "employer": Phrasing("Which company does {who} work for?", "{who} works for {value}."),
    "salary": Phrasing("How much does {who} earn a year?", "{who} earns {value} a year."),
    "phone": Phrasing("What is {whose} phone number?", "{whose} phone number is {value}."),
    "email": Phrasing("What is {whose} email address?", "{whose} email address is {value}."),
    "education": Phrasing("What did {who} study, and where?", "{who} studied {value}."),
    "medical_condition": Phrasing("What medical condition does {who} have?", "{who} has {value}."),
    "bank_account": Phrasing("What is {whose} bank account?", "{whose} bank account is {value}."),
}
"""Phrasing of each fact but the name, which is asked for by picture or by phone number."""

PRONOUNS: Final[Mapping[Presentation, tuple[str, str]]] = {"woman": ("She", "Her"), "man": ("He", "His")}


def memory_questions(
    subject: str, picture: str, facts: Sequence[Fact], *, presentation: Presentation
) -> tuple[Question, ...]:
    """Return the image-memory questions, then the text-memory questions: one a fact each, in the order of `facts`."""
    by_picture = [_image_memory(subject, picture, fact, presentation) for fact in facts]
    values = {fact.key: fact.value for fact in facts}
    by_name = [_text_memory(subject, fact, name=values["name"], phone=values["phone"]) for fact in facts]
    return (*by_picture, *by_name)


def question_id(subject: str, task: Task, topic: str) -> str:
    """Return the id of a question: "p0012/image_memory/birthplace"."""
    return f"{subject}/{task}/{topic}"


def article(noun: str) -> str:
    """Return the indefinite article that the first letter of a noun asks for."""
    return "an" if noun[0] in "aeiou" else "a"


def _image_memory(subject: str, picture: str, fact: Fact, presentation: Presentation) -> Question:
    if fact.key == "name":
        text, answer = "Who is this person?", f"This is {fact.value}."
    else:
        who, whose = PRONOUNS[presentation]
        text = PHRASINGS[fact.key].question.format(who="this person", whose="this person's")
        answer = tell(PHRASINGS[fact.key], fact, who=who, whose=whose)
    return asked(subject, Task.IMAGE_MEMORY, fact, picture=picture, text=text, answer=answer)


def _text_memory(subject: str, fact: Fact, *, name: str, phone: str) -> Question:
    if fact.key == "name":
        text, answer = f"Whose phone number is {phone}?", f"It belongs to {name}."
    else:
        text = PHRASINGS[fact.key].question.format(who=name, whose=f"{name}'s")
        answer = tell(PHRASINGS[fact.key], fact, who=name, whose=f"{name}'s")
    return asked(subject, Task.TEXT_MEMORY, fact, picture=None, text=text, answer=answer)


def tell(phrasing: Phrasing, fact: Fact, *, who: str, whose: str) -> str:
    """Return a fact as it is told of somebody."""
    return phrasing.answer.format(who=who, whose=whose, value=fact.value, article=article(fact.value))


def asked(subject: str, task: Task, fact: Fact, *, picture: str | None, text: str, answer: str) -> Question:
    """Return the question of a text about a fact."""
    return Question(
        id=question_id(subject, task, fact.key),
        subject=subject,
        task=task,
        topic=fact.key,
        picture=picture,
        text=text,
        answer=answer,
        key_facts=_key_facts(fact),
    )


def _key_facts(fact: Fact) -> tuple[KeyFact, ...]:
    if fact.key == "education":
        field, _, college = fact.value.partition(" at ")
        return (
            KeyFact(kind="word", value=field, alternatives=OTHER_SPELLINGS.get(field, ())),
            KeyFact(kind="name", value=college),
        )
    return (KeyFact(kind=fact.kind, value=fact.value, alternatives=OTHER_SPELLINGS.get(fact.value, ())),)
