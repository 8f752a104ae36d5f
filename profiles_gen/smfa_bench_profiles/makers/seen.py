"""Understanding questions about attributes of any name: in the generator's words where it has them."""

from typing import Final

from smfa_bench.data.question import KeyFact, KeyFactKind, Question, Task
from smfa_bench.errors import UsageError
from smfa_bench_profiles.makers.contract import Sitter
from smfa_bench_profiles.questions import question_id
from smfa_bench_profiles.understanding import PORTRAIT_TOPICS

_YES: Final = frozenset({"yes", "true"})
_NO: Final = frozenset({"no", "false"})


def attribute_questions(subject: str, picture: str, sitter: Sitter) -> tuple[Question, ...]:
    """Return one question an attribute.

    A name and a value of `PORTRAIT_TOPICS` are asked for and told in its words, so that scores can be compared.
    "yes", "no", "true" and "false" answer whether something can be seen; any other value answers what it is.

    Args:
        subject: Id of the person or scene.
        picture: Id of the picture.
        sitter: What is known of the portrait.

    Raises:
        UsageError: If no attribute is known.
    """
    if not sitter.attributes:
        raise UsageError("a portrait has no attributes, so nothing can be asked about it; give one or more.")
    return tuple(_question(subject, picture, name, value) for name, value in sitter.attributes.items())


def _question(subject: str, picture: str, name: str, value: str) -> Question:
    topic = PORTRAIT_TOPICS.get(name)
    words = name.replace("_", " ").strip()
    kind: KeyFactKind = "number" if value.isdecimal() else "word"
    alternatives: tuple[str, ...] = ()
    if topic is not None and value in topic.sights:
        sight = topic.sights[value]
        text, answer, key = topic.question, sight.sentence, sight.value
        alternatives, kind = sight.alternatives, topic.kind
    elif value.lower() in _YES | _NO:
        key = "Yes" if value.lower() in _YES else "No"
        text = f"Can this be seen: {words}?"
        answer = f"{key}, it can{'' if key == 'Yes' else ' not'} be seen."
    else:
        text, answer, key = f"What is the {words}?", f"The {words} is {value}.", value
    return Question(
        id=question_id(subject, Task.IMAGE_UNDERSTANDING, name),
        subject=subject,
        task=Task.IMAGE_UNDERSTANDING,
        topic=name,
        picture=picture,
        text=text,
        answer=answer,
        key_facts=(KeyFact(kind=kind, value=key, alternatives=alternatives),),
    )
