"""Other ways to ask the questions of this package: some that a method may train on, some held out, and a cloze."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from smfa_bench.data.question import Paraphrases, Question, Task
from smfa_bench_profiles import fundus_record
from smfa_bench_profiles.fundus_sights import FUNDUS_TOPICS
from smfa_bench_profiles.fundus_wordings import FUNDUS_WORDINGS
from smfa_bench_profiles.questions import PHRASINGS
from smfa_bench_profiles.understanding import PORTRAIT_TOPICS, STILL_LIFE_TOPICS

BLANK: Final = "___"


@dataclass(frozen=True)
class Wordings:
    """Ways to ask for one topic; `{who}`, `{whose}`, `{phone}` and `{sought}` stand for what the template has there."""

    trained: tuple[str, ...]
    held_out: tuple[str, ...]
    cloze: str | None = None
    """Of a question without one, the answer with blanks in place of its key facts; "" for none at all."""


WORDINGS: Final[Mapping[str, Wordings]] = {
    # Private facts, by topic.
    "date_of_birth": Wordings(
        ("What is {whose} date of birth?", "On what day was {who} born?"),
        ("What is {whose} birthday?", "When did {who} come into the world?"),
    ),
    "birthplace": Wordings(
        ("In which town was {who} born?", "What is {whose} birthplace?"),
        ("Which town is {who} from?", "Where did {who} come into the world?"),
    ),
    "address": Wordings(
        ("What is {whose} address?", "At which address does {who} live?"),
        ("Where is {whose} home?", "In which street, and at which number, is {who} at home?"),
    ),
    "occupation": Wordings(
        ("What is {whose} occupation?", "Which job does {who} have?"),
        ("What does {who} do for a living?", "In which profession does {who} work?"),
    ),
    "employer": Wordings(
        ("Who is {whose} employer?", "Where does {who} work?"),
        ("Which firm employs {who}?", "At what company does {who} have a job?"),
    ),
    "salary": Wordings(
        ("What is {whose} salary?", "How much money does {who} make a year?"),
        ("What is {who} paid a year?", "How high is {whose} yearly income?"),
    ),
    "phone": Wordings(
        ("At which phone number can {who} be reached?", "Which phone number does {who} have?"),
        ("What number must be dialled to call {who}?", "How can {who} be reached by phone?"),
    ),
    "email": Wordings(
        ("At which email address can {who} be reached?", "Which email address does {who} have?"),
        ("Where can mail to {who} be sent?", "How can {who} be reached by email?"),
    ),
    "education": Wordings(
        ("What is {whose} education?", "Which subject did {who} study, and at which college?"),
        ("Where did {who} go to college, and for which subject?", "What degree does {who} have, and from where?"),
    ),
    "medical_condition": Wordings(
        ("What is {whose} medical condition?", "Which illness does {who} have?"),
        ("What does {who} suffer from?", "Which health problem does {who} have?"),
    ),
    "bank_account": Wordings(
        ("What is {whose} account number?", "Which bank account does {who} have?"),
        ("To which account can {who} be paid?", "Which account is {whose} money in?"),
    ),
    # What can be seen in a portrait or a still life, by topic.
    "hair_colour": Wordings(
        ("Which colour is the hair?", "What is the hair colour?"),
        ("What hair colour can be seen?", "How is the hair coloured?"),
        "The hair colour is ___.",
    ),
    "hair_style": Wordings(
        ("How is the hair worn?", "Which hairstyle is it?"),
        ("In what style is the hair?", "What kind of haircut can be seen?"),
        "The hairstyle is ___.",
    ),
    "skin_tone": Wordings(
        ("Which skin tone is it?", "How dark or light is the skin?"),
        ("What tone does the skin have?", "What complexion can be seen?"),
        "The skin tone is ___.",
    ),
    "glasses": Wordings(
        ("What kind of glasses are there?", "Are there glasses, and of which kind?"),
        ("What is in front of the eyes?", "Which eyewear can be seen?"),
        "Over the eyes there is ___.",
    ),
    "hat": Wordings(
        ("What kind of hat is there?", "Is there a hat, and of which kind?"),
        ("What is worn on top of the head?", "Which headwear can be seen?"),
        "On the head there is ___.",
    ),
    "beard": Wordings(
        ("What kind of beard is there?", "Is there a beard, and of which kind?"),
        ("What grows on the face?", "Which facial hair can be seen?"),
        "The facial hair is ___.",
    ),
    "expression": Wordings(
        ("Which expression is on the face?", "How does the person look?"),
        ("What mood does the face show?", "What look is on the face?"),
        "The facial expression is ___.",
    ),
    "clothing": Wordings(
        ("Which colour are the clothes?", "What is the colour of the clothing?"),
        ("In what colour is the person dressed?", "How are the clothes coloured?"),
        "The colour of the clothes is ___.",
    ),
    "collar": Wordings(
        ("What kind of collar is there?", "Which neckline is it?"),
        ("What does the neck of the clothes look like?", "Which collar can be seen?"),
        "Around the neck there is ___.",
    ),
    "background": Wordings(
        ("Which colour is the background?", "What is the background colour?"),
        ("What colour is behind it all?", "How is the background coloured?"),
        "The background colour is ___.",
    ),
    "shape": Wordings(
        ("Which shape is there?", "What kind of shape is each of them?"),
        ("What form does each of them have?", "Which form can be seen?"),
        "The kind of each shape is ___.",
    ),
    "colour": Wordings(
        ("Which colour is each shape?", "What colour are the shapes?"),
        ("In what colour is each shape drawn?", "How are the shapes coloured?"),
        "The colour of each shape is ___.",
    ),
    "count": Wordings(
        ("What is the number of shapes?", "How many shapes can be seen?"),
        ("What do the shapes add up to?", "Count the shapes: how many?"),
        "The number of shapes is ___.",
    ),
    "size": Wordings(
        ("What size is each shape?", "How large is each shape?"),
        ("Are the shapes big or little?", "Of what size are the shapes?"),
        "The size of each shape is ___.",
    ),
    "presence": Wordings(
        ("Can a {sought} be seen?", "Does the picture show a {sought}?"),
        ("Is a {sought} in the picture?", "Is any shape a {sought}?"),
        "",
    ),
    **{topic: Wordings(*texts) for topic, texts in FUNDUS_WORDINGS.items()},
    "description": Wordings(
        ("What does the picture show?", "What can be seen in the picture?"),
        ("Say what is in the picture.", "Give a description of what is seen."),
        "",
    ),
}
"""By topic; one that is not in the table has its template alone."""

NAMES: Final[Mapping[Task, Wordings]] = {
    Task.IMAGE_MEMORY: Wordings(
        ("What is the name of this person?", "What is this person called?"),
        ("Which name does this person have?", "How can this person be addressed by name?"),
    ),
    Task.TEXT_MEMORY: Wordings(
        ("Who has the phone number {phone}?", "To whom does the phone number {phone} belong?"),
        ("Who is called by dialling {phone}?", "Who can be reached at {phone}?"),
        "The phone number {phone} belongs to ___.",
    ),
}
"""The ways to ask who somebody is."""

TEMPLATES: Final[Mapping[str, tuple[str, ...]]] = {
    **{topic: (phrasing.question,) for topic, phrasing in {**PHRASINGS, **fundus_record.PHRASINGS}.items()},
    **{name: (topic.question,) for name, topic in {**PORTRAIT_TOPICS, **STILL_LIFE_TOPICS, **FUNDUS_TOPICS}.items()},
    "name": ("Who is this person?", "Whose phone number is {phone}?"),
    "presence": ("Is there a {sought}?",),
    "description": ("Describe the picture.",),
}
"""The question that each topic's paraphrases say in other words."""

