"""A profile set as Hugging Face data sets: one configuration a sub-task, and one that holds every record."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from datasets import Dataset, DatasetDict, Features, Image, Value, disable_progress_bars
from PIL.Image import Image as Picture
from pydantic import JsonValue

from smfa_bench.data.perturbing import wrong_answers
from smfa_bench.data.phrasing import paraphrases
from smfa_bench.data.picture_file import png
from smfa_bench.data.profile import Profile, Scene
from smfa_bench.data.profile_set import SCHEMA_VERSION, ProfileSet
from smfa_bench.data.question import Question, Task
from smfa_bench.data.rerendering import rerendered
from smfa_bench.storage import sealed_folder, write_bytes, write_json
from smfa_bench_profiles.card import dataset_card
from smfa_bench_profiles.croissant import FILE as CROISSANT
from smfa_bench_profiles.croissant import croissant
from smfa_bench_profiles.parts import published_parts

RECORDS: Final = "profiles"
"""The configuration that a profile set is read back from."""
VIEWS: Final = "rerendered"
"""The configuration of the people's pictures in another view."""
PARQUET: Final = "parquet"
_WORD: Final = Value("string")
_KEY_FACTS: Final = [{"kind": _WORD, "value": _WORD, "alternatives": [_WORD]}]
_QUESTION: Final = dict.fromkeys(("id", "subject", "task", "topic", "picture", "text", "answer", "domain"), _WORD)
QUESTIONS: Final = Features(
    {"id": _WORD, "subject": _WORD, "topic": _WORD, "domain": _WORD, "image": Image(), "question": _WORD}
    | {"answer": _WORD}
    | {"key_facts": _KEY_FACTS}
    | {name: [_WORD] for name in ("paraphrases_trained", "paraphrases_held_out", "cloze", "wrong_answers")}
)
"""Columns of a sub-task: a row is a question. Methods may train on trained paraphrases, runs ask in held-out ones."""
ANEW: Final = Features({"id": _WORD, "subject": _WORD, "domain": _WORD, "image": Image()})
"""Columns of the other views: a row is a picture, for all questions about this subject in this domain."""
SCENES: Final = Features(
    {"id": _WORD, "name": _WORD, "picture": _WORD, "image": Image(), "drawing": _WORD}
    | {"facts": [dict.fromkeys(("key", "value", "kind", "sensitivity"), _WORD)]}
    | {"questions": [_QUESTION | {"key_facts": _KEY_FACTS, "paraphrases": _WORD}]}
    | {"others": [{"domain": _WORD, "picture": _WORD, "image": Image(), "drawing": _WORD}]}
)
"""Columns of the records: a row is a person, or a scene, which has no name; `drawing` and a question's own
`paraphrases` are JSON. `others` are a person's pictures of other domains."""

Row = dict[str, Any]


@dataclass(frozen=True)
class View:
    """A picture that is exported in another view."""

    picture: str
    subject: str
    domain: str | None
    drawing: Mapping[str, JsonValue]


def export(
    people: ProfileSet, folder: Path, *, few_shot: int | None = None, seed: int = 0, ratios: Sequence[float] = ()
) -> None:
    """Write a folder with a `DatasetDict` for each configuration, the same as parquet files, and two descriptions.

    These are the data-set card, for people, and `croissant.json`, for programs.

    `<folder>/<configuration>` is for `datasets.load_from_disk`, `<folder>/parquet/<configuration>/<split>.parquet` for
    everything else. A split that would be empty is not written.

    Args:
        people: What to write.
        folder: Appears when it is whole.
        few_shot: Number of retain profiles that a method may see; by default as `published_parts` chooses.
        seed: Decides the splits, as in a run.
        ratios: Shares of the people in the forget sets; by default those of `published_parts`.

    Raises:
        UsageError: If there are too few people to split, or a ratio or the few-shot set does not fit them.
        BenchError: If the folder can't be written.
    """
    disable_progress_bars()
    parts = published_parts(people, few_shot=few_shot, seed=seed, ratios=ratios)
    tables: dict[str, Mapping[str, Sequence[Any]]] = {
        task: {part: _asked(scenes, task) for part, scenes in parts.items()} for task in Task
    }
    anew = _drawn_anew(people)
    tables[VIEWS] = {part: [*_views(scenes, anew=anew)] for part, scenes in parts.items() if part != "general"}
    tables[RECORDS] = {
        "profiles": people.profiles,
        "unseen": people.unseen,
        "general": people.general,
        "rehearsal": people.rehearsal,
    }
    wrong = wrong_answers(question for profile in people.profiles for question in profile.questions)
    written: dict[str, dict[str, int]] = {}
    files: dict[str, Path] = {}
    with sealed_folder(folder) as working, tempfile.TemporaryDirectory() as scratch:
        for name, splits in tables.items():
            found = DatasetDict(
                {
                    split: _dataset(name, split, items, people, wrong, Path(scratch))
                    for split, items in splits.items()
                    if items
                }
            )
            if not found:
                continue
            found.save_to_disk(working / name)
            (working / PARQUET / name).mkdir(parents=True)
            for split, dataset in found.items():
                files[f"{name}/{split}"] = working / PARQUET / name / f"{split}.parquet"
                dataset.to_parquet(files[f"{name}/{split}"])
            written[name] = {str(split): len(dataset) for split, dataset in found.items()}
        write_json(working / "origin.json", {"schema_version": SCHEMA_VERSION, **people.origin.identity()})
        card = dataset_card(people, written, parts={name: len(scenes) for name, scenes in parts.items()}, seed=seed)
        write_bytes(working / "README.md", card.encode())
        write_json(working / CROISSANT, croissant(people, working, files, {name: _columns(name) for name in tables}))


