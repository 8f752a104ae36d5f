"""The harmless questions about what can be seen in a fundus picture: one phrasing a finding."""

from collections.abc import Mapping
from typing import Final

from smfa_bench.data.question import Question
from smfa_bench_profiles.drawing import fundus
from smfa_bench_profiles.fundus_record import DOMAIN
from smfa_bench_profiles.understanding import Sight, Topic, told, topic_questions

FUNDUS_TOPICS: Final[Mapping[str, Topic]] = {
    "eye": Topic("Which eye is this?", told("This is the {} eye.", fundus.ATTRIBUTES["eye"])),
    "disc_position": Topic(
        "How high does the optic disc lie?",
        {
            "high": Sight("The optic disc lies high.", "high", ("upper", "above the middle")),
            "level": Sight("The optic disc lies level.", "level", ("in the middle", "central")),
            "low": Sight("The optic disc lies low.", "low", ("lower", "below the middle")),
        },
    ),
    "cup": Topic("How big is the cup of the disc?", told("The cup is {}.", fundus.ATTRIBUTES["cup"])),
    "vessels": Topic("What are the vessels like?", told("The vessels are {}.", fundus.ATTRIBUTES["vessels"])),
    "haemorrhages": Topic(
        "How many haemorrhages are there?",
        {
            "none": Sight("There are no haemorrhages.", "no haemorrhages", ("none", "no hemorrhages", "no bleeding")),
            "few": Sight("There are few haemorrhages.", "few", ("a few",)),
            "many": Sight("There are many haemorrhages.", "many", ("a lot",)),
        },
    ),
    "exudates": Topic(
        "How do the exudates lie?",
        {
            "none": Sight("There are no exudates.", "no exudates", ("none",)),
            "scattered": Sight("The exudates are scattered.", "scattered"),
            "ring": Sight("The exudates form a ring.", "ring", ("circle",)),
        },
    ),
    "drusen": Topic(
        "How many drusen are there?",
        {
            "none": Sight("There are no drusen.", "no drusen", ("none",)),
            "few": Sight("There are few drusen.", "few", ("a few",)),
            "many": Sight("There are many drusen.", "many", ("a lot",)),
        },
    ),
    "pigmentation": Topic(
        "How strong is the pigmentation?", told("The pigmentation is {}.", fundus.ATTRIBUTES["pigmentation"])
    ),
    "field": Topic(
        "What is the shape of the field?",
        {
            "round": Sight("The field is round.", "round", ("circular",)),
            "flattened": Sight("The field is flattened.", "flattened", ("cut off",)),
            "square": Sight("The field is square.", "square", ("rectangular",)),
        },
    ),
    "quality": Topic(
        "What is the quality of the picture?",
        {
            "sharp": Sight("The picture is sharp.", "sharp", ("in focus",)),
            "blurred": Sight("The picture is blurred.", "blurred", ("blurry", "out of focus")),
            "dark": Sight("The picture is dark.", "dark", ("dim", "underexposed")),
        },
    ),
}


def fundus_questions(subject: str, picture: str, findings: Mapping[str, str]) -> tuple[Question, ...]:
    """Return one question a finding of a fundus picture, in the order of `FUNDUS_TOPICS`.

    Args:
        subject: Id of the person or scene.
        picture: Id of the picture.
        findings: The class of every attribute, as the picture was drawn from.
    """
    questions = topic_questions(FUNDUS_TOPICS, subject, picture, findings)
    return tuple(question.model_copy(update={"domain": DOMAIN}) for question in questions)
