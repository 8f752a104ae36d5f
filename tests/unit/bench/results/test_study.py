"""Areas of metrics between pools, on values made by hand."""

from smfa_bench.results.study import Condition, Studied, study


def model(knows: bool, seed: int, **values: float | None) -> Studied:
    return Studied(
        exposure="facts" if knows else "none",
        knows=knows,
        seed=seed,
        learning_rate=1e-3,
        values=dict.fromkeys(Condition, values),
    )


def test_a_metric_that_parts_the_pools_has_area_one_whichever_way_it_points() -> None:
    models = [model(True, seed, fact=9.0 + seed, truth_ratio=0.1 * seed) for seed in range(2)]
    models += [model(False, seed, fact=1.0 + seed, truth_ratio=1.0 + seed) for seed in range(2)]
    areas = study(models, seed=0).areas
    for name in ("fact", "truth_ratio"):
        for condition in Condition:
            assert (areas[name][condition].value, areas[name][condition].low) == (1.0, 1.0)


def test_a_metric_that_says_the_same_of_all_has_area_one_half() -> None:
    found = study([model(knows, seed, meaningful=10.0) for knows in (True, False) for seed in range(3)], seed=0)
    assert found.areas["meaningful"][Condition.TAUGHT].value == 0.5


def test_a_metric_that_one_model_lacks_is_missing() -> None:
    models = [model(True, 0, fact=9.0), model(True, 1, fact=None), model(False, 0, fact=1.0)]
    assert study(models, seed=0).areas["fact"][Condition.INT8].value is None
