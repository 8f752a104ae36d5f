"""The judge `hf`: a causal language model on this machine reads the answers, with the prompt of the judge `openai`.

It decodes greedily, so that a verdict is the same each time on one machine. torch is imported when it is first asked.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from smfa_bench.data.question import Question
from smfa_bench.endpoint.endpoint import Rejected
from smfa_bench.errors import PrerequisiteError
from smfa_bench.fingerprint import files_fingerprint
from smfa_bench.progress import Progress
from smfa_bench.scoring.llm.config import LocalJudgeConfig
from smfa_bench.scoring.llm.prompt import Prompt, read_prompt
from smfa_bench.scoring.llm.reply import first_object, read_reply
from smfa_bench.scoring.llm.verdicts import Asked, Keep, Verdicts
from smfa_bench.scoring.scorer import Score

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

_SHOWN: Final = 8
"""Digits of the fingerprint of a model's files in the judge's name."""


class LocalJudge:
    """Judges by generating replies; the model is loaded when an answer is judged that has no kept verdict."""

    Config = LocalJudgeConfig

    def __init__(self, config: LocalJudgeConfig) -> None:
        """Read the template and name the model.

        Raises:
            UsageError: If the template is none.
            PrerequisiteError: If a folder holds no model.
        """
        self._config = config
        self._prompt = read_prompt(config.template)
        model = model_name(config.model)
        self._verdicts = Verdicts(f"hf {model}", self._prompt, config.most_missing, self._ask)
        self.name: Final = f"hf {model} prompt-{self._prompt.digest}"
        self.most_missing: Final = config.most_missing

    def fact(self, question: Question, answer: str) -> Score:
        """Score how much of the truth the answer holds, in [0, 10]."""
        return self._verdicts.fact(question, answer)

    def meaningful(self, question: Question, answer: str) -> Score:
        """Score whether the answer is a meaningful text, right or wrong, in [0, 10]."""
        return self._verdicts.meaningful(question, answer)

    def prepare(self, asked: Sequence[Asked], *, progress: Progress) -> None:
        """Get the verdicts on many answers, a batch at a time.

        Raises:
            PrerequisiteError: If the model can't be loaded.
            BenchError: If the verdicts can't be written.
        """
        self._verdicts.prepare(asked, progress=progress)

    def _ask(self, left: Mapping[str, Asked], keep: Keep, progress: Progress) -> None:
        model, tokenizer = _load(self._config.model)
        prompts = {key: chat_text(tokenizer, self._prompt, *pair) for key, pair in left.items()}
        # Prompts of like length side by side: little padding is computed.
        keys = sorted(prompts, key=lambda key: (len(prompts[key]), key))
        for start in range(0, len(keys), self._config.batch_size):
            batch = keys[start : start + self._config.batch_size]
            texts = _replies(model, tokenizer, [prompts[key] for key in batch], self._config.max_new_tokens)
            for key, text in zip(batch, texts, strict=True):
                found = read_reply(first_object(text))
                keep(key, found.reason if isinstance(found, Rejected) else found)
            progress.advance(len(batch))


def model_name(source: str) -> str:
    """Return what names a model in a result: a hub id, or a folder's name with a fingerprint of its files.

    Raises:
        PrerequisiteError: If a folder holds no model.
    """
    folder = Path(source)
    if not folder.is_dir():
        return source
    if not (folder / "config.json").is_file():
        raise PrerequisiteError(f"{folder} holds no model: it has no config.json; name another folder or a hub id.")
    files = [path for path in folder.iterdir() if path.is_file()]
    return f"{folder.resolve().name}-{files_fingerprint(files, folder)[:_SHOWN]}"


def chat_text(tokenizer: "PreTrainedTokenizerBase", prompt: Prompt, question: Question, answer: str) -> str:
    """Return what the model is to continue: by its chat template, or the bare text where it has none.

    Instructions and message are one turn of the user, since not every chat template knows a system's.
    """
    text = f"{prompt.instructions}\n\n{prompt.filled(question, answer)}"
    if tokenizer.chat_template is None:
        return f"{text}\n"
    chat: str = tokenizer.apply_chat_template(
        [{"role": "user", "content": text}], tokenize=False, add_generation_prompt=True
    )
    return chat


def _load(source: str) -> tuple["PreTrainedModel", "PreTrainedTokenizerBase"]:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    device = torch.accelerator.current_accelerator(check_available=True)
    try:
        tokenizer = AutoTokenizer.from_pretrained(source, padding_side="left")
        model = AutoModelForCausalLM.from_pretrained(
            source, dtype="bfloat16" if device else "float32", device_map=(device or torch.device("cpu")).type
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise PrerequisiteError(f"can't load the judge {source} as a causal language model: {reason}") from error
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return model.eval(), tokenizer


def _replies(model: Any, tokenizer: Any, prompts: Sequence[str], most_tokens: int) -> list[str]:
    import torch

    bare = tokenizer.chat_template is None
    inputs = tokenizer(list(prompts), return_tensors="pt", padding=True, add_special_tokens=bare).to(model.device)
    inputs.pop("token_type_ids", None)
    with torch.inference_mode():
        output = model.generate(
            **inputs, do_sample=False, max_new_tokens=most_tokens, pad_token_id=tokenizer.pad_token_id
        )
    texts: list[str] = tokenizer.batch_decode(output[:, inputs["input_ids"].shape[1] :], skip_special_tokens=True)
    return texts
