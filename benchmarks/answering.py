#!/usr/bin/env python
"""How fast questions are answered, beside a loop that asks one at a time.

benchmarks/answering.py [--shape embedded] [--people 20] [--questions 960] [--looped 24] [--dtype float32]
    [--repeats 3] [--rows ROWS] [--weights FOLDER] [--seed 0] [--no-batches]

Three ways are timed in turn, `repeats` times, and the median of each is given in questions a second and in ratio to the
loop: the loop, which for each question runs the processor and `generate`; batches that read each question whole; and
the engine, which reads what the questions about a picture share once. The last two also work out the probability of
each true answer. The loop asks every so-manieth question only. Encoding is part of all three; making people, drawing
pictures and loading weights is not. Pictures that went through the vision tower are counted, and answers that differ
from the loop's.

The shape `embedded` is the embedded model, or weights of its kind in a folder, such as a taught model of the cache;
`llava` is a random LLaVA with 576 tokens a picture and a decoder of 50 million parameters, whose answers are not cut
short by an end token and have 16 tokens. A model is tried once before it shares; with one repeat, that trial's pictures
are among those counted.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import torch
import transformers as hf
import typer
from torch import nn

from smfa_bench.data.sample import Sample, samples
from smfa_bench.generation.answers import answer
from smfa_bench.models.choose import choose_model
from smfa_bench.models.spec import Loading, ModelSpec
from smfa_bench.models.vision_language import VisionLanguageModel, load_model
from smfa_bench_profiles.embedded.architecture import build_processor
from smfa_bench_profiles.source import fictional


class Shape(StrEnum):
    """Which model is asked."""

    EMBEDDED = "embedded"
    LLAVA = "llava"


class Dtype(StrEnum):
    """Type of its weights."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"


