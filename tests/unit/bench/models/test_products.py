import pytest
import torch
from torch import Tensor, nn

from smfa_bench.models import products
from smfa_bench.models.products import product, quick_products


@pytest.fixture(autouse=True)
def amd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let oneDNN multiply on whatever processor the tests run."""
    monkeypatch.setattr(products, "has_more_than_mkl_takes", lambda: True)


@pytest.fixture
def layers() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(24, 40), nn.SiLU(), nn.Linear(40, 8, bias=False)).requires_grad_(False)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[torch.Size]:
    """The shapes of what oneDNN multiplies."""
    seen: list[torch.Size] = []
    known = torch.ops.mkldnn._linear_pointwise

    def counting(states: Tensor, *others: object) -> Tensor:
        seen.append(states.shape)
        found: Tensor = known(states, *others)
        return found

    monkeypatch.setattr(torch.ops.mkldnn, "_linear_pointwise", counting)
    return seen


@pytest.mark.parametrize("shape", [(1, 24), (7, 24), (2, 3, 24), (24,)])
def test_products_are_the_same_but_for_rounding(
    shape: tuple[int, ...], layers: nn.Sequential, counted: list[torch.Size]
) -> None:
    states = torch.randn(shape)
    with torch.no_grad(), quick_products(layers):
        found = layers(states)
    torch.testing.assert_close(found, layers(states), rtol=1e-5, atol=1e-6)
    assert len(counted) == 2


def test_states_that_lie_otherwise_in_memory_give_the_same(layers: nn.Sequential, counted: list[torch.Size]) -> None:
    states = torch.randn(24, 5).T
    with torch.no_grad(), quick_products(layers):
        found = layers(states)
    torch.testing.assert_close(found, layers(states), rtol=1e-5, atol=1e-6)
    assert counted


@pytest.mark.parametrize("odd", ["strided", "expanded"])
def test_a_bias_that_lies_otherwise_in_memory_is_added_as_it_is(odd: str, counted: list[torch.Size]) -> None:
    layer, states = nn.Linear(5, 7).requires_grad_(False), torch.randn(3, 5)
    layer.bias = nn.Parameter(torch.randn(7, 2)[:, 0] if odd == "strided" else torch.randn(1).expand(7))
    with torch.no_grad(), quick_products(layer):
        found = layer(states)
    torch.testing.assert_close(found, layer(states), rtol=1e-5, atol=1e-6)
    assert counted


def test_weights_that_are_no_dense_tensor_of_torch_are_left_to_it(counted: list[torch.Size]) -> None:
    class Packed(Tensor):
        pass

    sparse, subclass = nn.Linear(4, 4, bias=False), nn.Linear(4, 4, bias=False)
    sparse.weight = nn.Parameter(sparse.weight.detach().to_sparse_csr(), requires_grad=False)
    subclass.weight = nn.Parameter(subclass.weight.detach().as_subclass(Packed), requires_grad=False)
    with torch.no_grad(), quick_products(nn.Sequential(sparse, subclass)):
        assert subclass(sparse(torch.randn(2, 4))).shape == (2, 4)
    assert not counted


def test_afterwards_the_layers_are_as_they_were_even_if_the_block_failed(layers: nn.Sequential) -> None:
    with pytest.raises(ZeroDivisionError), quick_products(layers):
        raise ZeroDivisionError
    assert not any("forward" in vars(layer) for layer in layers)


def test_weights_that_change_within_the_block_are_the_ones_that_count(
    layers: nn.Sequential, counted: list[torch.Size]
) -> None:
    states, first = torch.randn(3, 24), layers[0]
    assert isinstance(first, nn.Linear)
    with torch.no_grad(), quick_products(layers):
        layers(states)
        first.weight.data = first.weight * 2
        found = layers(states)
    torch.testing.assert_close(found, layers(states), rtol=1e-5, atol=1e-6)
    assert len(counted) == 4


def test_what_is_not_plain_float32_is_left_to_torch(layers: nn.Sequential, counted: list[torch.Size]) -> None:
    states = torch.randn(3, 24)
    with quick_products(layers):
        learned = layers.requires_grad_()(states)
        learned.sum().backward()
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            assert layers(states).dtype is torch.bfloat16
        with torch.no_grad():
            assert layers(states[:0]).shape == (0, 8)
    with torch.no_grad(), quick_products(layers.double()):
        assert layers(states.double()).dtype is torch.float64
    assert layers[0].weight.grad is not None
    assert not counted


def test_a_layer_of_another_kind_or_with_a_forward_of_its_own_keeps_it(counted: list[torch.Size]) -> None:
    class Doubled(nn.Linear):
        def forward(self, input: Tensor) -> Tensor:
            return 2 * super().forward(input)

    own = nn.Linear(4, 4)
    own.forward = lambda input: input  # type: ignore[method-assign]
    layers = nn.Sequential(Doubled(4, 4), own)
    states = torch.randn(2, 4)
    expected = layers(states)
    with torch.no_grad(), quick_products(layers):
        assert torch.equal(layers(states), expected)
    assert "forward" in vars(own)
    assert not counted


def test_hooks_of_a_layer_go_on_working(layers: nn.Sequential) -> None:
    layers[0].register_forward_hook(lambda _, __, found: found + 1)
    states = torch.randn(2, 24)
    with torch.no_grad(), quick_products(layers):
        found = layers(states)
    torch.testing.assert_close(found, layers(states), rtol=1e-5, atol=1e-6)


def test_nothing_changes_where_torch_is_as_fast(layers: nn.Sequential, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "has_more_than_mkl_takes", lambda: False)
    with quick_products(layers):
        assert not any("forward" in vars(layer) for layer in layers)


@pytest.mark.parametrize("shape", [(48, 16, 300), (1, 1, 1), (3, 4, 0), (0, 4, 3), (3, 0, 4)])
def test_a_product_of_two_matrices_is_the_same_but_for_rounding(shape: tuple[int, int, int]) -> None:
    left, right = torch.randn(shape[:2]), torch.randn(shape[1:])
    torch.testing.assert_close(product(left, right), left @ right, rtol=1e-5, atol=1e-5)
