"""The training loop on a problem small enough to know: the weights go where they should, or the user is told."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from smfa_bench.data.sample import UnlearnData
from smfa_bench.data.validation import Known
from smfa_bench.errors import BenchError
from smfa_bench.models.encoding import IGNORED, collate, encode
from smfa_bench.models.vision_language import VisionLanguageModel
from smfa_bench.progress import Silent
from smfa_bench.training import checkpoint
from smfa_bench.training.loop import LoopSettings, Objective, cross_entropy, precision, train
from smfa_bench.training.watch import Watch

TARGET = torch.tensor([1.0, -2.0, 0.5])


def parameters() -> dict[str, nn.Parameter]:
    return {"first": nn.Parameter(torch.zeros(3)), "second": nn.Parameter(torch.zeros(3))}


def noisy_distance(found: Mapping[str, nn.Parameter], *, stop_at: int | None = None) -> Objective:
    """Return an objective that draws noise, as dropout does, and may be interrupted."""

    def objective(step: int) -> Tensor:
        if step == stop_at:
            raise KeyboardInterrupt
        return ((found["first"] + found["second"] - TARGET + 0.01 * torch.randn(3)) ** 2).sum()

    return objective


class Counting(Silent):
    """Counts steps."""

    def __init__(self) -> None:
        self.steps = 0
        self.notes: list[str] = []

    def advance(self, steps: int = 1, note: str = "", values: object = None) -> None:  # noqa: ARG002
        self.steps += steps
        self.notes.append(note)


def test_the_rate_rises_to_the_learning_rate_and_falls_by_a_cosine() -> None:
    settings = LoopSettings(steps=100, learning_rate=2.0)
    assert [settings.rate(step) for step in range(5)] == pytest.approx([0.4, 0.8, 1.2, 1.6, 2.0])
    assert settings.rate(5) == 2.0
    # Half of the 95 steps after the warm-up lie behind step 52.5.
    assert (settings.rate(52) + settings.rate(53)) / 2 == pytest.approx(1.0, abs=1e-3)
    rates = [settings.rate(step) for step in range(5, 100)]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(0.002, rel=0.1)


def test_a_constant_rate_stays_after_the_warm_up() -> None:
    settings = LoopSettings(steps=20, learning_rate=2.0, schedule="constant")
    assert [settings.rate(step) for step in (0, 10, 19)] == [2.0, 2.0, 2.0]


def test_training_finds_the_minimum_and_tells_of_every_step() -> None:
    found = parameters()
    progress = Counting()
    losses = train(found, noisy_distance(found), LoopSettings(200, 0.05), seed=0, progress=progress)
    assert len(losses) == progress.steps == 200
    assert losses[0] > 5
    assert losses[-1] < 0.01
    assert torch.allclose(found["first"] + found["second"], TARGET, atol=0.05)
    assert progress.notes[-1] == f"loss {losses[-1]:.3f}"


def test_only_the_given_parameters_move() -> None:
    found = parameters()
    train({"first": found["first"]}, noisy_distance(found), LoopSettings(5, 0.1), seed=0, progress=Silent())
    assert torch.equal(found["second"], torch.zeros(3))


def test_equal_seeds_give_equal_weights_and_other_seeds_others() -> None:
    results = []
    for seed in (0, 0, 1):
        found = parameters()
        train(found, noisy_distance(found), LoopSettings(5, 0.1), seed=seed, progress=Silent())
        results.append(found["first"])
    assert torch.equal(results[0], results[1])
    assert not torch.equal(results[0], results[2])


def test_a_resumed_training_equals_an_uninterrupted_one_exactly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "INTERVAL", 0.0)
    settings = LoopSettings(30, 0.1, weight_decay=0.01)
    whole = parameters()
    expected = train(whole, noisy_distance(whole), settings, seed=3, progress=Silent())

    for stop_at in (7, 19):
        killed = parameters()
        with pytest.raises(KeyboardInterrupt):
            train(
                killed,
                noisy_distance(killed, stop_at=stop_at),
                settings,
                seed=3,
                progress=Silent(),
                checkpoint=tmp_path,
            )
    resumed = parameters()
    progress = Counting()
    losses = train(resumed, noisy_distance(resumed), settings, seed=3, progress=progress, checkpoint=tmp_path)
    assert losses == expected
    assert progress.steps == 30
    assert len(progress.notes) == 1 + 30 - 19
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)
    assert not list(tmp_path.iterdir())


def test_a_parameter_that_only_some_batches_depend_on_is_resumed_exactly_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "INTERVAL", 0.0)

    def seldom(found: Mapping[str, nn.Parameter], *, stop_at: int | None = None) -> Objective:
        def objective(step: int) -> Tensor:
            if step == stop_at:
                raise KeyboardInterrupt
            part = found["first"] + found["second"] if step % 3 == 2 else found["first"]
            return ((part - TARGET) ** 2).sum()

        return objective

    settings = LoopSettings(12, 0.1)
    whole = parameters()
    expected = train(whole, seldom(whole), settings, seed=0, progress=Silent())
    for stop_at in (2, 7):
        killed = parameters()
        with pytest.raises(KeyboardInterrupt):
            train(killed, seldom(killed, stop_at=stop_at), settings, seed=0, progress=Silent(), checkpoint=tmp_path)
    resumed = parameters()
    assert train(resumed, seldom(resumed), settings, seed=0, progress=Silent(), checkpoint=tmp_path) == expected
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_stops_before_the_weights_are_spoilt(value: float) -> None:
    found = parameters()

    def objective(step: int) -> Tensor:
        return found["first"].sum() * (value if step == 2 else 1.0) + found["second"].sum()

    with pytest.raises(BenchError, match=r"at step 3 of 5; lower the learning rate \(now 0.1\)"):
        train(found, objective, LoopSettings(5, 0.1), seed=0, progress=Silent())
    assert all(torch.isfinite(value).all() for value in found.values())


def test_a_gradient_that_is_no_number_stops_too() -> None:
    found = parameters()
    with pytest.raises(BenchError, match="gradient norm"):
        train(
            found,
            lambda _: (found["first"] + found["second"]).sqrt().sum(),  # 0 here, with an infinite slope
            LoopSettings(5, 0.1),
            seed=0,
            progress=Silent(),
        )


def test_a_parameter_that_never_moves_is_named() -> None:
    found = parameters()
    with pytest.raises(BenchError, match="1 of 2 trainable tensors never moved, first second"):
        train(found, lambda _: found["first"].sum(), LoopSettings(3, 0.1), seed=0, progress=Silent())


def test_one_step_is_too_few_to_say_that_a_parameter_never_moves() -> None:
    # As with LoRA, whose first factor has no gradient while the second is zero.
    found = parameters()
    train(found, lambda _: (found["first"] * found["second"]).sum(), LoopSettings(1, 0.1), seed=0, progress=Silent())


def test_precision_is_one_that_accelerate_knows() -> None:
    assert precision() in ("no", "bf16")


def test_cross_entropy_is_transformers_loss_and_makes_no_logits_elsewhere(
    small_vlm: VisionLanguageModel, unlearn_data: UnlearnData
) -> None:
    batch = collate(small_vlm, encode(small_vlm, unlearn_data.forget[::3]), for_generation=False)
    made: list[int] = []
    hook = small_vlm.model.get_output_embeddings().register_forward_hook(lambda *told: made.append(told[2].shape[-2]))
    with torch.no_grad():
        found = cross_entropy(small_vlm.model, batch)
        hook.remove()
        torch.testing.assert_close(found, small_vlm.model(**batch).loss)
    assert made == [int((batch["labels"] != IGNORED).sum())]


def watched(found: Mapping[str, nn.Parameter]) -> Watch:
    return Watch(3, lambda: Known(forget=float(found["first"].detach().abs().sum().clamp(max=1)), retain=0.5))


def test_a_resumed_training_has_the_validations_of_one_that_was_not_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "INTERVAL", 0.0)
    settings = LoopSettings(8, 0.05)
    whole, killed, resumed = parameters(), parameters(), parameters()
    expected, begun, ended = watched(whole), watched(killed), watched(resumed)
    train(whole, noisy_distance(whole), settings, seed=3, progress=Silent(), watch=expected)
    assert [point.step for point in expected.points] == [0, 3, 6, 8]
    with pytest.raises(KeyboardInterrupt):
        train(
            killed,
            noisy_distance(killed, stop_at=5),
            settings,
            seed=3,
            progress=Silent(),
            checkpoint=tmp_path,
            watch=begun,
        )
    counting = Counting()
    train(resumed, noisy_distance(resumed), settings, seed=3, progress=counting, checkpoint=tmp_path, watch=ended)
    assert counting.steps == 8
    assert counting.notes[1].startswith("loss ")
    assert ended.points == expected.points


def test_a_state_without_validations_is_not_resumed_by_a_training_that_is_validated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "INTERVAL", 0.0)
    settings = LoopSettings(6, 0.05)
    killed, resumed = parameters(), parameters()
    with pytest.raises(KeyboardInterrupt):
        train(killed, noisy_distance(killed, stop_at=4), settings, seed=3, progress=Silent(), checkpoint=tmp_path)
    seen = watched(resumed)
    train(resumed, noisy_distance(resumed), settings, seed=3, progress=Silent(), checkpoint=tmp_path, watch=seen)
    assert [point.step for point in seen.points] == [0, 3, 6]
