"""Any pre-trained causal language model with its tokenizer: from a folder, a hub, or a GGUF file."""

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils import logging

from smfa_bench.errors import PrerequisiteError


@dataclass(frozen=True)
class Decoder:
    """A causal language model that speaks and does not see."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    source: str


def read_decoder(source: str) -> Decoder:
    """Read a causal language model in float32 on the processor, in evaluation mode; a quantised GGUF is dequantised.

    Args:
        source: Folder or hub id that `from_pretrained` takes, or a `.gguf` file.

    Raises:
        PrerequisiteError: If there is no such model, it is none of language, its tokenizer has no end token, or a
            library that reads it is missing.
    """
    logging.disable_progress_bar()
    place, options = source, dict[str, Any]()
    if source.endswith(".gguf"):
        place, options = str(Path(source).parent), {"gguf_file": Path(source).name}
        if not Path(source).is_file():
            raise PrerequisiteError(f"there is no file {source}; name a GGUF file, a folder or a hub id.")
    try:
        tokenizer = AutoTokenizer.from_pretrained(place, **options)
        model = AutoModelForCausalLM.from_pretrained(place, dtype=torch.float32, **options)
    except ImportError as error:
        more = "; GGUF files: pip install 'smfa-bench[gguf]'" if options else ""
        raise PrerequisiteError(f"{source} needs a library more: {_first_sentence(error)}{more}.") from error
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise PrerequisiteError(f"can't load {source} as a causal language model: {_first_sentence(error)}.") from error
    if tokenizer.eos_token is None:
        raise PrerequisiteError(f"the tokenizer of {source} has no end token; choose an instruction-tuned model.")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    if getattr(model.config, "quantization_config", None) is not None:
        del model.config.quantization_config
    return Decoder(model.eval(), tokenizer, source)


def _first_sentence(error: Exception) -> str:
    return re.split(r"[.:]?(?:\n|\s*$|\. )", str(error).strip(), maxsplit=1)[0]
