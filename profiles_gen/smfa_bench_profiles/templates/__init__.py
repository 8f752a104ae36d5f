"""Documents with gaps: each file beside this one is a template, filled by `render`."""

from jinja2 import Environment, PackageLoader, StrictUndefined


def render(name: str, **values: object) -> str:
    """Return the template of a name, filled.

    In an HTML document what is filled in is escaped; a value that the template asks for and nobody gave is an error.

    Args:
        name: File name without the suffix `.jinja`: "card.md".
        **values: What the template names.
    """
    environment = Environment(
        loader=PackageLoader("smfa_bench_profiles"),
        autoescape=name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(f"{name}.jinja").render(**values)