def measure(
    shape: Annotated[Shape, typer.Option(help="Model that is asked.")] = Shape.EMBEDDED,
    people: Annotated[int, typer.Option(min=3, help="People of the set that questions are taken from.")] = 20,
    questions: Annotated[int, typer.Option(min=1, help="Questions with a picture, at most.")] = 960,
    looped: Annotated[int, typer.Option(min=1, help="Questions that the loop asks.")] = 24,
    dtype: Annotated[Dtype, typer.Option(help="Type of the weights.")] = Dtype.FLOAT32,
    repeats: Annotated[int, typer.Option(min=1, help="Times that each way is measured.")] = 3,
    rows: Annotated[int | None, typer.Option(min=1, help="Questions of a batch; the recipe's unless given.")] = None,
    weights: Annotated[Path | None, typer.Option(help="Folder of other weights of the embedded model.")] = None,
    seed: Annotated[int, typer.Option(help="Any integer.")] = 0,
    batches: Annotated[bool, typer.Option(help="Measure batches too.")] = True,
) -> None:
    """Print questions a second of each way."""
    vlm = embedded(dtype, weights) if shape is Shape.EMBEDDED else llava(dtype, seed)
    if rows is not None:
        vlm = replace(vlm, spec=vlm.spec.model_copy(update={"answer_batch_size": rows}))
    drawn = fictional(size=people, seed=seed, picture_size=vlm.spec.picture_size)
    asked = [question for question in drawn.questions() if question.picture is not None][:questions]
    pictured = samples(asked, drawn.pictures)
    some = pictured[:: max(1, len(pictured) // looped)][:looped]
    ways: dict[str, tuple[Sequence[Sample], Callable[[VisionLanguageModel, Sequence[Sample]], dict[str, str]]]] = {
        "loop": (some, one_by_one),
        "batches": (pictured, lambda vlm, asked: together(vlm, asked, share=False)),
        "engine": (pictured, lambda vlm, asked: together(vlm, asked, share=True)),
    }
    if not batches:
        del ways["batches"]
    rates: dict[str, list[float]] = {name: [] for name in ways}
    said: dict[str, dict[str, str]] = {}
    seen: dict[str, int] = {}
    for _ in range(repeats):
        for name, (given, way) in ways.items():
            with Counted(vlm) as counted:
                start = time.perf_counter()
                said[name] = way(vlm, given)
                rates[name].append(len(given) / (time.perf_counter() - start))
            seen[name] = counted.pictures
    decoder = sum(value.numel() for value in vlm.model.get_decoder().parameters())
    typer.echo(
        f"{shape}, {dtype}, decoder of {decoder / 1e6:.0f} M parameters, {len(pictured)} questions about "
        f"{len({question.picture for question in asked})} pictures, batches of {vlm.spec.answer_batch_size}, "
        f"{torch.get_num_threads()} threads, median of {repeats}"
    )
    loop = statistics.median(rates["loop"])
    typer.echo(f"{'way':<8} {'questions':>9} {'pictures':>8} {'a second':>9} {'ratio':>6} {'other answers':>13}")
    for name, (given, _) in ways.items():
        rate = statistics.median(rates[name])
        other = sum(said[name][key] != text for key, text in said["loop"].items()) / len(some)
        typer.echo(f"{name:<8} {len(given):9} {seen[name]:8} {rate:9.2f} {rate / loop:6.1f} {other:13.1%}")


@torch.no_grad()
def one_by_one(vlm: VisionLanguageModel, asked: Sequence[Sample]) -> dict[str, str]:
    """Ask each question by itself, processor and all."""
    said = {}
    for sample in asked:
        content = [{"type": "image"}, {"type": "text", "text": sample.question.text}]
        prompt = vlm.processor.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True)
        inputs = vlm.processor(text=[prompt], images=[sample.picture], return_tensors="pt", add_special_tokens=False)
        output = vlm.model.generate(**inputs, do_sample=False, max_new_tokens=vlm.spec.max_new_tokens)
        new = output[0, inputs["input_ids"].shape[1] :]
        said[sample.question.id] = vlm.processor.tokenizer.decode(new, skip_special_tokens=True).strip()
    return said


def together(vlm: VisionLanguageModel, asked: Sequence[Sample], *, share: bool) -> dict[str, str]:
    """Ask as a run does."""
    return {asked[found.place].question.id: found.text for batch in answer(vlm, asked, share=share) for found in batch}


class Counted:
    """Counts the pictures that go through the vision tower."""

    def __init__(self, vlm: VisionLanguageModel) -> None:
        """Count those of one model."""
        self.tower = vlm.vision_tower()
        self.pictures = 0

    def __enter__(self) -> "Counted":
        """Begin."""
        self.handle = self.tower.register_forward_pre_hook(self._count, with_kwargs=True)
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self.handle.remove()

    def _count(self, _: nn.Module, given: tuple[torch.Tensor, ...], named: dict[str, torch.Tensor]) -> None:
        self.pictures += len(given[0] if given else named["pixel_values"])


def embedded(dtype: Dtype, folder: Path | None) -> VisionLanguageModel:
    """Load the embedded model, or other weights of its kind."""
    return load_model(choose_model("tiny").loaded_as(Loading(dtype=dtype.value)), folder)


def llava(dtype: Dtype, seed: int) -> VisionLanguageModel:
    """Make a random LLaVA: 24 × 24 patches, 16 layers of width 512 that read them."""
    people = fictional(size=10, seed=0, picture_size=32).questions()
    processor = build_processor([text for question in people for text in (question.text, question.answer)])
    processor.image_processor.size = {"height": 336, "width": 336}
    processor.patch_size = 14
    tokenizer = processor.tokenizer
    tokenizer.model_max_length = 1024
    config = hf.LlavaConfig(
        vision_config=hf.SiglipVisionConfig(
            hidden_size=384,
            intermediate_size=1536,
            num_hidden_layers=6,
            num_attention_heads=6,
            image_size=336,
            patch_size=14,
            vision_use_head=False,
        ),
        text_config=hf.LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=512,
            intermediate_size=1408,
            num_hidden_layers=16,
            num_attention_heads=8,
            max_position_embeddings=1024,
            pad_token_id=tokenizer.pad_token_id,
            bos_token_id=None,
            eos_token_id=None,
        ),
        image_token_id=processor.image_token_id,
        vision_feature_layer=-1,
        vision_feature_select_strategy="full",
    )
    torch.manual_seed(seed)
    model = hf.LlavaForConditionalGeneration(config).eval().to(getattr(torch, dtype.value))
    spec = ModelSpec(name="llava", source="llava", picture_size=336, max_new_tokens=16, answer_batch_size=32)
    return VisionLanguageModel(model=model, processor=processor, spec=spec)


if __name__ == "__main__":
    typer.run(measure)
