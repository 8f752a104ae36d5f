"""A multimodal LLM as the benchmark sees it: an image-text-to-text model, its processor and its recipe."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from safetensors import SafetensorError
from torch import Tensor, nn
from transformers import (
    AutoConfig,
    AutoModelForImageTextToText,
    AutoProcessor,
    BitsAndBytesConfig,
    PreTrainedConfig,
    PreTrainedModel,
    ProcessorMixin,
)
from transformers.utils import logging

from smfa_bench.errors import PrerequisiteError, UsageError
from smfa_bench.fingerprint import LENGTH
from smfa_bench.models.quantization import check_packed, keep_packed, packing, unpacked
from smfa_bench.models.room import check_room
from smfa_bench.models.spec import ModelSpec
from smfa_bench.storage import cannot_write

SPREAD: Final = ("auto", "balanced", "balanced_low_0", "sequential")
"""Places that are several devices."""


@dataclass(frozen=True)
class VisionLanguageModel:
    """An ordinary Hugging Face model with what belongs to it."""

    model: PreTrainedModel
    processor: ProcessorMixin
    spec: ModelSpec

    @property
    def device(self) -> torch.device:
        """Where inputs must go."""
        device: torch.device = self.model.device
        return device

    def decoder_linears(self) -> dict[str, nn.Linear]:
        """Return the linear layers of the decoder's blocks by full name: what adapters may change.

        The vision tower, the projector, the embeddings and the output head are never among them.

        Raises:
            UsageError: If the model has no text decoder that can be told from its vision tower.
        """
        decoder = self.model.get_decoder()
        if decoder is self.model or decoder is None:
            raise UsageError(
                f"{self.spec.source} has no text decoder of its own; "
                f"get_decoder() of {type(self.model).__name__} gave none: choose another model."
            )
        prefix = next(name for name, module in self.model.named_modules() if module is decoder)
        return {
            f"{prefix}.{name}": module
            for name, module in decoder.named_modules()
            if isinstance(module, nn.Linear) and module is not self.model.get_output_embeddings()
        }

    def weight(self, name: str) -> Tensor:
        """Return the weight [out, in] of one of these layers: a copy in the model's type where weights are packed."""
        return unpacked(self.decoder_linears()[name], self.model.dtype)

    def vision_tower(self) -> nn.Module:
        """Return the module that sees: what no training of the benchmark may change.

        Raises:
            UsageError: If the model does not say which of its modules that is.
        """
        tower: nn.Module | None = self.model.get_encoder(modality="image")
        if tower is self.model or tower is None:
            raise UsageError(
                f"{self.spec.source} has no vision tower of its own; "
                f"get_encoder('image') of {type(self.model).__name__} gave none: choose another model."
            )
        return tower

    def fingerprint(self, *, whole: bool = False) -> str:
        """Return the name of the decoder's linear weights: an adapter fits these and no others.

        Args:
            whole: Name all weights instead.
        """
        digest = hashlib.sha256()
        for name, tensor in self.model.state_dict().items() if whole else self._weights():
            digest.update(name.encode())
            digest.update(tensor.detach().cpu().reshape(-1).view(torch.uint8).numpy().tobytes())
        return digest.hexdigest()[:LENGTH]

    def save(self, folder: Path) -> None:
        """Write model and processor like any Hugging Face model, weights as safetensors.

        Raises:
            BenchError: If the weights can't be written.
        """
        try:
            self.model.save_pretrained(folder)
        except SafetensorError as error:  # what it makes of a full disk
            raise cannot_write(folder, OSError(0, str(error))) from error
        self.processor.save_pretrained(folder)

    def _weights(self) -> Iterator[tuple[str, Tensor]]:
        for name, module in self.decoder_linears().items():
            yield name, unpacked(module, self.model.dtype)


def load_model(spec: ModelSpec, folder: Path | None = None) -> VisionLanguageModel:
    """Load a model in evaluation mode, as its recipe says it is put into memory.

    The bars that transformers draws while it loads and saves are switched off: the caller shows progress.

    Args:
        spec: Which model, and its recipe.
        folder: Where the weights are; the spec's own source unless given (a taught model is in the cache).

    Raises:
        PrerequisiteError: If there is no such model, it is not an image-text-to-text model or lacks a chat template,
            model and processor disagree on the image token, a library or device that it needs is missing, or its
            weights do not fit into the free memory, are not all there, or were packed by others.
    """
    logging.disable_progress_bar()
    source = str(folder or spec.source)
    loading, dtype, device = spec.loading, weights_type(spec), place_of(spec)
    if device is not None:
        check_room(Path(source), dtype=dtype, device=device, quantization=loading.quantization)
    with _told(source):
        _check_plain(source, AutoConfig.from_pretrained(source, trust_remote_code=spec.trust_remote_code))
        processor = AutoProcessor.from_pretrained(source, trust_remote_code=spec.trust_remote_code)
        model, found = AutoModelForImageTextToText.from_pretrained(
            source,
            output_loading_info=True,
            dtype=dtype,
            device_map=loading.device_map or str(device),
            attn_implementation=loading.attn,
            trust_remote_code=spec.trust_remote_code,
            **_packing(spec, source, dtype),
        )
    _check_processor(source, model, processor)
    _check_weights(source, model, sorted(found["missing_keys"]))
    vlm = VisionLanguageModel(model=model.eval(), processor=processor, spec=spec)
    if loading.quantization is not None:
        check_packed(source, vlm.decoder_linears().values())
        keep_packed(vlm.decoder_linears().values())
    return vlm


