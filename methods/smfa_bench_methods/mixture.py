"""What methods that teach refusals train on."""

from smfa_bench.data.refusals import refusal_pool, refused
from smfa_bench.data.sample import Sample, UnlearnData
from smfa_bench.errors import UsageError


def refusal_mixture(data: UnlearnData, *, refusals: int, seed: int) -> list[Sample]:
    """Return the forget samples with refusals for answers, then the few-shot retain samples as they are.

    Args:
        data: What a method may see.
        refusals: Number of different refusals, 1 to 1,000.
        seed: Decides which refusal goes to which question.

    Raises:
        UsageError: If the forget set is empty.
    """
    if not data.forget:
        raise UsageError("the forget set is empty; a method needs at least one sample that is to be forgotten.")
    return [*refused(data.forget, refusal_pool(refusals), seed=seed), *data.few_shot]
