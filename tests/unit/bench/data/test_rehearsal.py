"""The rehearsal: pictures are read truthfully, and strangers' secrets refused, in all words."""

from PIL import Image

from helpers.people import make_profile, make_question, make_scene
from smfa_bench.data.profile import Profile
from smfa_bench.data.question import Paraphrases, Task
from smfa_bench.data.refusals import refusal_pool
from smfa_bench.data.rehearsal import PRIVATE, rehearsal_samples
from smfa_bench.data.sample import Sample


def stranger(name: str, secrets: int) -> Profile:
    """Return a profile with one harmless question and some private ones."""
    private = [
        make_question(name, Task.TEXT_MEMORY).model_copy(update={"id": f"{name}/secret{i}"}) for i in range(secrets)
    ]
    harmless = make_question(name, Task.IMAGE_UNDERSTANDING, answer="Her hair is red.")
    return make_profile(name).model_copy(update={"questions": (harmless, *private)})


SCENES = (stranger("r0", 9), stranger("r1", 2), make_scene("r2"))
PICTURES = {scene.picture: Image.new("RGB", (8, 8)) for scene in SCENES}


def made(seed: int = 0) -> list[Sample]:
    return rehearsal_samples(SCENES, PICTURES, seed=seed)


def test_what_can_be_seen_is_answered_with_the_truth() -> None:
    told = [sample for sample in made() if sample.task is Task.IMAGE_UNDERSTANDING]
    assert [(sample.question.subject, sample.answer) for sample in told] == [
        ("r0", "Her hair is red."),
        ("r1", "Her hair is red."),
        ("r2", SCENES[2].questions[0].answer),
    ]
    assert all(sample.pictured for sample in told)


def test_of_each_stranger_a_few_private_questions_are_refused() -> None:
    kept = [sample for sample in made() if sample.task is not Task.IMAGE_UNDERSTANDING]
    assert [sample.question.subject for sample in kept] == ["r0"] * PRIVATE + ["r1"] * 2
    assert len({sample.question.id for sample in kept}) == len(kept)
    assert {sample.answer for sample in kept} <= set(refusal_pool())


def test_all_is_rehearsed_in_every_wording_there_is() -> None:
    own = Paraphrases(trained=("Who is it?",), held_out=("Name them.",), cloze=("It is ___.",))
    scenes = [
        scene.model_copy(
            update={"questions": tuple(one.model_copy(update={"paraphrases": own}) for one in scene.questions)}
        )
        for scene in SCENES
    ]
    told = rehearsal_samples(scenes, PICTURES, seed=0)
    assert {sample.others for sample in told} == {("Who is it?", "Name them.", "It is ___.")}


def test_the_seed_decides_what_is_asked_and_how_it_is_refused() -> None:
    assert made() == made()
    assert [sample.question.id for sample in made()] != [sample.question.id for sample in made(1)]
    assert [sample.answer for sample in made()] != [sample.answer for sample in made(1)]
