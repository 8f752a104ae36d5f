"""The likelihoods that erasure metrics are made of: of the models nobody changed, cached, and of the unlearned one."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from smfa_bench.adapter.adapter import Adapter, Modality, attached
from smfa_bench.cache import cached
from smfa_bench.data.phrasing import usual_phrasing
from smfa_bench.data.probes import Probe, probes
from smfa_bench.data.token_scores import TokenScores
from smfa_bench.fingerprint import fingerprint
from smfa_bench.generation.likelihoods import completions, likelihoods
from smfa_bench.models.vision_language import VisionLanguageModel, load_model
from smfa_bench.progress import Progress
from smfa_bench.results.answer import Stage
from smfa_bench.results.probe import ProbeRecord, WrongAnswer, read_probes, write_probes
from smfa_bench.results.store import LIKELIHOODS
from smfa_bench.runner.references import Reference
from smfa_bench.runner.setting import Setting

VERSION: Final = 2
"""Changes when probes or what is taken of them would: cached likelihoods are not used across it."""


def probes_key(setting: Setting, model: str) -> str:
    """Return the fingerprint of everything that a reference's likelihoods depend on, its own key given."""
    return fingerprint(
        {
            "model": model,
            "data": setting.asked.fingerprint,
            "split": setting.split.model_dump(mode="json"),
            "seed": setting.config.seed,
            "loading": setting.spec.loading.model_dump(mode="json"),
            "most_tokens": setting.spec.max_new_tokens,
            "version": VERSION,
        }
    )


def reference_probes(setting: Setting, reference: Reference) -> list[ProbeRecord]:
    """Return the likelihoods of a model that no method touched, taken once and cached."""
    key = probes_key(setting, reference.key)

    def build(working: Path, unfinished: Path) -> None:  # noqa: ARG001 (what is taken in one pass leaves nothing)
        with setting.timed(f"likelihoods of the {reference.stage} model"):
            vlm = load_model(setting.spec, reference.folder)
            write_probes(working / LIKELIHOODS, _taken(setting, vlm, None, reference.stage))

    return read_probes(cached(setting.cache, "likelihoods", key, build) / LIKELIHOODS)


def unlearned_probes(setting: Setting, vanilla: VisionLanguageModel, adapter: Adapter) -> list[ProbeRecord]:
    """Return the likelihoods of the vanilla model with the adapter."""
    with setting.timed("likelihoods of the unlearned model"):
        return _taken(setting, vanilla, adapter, Stage.UNLEARNED)


def asked_probes(setting: Setting) -> list[Probe]:
    """Return what likelihoods are taken of."""
    phrasing = setting.config.phrasing or usual_phrasing(setting.profiles)
    return probes(setting.asked, setting.split, seed=setting.config.seed, phrasing=phrasing)


def _taken(setting: Setting, vlm: VisionLanguageModel, adapter: Adapter | None, stage: Stage) -> list[ProbeRecord]:
    return take(vlm, adapter, asked_probes(setting), stage=stage, progress=setting.progress)


def take(
    vlm: VisionLanguageModel, adapter: Adapter | None, asked: Sequence[Probe], *, stage: Stage, progress: Progress
) -> list[ProbeRecord]:
    """Return what a model, with an adapter or without, thinks of the answers of each probe, in their order.

    Args:
        vlm: Who is asked.
        adapter: Attached while it is asked; None asks the model as it is.
        asked: The probes.
        stage: What the model is called.
        progress: Is told of the stage.
    """
    shown = [
        (place, replace(probe.sample, answer=text))
        for place, probe in enumerate(asked)
        for text in (probe.sample.answer, *probe.wrong)
    ]
    led = [(place, probe.sample) for place, probe in enumerate(asked) if probe.lead]
    progress.stage(f"likelihoods of the {stage} model", len(shown) + len(led))
    scores: dict[tuple[int, str], TokenScores] = {}
    said: dict[int, str] = {}
    for modality in Modality:
        own = [one for one in shown if one[1].pictured == (modality is Modality.IMAGE)]
        begun = [one for one in led if one[1].pictured == (modality is Modality.IMAGE)]
        if not own:
            continue
        with attached(vlm, adapter, modality):
            for at, found in likelihoods(vlm, [sample for _, sample in own]):
                scores[own[at][0], own[at][1].answer] = found
                progress.advance()
            leads = [asked[place].lead for place, _ in begun]
            for at, text in completions(vlm, [sample for _, sample in begun], leads):
                said[begun[at][0]] = text
                progress.advance()
    return [
        ProbeRecord(
            model=stage,
            group=probe.group,
            question=probe.sample.question,
            right=scores[place, probe.sample.answer],
            wrong=tuple(WrongAnswer(text=text, log_p=scores[place, text].log_p) for text in probe.wrong),
            lead=probe.lead,
            completion=said.get(place),
        )
        for place, probe in enumerate(asked)
    ]
