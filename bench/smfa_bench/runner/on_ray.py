"""A sweep on a Ray cluster; a run whose worker dies is begun again elsewhere and goes on where it stood."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from smfa_bench.errors import PrerequisiteError
from smfa_bench.results.result import RunConfig
from smfa_bench.runner.sweeping import Outcome, in_turn

RETRIES: Final = 3
"""How often a run is begun again when its worker dies."""


def sweep_on_ray(configs: Sequence[RunConfig], *, address: str, runs_dir: Path, cache: Path) -> Iterator[Outcome]:
    """Yield outcomes as the runs end; the cluster's machines share the disk with the runs and the cache.

    A run takes one processor, and one GPU where the cluster has any.

    Args:
        configs: The runs.
        address: "auto" for the cluster that this machine is in, "local" for one made here, or an address.
        runs_dir: Where run folders go.
        cache: Where taught models are kept.

    Raises:
        PrerequisiteError: If Ray is not installed or the cluster can't be reached.
    """
    try:
        import ray
    except ImportError as error:
        raise PrerequisiteError("--ray needs Ray: pip install 'smfa-bench[ray]'.") from error
    if not ray.is_initialized():
        try:
            ray.init(address=address, log_to_driver=False, configure_logging=False)
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise PrerequisiteError(
                f"can't reach a Ray cluster at {address}; start one, or leave --ray out."
            ) from error
    resources: Any = ray.cluster_resources
    gpus = 1 if resources().get("GPU") else 0
    task: Any = ray.remote(num_cpus=1, num_gpus=gpus, max_retries=RETRIES)(_run_there)
    places = (str(runs_dir.absolute()), str(cache.absolute()))
    waiting = {task.remote(config.model_dump_json(), *places): config for config in in_turn(configs)}
    while waiting:
        (ready, *_), _ = ray.wait(list(waiting), num_returns=1)
        config = waiting.pop(ready)
        try:
            yield Outcome.model_validate_json(ray.get(ready))
        except ray.exceptions.RayError as error:
            reason = str(error).strip().splitlines()[0]
            yield Outcome(config=config, state="failed", reason=f"its worker failed: {reason}")


def _run_there(config: str, runs_dir: str, cache: str) -> str:
    from smfa_bench.progress import Silent
    from smfa_bench.runner.sweeping import run_one

    asked = RunConfig.model_validate_json(config)
    return run_one(asked, runs_dir=Path(runs_dir), cache=Path(cache), progress=Silent()).model_dump_json()
