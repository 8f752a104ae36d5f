"""A profile set as its questions are asked: in the words, and with the pictures, that a run chose."""

from smfa_bench.data.phrasing import Phrasing, reworded, usual_phrasing
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.rerendering import Pictures, seen_anew


def as_asked(profiles: ProfileSet, phrasing: Phrasing | None, pictures: Pictures) -> ProfileSet:
    """Return the set in another wording and with other pictures; the same set for what is taught.

    Without a wording it is the usual one of these people. Ids stay, the fingerprint is another one, and questions that
    have no wording of the kind are left out.

    Raises:
        UsageError: If no question about a person has such a wording, or their pictures can't be drawn anew.
    """
    return seen_anew(reworded(profiles, phrasing or usual_phrasing(profiles)), pictures)
