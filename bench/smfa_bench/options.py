"""A method from its name and options as typed: checked before anything slow begins."""

from collections.abc import Iterable, Mapping

from pydantic import JsonValue, ValidationError

from smfa_bench.config import Adapting
from smfa_bench.errors import UsageError, option_faults, unknown
from smfa_bench.method import Method
from smfa_bench.registry import METHODS


def parse_options(assignments: Iterable[str]) -> dict[str, JsonValue]:
    """Return options from "key=value" texts; values stay texts, the method's own types read them.

    Raises:
        UsageError: If a text has no "=", or a key is given twice.
    """
    options: dict[str, JsonValue] = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals or not key:
            raise UsageError(f"option {assignment!r} is not of the form key=value; write for example --set k=2.5.")
        if key in options:
            raise UsageError(f"option {key!r} is given twice; give it once.")
        options[key] = value
    return options


def method_class(name: str) -> type[Method]:
    """Return the class that a name stands for.

    Raises:
        UsageError: If there is no such method, or it is no `Method`.
    """
    method = METHODS.get(name)
    if not (isinstance(method, type) and issubclass(method, Method)):
        raise UsageError(f"{name} is not a method: it must be a class derived from smfa_bench.method.Method.")
    return method


def make_method(name: str, options: Mapping[str, JsonValue], adapting: Adapting) -> Method:
    """Return the method of a name with its options, resolved for a model.

    Args:
        name: An entry point's name, "module:Class" or "./file.py:Class".
        options: What differs from the method's defaults.
        adapting: The model's recipe, for what the options leave open.

    Raises:
        UsageError: If there is no such method, it is no `Method`, or an option is unknown or not valid.
    """
    method = method_class(name)
    for key in options:
        if key not in method.Config.model_fields:
            raise unknown(f"option of {name}", key, method.Config.model_fields)
    try:
        config = method.Config.model_validate(options, strict=False)
    except ValidationError as error:
        raise UsageError(f"options of {name} are not valid: {option_faults(error, name)}.") from error
    return method(config.resolved(adapting))
