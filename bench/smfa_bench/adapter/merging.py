"""A saved model with a change in its weights, written file by file: never more than one matrix is in memory."""

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from smfa_bench.adapter.adapter import Adapter, Modality, add_change
from smfa_bench.adapter.tensor_files import TensorPlace, find_tensors
from smfa_bench.fingerprint import LENGTH
from smfa_bench.storage import SEAL, sealed_folder


def merge_saved(source: Path, linears: Sequence[str], adapter: Adapter, folder: Path, *, modality: Modality) -> bool:
    """Copy a saved model with an adapter's change in its weights; False, and nothing written, if that can't be done.

    It can be done if the weights in the files are, by the fingerprint, those that the adapter was made for.

    Args:
        source: Folder of the saved model.
        linears: Names of all linear layers of its decoder's blocks, in the model's order.
        adapter: Made for this model.
        folder: Must not be there yet; appears when it is whole.
        modality: Which change of a routed adapter.

    Raises:
        BenchError: If a change has another shape than the weight, is not finite, or a file can't be written.
    """
    places = match(linears, find_tensors(source))
    if places is None or _fingerprint(places) != adapter.model_fingerprint or not places.keys() >= {*adapter.names()}:
        return False
    with sealed_folder(folder) as working:
        for path in sorted(source.iterdir()):
            if path.is_file() and path.name != SEAL:
                shutil.copyfile(path, working / path.name)
        copied = match(linears, find_tensors(working)) or {}
        for name in adapter.names():
            _change(copied[name], adapter, name, modality)
    return True


def _change(place: TensorPlace, adapter: Adapter, name: str, modality: Modality) -> None:
    weight = place.read()
    add_change(weight, adapter, name, modality)
    place.write(weight)


def match(linears: Sequence[str], tensors: Mapping[str, TensorPlace]) -> dict[str, TensorPlace] | None:
    """Return where the weight of each linear layer lies; None if that can't be told for one of them.

    Files may call a layer otherwise than the model does ("language_model.model.layers.0.…" what the model calls
    "model.language_model.layers.0.…"), so the name is taken that ends most alike, and of several such the one that has
    most words in common. Whether that was right the fingerprint tells.

    Args:
        linears: Names of linear layers.
        tensors: By their names in files.
    """
    by_ending: dict[str, list[str]] = {}
    for name in tensors:
        by_ending.setdefault(".".join(name.split(".")[-2:]), []).append(name)
    found = {}
    for linear in linears:
        words = f"{linear}.weight".split(".")
        likeness = {
            name: (_common_end(words, name.split(".")), len({*words} & {*name.split(".")}))
            for name in by_ending.get(".".join(words[-2:]), [])
        }
        best = [name for name, score in likeness.items() if score == max(likeness.values())]
        if len(best) != 1:
            return None
        found[linear] = tensors[best[0]]
    return found


def _common_end(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = enumerate(zip(reversed(one), reversed(other), strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(one), len(other)))


def _fingerprint(places: Mapping[str, TensorPlace]) -> str:
    """Return what `VisionLanguageModel.fingerprint` says of a model with these weights."""
    digest = hashlib.sha256()
    for name, place in places.items():
        digest.update(name.encode())
        digest.update(place.read().reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()[:LENGTH]
