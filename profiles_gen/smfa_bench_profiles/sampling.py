"""One random person or still life at a time: the stream that profile sets and training data are drawn from."""

import random

from smfa_bench.data.profile import Fact, OtherPicture, Profile, Scene
from smfa_bench_profiles.description import fundus_description, portrait_description, still_life_description
from smfa_bench_profiles.drawing.chance import choose
from smfa_bench_profiles.drawing.fundus import sample_fundus
from smfa_bench_profiles.drawing.measures import Presentation
from smfa_bench_profiles.drawing.portrait import Portrait, sample_portrait
from smfa_bench_profiles.drawing.still_life import sample_still_life
from smfa_bench_profiles.facts import sample_facts
from smfa_bench_profiles.fundus_record import DOMAIN, record_questions, sample_record
from smfa_bench_profiles.fundus_sights import fundus_questions
from smfa_bench_profiles.names import PRESENTATIONS, sample_name
from smfa_bench_profiles.questions import memory_questions
from smfa_bench_profiles.understanding import SHAPES, portrait_questions, still_life_questions


def sample_profile(rng: random.Random, id: str, *, described: bool = False) -> Profile:
    """Draw a person with portrait, facts and questions; `id` also names the picture.

    With `described` there is an open question about the picture too.

    Two draws may share a name or a phone number: who needs distinct people compares them (see `source`).
    """
    presentation = choose(rng, PRESENTATIONS)
    facts = sample_facts(rng, sample_name(rng, presentation=presentation))
    return make_profile(id, sample_portrait(rng, presentation=presentation), facts, described=described)


def make_profile(id: str, portrait: Portrait, facts: tuple[Fact, ...], *, described: bool) -> Profile:
    """Return the person with a portrait and facts, with all questions about them; `id` also names the picture."""
    return Profile(
        id=id,
        picture=id,
        drawing=portrait.model_dump(mode="json"),
        questions=(
            *portrait_questions(id, id, portrait.attributes),
            *([portrait_description(id, id, portrait.attributes)] if described else []),
            *memory_questions(id, id, facts, presentation=portrait.presentation),
        ),
        name=next(fact.value for fact in facts if fact.key == "name"),
        facts=facts,
    )


def with_eye(rng: random.Random, person: Profile, *, described: bool = False) -> Profile:
    """Draw a fundus picture and a record for a person; "p0012-eye" is the picture of "p0012".

    Facts and questions of the person stay, those of the record come after them. With `described` there is an open
    question about the fundus picture too.
    """
    fundus, record = sample_fundus(rng), sample_record(rng)
    picture = f"{person.id}-eye"
    presentation: Presentation = "woman" if person.drawing["presentation"] == "woman" else "man"
    questions = (
        *fundus_questions(person.id, picture, fundus.attributes),
        *([fundus_description(person.id, picture, fundus.attributes)] if described else []),
        *record_questions(person.id, picture, record, name=person.name, presentation=presentation),
    )
    return person.model_copy(
        update={
            "questions": (*person.questions, *questions),
            "facts": (*person.facts, *record),
            "others": (OtherPicture(domain=DOMAIN, picture=picture, drawing=fundus.model_dump(mode="json")),),
        }
    )


def sample_unseen_eye(rng: random.Random, id: str, *, described: bool = False) -> Scene:
    """Draw the fundus picture of a nameless person with understanding questions alone; `id` also names the picture."""
    fundus = sample_fundus(rng)
    questions = fundus_questions(id, id, fundus.attributes)
    if described:
        questions = (*questions, fundus_description(id, id, fundus.attributes))
    return Scene(id=id, picture=id, drawing=fundus.model_dump(mode="json"), questions=questions)


def sample_unseen(rng: random.Random, id: str, *, described: bool = False) -> Scene:
    """Draw the portrait of a nameless person with understanding questions alone; `id` also names the picture."""
    portrait = sample_portrait(rng, presentation=choose(rng, PRESENTATIONS))
    questions = portrait_questions(id, id, portrait.attributes)
    if described:
        questions = (*questions, portrait_description(id, id, portrait.attributes))
    return Scene(id=id, picture=id, drawing=portrait.model_dump(mode="json"), questions=questions)


def sample_scene(rng: random.Random, id: str, *, described: bool = False) -> Scene:
    """Draw a still life with its questions; `id` also names the picture.

    The last question asks for a shape; in half of the draws it is there. With `described` there is an open question
    too, before it.
    """
    still_life = sample_still_life(rng)
    shape = still_life.attributes["shape"]
    sought = choose(rng, (shape, choose(rng, [other for other in SHAPES if other != shape])))
    questions = still_life_questions(id, id, still_life.attributes, sought=sought)
    if described:
        questions = (*questions[:-1], still_life_description(id, id, still_life.attributes), questions[-1])
    return Scene(id=id, picture=id, drawing=still_life.model_dump(mode="json"), questions=questions)
