"""Wheel and sdist: everything the packages need, nothing under a name that is not ours."""

import re
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PACKAGES = (
    "bench/smfa_bench",
    "methods/smfa_bench_methods",
    "profiles_gen/smfa_bench_profiles",
    "leaderboard/smfa_bench_leaderboard",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    with ZipFile(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Size of every file of the sdist, by its path in the project."""
    folder = tmp_path_factory.mktemp("sdist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.tar.gz")
    with tarfile.open(path) as opened:
        return {member.name.partition("/")[2]: member.size for member in opened.getmembers()}


def is_submission(path: str) -> bool:
    return path.startswith("leaderboard/submissions/") and path.endswith(".json")


def shipped(package: str) -> set[str]:
    """Return every file of a package, named as in the wheel."""
    folder = ROOT / package
    return {
        path.relative_to(folder.parent).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_every_file_of_a_package_is_in_the_wheel(wheel: ZipFile, package: str) -> None:
    assert shipped(package) - set(wheel.namelist()) == set()


def test_every_top_level_name_is_ours(wheel: ZipFile) -> None:
    top_level = {name.split("/")[0] for name in wheel.namelist()}
    assert {name for name in top_level if not name.startswith("smfa_bench")} == set()


def test_the_weights_of_the_embedded_model_are_in_the_wheel(wheel: ZipFile) -> None:
    weights = [entry for entry in wheel.infolist() if entry.filename.endswith(".safetensors")]
    assert [entry.filename for entry in weights if entry.file_size > 1_000_000] != []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_says_that_it_is_typed(wheel: ZipFile, package: str) -> None:
    assert f"{Path(package).name}/py.typed" in wheel.namelist()


def test_the_licence_is_in_the_wheel(wheel: ZipFile) -> None:
    (licence,) = [name for name in wheel.namelist() if name.endswith("/LICENSE")]
    assert wheel.read(licence) == (ROOT / "LICENSE").read_bytes()


def test_every_entry_point_names_a_module_of_the_wheel(wheel: ZipFile) -> None:
    groups = [PROJECT["scripts"], *PROJECT.get("entry-points", {}).values()]
    modules = {target.split(":")[0].replace(".", "/") for group in groups for target in group.values()}
    files = set(wheel.namelist())
    assert {module for module in modules if not files & {f"{module}.py", f"{module}/__init__.py"}} == set()


def metadata(wheel: ZipFile) -> Message:
    (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return message_from_bytes(wheel.read(name))


def test_the_version_is_a_released_one_or_one_on_the_way_to_it(wheel: ZipFile) -> None:
    assert re.fullmatch(r"\d+\.\d+(\.\d+)?(\.dev\d+)?", metadata(wheel)["Version"])


def test_the_page_on_a_package_index_has_no_link_to_a_file_that_is_not_there(wheel: ZipFile) -> None:
    page = str(metadata(wheel).get_payload())
    assert metadata(wheel)["Description-Content-Type"] == "text/markdown"
    assert page.startswith("# smfa-bench")
    assert re.findall(r"\]\((?!https://)", page) == []
    assert "`docs/results.md`" in page


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="without git there is no list of what is the project's")
def test_the_sdist_has_what_builds_tests_and_documents_the_project(sdist: dict[str, int]) -> None:
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    wanted = {path for path in listed.split("\0") if path and not is_submission(path)}
    assert wanted - sdist.keys() == set()
    assert sdist.keys() - wanted - {"PKG-INFO"} == set()


def test_the_sdist_has_no_data_of_the_leaderboard_and_is_small(sdist: dict[str, int]) -> None:
    assert [path for path in sdist if is_submission(path)] == []
    assert sum(sdist.values()) < 40_000_000
