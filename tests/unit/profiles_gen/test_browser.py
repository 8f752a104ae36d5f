"""The page of people: whole, offline, and deaf to what a record would like to run."""

import base64
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from helpers.people_file import change, draw, write_people
from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.data.sources import open_people
from smfa_bench_profiles.browser import LARGEST, browser
from smfa_bench_profiles.parts import published_parts
from smfa_bench_profiles.source import fictional

NAMES = [f"p{place}" for place in range(10)]


class Page(HTMLParser):
    """What a reader of the page finds."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.source = document
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def attributes(self, tag: str, name: str) -> list[str]:
        """Return an attribute of every tag of a name."""
        return [found[name] or "" for kind, found in self.tags if kind == tag and name in found]


@pytest.fixture(scope="module")
def made() -> ProfileSet:
    return fictional(size=12, seed=5, picture_size=32)


@pytest.fixture(scope="module")
def page(made: ProfileSet) -> Page:
    return Page(browser(made, few_shot=2))


def test_every_picture_fact_and_question_is_on_the_page(made: ProfileSet, page: Page) -> None:
    drawn = [name for scene in (*made.profiles, *made.unseen, *made.general) for name in scene.drawings()]
    assert len(page.attributes("img", "src")) == len(drawn)
    wanted = [fact.value for profile in made.profiles for fact in profile.facts]
    wanted += [text for question in made.questions() for text in (question.text, question.answer)]
    assert [text for text in wanted if text not in page.text] == []
    assert made.fingerprint in page.text


def test_everybody_is_marked_with_their_parts(made: ProfileSet, page: Page) -> None:
    marked = [set(parts.split()) for parts in page.attributes("article", "data-parts")]
    for part, scenes in published_parts(made, few_shot=2).items():
        assert sum(part in parts for parts in marked) == len(scenes)
    assert all(marked)


def test_nothing_is_fetched_from_elsewhere(page: Page) -> None:
    fetched = [*page.attributes("img", "src"), *page.attributes("script", "src"), *page.attributes("link", "href")]
    assert [url[:40] for url in fetched if not url.startswith("data:image/png;base64,")] == []
    assert not re.search(
        r"https?://|@import|url\(", browser(fictional(size=11, seed=0, picture_size=32), few_shot=1, seed=0)
    )
    assert "default-src 'none'" in page.attributes("meta", "content")[-1]


def test_a_record_can_not_bring_its_own_markup(tmp_path: Path) -> None:
    file = write_people(tmp_path, NAMES)
    evil = '"><script>alert(1)</script>&amp;'
    change(file, 3, lambda record: record.update(name=evil))
    change(file, 4, lambda record: record["facts"][0].update(key="<b>x", value=evil))
    page = Page(browser(open_people(file), few_shot=2))
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert "b" not in {tag for tag, _ in page.tags}
    assert page.text.count(evil) == 2


def test_large_pictures_are_made_smaller(tmp_path: Path) -> None:
    file = write_people(tmp_path, NAMES)
    draw(tmp_path, "p0", edge=400)
    page = Page(browser(open_people(file), few_shot=2))
    content = base64.b64decode(page.attributes("img", "src")[0].split(",")[1])
    assert Image.open(io.BytesIO(content)).size == (LARGEST, LARGEST)


def test_the_page_fits_phones_and_dark_rooms(page: Page) -> None:
    assert "width=device-width, initial-scale=1" in page.attributes("meta", "content")
    assert "prefers-color-scheme: dark" in page.text


def test_people_too_few_to_split_are_shown_all_the_same() -> None:
    page = Page(browser(fictional(size=2, seed=0, picture_size=32)))
    assert [parts for parts in page.attributes("article", "data-parts") if parts] == ["unseen"] * 40 + ["general"] * 20
    assert page.attributes("article", "data-parts").count("") == 2
