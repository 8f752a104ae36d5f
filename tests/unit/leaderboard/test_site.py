"""The leaderboard as a folder of pages."""

import base64
import hashlib
import io
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from helpers.made_up_submissions import make_submission
from helpers.people import make_record
from smfa_bench.data.question import Task
from smfa_bench.results.answer import Part, Stage
from smfa_bench_leaderboard import site as pages_of
from smfa_bench_leaderboard.site import site
from smfa_bench_leaderboard.submission import Submission
from smfa_bench_leaderboard.submission_page import Rows, sample_rows
from smfa_bench_leaderboard.trade_off import TradeOff

SCRIPT = "<script>alert(1)</script>"
VOID = {"meta", "img", "input", "link", "br"}


class Page(HTMLParser):
    """The elements of a page, in order; ends of elements must match their beginnings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def answered(answer: str) -> Rows:
    stages = (Stage.VANILLA, Stage.UNLEARNED)
    return sample_rows([make_record(Part.FORGET, Task.TEXT_MEMORY, {}, stage=one, answer=answer) for one in stages])


def index_of(*submissions: Submission) -> str:
    return dict(site(submissions))["index.html"].decode()


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    hostile = make_submission(f"hostile {SCRIPT}", 0.5, options={"k": f"'\">{SCRIPT}"})
    harmless, other = make_submission("harmless"), make_submission("other model", 0.7, model=f"large {SCRIPT}")
    samples = {hostile.key: answered(f'{SCRIPT}"\u202e\x1b'), harmless.key: answered("In Oslo.")}
    written = site([hostile, harmless, other], samples)
    return {name: content.decode() for name, content in written if not name.endswith(".parquet")}


@pytest.fixture(scope="module")
def pages(files: dict[str, str]) -> dict[str, Page]:
    return {name: Page(text) for name, text in files.items() if name.endswith(".html")}


def test_there_is_a_page_for_each_submission_and_every_link_within_the_site_leads_somewhere(
    files: dict[str, str], pages: dict[str, Page]
) -> None:
    assert len(pages) == 4
    index = pages["index.html"]
    local = [link["href"] or "" for link in index.all("a")]
    assert {link for link in local if not link.startswith("#")} == (
        files.keys() - {"index.html"} | {"leaderboard.parquet"}
    )
    anchors = {f"#{attributes['id']}" for _, attributes in index.elements if "id" in attributes}
    for name, page in pages.items():
        back = [link["href"] or "" for link in page.all("a") if "index.html" in (link["href"] or "")]
        assert all(link.removeprefix("../index.html") in anchors for link in back)
        assert back or name == "index.html"


def test_nothing_hostile_becomes_an_element_or_an_attribute(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert len(page.all("script")) == 1
        assert page.all("script")[0] == {}
        assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert any(SCRIPT in text for text in pages["index.html"].texts)


def test_what_turns_the_direction_of_writing_is_spelled_out(files: dict[str, str]) -> None:
    whole = "".join(files.values())
    assert "\u202e" not in whole
    assert "\\u202e\\u001b" in whole


def test_the_pages_fetch_nothing_and_run_nothing_but_their_own_style_and_script(
    files: dict[str, str], pages: dict[str, Page]
) -> None:
    for name, page in pages.items():
        sources = [attributes["src"] or "" for _, attributes in page.elements if "src" in attributes]
        assert all(source.startswith("data:image/png;base64,") for source in sources)
        (policy,) = [
            meta["content"] or "" for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"
        ]
        assert "default-src 'none'" in policy
        for tag in ("style", "script"):
            (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", files[name], re.DOTALL)
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            assert f"{tag}-src 'sha256-{digest}'" in policy


def test_every_row_and_column_of_every_table_has_its_heading(pages: dict[str, Page]) -> None:
    for page in pages.values():
        assert {heading["scope"] for heading in page.all("th")} <= {"row", "col", "colgroup"}
    index = pages["index.html"]
    assert len(index.all("table")) == 2
    rows = [heading for heading in index.all("th") if heading["scope"] == "row"]
    assert len(rows) == 3 + 2  # submissions, and the vanilla model of each board


def test_filters_offer_the_conditions_that_occur(pages: dict[str, Page]) -> None:
    index = pages["index.html"]
    boards = [section for section in index.all("section") if section["class"] == "board"]
    assert {board["data-model"] for board in boards} == {"tiny", f"large {SCRIPT}"}
    assert [select["data-filter"] for select in index.all("select")] == ["model", "split", "few_shot", "data", "judge"]


def test_the_page_of_a_submission_shows_options_cells_and_answers_beside_the_vanilla_model(
    files: dict[str, str], pages: dict[str, Page]
) -> None:
    (name,) = [name for name in pages if ">harmless<" in files[name] and name != "index.html"]
    texts = pages[name].texts
    assert {
        "Options of the method",
        "vanilla model",
        "unlearned model",
        "In Oslo.",
        "9.0 s a run, on an unnamed device",
    } <= {text.strip() for text in texts}
    assert "9.00 (36)" in texts  # 12 answers of each of three seeds


def test_cells_by_domain_are_a_group_of_columns_of_their_own_where_there_are_any() -> None:
    plain, split = make_submission("plain", 0.5, model="large"), make_submission("split", 0.5, domains=True)
    files = dict(site([plain, split]))
    index = Page(files["index.html"].decode())
    groups = [heading for heading in index.all("th") if heading["scope"] == "colgroup"]
    assert [heading["colspan"] for heading in groups if heading.get("class") == "by-domain"] == ["4"]
    headings = {"forget image memory fundus ↓", "forget underst. portrait ↑", "by domain"}
    assert headings <= {text.strip() for text in index.texts}
    lines = files["leaderboard.csv"].decode().splitlines()
    place = lines[0].split(",").index("forget.image_memory.fundus.fact")
    assert {line.split(",")[place] for line in lines[1:]} == {"1.5", "n/a"}


def test_without_cells_by_domain_there_is_nothing_to_choose() -> None:
    assert "by-domain" not in [box.get("id") for box in Page(index_of(make_submission("a", 0.5))).all("input")]
    assert "by-domain" in [box.get("id") for box in Page(index_of(make_submission("a", domains=True))).all("input")]


def test_the_same_submissions_give_the_same_bytes() -> None:
    one, two = (dict(site([make_submission("a", 0.5)])) for _ in range(2))
    assert one == two


def test_a_site_of_no_submissions_says_so_and_has_every_table_without_a_row() -> None:
    files = dict(site([]))
    assert "Nothing was submitted yet." in Page(files["index.html"].decode()).texts
    one = dict(site([make_submission("a", 0.5)]))
    assert files["leaderboard.csv"].splitlines() == one["leaderboard.csv"].splitlines()[:1]
    empty, full = (pd.read_parquet(io.BytesIO(written["leaderboard.parquet"])) for written in (files, one))
    assert empty.empty
    assert list(empty.columns) == list(full.columns)


def test_a_picture_shows_the_best_rows_alone_where_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[TradeOff] = []

    def drawn(picture: TradeOff) -> bytes:
        shown.append(picture)
        return b""

    monkeypatch.setattr(pages_of, "trade_off_png", drawn)
    monkeypatch.setattr(pages_of, "PICTURED", 2)
    submissions = [make_submission(f"row {place}", place / 10, options={"k": place}) for place in range(4)]
    index = dict(site(submissions))["index.html"].decode()
    assert [point.label for point in shown[0].points] == ["row 3", "row 2", "(vanilla)"]
    assert "each of the 2 best rows" in index
    assert all(submission.name in index for submission in submissions)