def hollow_model(spec: ModelSpec) -> VisionLanguageModel:
    """Return a model without its weights, its modules on the device "meta", and its processor.

    Raises:
        PrerequisiteError: If there is no such model, or it is not an image-text-to-text model.
    """
    with _told(spec.source):
        processor = AutoProcessor.from_pretrained(spec.source, trust_remote_code=spec.trust_remote_code)
        return VisionLanguageModel(_hollow(spec, spec.source), processor, spec)


def linear_names(spec: ModelSpec, folder: Path) -> list[str]:
    """Return the names that `decoder_linears` gives for a saved model, without its weights.

    Raises:
        UsageError: If the model has no text decoder that can be told from its vision tower.
    """
    return [*VisionLanguageModel(_hollow(spec, str(folder)), None, spec).decoder_linears()]


def _packing(spec: ModelSpec, source: str, dtype: torch.dtype) -> dict[str, BitsAndBytesConfig]:
    """Return what packs the linear weights of the decoder's blocks and no others, if the recipe asks for it."""
    if spec.loading.quantization is None:
        return {}
    hollow = VisionLanguageModel(_hollow(spec, source), None, spec)
    changeable = hollow.decoder_linears()
    linears = (name for name, module in hollow.model.named_modules() if isinstance(module, nn.Linear))
    whole = [name for name in linears if name not in changeable]
    return {"quantization_config": packing(spec.loading.quantization, dtype=dtype, whole=whole)}


def _hollow(spec: ModelSpec, source: str) -> PreTrainedModel:
    config = AutoConfig.from_pretrained(source, trust_remote_code=spec.trust_remote_code)
    with torch.device("meta"):
        return AutoModelForImageTextToText.from_config(
            config, dtype=weights_type(spec), trust_remote_code=spec.trust_remote_code
        )


def weights_type(spec: ModelSpec) -> torch.dtype:
    """Return the type that a model's weights have in memory."""
    name = spec.loading.dtype or ("float32" if _device().type == "cpu" else "bfloat16")
    found: torch.dtype = getattr(torch, name)
    return found


def place_of(spec: ModelSpec) -> torch.device | None:
    """Return the device that a model's weights go to; None if they are spread over several.

    Raises:
        PrerequisiteError: If there is no such place, or not on this machine.
    """
    here = _device()
    place = spec.loading.device_map or here.type
    if place in SPREAD:
        return None
    try:
        device = torch.device(place)
    except RuntimeError as error:
        raise PrerequisiteError(
            f"{place!r} is no place for a model; valid: cpu, cuda, cuda:1, … or {', '.join(SPREAD)}."
        ) from error
    if device.type not in ("cpu", here.type) or (device.index or 0) >= max(1, torch.accelerator.device_count()):
        raise PrerequisiteError(f"this machine has no device {place}; here: {here.type}. Leave the option out.")
    return device


@contextmanager
def _told(source: str) -> Iterator[None]:
    """Turn what transformers raises when it can't open a model into a line that says so."""
    try:
        yield
    except ImportError as error:
        raise PrerequisiteError(f"{source} needs a library more: {_first_sentence(error)}.") from error
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise PrerequisiteError(
            f"can't load {source} as an image-text-to-text model: {_first_sentence(error)}."
        ) from error


def _check_plain(source: str, config: PreTrainedConfig) -> None:
    packed: dict[str, str] | None = getattr(config, "quantization_config", None)
    if packed is not None:
        raise PrerequisiteError(
            f"{source} was packed by others ({packed.get('quant_method', 'unknown')}); name the model with its plain "
            "weights, and --quantization 4bit or 8bit if it is to be packed."
        )


def _check_processor(source: str, model: PreTrainedModel, processor: ProcessorMixin) -> None:
    if getattr(processor, "chat_template", None) is None:
        raise PrerequisiteError(
            f"{source} has no chat template; choose an instruction-tuned model, or put chat_template.jinja beside it."
        )
    # Gemma 3's processor has the token that prompts are written with, its tokenizer the one that becomes of it.
    expected, *made = (
        getattr(part, "image_token_id", None)
        for part in (model.config, processor, getattr(processor, "tokenizer", None))
    )
    written = [token for token in made if token is not None]
    if expected is not None and written and expected not in written:
        raise PrerequisiteError(
            f"{source}: the model takes token {expected} for the picture, its processor writes token {written[-1]}; "
            "load both from one release."
        )


def _check_weights(source: str, model: PreTrainedModel, missing: list[str]) -> None:
    """Refuse weights that transformers made up, tied ones that came apart, and numbers that the type can't hold."""
    if missing:
        raise PrerequisiteError(
            f"{source} lacks {len(missing)} weights, first {missing[0]}, which would be random; get all files of it."
        )
    head, words = model.get_output_embeddings(), model.get_input_embeddings()
    tied = getattr(model.config, "tie_word_embeddings", False)
    if tied and head is not None and head.weight.data_ptr() != words.weight.data_ptr():
        raise PrerequisiteError(
            f"{source} says that its output head is its word embeddings, yet has two different ones; "
            "set tie_word_embeddings in its config.json to false."
        )
    astray = [
        name for name, tensor in model.named_parameters() if tensor.dtype == torch.float16 and not _finite(tensor)
    ]
    if astray:
        raise PrerequisiteError(
            f"{source} has weights that float16 can't hold (first {astray[0]}); load it with --dtype bfloat16."
        )


def _finite(tensor: Tensor) -> bool:
    return bool(torch.isfinite(tensor).all())


def _first_sentence(error: Exception) -> str:
    return re.split(r"[.:]?(?:\n|\s*$|\. )", str(error).strip(), maxsplit=1)[0]


def _device() -> torch.device:
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    return accelerator or torch.device("cpu")
