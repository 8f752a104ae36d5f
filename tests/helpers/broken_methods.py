"""A method that holds to its contract without training anything, and methods that break it in one way each."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import torch
from torch import Tensor, nn

from smfa_bench.adapter.adapter import LoraAdapter, Modality
from smfa_bench.adapter.low_rank import LowRank
from smfa_bench.config import MethodConfig
from smfa_bench.data.sample import UnlearnData
from smfa_bench.errors import UsageError
from smfa_bench.method import Method
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Progress


class Faultless(Method):
    """Returns a random adapter, drawn from the seed."""

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:  # noqa: ARG002
        if not data.forget:
            raise UsageError("the forget set is empty.")
        factors = random_factors(model.decoder_linears(), seed=seed)
        return LoraAdapter(model.fingerprint(), factors)


def random_factors(linears: dict[str, nn.Linear], *, seed: int) -> dict[str, LowRank]:
    """Return factors of rank 2 for every layer."""
    generator = torch.Generator().manual_seed(seed)
    return {
        name: LowRank(
            torch.randn(2, linear.in_features, generator=generator),
            torch.randn(linear.out_features, 2, generator=generator),
            0.1,
        )
        for name, linear in linears.items()
    }


class Raises(Faultless):
    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:  # noqa: ARG002
        raise RuntimeError("out of luck")


class ReturnsNoAdapter(Faultless):
    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:
        return super().unlearn(model, data, seed=seed, progress=progress).factors  # type: ignore[return-value]


class AcceptsNobody(Faultless):
    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:
        return super().unlearn(model, replace(data, forget=data.few_shot), seed=seed, progress=progress)


class StumblesOverNobody(Faultless):
    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:
        _ = data.forget[0]
        return super().unlearn(model, data, seed=seed, progress=progress)


class IgnoresItsSeed(Faultless):
    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:  # noqa: ARG002
        return super().unlearn(model, data, seed=7, progress=progress)


class HidesItsChance(Faultless):
    seeded = False


class Meddles(Faultless):
    """Returns a good adapter, but not before it has changed the model."""

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:
        adapter = super().unlearn(model, data, seed=seed, progress=progress)
        self.meddle(model)
        return adapter

    def meddle(self, model: VisionLanguageModel) -> None:
        raise NotImplementedError


class ChangesTheDecoder(Meddles):
    def meddle(self, model: VisionLanguageModel) -> None:
        with torch.no_grad():
            next(iter(model.decoder_linears().values())).weight[0, 0] += 1e-6


class ChangesTheVisionTower(Meddles):
    def meddle(self, model: VisionLanguageModel) -> None:
        with torch.no_grad():
            next(model.vision_tower().parameters()).neg_()


class ChangesABuffer(Meddles):
    def meddle(self, model: VisionLanguageModel) -> None:
        next(buffer for buffer in model.model.buffers() if buffer.is_floating_point()).mul_(2)


class LeavesAModule(Meddles):
    def meddle(self, model: VisionLanguageModel) -> None:
        model.model.add_module("leftover", nn.Identity())


class LeavesGradientsOff(Meddles):
    def meddle(self, model: VisionLanguageModel) -> None:
        model.model.requires_grad_(False)


class LeavesTrainingOn(Meddles):
    def meddle(self, model: VisionLanguageModel) -> None:
        model.model.train()


class Spoils(Faultless):
    """Spoils a good adapter."""

    def unlearn(self, model: VisionLanguageModel, data: UnlearnData, *, seed: int, progress: Progress) -> LoraAdapter:
        adapter = super().unlearn(model, data, seed=seed, progress=progress)
        return self.spoil(adapter, next(iter(adapter.factors)))

    def spoil(self, adapter: LoraAdapter, first: str) -> LoraAdapter:
        """Return the adapter spoilt in its first layer."""
        raise NotImplementedError


class DrawsFromTheGlobalGenerator(Spoils):
    def spoil(self, adapter: LoraAdapter, first: str) -> LoraAdapter:
        adapter.factors[first].up.add_(torch.rand(()))
        return adapter


class IsNotFinite(Spoils):
    def spoil(self, adapter: LoraAdapter, first: str) -> LoraAdapter:
        adapter.factors[first].up[0, 0] = float("nan")
        return adapter


class LeavesALayerUntrained(Spoils):
    def spoil(self, adapter: LoraAdapter, first: str) -> LoraAdapter:
        adapter.factors[first].up.zero_()
        return adapter


class ChangesTooLittle(Spoils):
    def spoil(self, adapter: LoraAdapter, first: str) -> LoraAdapter:  # noqa: ARG002
        faint = {name: replace(pair, scale=1e-30) for name, pair in adapter.factors.items()}
        return replace(adapter, factors=faint)


class IsMadeForAnotherModel(Spoils):
    def spoil(self, adapter: LoraAdapter, first: str) -> LoraAdapter:  # noqa: ARG002
        return replace(adapter, model_fingerprint="0" * 16)


class ChangesTheHead(Spoils):
    def spoil(self, adapter: LoraAdapter, first: str) -> LoraAdapter:
        pair = adapter.factors[first]
        head = LowRank(pair.down.clone(), pair.up.clone(), pair.scale)
        return replace(adapter, factors={**adapter.factors, "lm_head": head})


class HasAnotherShape(Spoils):
    def spoil(self, adapter: LoraAdapter, first: str) -> LoraAdapter:
        pair = adapter.factors[first]
        return replace(adapter, factors={**adapter.factors, first: replace(pair, up=pair.up[:-1])})


class ChangesNoLayer(Spoils):
    def spoil(self, adapter: LoraAdapter, first: str) -> LoraAdapter:  # noqa: ARG002
        return replace(adapter, factors={})


@dataclass
class MirroredAdapter(LoraAdapter):
    """Says it is a LoRA adapter, and so is loaded as one; but its change is the opposite."""

    def delta(self, name: str, modality: Modality) -> Tensor:
        return -super().delta(name, modality)


class IsAnotherAfterLoading(Spoils):
    def spoil(self, adapter: LoraAdapter, first: str) -> LoraAdapter:  # noqa: ARG002
        return MirroredAdapter(adapter.model_fingerprint, adapter.factors)


class IgnoresUnknownOptions(Faultless):
    class Lenient(MethodConfig, extra="ignore"):
        pass

    Config: ClassVar[type[MethodConfig]] = Lenient


class LosesAnOption(Faultless):
    class Untyped(MethodConfig):
        where: object = Path("here")

    Config: ClassVar[type[MethodConfig]] = Untyped


class NeedsAnOption(Faultless):
    class Demanding(MethodConfig):
        strength: float

    Config: ClassVar[type[MethodConfig]] = Demanding


BROKEN: dict[type[Method], str] = {
    Raises: "unlearning returns an adapter",
    ReturnsNoAdapter: "unlearning returns an adapter",
    AcceptsNobody: "an empty forget set is refused",
    StumblesOverNobody: "an empty forget set is refused",
    IgnoresItsSeed: "other seeds give other adapters",
    HidesItsChance: "other seeds give other adapters",
    ChangesTheDecoder: "the model is left as it was, bit for bit",
    ChangesTheVisionTower: "the model is left as it was, bit for bit",
    ChangesABuffer: "the model is left as it was, bit for bit",
    LeavesAModule: "the model is left as it was, bit for bit",
    LeavesGradientsOff: "the model is left as it was, bit for bit",
    LeavesTrainingOn: "the model is left as it was, bit for bit",
    DrawsFromTheGlobalGenerator: "equal seeds give equal adapters",
    IsNotFinite: "all changes are finite",
    LeavesALayerUntrained: "every layer of the adapter changes",
    ChangesTooLittle: "attached it changes answers, detached it does not",
    IsMadeForAnotherModel: "the adapter belongs to the model",
    ChangesTheHead: "only linear layers of the decoder change",
    HasAnotherShape: "only linear layers of the decoder change",
    IsAnotherAfterLoading: "the adapter survives the disk",
    IgnoresUnknownOptions: "unknown options are refused",
    LosesAnOption: "options survive JSON",
}
"""The one property that fails, by method."""
