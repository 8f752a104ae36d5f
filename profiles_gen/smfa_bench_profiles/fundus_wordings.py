"""Other ways to ask the questions about eyes and their records, for the table of paraphrases."""

from collections.abc import Mapping
from typing import Final

Pair = tuple[str, str]

FUNDUS_WORDINGS: Final[Mapping[str, tuple[Pair, Pair, str | None]]] = {
    "patient_number": (
        ("Which number does {who} have at the clinic?", "Under which number does the clinic know {who}?"),
        ("What number stands on {whose} patient file?", "By which number is {who} registered at the clinic?"),
        None,
    ),
    "diagnosis": (
        ("What is {whose} diagnosis?", "Which diagnosis was {who} given?"),
        ("What did the eye clinic find {who} to have?", "Which eye condition was found in {who}?"),
        None,
    ),
    "visit_date": (
        ("When was {whose} last examination?", "On what day was {who} last examined?"),
        ("When did {who} last see the eye doctor?", "What is the date of {whose} last visit to the clinic?"),
        None,
    ),
    "physician": (
        ("Which eye doctor does {who} have?", "What is the name of {whose} eye doctor?"),
        ("Which physician looks after {whose} eyes?", "By whom are {whose} eyes treated?"),
        None,
    ),
    "eye": (
        ("Is this the left or the right eye?", "Of which side is this eye?"),
        ("Which of the two eyes can be seen?", "On which side of the face is this eye?"),
        "The side of this eye is ___.",
    ),
    "disc_position": (
        ("At what height is the optic disc?", "What is the height of the optic disc?"),
        ("Where, from high to low, is the optic disc?", "How far up does the optic disc lie?"),
        "The height of the optic disc is ___.",
    ),
    "cup": (
        ("What size is the cup of the disc?", "How large is the cup?"),
        ("Of what size is the cup in the disc?", "How much of the disc does the cup take up?"),
        "The size of the cup is ___.",
    ),
    "vessels": (
        ("What course do the vessels take?", "How do the vessels run?"),
        ("Which form do the vessels have?", "How can the vessels be described?"),
        "The course of the vessels is ___.",
    ),
    "haemorrhages": (
        ("How many haemorrhages can be seen?", "What is the number of haemorrhages?"),
        ("How much bleeding is there?", "Are there haemorrhages, and how many?"),
        "The number of haemorrhages is ___.",
    ),
    "exudates": (
        ("In what pattern do the exudates lie?", "What is the pattern of the exudates?"),
        ("Are there exudates, and how do they lie?", "How are the exudates arranged?"),
        "The pattern of the exudates is ___.",
    ),
    "drusen": (
        ("How many drusen can be seen?", "What is the number of drusen?"),
        ("Are there drusen, and how many?", "To how many do the drusen add up?"),
        "The number of drusen is ___.",
    ),
    "pigmentation": (
        ("What is the pigmentation like?", "How pigmented is the retina?"),
        ("Of what strength is the pigment?", "How deep is the colour of the retina?"),
        "The strength of the pigmentation is ___.",
    ),
    "field": (
        ("Which shape does the field have?", "What shape is the field of view?"),
        ("What form has the frame of the retina?", "How is the field cut?"),
        "The shape of the field is ___.",
    ),
    "quality": (
        ("How good is the picture?", "What is the picture quality?"),
        ("How well was the picture taken?", "What can be said of the quality of the photograph?"),
        "The quality of the picture is ___.",
    ),
}
"""By topic: two wordings that a method may train on, two held out, and the cloze (None: the answer with blanks)."""
