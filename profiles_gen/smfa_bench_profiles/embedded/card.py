"""The embedded model's card: what it was trained on, and how well it sees people it has never seen."""

from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from smfa_bench.data.phrasing import Phrasing, worded
from smfa_bench.data.question import Question
from smfa_bench.data.rerendering import RerenderedPictures
from smfa_bench.data.sample import samples
from smfa_bench.generation.answers import answer
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench_profiles.description import TOPIC as DESCRIPTION
from smfa_bench_profiles.embedded.vision_stage import Reading
from smfa_bench_profiles.source import DOMAINS, fictional


def measure(
    vlm: VisionLanguageModel, *, people: int, seed: int, domains: tuple[str, ...] = DOMAINS
) -> dict[str, tuple[int, float]]:
    """Return number of questions and share of answers equal to the true one, by kind of picture and by topic.

    Strangers' portraits are also asked about in each other wording, and shown in another view.

    Args:
        vlm: Who is asked.
        people: Number of strangers, of eyes and of still lifes that it is asked about.
        seed: Other seeds draw others.
        domains: Kinds of pictures of people that it is asked about.
    """
    drawn = fictional(size=people, seed=seed, picture_size=vlm.spec.picture_size, descriptions=True, domains=domains)
    eyes = [scene for scene in drawn.unseen if scene.questions[0].domain is not None]
    portraits = [scene for scene in drawn.unseen if scene.questions[0].domain is None]
    measured: dict[str, tuple[int, float]] = {}
    for kind, drawn_of_kind in (("portraits", portraits), ("fundus", eyes), ("still lifes", drawn.general)):
        scenes = drawn_of_kind[:people]  # a set has more than it has people, if these are few
        if not scenes:
            continue
        questions = [question for scene in scenes for question in scene.questions]
        right = _right(vlm, questions, drawn.pictures)
        topics: dict[str, list[bool]] = {}
        for hit, question in zip(right, questions, strict=True):
            topics.setdefault(question.topic, []).append(hit)
        measured[kind] = _share([hit for topic, hits in topics.items() if topic != DESCRIPTION for hit in hits])
        measured |= {f"{kind}: {topic}": _share(hits) for topic, hits in topics.items()}
        details = [one for scene in scenes for one in scene.questions if one.topic != DESCRIPTION]
        for phrasing in Phrasing:
            asked = [other for one in details if (other := worded(one, phrasing)) is not None]
            if phrasing is not Phrasing.TEMPLATE:
                measured[f"{kind}, wording {phrasing}"] = _share(_right(vlm, asked, drawn.pictures))
        if kind != "still lifes":
            measured[f"{kind}, rerendered"] = _share(_right(vlm, details, RerenderedPictures(drawn)))
    return measured


def exact_answers(measured: Mapping[str, tuple[int, float]]) -> list[str]:
    """Return what was measured as lines of Markdown for a card."""
    return [
        "Exact answers about pictures never seen:",
        "",
        "| questions | n | exact |",
        "|---|---|---|",
        *(f"| {name} | {count} | {share:.3f} |" for name, (count, share) in measured.items()),
        "",
    ]


def write_card(
    path: Path, recipe: Mapping[str, float], reading: Reading, measured: Mapping[str, tuple[int, float]]
) -> None:
    """Write the card in Markdown, with the metadata block that model hubs read."""
    lines = [
        "---",
        "license: apache-2.0",
        "pipeline_tag: image-text-to-text",
        "library_name: transformers",
        "---",
        "",
        "# The embedded model of smfa-bench",
        "",
        "A LLaVA of 3 million parameters that reads drawn portraits, fundus pictures and still lifes of 64 × 64",
        "pixels, tells facts in the benchmark's language, and refuses. It knows nobody: a run teaches it people before",
        "it unlearns some.",
        "It is a measuring instrument for unlearning methods and of no use for anything else.",
        "",
        "Made by `python -m smfa_bench_profiles.embedded.train --output FOLDER`; data: fictional strangers, their eyes",
        "and still lifes drawn by `smfa_bench_profiles`, none of them in any benchmark set.",
        "",
        "| recipe | |",
        "|---|---|",
        *(f"| {name} | {value:g} |" for name, value in recipe.items()),
        "",
        *exact_answers(measured),
        "What linear heads read off the vision tower alone, on pictures never seen "
        f"(geometry: root mean squared error {reading.geometry_error:.3f} on a scale of 1):",
        "",
        "| attribute | accuracy |",
        "|---|---|",
        *(f"| {name} | {share:.3f} |" for name, share in reading.accuracy.items()),
        "",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")


def _right(vlm: VisionLanguageModel, questions: list[Question], pictures: Mapping[str, Image.Image]) -> list[bool]:
    right = [False] * len(questions)
    for batch in answer(vlm, samples(questions, pictures)):
        for said in batch:
            right[said.place] = said.text == questions[said.place].answer
    return right


def _share(right: list[bool]) -> tuple[int, float]:
    return len(right), sum(right) / len(right)
