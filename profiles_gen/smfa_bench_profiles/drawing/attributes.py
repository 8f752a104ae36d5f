"""The check that a drawing's attributes are words its picture can show."""

from collections.abc import Iterable, Mapping

from smfa_bench.errors import UsageError, unknown


def check_attributes(attributes: Mapping[str, str], valid: Mapping[str, tuple[str, ...]]) -> None:
    """Pass if every attribute is given, and each with a word that exists.

    Raises:
        UsageError: If a name is missing or a name or word is unknown.
    """
    check_names("attribute", attributes, valid)
    for name, value in attributes.items():
        if value not in valid[name]:
            raise unknown(name, value, valid[name])


def check_geometry(geometry: Mapping[str, float], valid: Iterable[str]) -> None:
    """Pass if every number of a drawing's geometry is given, and each is in [0, 1].

    Raises:
        UsageError: If a name is missing or unknown, or a number is out of range.
    """
    check_names("geometry", geometry, valid)
    for name, value in geometry.items():
        if not 0 <= value <= 1:
            raise UsageError(f"geometry {name} is {value}; valid: 0 to 1.")


def check_names(kind: str, given: Iterable[str], valid: Iterable[str]) -> None:
    """Pass if `given` holds all of the valid names and no other; `kind` says what they name, in the singular.

    Raises:
        UsageError: If a name is unknown or missing.
    """
    known, names = list(valid), set(given)
    for name in sorted(names.difference(known)):
        raise unknown(kind, name, known)
    if missing := [name for name in known if name not in names]:
        raise UsageError(f"{kind} {', '.join(missing)} missing; a drawing needs each of {', '.join(known)}.")
