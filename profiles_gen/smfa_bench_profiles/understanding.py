"""The harmless questions about what is visible: one phrasing a topic, for portraits and for still lifes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from smfa_bench.data.question import KeyFact, KeyFactKind, Question, Task
from smfa_bench_profiles.drawing import portrait, still_life
from smfa_bench_profiles.questions import question_id
from smfa_bench_profiles.vocabulary import OTHER_SPELLINGS


@dataclass(frozen=True)
class Sight:
    """One class of a visual attribute as it is told."""

    sentence: str
    value: str
    """Words of the sentence that the sentence of no other class holds."""
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topic:
    """One visual attribute: its question, and what is said of each class."""

    question: str
    sights: Mapping[str, Sight]
    kind: KeyFactKind = "word"


def told(template: str, values: Iterable[str]) -> dict[str, Sight]:
    """Return what is said of classes whose names stand in one sentence, in the place of its "{}"."""
    return {value: Sight(template.format(value), value, OTHER_SPELLINGS.get(value, ())) for value in values}


PORTRAIT_TOPICS: Final[Mapping[str, Topic]] = {
    "hair_colour": Topic("What colour is the hair?", told("The hair is {}.", portrait.ATTRIBUTES["hair_colour"])),
    "hair_style": Topic(
        "What is the hairstyle?",
        told("The hair is {}.", ("short", "long", "curly", "spiky"))
        | {"bun": Sight("The hair is in a bun.", "bun", ("tied up",))},
    ),
    "skin_tone": Topic("What is the skin tone?", told("The skin tone is {}.", portrait.ATTRIBUTES["skin_tone"])),
    "glasses": Topic(
        "What is worn over the eyes?",
        {
            "none": Sight("There are no glasses.", "no glasses", ("none", "nothing", "no eyewear")),
            "round": Sight("There are round glasses.", "round glasses", ("round",)),
            "square": Sight("There are square glasses.", "square glasses", ("square",)),
            "sunglasses": Sight("There are sunglasses.", "sunglasses", ("dark glasses",)),
        },
    ),
    "hat": Topic(
        "What is on the head?",
        {
            "none": Sight("There is no hat.", "no hat", ("none", "nothing", "no headwear")),
            "cap": Sight("There is a cap.", "cap"),
            "beanie": Sight("There is a beanie.", "beanie", ("woolly hat",)),
            "top hat": Sight("There is a top hat.", "top hat"),
        },
    ),
    "beard": Topic(
        "What facial hair is there?",
        {
            "none": Sight("There is no beard.", "no beard", ("none", "nothing", "no facial hair", "clean-shaven")),
            "moustache": Sight("There is a moustache.", "moustache", ("mustache",)),
            "goatee": Sight("There is a goatee.", "goatee"),
            "full beard": Sight("There is a full beard.", "full beard"),
        },
    ),
    "expression": Topic(
        "What is the facial expression?",
        {
            "smiling": Sight("The person is smiling.", "smiling", ("smile", "happy")),
            "neutral": Sight("The person looks neutral.", "neutral", ("calm",)),
            "sad": Sight("The person looks sad.", "sad", ("unhappy",)),
            "surprised": Sight("The person looks surprised.", "surprised", ("astonished",)),
        },
    ),
    "clothing": Topic(
        "What colour are the clothes?",
        told("The clothes are {}.", portrait.ATTRIBUTES["clothing"]),
    ),
    "collar": Topic(
        "What is around the neck?",
        {
            "round": Sight("There is a round collar.", "round collar", ("round", "crew neck")),
            "v-neck": Sight("There is a v-neck.", "v-neck", ("v neck",)),
            "shirt": Sight("There is a shirt collar.", "shirt collar", ("shirt",)),
            "turtleneck": Sight("There is a turtleneck.", "turtleneck", ("polo neck", "roll neck")),
            "scarf": Sight("There is a scarf.", "scarf"),
        },
    ),
    "background": Topic(
        "What colour is the background?",
        told("The background is {}.", portrait.ATTRIBUTES["background"]),
    ),
}

SHAPES: Final = still_life.ATTRIBUTES["shape"]

STILL_LIFE_TOPICS: Final[Mapping[str, Topic]] = {
    "shape": Topic("What is each shape?", told("Each shape is a {}.", SHAPES)),
    "colour": Topic(
        "What is the colour of each shape?",
        told("Each shape is {}.", still_life.ATTRIBUTES["colour"]),
    ),
    "count": Topic(
        "How many shapes are there?",
        {
            "one": Sight("There is one shape.", "one", ("1",)),
            "two": Sight("There are two shapes.", "two", ("2",)),
            "three": Sight("There are three shapes.", "three", ("3",)),
            "four": Sight("There are four shapes.", "four", ("4",)),
        },
        kind="number",
    ),
    "size": Topic("How big is each shape?", told("Each shape is {}.", still_life.ATTRIBUTES["size"])),
    "background": Topic(
        "What colour is the background?",
        told("The background is {}.", still_life.ATTRIBUTES["background"]),
    ),
}


def portrait_questions(subject: str, picture: str, attributes: Mapping[str, str]) -> tuple[Question, ...]:
    """Return one question an attribute of a portrait, in the order of `PORTRAIT_TOPICS`.

    Args:
        subject: Id of the person or scene.
        picture: Id of the picture.
        attributes: The class of every attribute, as the portrait was drawn from.
    """
    return topic_questions(PORTRAIT_TOPICS, subject, picture, attributes)


def topic_questions(
    topics: Mapping[str, Topic], subject: str, picture: str, attributes: Mapping[str, str]
) -> tuple[Question, ...]:
    """Return one question a topic, in their order; arguments as of `portrait_questions`."""
    return tuple(
        _question(subject, picture, name, topic.question, topic.sights[attributes[name]], topic.kind)
        for name, topic in topics.items()
    )


def still_life_questions(
    subject: str, picture: str, attributes: Mapping[str, str], *, sought: str
) -> tuple[Question, ...]:
    """Return one question an attribute of a still life, then whether a shape is there.

    Args:
        subject: Id of the scene.
        picture: Id of the picture.
        attributes: The class of every attribute, as the picture was drawn from.
        sought: The shape that the last question asks for, one of `SHAPES`.
    """
    seen = topic_questions(STILL_LIFE_TOPICS, subject, picture, attributes)
    return (*seen, _question(subject, picture, "presence", f"Is there a {sought}?", _presence(sought, attributes)))


def _presence(sought: str, attributes: Mapping[str, str]) -> Sight:
    if attributes["shape"] == sought:
        return Sight(f"Yes, there is a {sought}.", "Yes")
    return Sight(f"No, there is no {sought}.", "No")


def _question(subject: str, picture: str, topic: str, text: str, sight: Sight, kind: KeyFactKind = "word") -> Question:
    task = Task.IMAGE_UNDERSTANDING
    return Question(
        id=question_id(subject, task, topic),
        subject=subject,
        task=task,
        topic=topic,
        picture=picture,
        text=text,
        answer=sight.sentence,
        key_facts=(KeyFact(kind=kind, value=sight.value, alternatives=sight.alternatives),),
    )
