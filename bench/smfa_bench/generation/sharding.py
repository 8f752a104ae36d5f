"""Which questions a process answers: all about one picture, or about one person without it, stay together."""

from collections.abc import Sequence

from smfa_bench.data.sample import Sample


def own_share(samples: Sequence[Sample], *, rank: int, size: int) -> list[Sample]:
    """Return the share of one process, in the order given; every sample is in exactly one share.

    The largest groups are dealt out first, each to whom has least, so that shares differ by no more than a group.

    Args:
        samples: What all processes are asked together.
        rank: Number of the process, in [0, size).
        size: Number of processes.
    """
    groups: dict[str, list[int]] = {}
    for place, sample in enumerate(samples):
        question = sample.question
        groups.setdefault(question.picture or question.subject, []).append(place)
    loads = [0] * size
    own: list[int] = []
    for places in sorted(groups.values(), key=lambda places: (-len(places), places[0])):
        owner = loads.index(min(loads))
        loads[owner] += len(places)
        if owner == rank:
            own += places
    return [samples[place] for place in sorted(own)]
