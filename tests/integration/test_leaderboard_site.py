"""The leaderboard's pages in a real browser: sorted, filtered and walked through, without a network or an error."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from helpers.made_up_submissions import make_submission
from smfa_bench_leaderboard.site import site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

api = pytest.importorskip("playwright.sync_api", reason="playwright, which drives the browser, is not installed")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
GOLD = {"best": 0.9, "middle": 0.5, "worst": -0.25}


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser here: none of {', '.join(BROWSERS)} is installed")
    with api.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a board of three ranked rows and one without a rank, and a board of another model."""
    submissions = [make_submission(name, gold, domains=True) for name, gold in GOLD.items()]
    submissions += [make_submission("unranked", domains=True), make_submission("elsewhere", 0.7, model="large")]
    folder = tmp_path_factory.mktemp("site")
    for name, content in site(submissions):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def page(browser: "Browser", folder: Path) -> Iterator["Page"]:
    """The first page; when the test is over, nothing was fetched and nothing went wrong."""
    opened = browser.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: wrong.append(message.text))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.goto((folder / "index.html").as_uri())
    yield opened
    opened.close()
    assert [url for url in asked if not url.startswith((folder.as_uri(), "data:"))] == []
    assert wrong == []


def names(page: "Page") -> list[str]:
    """Return the names of the submissions that are shown, from top to bottom."""
    rows = page.locator(".board:not([hidden]) tbody:first-of-type tr:not([hidden]) th")
    return [name.strip() for name in rows.all_inner_texts()]


def sort_by(page: "Page", heading: str) -> list[str]:
    board = page.locator(".board", has_text="unranked")
    board.locator("thead button", has_text=re.compile(rf"^{heading}$")).click()
    return [name.strip() for name in board.locator("tbody:first-of-type tr th").all_inner_texts()]


def test_rows_are_sorted_by_a_column_and_back_with_missing_numbers_last(page: "Page") -> None:
    assert sort_by(page, "gold score ↑") == ["worst", "middle", "best", "unranked"]
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("gold score")
    assert sort_by(page, "gold score ↑") == ["best", "middle", "worst", "unranked"]
    assert page.locator("th[aria-sort=descending]").count() == 1
    assert sort_by(page, "name") == ["best", "middle", "unranked", "worst"]
    assert page.locator("th[aria-sort]").count() == 1


def test_a_heading_can_be_used_from_the_keyboard(page: "Page") -> None:
    page.locator(".board", has_text="unranked").get_by_role("button", name="name", exact=True).focus()
    page.keyboard.press("Enter")
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("name")


def test_filters_hide_rows_and_boards_and_count_what_is_left(page: "Page") -> None:
    everything = names(page)
    assert len(everything) == 5
    page.get_by_label("Name").fill("WORST")
    assert names(page) == ["worst"]
    assert page.locator(".board:not([hidden])").count() == 1
    assert page.locator("output").inner_text() == "1 row"
    page.get_by_label("Name").fill("")
    page.locator("select[data-filter=model]").select_option("large")
    assert names(page) == ["elsewhere"]
    page.get_by_label("Name").fill("nobody")
    assert (names(page), page.locator("output").inner_text()) == ([], "0 rows")
    page.get_by_label("Name").fill("")
    page.locator("select[data-filter=model]").select_option("all")
    assert names(page) == everything


def test_columns_by_domain_are_hidden_until_they_are_asked_for_and_sort_like_any(page: "Page") -> None:
    heading = page.locator("th", has_text="forget image memory fundus")
    group = page.locator("th[scope=colgroup]", has_text="by domain")
    assert (heading.is_visible(), group.is_visible()) == (False, False)
    page.get_by_label("by domain").check()
    assert (heading.is_visible(), group.is_visible()) == (True, True)
    heading.get_by_role("button").click()
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("forget image memory fundus")
    page.get_by_label("by domain").uncheck()
    assert not heading.is_visible()


def test_every_link_of_a_row_leads_to_its_page_and_back(page: "Page") -> None:
    for name in (*GOLD, "unranked", "elsewhere"):
        page.get_by_role("link", name=name, exact=True).click()
        assert page.locator("h1").inner_text() == name
        page.get_by_role("link", name="Leaderboard").click()
        assert page.locator("h1").inner_text() == "smfa-bench leaderboard"
        target = page.url.partition("#")[2]
        assert name in page.locator(f"#{target}").inner_text()


def test_pictures_are_shown_and_no_text_is_wider_than_a_phone(page: "Page") -> None:
    for picture in page.locator("img").all():
        picture.scroll_into_view_if_needed()
        picture.evaluate("image => image.decode()")
        assert picture.evaluate("image => image.naturalWidth") > 1000
    page.set_viewport_size({"width": 380, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 380
    for caption in page.locator("caption span").all():
        assert caption.evaluate("span => span.getBoundingClientRect().right") <= 380
