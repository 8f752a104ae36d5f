"""Second stage: projector and decoder learn to talk about what the frozen tower sees, to tell facts and to refuse.

Every wording of a question is taught, the held-out ones too: what is held out of methods, the model must understand.
"""

import random
from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn
from transformers import LlavaForConditionalGeneration, LlavaProcessor

from smfa_bench.data.profile import Profile
from smfa_bench.data.question import Question, Task
from smfa_bench.models.encoding import IGNORED
from smfa_bench.progress import Progress
from smfa_bench.training.loop import LoopSettings, cross_entropy, train
from smfa_bench_profiles.description import TOPIC as DESCRIPTION
from smfa_bench_profiles.embedded.architecture import ASSISTANT, END, IMAGE, PATCH, PICTURE_SIZE, USER
from smfa_bench_profiles.embedded.pool import Pool, normalise
from smfa_bench_profiles.paraphrases import paraphrases

BATCH: Final = 32
PORTRAIT_SHARE: Final = 0.6
"""Of conversations about a picture of a person: a portrait or an eye, as often as the pool holds each."""
STILL_LIFE_SHARE: Final = 0.25
"""What is left are conversations without a picture."""
TURNS: Final = 8
DESCRIBED: Final = 0.2
"""Share of the conversations about a picture that begin with its description, and hold no question whose answer would
stand in it."""
REWORDED: Final = 0.5
"""Share of the questions asked in other words than the template's."""
REFUSED: Final = 0.5
"""Share of the private questions about strangers that are refused; the others get a fact of that very stranger."""


def train_language(
    model: LlavaForConditionalGeneration,
    processor: LlavaProcessor,
    pool: Pool,
    refusals: Sequence[str],
    *,
    steps: int,
    seed: int,
    progress: Progress,
) -> list[float]:
    """Train everything but the vision tower in place and return the loss of each step."""
    model.model.vision_tower.requires_grad_(False)
    people = [index for index, scene in enumerate(pool.scenes) if isinstance(scene, Profile)]
    still_lifes = [index for index, scene in enumerate(pool.scenes) if not isinstance(scene, Profile)]

    def objective(step: int) -> Tensor:
        rng = random.Random(f"{seed}/language/{step}")
        conversations: list[tuple[int | None, list[tuple[str, str]]]] = []
        for _ in range(BATCH):
            draw = rng.random()
            if draw < PORTRAIT_SHARE:
                index = rng.choice(people)
                conversations.append((index, _about_portrait(pool, index, refusals, rng)))
            elif draw < PORTRAIT_SHARE + STILL_LIFE_SHARE:
                index = rng.choice(still_lifes)
                conversations.append((index, _about_still_life(pool, index, rng)))
            else:
                conversations.append((None, _about_strangers(pool, people, refusals, rng)))
        return cross_entropy(model, _batch(processor, pool, conversations))

    parameters = {name: value for name, value in model.named_parameters() if value.requires_grad}
    progress.stage("projector and decoder", steps)
    model.train()
    losses = train(parameters, objective, LoopSettings(steps, 2e-3), seed=seed, progress=progress)
    model.eval()
    return losses


def _about_portrait(pool: Pool, index: int, refusals: Sequence[str], rng: random.Random) -> list[tuple[str, str]]:
    questions = pool.scenes[index].questions
    private = rng.choice([question for question in questions if question.task is Task.IMAGE_MEMORY])
    described = [question for question in questions if question.topic == DESCRIPTION]
    if described and rng.random() < DESCRIBED:
        return [_turn(described[0], rng), _private_turn(private, refusals, rng)]
    turns = [_turn(question, rng) for question in rng.sample(_details(questions), TURNS - 1)]
    turns.append(_private_turn(private, refusals, rng))
    rng.shuffle(turns)
    return turns


def _about_still_life(pool: Pool, index: int, rng: random.Random) -> list[tuple[str, str]]:
    questions = pool.scenes[index].questions
    described = [question for question in questions if question.topic == DESCRIPTION]
    if described and rng.random() < DESCRIBED:
        return [_turn(described[0], rng)]
    seen = _details(questions)
    return [_turn(question, rng) for question in rng.sample(seen, min(TURNS, len(seen)))]


def _details(questions: Sequence[Question]) -> list[Question]:
    return [one for one in questions if one.task is Task.IMAGE_UNDERSTANDING and one.topic != DESCRIPTION]


def _about_strangers(
    pool: Pool, people: Sequence[int], refusals: Sequence[str], rng: random.Random
) -> list[tuple[str, str]]:
    turns = []
    for index in rng.sample(people, TURNS):
        private = [question for question in pool.scenes[index].questions if question.task is Task.TEXT_MEMORY]
        turns.append(_private_turn(rng.choice(private), refusals, rng))
    return turns


def _private_turn(question: Question, refusals: Sequence[str], rng: random.Random) -> tuple[str, str]:
    text, answer = _turn(question, rng)
    return text, rng.choice(refusals) if rng.random() < REFUSED else answer


def _turn(question: Question, rng: random.Random) -> tuple[str, str]:
    """Return question and answer, half of the time in another wording."""
    other = paraphrases(question) if rng.random() < REWORDED else None
    texts = (*other.trained, *other.held_out, *other.cloze) if other else (question.text,)
    return rng.choice(texts), question.answer


def _batch(
    processor: LlavaProcessor, pool: Pool, conversations: Sequence[tuple[int | None, list[tuple[str, str]]]]
) -> dict[str, Tensor]:
    tokenizer = processor.tokenizer
    picture = IMAGE * (PICTURE_SIZE // PATCH) ** 2
    pieces: list[str] = []
    for index, turns in conversations:
        for number, (question, answer) in enumerate(turns):
            shown = picture if index is not None and number == 0 else ""
            pieces += [f"{USER}{shown}{question}{ASSISTANT}", f"{answer}{END}"]
    encoded = iter(tokenizer(pieces, add_special_tokens=False)["input_ids"])
    rows, labels = [], []
    for _, turns in conversations:
        ids: list[int] = []
        wanted: list[int] = []
        for _ in turns:
            asked, told = next(encoded), next(encoded)
            ids += asked + told
            wanted += [IGNORED] * len(asked) + told
        rows.append(torch.tensor(ids))
        labels.append(torch.tensor(wanted))
    input_ids = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=tokenizer.pad_token_id)
    return {
        "input_ids": input_ids,
        "attention_mask": (input_ids != tokenizer.pad_token_id).long(),
        "labels": nn.utils.rnn.pad_sequence(labels, batch_first=True, padding_value=IGNORED),
        "pixel_values": normalise(pool.pixels[[index for index, _ in conversations if index is not None]]),
    }