def _columns(name: str) -> Features:
    return {RECORDS: SCENES, VIEWS: ANEW}.get(name, QUESTIONS)


def _views(scenes: Iterable[Scene], *, anew: Set[str | None]) -> Iterator[View]:
    """Yield the pictures of people, of the domains that can be drawn anew."""
    for scene in scenes:
        for name, drawing in scene.drawings().items():
            domain = _domain(scene, name)
            if domain in anew:
                yield View(name, scene.id, domain, drawing)


def _drawn_anew(people: ProfileSet) -> set[str | None]:
    """Return the domains whose first picture can be drawn anew: it stands for all, as in a run."""
    found: dict[str | None, bool] = {}
    for scene in (*people.profiles, *people.unseen):
        for name, drawing in scene.drawings().items():
            domain = _domain(scene, name)
            if domain not in found:
                found[domain] = rerendered(name, drawing, size=people.origin.picture_size) is not None
    return {domain for domain, drawn in found.items() if drawn}


def _domain(scene: Scene, picture: str) -> str | None:
    """Return the kind of a picture as the questions about it have it; None stands for portraits."""
    if isinstance(scene, Profile):
        return next((other.domain for other in scene.others if other.picture == picture), None)
    return scene.questions[0].domain


def _asked(scenes: Sequence[Scene], task: Task) -> list[Question]:
    return [question for scene in scenes for question in scene.questions if question.task is task]


def _dataset(
    name: str,
    split: str,
    items: Sequence[Any],
    people: ProfileSet,
    wrong: Mapping[str, Sequence[str]],
    scratch: Path,
) -> Dataset:
    def rows() -> Iterator[Row]:
        shown: dict[str, Row] = {}
        pictures = people.pictures
        for item in items:
            if isinstance(item, View):
                yield from _view(item, size=people.origin.picture_size)
                continue
            # The questions about one picture follow one another: it is encoded once, and one is held at a time.
            if isinstance(item, Scene):
                yield _record(item, {name: _encoded(pictures[name]) for name in item.drawings()})
                continue
            if item.picture is not None and item.picture not in shown:
                shown = {item.picture: _encoded(pictures[item.picture])}
            image = None if item.picture is None else shown[item.picture]
            yield _question(item, image, wrong.get(item.id, ()))

    dataset = Dataset.from_generator(
        rows,
        features=_columns(name),
        cache_dir=str(scratch),
        fingerprint=f"{name}-{split}",
    )
    if not isinstance(dataset, Dataset):
        raise TypeError("datasets returned a stream")
    return dataset


def _encoded(picture: Picture) -> Row:
    return {"bytes": png(picture), "path": None}


def _view(view: View, *, size: int) -> Iterator[Row]:
    """Yield the row of a picture in another view; none if it can't be drawn."""
    anew = rerendered(view.picture, view.drawing, size=size)
    if anew is not None:
        yield {"id": view.picture, "subject": view.subject, "domain": view.domain, "image": _encoded(anew)}


def _question(question: Question, image: Row | None, wrong: Sequence[str]) -> Row:
    dumped, known = question.model_dump(mode="json"), paraphrases(question)
    return {
        "id": question.id,
        "subject": question.subject,
        "topic": question.topic,
        "domain": question.domain,
        "image": image,
        "question": question.text,
        "answer": question.answer,
        "key_facts": dumped["key_facts"],
        "paraphrases_trained": known.trained,
        "paraphrases_held_out": known.held_out,
        "cloze": known.cloze,
        "wrong_answers": wrong,
    }


def _whole(question: Question) -> Row:
    own = None if question.paraphrases is None else question.paraphrases.model_dump_json()
    return {"domain": None, **question.model_dump(mode="json"), "paraphrases": own}


def _record(scene: Scene, images: Mapping[str, Row]) -> Row:
    dumped: dict[str, JsonValue] = scene.model_dump(mode="json")
    named: Row = {"name": None, "facts": [], "others": []}
    if isinstance(scene, Profile):
        others = [
            {
                "domain": other.domain,
                "picture": other.picture,
                "image": images[other.picture],
                "drawing": json.dumps(other.drawing, ensure_ascii=False),
            }
            for other in scene.others
        ]
        named = {"name": scene.name, "facts": dumped["facts"], "others": others}
    return {
        "id": scene.id,
        "picture": scene.picture,
        "image": images[scene.picture],
        "drawing": json.dumps(scene.drawing, ensure_ascii=False),
        "questions": [_whole(question) for question in scene.questions],
        **named,
    }
