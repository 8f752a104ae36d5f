"""The open question about a picture, whose answer names everything that was drawn."""

from collections.abc import Mapping
from typing import Final

from smfa_bench.data.question import KeyFact, Question, Task
from smfa_bench_profiles.fundus_record import DOMAIN
from smfa_bench_profiles.questions import question_id
from smfa_bench_profiles.vocabulary import OTHER_SPELLINGS

QUESTION: Final = "Describe the picture."
TOPIC: Final = "description"
FUNDUS_TOPIC: Final = "fundus_description"
"""In ids, since a person may have a portrait to be described too."""

Phrase = tuple[str, ...]
"""How a class is named, then other ways that count as the same."""

PORTRAIT_PHRASES: Final[Mapping[str, Mapping[str, Phrase]]] = {
    "glasses": {
        "none": ("no glasses", "no eyewear"),
        "round": ("round glasses",),
        "square": ("square glasses",),
        "sunglasses": ("sunglasses", "dark glasses"),
    },
    "hat": {
        "none": ("bare head", "no hat", "no headwear"),
        "cap": ("cap",),
        "beanie": ("beanie", "woolly hat"),
        "top hat": ("top hat",),
    },
    "beard": {
        "none": ("beardless", "no beard", "no facial hair", "clean-shaven"),
        "moustache": ("moustache", "mustache"),
        "goatee": ("goatee",),
        "full beard": ("full beard",),
    },
    "expression": {
        "smiling": ("smiling", "smile", "happy"),
        "neutral": ("neutral", "calm"),
        "sad": ("sad", "unhappy"),
        "surprised": ("surprised", "astonished"),
    },
    "collar": {
        "round": ("round collar", "crew neck"),
        "v-neck": ("v-neck", "v neck"),
        "shirt": ("shirt collar",),
        "turtleneck": ("turtleneck", "polo neck", "roll neck"),
        "scarf": ("scarf",),
    },
}
"""What is said of attributes whose class does not stand in the phrase as it is, or not alone."""


def portrait_description(subject: str, picture: str, attributes: Mapping[str, str]) -> Question:
    """Return the question that asks for all of a portrait, with a key fact for each attribute.

    Args:
        subject: Id of the person or scene.
        picture: Id of the picture.
        attributes: The class of every attribute, as the portrait was drawn from.
    """
    colour, style = attributes["hair_colour"], attributes["hair_style"]
    said = {name: phrases[attributes[name]] for name, phrases in PORTRAIT_PHRASES.items()}
    named = {
        "hair_colour": _coloured("hair", colour),
        "hair_style": ("bun", "tied up") if style == "bun" else (style,),
        "skin_tone": (f"{attributes['skin_tone']} skin", f"skin tone is {attributes['skin_tone']}"),
        "glasses": said["glasses"],
        "hat": said["hat"],
        "beard": said["beard"],
        "expression": said["expression"],
        "clothing": _coloured("clothes", attributes["clothing"]),
        "collar": said["collar"],
        "background": _coloured("background", attributes["background"]),
    }
    hair = f"{colour} hair in a bun" if style == "bun" else f"{style} {colour} hair"
    return _description(subject, picture, [hair, *(phrase[0] for phrase in [*named.values()][2:])], [*named.values()])


def still_life_description(subject: str, picture: str, attributes: Mapping[str, str]) -> Question:
    """Return the question that asks for all of a still life, with a key fact for each attribute.

    Args:
        subject: Id of the scene.
        picture: Id of the picture.
        attributes: The class of every attribute, as the picture was drawn from.
    """
    count, size, colour, shape, ground = (
        attributes[name] for name in ("count", "size", "colour", "shape", "background")
    )
    thing = shape if count == "one" else f"{shape}es" if shape == "cross" else f"{shape}s"
    named: list[Phrase] = [(count,), (size,), _spelled(colour), (thing, shape), _coloured("background", ground)]
    return _description(subject, picture, [f"{count} {size} {colour} {thing}", f"{ground} background"], named)


def fundus_description(subject: str, picture: str, findings: Mapping[str, str]) -> Question:
    """Return the question that asks for all of a fundus picture, with a key fact for each finding.

    Args:
        subject: Id of the person or scene.
        picture: Id of the picture.
        findings: The class of every attribute, as the picture was drawn from.
    """
    named: list[Phrase] = [
        (f"{findings['eye']} eye",),
        (f"{findings['disc_position']} disc", f"disc lies {findings['disc_position']}"),
        (f"{findings['cup']} cup", f"cup is {findings['cup']}"),
        (f"{findings['vessels']} vessels", f"vessels are {findings['vessels']}"),
        _counted("haemorrhages", findings["haemorrhages"]),
        {"none": ("no exudates",), "ring": ("ring of exudates",)}.get(findings["exudates"], ("scattered exudates",)),
        _counted("drusen", findings["drusen"]),
        (f"{findings['pigmentation']} pigmentation", f"pigmentation is {findings['pigmentation']}"),
        (f"{findings['field']} field", f"field is {findings['field']}"),
        (f"{findings['quality']} picture", f"picture is {findings['quality']}"),
    ]
    described = _description(subject, picture, [phrase[0] for phrase in named], named)
    return described.model_copy(update={"domain": DOMAIN, "id": question_id(subject, described.task, FUNDUS_TOPIC)})


def _counted(thing: str, number: str) -> Phrase:
    return (f"{'no' if number == 'none' else number} {thing}",)


def _coloured(thing: str, colour: str) -> Phrase:
    """Return what says of a thing, and of nothing else in the picture, that it has a colour."""
    verb = "are" if thing.endswith("s") else "is"
    return tuple(text for name in _spelled(colour) for text in (f"{name} {thing}", f"{thing} {verb} {name}"))


def _spelled(colour: str) -> Phrase:
    return (colour, *OTHER_SPELLINGS.get(colour, ()))


def _description(subject: str, picture: str, phrases: list[str], named: list[Phrase]) -> Question:
    # Semicolons keep the judge from reading the phrases as a list of guesses for one value.
    answer = "; ".join(phrases)
    answer = f"{answer[0].upper()}{answer[1:]}."
    task = Task.IMAGE_UNDERSTANDING
    facts = [(next(word for word in (first, first.capitalize()) if word in answer), rest) for first, *rest in named]
    return Question(
        id=question_id(subject, task, TOPIC),
        subject=subject,
        task=task,
        topic=TOPIC,
        picture=picture,
        text=QUESTION,
        answer=answer,
        key_facts=tuple(KeyFact(kind="word", value=value, alternatives=tuple(rest)) for value, rest in facts),
    )
