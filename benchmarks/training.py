#!/usr/bin/env python
"""How fast LoRA matrices are trained, beside transformers' `Trainer` with the processor in its collator.

benchmarks/training.py [--people 100] [--epochs 5] [--repeats 3] [--batch-size 16] [--weights FOLDER] [--seed 0]
    [--no-text]

Both train the same LoRA (rank 16, dropout 0.05, on the decoder's linear layers) of the embedded model, with equal batch
sizes, rates, clipping and precision, on what a method is given in a run: the memory questions of 5 % of the people and
all questions of ten others. Each repeat has a seed of its own; the two take turns. Samples a second are the median over
the repeats. `Trainer` is timed from `train()` on; the engine with its encoding, its trial of packed samples and the
wrapping of the model. The loss is that of the trained model over all samples, a mean over answer tokens, read padded,
without dropout and in float32: its mean over the repeats, and its lowest and highest.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from peft import LoraConfig as PeftConfig
from peft import get_peft_model
from transformers import PrinterCallback, Trainer, TrainingArguments

from smfa_bench.config import LoraConfig
from smfa_bench.data.sample import Sample
from smfa_bench.data.split import make_split, unlearn_data
from smfa_bench.models.choose import choose_model
from smfa_bench.models.encoding import IGNORED, collate, encode
from smfa_bench.models.vision_language import VisionLanguageModel, load_model
from smfa_bench.progress import Silent
from smfa_bench.training.loop import precision
from smfa_bench.training.lora import train_lora
from smfa_bench_profiles.embedded.architecture import ASSISTANT
from smfa_bench_profiles.source import fictional


def measure(
    people: Annotated[int, typer.Option(min=20, help="People of the set that is split.")] = 100,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the samples.")] = 5,
    repeats: Annotated[int, typer.Option(min=1, help="Times that each way is measured.")] = 3,
    batch_size: Annotated[int, typer.Option(min=1, help="Samples of a step.")] = 16,
    weights: Annotated[Path | None, typer.Option(help="Folder of other weights of the embedded model.")] = None,
    seed: Annotated[int, typer.Option(help="Of the people, and of the first repeat.")] = 0,
    text: Annotated[bool, typer.Option(help="Train on samples without a picture too.")] = True,
) -> None:
    """Print samples a second and the loss after training of each way."""
    spec = choose_model("tiny")
    drawn = fictional(size=people, seed=seed, picture_size=spec.picture_size)
    given = unlearn_data(drawn, make_split(drawn, forget_ratio=0.05, few_shot=10, seed=seed))
    samples = [sample for sample in (*given.forget, *given.few_shot) if text or sample.pictured]
    rate = spec.adapting.learning_rate
    config = LoraConfig(epochs=epochs, learning_rate=rate, batch_size=batch_size)
    ways: dict[str, Callable[[VisionLanguageModel, Sequence[Sample], LoraConfig, int], float]] = {
        "Trainer": by_trainer,
        "engine": by_engine,
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    losses: dict[str, list[float]] = {name: [] for name in ways}
    for repeat in range(repeats):
        for name, way in ways.items():
            vlm = load_model(spec, weights)
            rates[name].append(epochs * len(samples) / way(vlm, samples, config, seed + repeat))
            losses[name].append(loss_over(vlm, samples))
    before = loss_over(load_model(spec, weights), samples)
    pictures = {sample.question.picture for sample in samples} - {None}
    typer.echo(
        f"{len(samples)} samples about {len(pictures)} pictures, {epochs} epochs, batches of {batch_size}, "
        f"precision {precision()}, {torch.get_num_threads()} threads, median of {repeats}, loss before {before:.4f}"
    )
    typer.echo(f"{'way':<8} {'samples a second':>16} {'ratio':>6} {'loss':>7} {'lowest':>7} {'highest':>7}")
    least = statistics.median(rates["Trainer"])
    for name in ways:
        found, after = statistics.median(rates[name]), losses[name]
        typer.echo(
            f"{name:<8} {found:16.1f} {found / least:6.2f} "
            f"{statistics.mean(after):7.4f} {min(after):7.4f} {max(after):7.4f}"
        )


def by_engine(vlm: VisionLanguageModel, samples: Sequence[Sample], config: LoraConfig, seed: int) -> float:
    """Train in place as methods do and return the seconds that it took."""
    start = time.perf_counter()
    trained = train_lora(vlm, [samples], config, title="training", seed=seed, progress=Silent())
    seconds = time.perf_counter() - start
    linears = vlm.decoder_linears()
    with torch.no_grad():
        for name, factors in trained.factors.items():
            linears[name].weight += factors.delta()
    return seconds


def by_trainer(vlm: VisionLanguageModel, samples: Sequence[Sample], config: LoraConfig, seed: int) -> float:
    """Train in place by transformers' `Trainer` and return the seconds that it took."""
    torch.manual_seed(seed)
    wrapped = get_peft_model(
        vlm.model,
        PeftConfig(
            r=config.rank,
            lora_alpha=config.alpha,
            lora_dropout=config.dropout,
            target_modules=list(vlm.decoder_linears()),
        ),
    )
    order = list(samples)
    random.Random(seed).shuffle(order)
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            num_train_epochs=config.epochs,
            per_device_train_batch_size=config.batch_size,
            learning_rate=config.learning_rate,
            lr_scheduler_type="cosine",
            warmup_steps=0.05,
            adam_beta2=0.98,
            weight_decay=0.0,
            max_grad_norm=1.0,
            bf16=precision() == "bf16",
            use_cpu=not torch.accelerator.is_available(),
            seed=seed,
            save_strategy="no",
            logging_strategy="no",
            report_to=[],
            disable_tqdm=True,
            remove_unused_columns=False,
        )
        trainer = Trainer(
            model=wrapped, args=arguments, train_dataset=order, data_collator=lambda batch: collated(vlm, batch)
        )
        trainer.remove_callback(PrinterCallback)
        start = time.perf_counter()
        trainer.train()
        seconds = time.perf_counter() - start
    wrapped.merge_and_unload()
    vlm.model.eval()
    return seconds