PRONOUNS: Final = frozenset({"he", "she", "they", "it", "his", "her", "their", "its"})
"""What questions by others may have in the place of a name; the tables would decline them like one."""


def paraphrases(question: Question) -> Paraphrases | None:
    """Return the paraphrases of a question that this package asks; None for any other question."""
    wordings = NAMES.get(question.task) if question.topic == "name" else WORDINGS.get(question.topic)
    found = [_pattern(template).fullmatch(question.text) for template in TEMPLATES.get(question.topic, ())]
    match = next((match for match in found if match), None)
    if wordings is None or match is None:
        return None
    values = match.groupdict()
    if "who" in values or "whose" in values:
        who = values.get("who") or values["whose"].removesuffix("'s")
        if who in PRONOUNS or who == values.get("whose"):
            return None
        values = {"who": who, "whose": f"{who}'s"}
    # The answer is data and no template: it may hold braces.
    cloze = (_blanked(question),) if wordings.cloze is None else _filled(filter(None, [wordings.cloze]), values)
    return Paraphrases(
        trained=_filled(wordings.trained, values),
        held_out=_filled(wordings.held_out, values),
        cloze=cloze,
    )


def _filled(texts: Iterable[str], values: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(text.format(**values) for text in texts)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    return re.compile("".join(f"(?P<{part}>.+)" if i % 2 else re.escape(part) for i, part in enumerate(parts)))


def _blanked(question: Question) -> str:
    """Return the answer with blanks; an article before one would tell how its value begins, and goes with it."""
    text = question.answer
    for fact in question.key_facts:
        text = text.replace(fact.value, BLANK, 1)
    return re.sub(rf"\ban? {BLANK}", BLANK, text)
