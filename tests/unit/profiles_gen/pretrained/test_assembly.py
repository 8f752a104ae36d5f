"""A decoder that gets eyes stays the decoder it was, and its processor speaks its template."""

from pathlib import Path

import pytest
import torch

from helpers.small_decoder import CHATTY, make_small_decoder
from smfa_bench.errors import PrerequisiteError
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench_profiles.pretrained.assembly import assemble
from smfa_bench_profiles.pretrained.decoder import read_decoder

ASKED = {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "Where?"}]}
TOLD = {"role": "assistant", "content": [{"type": "text", "text": "In Oslo."}]}


@pytest.mark.parametrize("tied", [True, False])
def test_without_a_picture_the_model_says_what_the_decoder_said(
    tmp_path: Path, own_vlm: VisionLanguageModel, tied: bool
) -> None:
    source = make_small_decoder(tmp_path, tied=tied)
    alone = read_decoder(source)
    ids = alone.tokenizer("Where was she born?", return_tensors="pt")["input_ids"]
    with torch.no_grad():
        before = alone.model(input_ids=ids).logits
        model, _ = assemble(read_decoder(source), own_vlm)
        after = model(input_ids=ids).logits
    assert torch.equal(after[..., : before.shape[-1]], before)
    assert not any(tensor.is_meta for tensor in model.state_dict().values())


def test_the_vision_tower_is_that_of_the_eyes_bit_for_bit(tmp_path: Path, own_vlm: VisionLanguageModel) -> None:
    before = {name: tensor.clone() for name, tensor in own_vlm.vision_tower().state_dict().items()}
    model, _ = assemble(read_decoder(make_small_decoder(tmp_path)), own_vlm)
    after = model.model.vision_tower.state_dict()
    assert all(torch.equal(after[name], tensor) for name, tensor in before.items())


def test_a_template_of_texts_takes_pictures(tmp_path: Path, own_vlm: VisionLanguageModel) -> None:
    _, processor = assemble(read_decoder(make_small_decoder(tmp_path, template=CHATTY)), own_vlm)
    prompt = processor.apply_chat_template([ASKED], add_generation_prompt=True)
    assert prompt == "Be kind.\n<user><image>\nWhere?<end>\n<assistant>"
    assert processor.apply_chat_template([ASKED, TOLD]) == f"{prompt}In Oslo.<end>\n"


def test_a_decoder_without_a_template_gets_a_plain_one(tmp_path: Path, own_vlm: VisionLanguageModel) -> None:
    _, processor = assemble(read_decoder(make_small_decoder(tmp_path, template=None)), own_vlm)
    prompt = processor.apply_chat_template([ASKED], add_generation_prompt=True)
    assert prompt == "User: <image>\nWhere?\nAssistant: "
    assert processor.apply_chat_template([ASKED, TOLD]) == f"{prompt}In Oslo.<end>\n"


@pytest.mark.parametrize(
    ("name", "message"),
    [("none.gguf", "there is no file"), ("nothing-here", "can't load .* as a causal language model")],
)
def test_a_decoder_that_can_not_be_had_is_told(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(PrerequisiteError, match=message):
        read_decoder(str(tmp_path / name))


def test_a_gguf_file_that_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"GGUF")
    with pytest.raises(PrerequisiteError) as caught:
        read_decoder(str(tmp_path / "broken.gguf"))
    assert "\n" not in str(caught.value)


def test_a_tokenizer_without_an_end_is_refused_and_one_without_padding_pads_with_its_end(tmp_path: Path) -> None:
    source = make_small_decoder(tmp_path)
    tokens = read_decoder(source).tokenizer
    tokens.pad_token = None
    tokens.save_pretrained(source)
    assert read_decoder(source).tokenizer.pad_token == "<end>"
    tokens.eos_token = None
    tokens.save_pretrained(source)
    with pytest.raises(PrerequisiteError, match="has no end token"):
        read_decoder(source)
