"""Pushing an export: what would be sent is what is sent, and what can go wrong is told in one line."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError

from helpers.people_file import write_people
from smfa_bench.data.sources import open_people
from smfa_bench.errors import DamagedFileError, PrerequisiteError, UsageError
from smfa_bench_profiles import push as module
from smfa_bench_profiles.export import export
from smfa_bench_profiles.push import planned, push


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("push")
    export(open_people(write_people(folder, [f"p{place}" for place in range(4)])), folder / "hub")
    return folder / "hub"


class Hub:
    """Stands in for the hub's client, and remembers what it is asked to do."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def create_repo(self, repo_id: str, **options: Any) -> Any:
        self.asked.append(("create", {"repo_id": repo_id, **options}))

        class Address(str):
            repo_id = "somebody/people"

        return Address("hub/somebody/people")

    def upload_folder(self, **options: Any) -> None:
        if self.error is not None:
            raise self.error
        self.asked.append(("upload", options))


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Hub:
    hub = Hub()
    monkeypatch.setattr(module, "HfApi", lambda: hub)
    return hub


def test_a_plan_lists_every_file_with_its_size_and_asks_nobody(exported: Path, hub: Hub) -> None:
    plan = planned("somebody/people", exported)
    assert {"README.md", "croissant.json", "seal.json", "parquet/text_memory/retain.parquet"} <= set(plan)
    assert plan == {name: (exported / name).stat().st_size for name in plan}
    assert hub.asked == []


def test_a_push_makes_a_data_set_and_uploads_the_folder(exported: Path, hub: Hub) -> None:
    assert push("people", exported, private=True) == "hub/somebody/people"
    (create, made), (upload, sent) = hub.asked
    assert (create, made) == (
        "create",
        {"repo_id": "people", "repo_type": "dataset", "private": True, "exist_ok": True},
    )
    assert (upload, sent["repo_id"], sent["repo_type"]) == ("upload", "somebody/people", "dataset")
    assert sent["folder_path"] == exported


@pytest.mark.parametrize("name", ["a/b/c", "", "a b", "../people", "-/people"])
def test_a_name_that_no_repository_has_is_refused(exported: Path, name: str) -> None:
    with pytest.raises(UsageError, match="can't name a repository; write owner/name"):
        planned(name, exported)


def test_what_is_no_export_or_was_changed_is_not_sent(exported: Path, hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no exported people"):
        push("somebody/people", tmp_path, private=False)
    (exported / "secrets.txt").write_text("mine")
    try:
        with pytest.raises(DamagedFileError, match="does not hold the files it was sealed with"):
            push("somebody/people", exported, private=False)
    finally:
        (exported / "secrets.txt").unlink()
    assert hub.asked == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (LocalTokenNotFoundError("none"), "no token of the hub"),
        (HfHubHTTPError("no", response=SimpleNamespace(headers={}, status_code=403, request=None)), "status 403"),  # type: ignore[arg-type]
        (ConnectionError("gone"), r"can't be reached \(ConnectionError\)"),
        (RuntimeError("odd"), r"can't be reached \(RuntimeError\)"),
    ],
)
def test_a_hub_that_does_not_answer_or_refuses_is_a_missing_prerequisite(
    exported: Path, hub: Hub, error: Exception, words: str
) -> None:
    hub.error = error
    with pytest.raises(PrerequisiteError, match=words):
        push("somebody/people", exported, private=False)
