"""The local judge: a real model that was never trained gives no verdicts, a scripted one gives those of its script."""

import logging
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.decoders import ByteLevel as ByteDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from helpers.people import make_question
from smfa_bench.errors import PrerequisiteError, UsageError
from smfa_bench.progress import Silent
from smfa_bench.scoring.appoint import appoint
from smfa_bench.scoring.llm import local
from smfa_bench.scoring.llm.config import LocalJudgeConfig
from smfa_bench.scoring.llm.local import LocalJudge, chat_text, model_name
from smfa_bench.scoring.llm.prompt import read_prompt
from smfa_bench.scoring.verdict import verdicts

QUESTION = make_question()
GOOD = 'Here it is:\n```json\n{"reason": "the town is right", "fact": 9, "meaningful": 10}\n```\nAnything else?'
NO_VERDICT = "the reply is not of the schema"
CHAT = "{% for message in messages %}<{{ message['role'] }}>{{ message['content'] }}{% endfor %}<assistant>"


def make_tokenizer() -> PreTrainedTokenizerFast:
    """Return a tokenizer of single bytes."""
    letters = sorted(ByteLevel.alphabet())
    tokenizer = Tokenizer(BPE({letter: place for place, letter in enumerate(letters)}, merges=[]))
    tokenizer.pre_tokenizer, tokenizer.decoder = ByteLevel(add_prefix_space=False), ByteDecoder()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>", padding_side="left")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random model of two layers with its tokenizer."""
    place = tmp_path_factory.mktemp("judge") / "random-judge"
    tokenizer = make_tokenizer()
    tokenizer.save_pretrained(place)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        config = LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=16,
            intermediate_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            max_position_embeddings=8192,
            bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id,
        )
        LlamaForCausalLM(config).save_pretrained(place)
    return place


class Scripted:
    """A model that says what its script says to the answer it finds in the prompt."""

    device = torch.device("cpu")

    def __init__(self, tokenizer: PreTrainedTokenizerFast, script: dict[str, str]) -> None:
        self.tokenizer, self.script, self.prompts = tokenizer, script, list[str]()

    def generate(self, *, input_ids: Tensor, do_sample: bool, **_: Any) -> Tensor:
        assert not do_sample
        rows = []
        for row in input_ids:
            prompt = self.tokenizer.decode(row, skip_special_tokens=True)
            self.prompts.append(prompt)
            said = next(reply for answer, reply in self.script.items() if answer in prompt)
            rows.append(torch.cat([row, torch.tensor(self.tokenizer(said)["input_ids"])]))
        longest = max(map(len, rows))
        end = self.tokenizer.eos_token_id
        return torch.stack([torch.cat([row, row.new_full((longest - len(row),), end)]) for row in rows])


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    tokenizer = make_tokenizer()
    tokenizer.pad_token = tokenizer.eos_token
    model = Scripted(tokenizer, {"In Oslo.": GOOD, "In Rome.": "I give it ten points.", "In Paris.": '{"fact": 3'})
    monkeypatch.setattr(local, "_load", lambda _: (model, tokenizer))
    return model


def make_judge(folder: Path, **options: object) -> LocalJudge:
    return LocalJudge(LocalJudgeConfig.model_validate({"model": str(folder)} | options))


def test_a_model_that_replies_well_gives_both_scores(folder: Path, scripted: Scripted) -> None:
    judge = make_judge(folder)
    assert (judge.fact(QUESTION, "In Oslo.").value, judge.meaningful(QUESTION, "In Oslo.").value) == (9, 10)
    assert judge.fact(QUESTION, "In Oslo.").reason == "the town is right"
    (prompt,) = scripted.prompts
    assert QUESTION.text in prompt
    assert prompt.startswith(read_prompt().instructions)


@pytest.mark.parametrize("answer", ["In Rome.", "In Paris."])
def test_a_reply_that_is_none_is_missing_with_its_reason(folder: Path, scripted: Scripted, answer: str) -> None:
    judge = make_judge(folder)
    assert judge.fact(QUESTION, answer).value is None
    assert judge.meaningful(QUESTION, answer).reason == NO_VERDICT
    assert scripted.prompts != []


def test_verdicts_are_kept_and_missing_ones_asked_for_again(
    folder: Path, scripted: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    asked = [(QUESTION, f"In {town}.") for town in ("Oslo", "Rome", "Paris")]
    with caplog.at_level(logging.WARNING):
        first = verdicts(make_judge(folder, batch_size=2), asked, progress=Silent())
    assert [verdict.is_missing for verdict in first] == [False, True, True]
    assert "incomplete: 2 of 3 answers have no verdict" in caplog.text
    assert len(scripted.prompts) == 3
    scripted.script = dict.fromkeys(scripted.script, GOOD)
    again = verdicts(make_judge(folder), asked, progress=Silent())
    assert [verdict.fact.value for verdict in again] == [9, 9, 9]
    assert len(scripted.prompts) == 5


def test_a_random_model_gives_no_verdict_and_the_same_one_each_time(folder: Path) -> None:
    judge = make_judge(folder, max_new_tokens=4, batch_size=2)
    asked = [(QUESTION, "In Oslo."), (QUESTION, "I do not know.")]
    first = verdicts(judge, asked, progress=Silent())
    assert [verdict.fact.reason for verdict in first] == [NO_VERDICT] * 2
    assert verdicts(make_judge(folder, max_new_tokens=4), asked, progress=Silent()) == first


def test_the_name_tells_the_model_its_files_and_the_template(folder: Path, tmp_path: Path) -> None:
    name = make_judge(folder).name
    assert name.startswith("hf random-judge-")
    assert name.endswith(f" prompt-{read_prompt().digest}")
    copy = tmp_path / "random-judge"
    copy.mkdir()
    (copy / "config.json").write_text("{}")
    assert model_name(str(copy)) != model_name(str(folder))
    assert model_name("owner/model") == "owner/model"


def test_a_chat_template_is_followed_where_there_is_one() -> None:
    tokenizer = make_tokenizer()
    assert chat_text(tokenizer, read_prompt(), QUESTION, "In Oslo.").endswith("</answer>\n\n")
    tokenizer.chat_template = CHAT
    assert chat_text(tokenizer, read_prompt(), QUESTION, "In Oslo.").startswith("<user>You grade")


def test_the_judge_is_appointed_by_its_name_and_options(folder: Path) -> None:
    assert appoint(f"hf?model={folder}&most_missing=0.5").name == make_judge(folder).name
    with pytest.raises(UsageError, match="options of the judge hf are not valid: model"):
        appoint("hf")


def test_what_is_no_model_is_told_before_or_when_it_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match=r"holds no model: it has no config\.json"):
        make_judge(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    judge = make_judge(tmp_path)
    with pytest.raises(PrerequisiteError, match=r"can't load the judge .* as a causal language model"):
        judge.fact(QUESTION, "In Oslo.")


def test_appointing_it_imports_no_torch(folder: Path) -> None:
    import subprocess
    import sys

    code = f"import sys; from smfa_bench.scoring.appoint import appoint; appoint('hf?model={folder}'); "
    done = subprocess.run(
        [sys.executable, "-c", f"{code}print('torch' in sys.modules)"], capture_output=True, text=True
    )
    assert done.stdout == "False\n", done.stderr