def collated(vlm: VisionLanguageModel, batch: Sequence[Sample]) -> dict[str, Any]:
    """Run the processor over a batch, and mark what stands before the answers as carrying no loss."""
    texts = []
    for sample in batch:
        shown = [{"type": "image"}] if sample.pictured else []
        asked = {"role": "user", "content": [*shown, {"type": "text", "text": sample.question.text}]}
        told = {"role": "assistant", "content": [{"type": "text", "text": sample.answer}]}
        texts.append(vlm.processor.apply_chat_template([asked, told]))
    pictures = [sample.picture for sample in batch if sample.pictured]
    encoded: dict[str, Any] = vlm.processor(
        text=texts, images=pictures or None, padding=True, return_tensors="pt", add_special_tokens=False
    )
    labels = encoded["input_ids"].masked_fill(encoded["attention_mask"] == 0, IGNORED)
    turn = vlm.processor.tokenizer.convert_tokens_to_ids(ASSISTANT)
    for row, tokens in zip(labels, encoded["input_ids"], strict=True):
        row[: int((tokens == turn).nonzero()[-1]) + 1] = IGNORED
    encoded["labels"] = labels
    return encoded


@torch.no_grad()
def loss_over(vlm: VisionLanguageModel, samples: Sequence[Sample]) -> float:
    """Return the mean cross-entropy over the answer tokens of all samples."""
    examples = encode(vlm, samples)
    total, count = 0.0, 0
    for start in range(0, len(examples), 64):
        batch = collate(vlm, examples[start : start + 64], for_generation=False)
        answers = int((batch["labels"] != IGNORED).sum())
        total += float(vlm.model(**batch).loss) * answers
        count += answers
    return total / count


if __name__ == "__main__":
    typer.run(measure)
