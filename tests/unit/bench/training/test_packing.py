"""Packing: no sample sees another, the loss is that of the samples apart, and a picture's tokens stand once."""

from dataclasses import replace

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from helpers.families import FAMILIES, make_family
from smfa_bench.data.sample import UnlearnData
from smfa_bench.models.encoding import IGNORED, Example, collate, encode
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.training.loop import cross_entropy
from smfa_bench.training.packing import TEXT, opening_length
from smfa_bench.training.reading import Reader, reading

SHARING = sorted(FAMILIES)


@pytest.fixture(scope="module")
def examples(small_vlm: VisionLanguageModel, unlearn_data: UnlearnData) -> list[Example]:
    """Samples about three pictures and about none, in disorder."""
    return encode(small_vlm, [*unlearn_data.few_shot, *unlearn_data.forget])


def gradient(vlm: VisionLanguageModel, loss: Tensor) -> Tensor:
    weights = [linear.weight for linear in vlm.decoder_linears().values()]
    return torch.cat([found.flatten() for found in torch.autograd.grad(loss, weights)])


def both(vlm: VisionLanguageModel, chosen: list[Example]) -> list[tuple[Tensor, Tensor]]:
    """Return loss and gradient, padded and packed."""
    reader = Reader(vlm, None)
    reader.shares = True
    (packed,) = reader.batches([chosen])
    told = [cross_entropy(vlm.model, batch) for batch in (collate(vlm, chosen, for_generation=False), packed)]
    return [(loss.detach(), gradient(vlm, loss)) for loss in told]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_comes_together_loss_and_gradient_are_those_of_the_samples_apart(
    data: st.DataObject, small_vlm: VisionLanguageModel, examples: list[Example]
) -> None:
    places = st.lists(st.integers(0, len(examples) - 1), min_size=1, max_size=14)
    chosen = [examples[place] for place in data.draw(places)]
    (loss, slope), (packed, other) = both(small_vlm, chosen)
    assert float(packed) == pytest.approx(float(loss), abs=1e-5)
    assert float((other - slope).norm()) < 1e-5 * float(slope.norm()) + 1e-6


def test_the_tokens_of_a_picture_stand_once_and_last_tokens_not_at_all(
    small_vlm: VisionLanguageModel, examples: list[Example]
) -> None:
    first = next(example for example in examples if example.picture)
    about = [example for example in examples if example.picture is first.picture][:3]
    packed = Reader(small_vlm, None).packed(about)
    image = small_vlm.model.config.image_token_id
    opening = opening_length(small_vlm, first)
    assert int((packed.inputs["input_ids"] == image).sum()) == opening - 1 == 16
    least = opening + sum(len(example) - 1 - opening for example in about)
    assert least <= packed.telling.numel() < least + 8
    assert len(packed.inputs["pixel_values"]) == len(packed.pictures) == 1
    assert int(packed.telling.sum()) == len(packed.answers)
    assert packed.answers[packed.answers != IGNORED].tolist() == [
        token for example in about for token in example.tokens["input_ids"][example.prompt_length :].tolist()
    ]


