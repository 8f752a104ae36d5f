"""Links out of this folder, which work in the repository, made to work on the site."""

import re
from typing import Any

PAGES = {
    "../CHANGELOG.md": "changelog.md",
    "../CONTRIBUTING.md": "contributing.md",
    "../profiles_gen/smfa_bench_profiles/embedded/weights/README.md": "model-card.md",
}
LINK = re.compile(r"\[([^\]]+)\]\((\.\./[^)]+)\)")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Point a link to a file outside at the page that shows it; of any other file, show the path."""
    return LINK.sub(lambda link: _inside(link[1], link[2]), markdown)


def _inside(text: str, target: str) -> str:
    return f"[{text}]({PAGES[target]})" if target in PAGES else f"{text} (`{target.removeprefix('../')}`)"