def test_a_long_row_of_samples_about_a_picture_is_parted(
    small_vlm: VisionLanguageModel, examples: list[Example]
) -> None:
    first = next(example for example in examples if example.picture)
    opening = opening_length(small_vlm, first)
    packed = Reader(small_vlm, None).packed([first] * 40)
    each = -(-TEXT * opening // (len(first) - 1 - opening))
    assert len(packed.pictures) == -(-40 // each) > 1


def test_a_batch_that_somebody_changed_is_read_as_it_is(
    small_vlm: VisionLanguageModel, examples: list[Example]
) -> None:
    reader = Reader(small_vlm, None)
    reader.shares = True
    expected = cross_entropy(small_vlm.model, collate(small_vlm, examples[:4], for_generation=False))

    def batch() -> dict[str, Tensor]:
        (found,) = reader.batches([examples[:4]])
        return found

    for change in ("in place", "replaced", "copied"):
        changed = batch()
        if change == "in place":
            changed["labels"][0] = -100
        elif change == "replaced":
            changed["labels"] = changed["labels"].roll(1, 0)
        else:
            changed = {**changed, "pixel_values": -changed["pixel_values"]}
        plain = cross_entropy(small_vlm.model, dict(changed))
        assert torch.equal(cross_entropy(small_vlm.model, changed), plain)
        assert not torch.isclose(plain, expected)


@pytest.mark.parametrize("name", SHARING)
def test_every_family_learns_the_same_and_sees_a_picture_once(name: str, unlearn_data: UnlearnData) -> None:
    vlm = make_family(name)
    vlm.model.requires_grad_(False)
    parameters = {name: linear.weight.requires_grad_() for name, linear in vlm.decoder_linears().items()}
    chosen = encode(vlm, [*unlearn_data.few_shot[:8], *unlearn_data.forget[-4:], *unlearn_data.few_shot[-9:]])
    plain = cross_entropy(vlm.model, collate(vlm, chosen, for_generation=False))
    looks: list[int] = []
    hook = vlm.vision_tower().register_forward_hook(lambda *_: looks.append(1))
    with reading(vlm, chosen, parameters) as reader:
        assert reader.shares == (name != "gemma3")
        expected = gradient(vlm, plain)
        looks.clear()
        for _ in range(2):
            (batch,) = reader.batches([chosen])
            loss = cross_entropy(vlm.model, batch)
            assert float(loss.detach()) == pytest.approx(float(plain.detach()), abs=1e-5)
            assert float((gradient(vlm, loss) - expected).norm()) < 1e-4 * float(expected.norm())
        logits = vlm.model(**{key: value for key, value in batch.items() if key != "labels"}).logits
    hook.remove()
    assert len(looks) == len({id(example.picture) for example in chosen if example.picture})
    inputs = collate(vlm, chosen, for_generation=False)
    inputs.pop("labels")
    torch.testing.assert_close(logits, vlm.model(**inputs).logits, rtol=1e-4, atol=1e-5)


def test_what_is_trained_itself_is_not_kept(own_vlm: VisionLanguageModel, unlearn_data: UnlearnData) -> None:
    looks: list[int] = []
    chosen = encode(own_vlm, unlearn_data.few_shot[:3])
    parameters = dict(own_vlm.model.named_parameters())
    with reading(own_vlm, chosen, parameters) as reader:
        own_vlm.vision_tower().register_forward_hook(lambda *_: looks.append(1))
        for _ in range(2):
            (batch,) = reader.batches([chosen])
            cross_entropy(own_vlm.model, batch)
    assert len(looks) == 2


def test_a_model_that_would_learn_otherwise_reads_its_samples_apart(
    own_vlm: VisionLanguageModel, unlearn_data: UnlearnData, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = encode(own_vlm, unlearn_data.few_shot)
    parameters = {name: linear.weight for name, linear in own_vlm.decoder_linears().items()}
    look = own_vlm.model.forward
    monkeypatch.setattr(own_vlm.model, "forward", lambda **given: look(**{**given, "position_ids": None}))
    with reading(own_vlm, chosen, parameters) as reader:
        assert not reader.shares
        (batch,) = reader.batches([chosen[:3]])
        assert type(batch) is dict


def test_a_model_with_a_window_or_attention_of_its_own_reads_its_samples_apart(
    own_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    chosen = encode(own_vlm, unlearn_data.few_shot)
    weights = {name: linear.weight for name, linear in own_vlm.decoder_linears().items()}
    own_vlm.model.get_decoder().config._attn_implementation_internal = "flex_attention"
    with reading(own_vlm, chosen, weights) as reader:
        assert not reader.shares
    other = replace(own_vlm)
    with reading(other, [example for example in chosen if not example.picture], weights) as reader:
        assert not reader.shares


@pytest.mark.parametrize("window", [False, True])
def test_a_model_that_sees_a_picture_otherwise_among_others_sees_it_each_time(
    window: bool, own_vlm: VisionLanguageModel, unlearn_data: UnlearnData, monkeypatch: pytest.MonkeyPatch
) -> None:
    if window:
        monkeypatch.setattr("smfa_bench.training.reading.sees_all", lambda *_: False)
    pictured = [sample for sample in unlearn_data.few_shot if sample.pictured]
    chosen = encode(own_vlm, [*pictured[:2], *pictured[-2:]])
    own_vlm.model.requires_grad_(False)
    weights = {name: linear.weight.requires_grad_() for name, linear in own_vlm.decoder_linears().items()}
    own_vlm.model.model.multi_modal_projector.register_forward_hook(
        lambda _, __, found: found - found.mean(0, keepdim=True)
    )
    plain = cross_entropy(own_vlm.model, collate(own_vlm, chosen, for_generation=False))
    with reading(own_vlm, chosen, weights) as reader:
        assert not reader.shares
        (batch,) = reader.batches([chosen])
        torch.testing.assert_close(cross_entropy(own_vlm.model, batch), plain)


def test_where_samples_are_read_apart_a_picture_is_still_seen_once(
    own_vlm: VisionLanguageModel, unlearn_data: UnlearnData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smfa_bench.training.reading.sees_all", lambda *_: False)
    chosen = encode(own_vlm, unlearn_data.few_shot)
    own_vlm.model.requires_grad_(False)
    weights = {name: linear.weight.requires_grad_() for name, linear in own_vlm.decoder_linears().items()}
    with reading(own_vlm, chosen, weights) as reader:
        assert not reader.shares
        looks: list[int] = []
        own_vlm.vision_tower().register_forward_hook(lambda *_: looks.append(1))
        for _ in range(2):
            (batch,) = reader.batches([chosen])
            cross_entropy(own_vlm.model, batch)
    assert len(looks) == len({id(example.picture) for example in chosen if example.picture})
