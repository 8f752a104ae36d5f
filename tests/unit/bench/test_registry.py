"""Registries: names, paths to modules and paths to files, and what is said when none of them leads anywhere."""

import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from smfa_bench.errors import UsageError
from smfa_bench.registry import ADAPTERS, JUDGES, METHODS, Registry


def test_a_name_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "smfa_bench.scoring.offline", raising=False)
    assert JUDGES.get("offline").__name__ == "OfflineJudge"


def test_the_reference_plugins_come_through_the_door_of_everybody() -> None:
    assert {"smfa", "ga-difference", "idk-tuning"} <= set(METHODS.entries)
    assert "lora" in ADAPTERS.entries


def test_an_unknown_name_is_answered_with_the_near_match() -> None:
    with pytest.raises(UsageError, match=r"unknown method 'smfaa'. Did you mean 'smfa'"):
        METHODS.get("smfaa")


def test_a_path_to_a_class_in_a_module_is_imported() -> None:
    assert METHODS.get("pathlib:Path") is Path


def test_a_class_in_a_file_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.py").write_text("class Mine:\n    answer = 42\n")
    monkeypatch.chdir(tmp_path)
    assert METHODS.get("./mine.py:Mine").answer == 42
    assert METHODS.get(f"{tmp_path}/mine.py:Mine").answer == 42


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no_such_module:Mine", "ModuleNotFoundError"),
        ("pathlib:NoSuchClass", "AttributeError"),
        ("./broken.py:Mine", "ZeroDivisionError"),
        ("./garbled.py:Mine", "SyntaxError"),
        ("./broken.py:Mine", "mend it, or name another"),
    ],
)
def test_what_can_not_be_imported_is_a_usage_error_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, reason: str
) -> None:
    (tmp_path / "broken.py").write_text("1 / 0\n")
    (tmp_path / "garbled.py").write_text("class\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"method .* can't be imported") as caught:
        METHODS.get(name)
    assert reason in str(caught.value)


def test_an_error_on_import_is_told_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.py").write_text("\n1 / 0\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"\(ZeroDivisionError: division by zero, broken.py line 2\)"):
        METHODS.get("./broken.py:Mine")


def test_a_file_named_as_a_module_or_without_its_class_is_answered_with_what_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sole.py").write_text("class Mine: ...\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"is the file meant\? It is \./sole\.py:Mine\."):
        METHODS.get("sole:Mine")
    with pytest.raises(UsageError, match=r"\./sole\.py is a file; name the method in it, as \./sole\.py:Name\."):
        METHODS.get("./sole.py")


def test_code_has_another_fingerprint_once_anything_in_its_package_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "plugin_of_others"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "method.py").write_text("class Mine: ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    entry = EntryPoint("mine", "plugin_of_others.method:Mine", METHODS.group)
    monkeypatch.setitem(METHODS.entries, "mine", entry._for(SimpleNamespace(name="plugin")))  # type: ignore[attr-defined]
    before = METHODS.code("mine")
    assert before is not None
    assert before == METHODS.code("mine") == METHODS.code("plugin_of_others.method:Mine")
    (package / "losses.py").write_text("")
    assert METHODS.code("mine") not in (before, None)


def test_code_in_a_file_has_another_fingerprint_once_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("class Mine: ...\n")
    before = METHODS.code(f"{path}:Mine")
    path.write_text("class Mine: pass\n")
    assert METHODS.code(f"{path}:Mine") not in (before, None)


def test_what_comes_with_the_suite_has_a_version_and_no_fingerprint() -> None:
    assert METHODS.code("smfa") is None
    assert METHODS.code("smfa_bench_methods.smfa:Smfa") is None
    assert JUDGES.code("offline") is None


@pytest.mark.parametrize("where", ["./missing.py", "missing.py", "./folder", "folder.py"])
def test_a_file_that_is_not_there_is_told_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.py").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        METHODS.get(f"{where}:Mine")
    assert str(caught.value) == f"there is no Python file {where}; name a method in a file as ./file.py:Name."


def test_a_broken_entry_names_the_package_to_mend_or_uninstall(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = METHODS.entries["smfa"].dist
    broken = EntryPoint("broken", "no_such_module:Mine", METHODS.group)._for(ours)  # type: ignore[attr-defined]
    monkeypatch.setitem(METHODS.entries, "broken", broken)
    with pytest.raises(UsageError, match=r"No module named 'no_such_module'\); mend or uninstall smfa-bench\."):
        METHODS.get("broken")


def test_a_name_belongs_to_the_suite_and_else_to_the_first_package_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def entry(package: str, name: str) -> EntryPoint:
        made = EntryPoint(name, f"{package.replace('-', '_')}:Mine", "group")
        return made._for(SimpleNamespace(name=package))  # type: ignore[attr-defined, no-any-return]

    installed = [entry("other", "smfa"), entry("smfa-bench", "smfa"), entry("beta", "mine"), entry("alpha", "mine")]
    for order in (installed, installed[::-1]):
        monkeypatch.setattr("smfa_bench.registry.entry_points", lambda order=order, **_: order)
        registry = Registry("method", "group")
        assert {name: one.value for name, one in registry.entries.items()} == {
            "smfa": "smfa_bench:Mine",
            "mine": "alpha:Mine",
        }
        assert [one.value for one in registry.shadowed] == ["beta:Mine", "other:Mine"]


def test_a_module_that_ends_the_program_is_a_broken_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "quitter.py").write_text("import sys\nsys.exit(7)\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UsageError, match=r"can't be imported \(SystemExit: 7, quitter\.py line 2\)"):
        METHODS.get("quitter:Mine")


def test_a_reason_of_several_lines_is_told_in_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "talker.py").write_text("raise ValueError('first\\n  second')\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UsageError, match=r"ValueError: first second, talker\.py line 1\)"):
        METHODS.get("talker:Mine")


def test_a_group_without_entries_knows_no_name() -> None:
    with pytest.raises(UsageError, match=r"unknown thing 'x'. Valid: none."):
        Registry("thing", "smfa_bench.no_such_group").get("x")


@pytest.mark.parametrize("name", ["put_by_hand:Mine", "builtins:Mine", "no_such_module:Mine"])
def test_what_has_no_files_has_no_fingerprint(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "put_by_hand", ModuleType("put_by_hand"))
    assert METHODS.code(name) is None


def test_what_lies_in_a_package_but_was_not_written_has_no_part_in_its_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "namespace_of_others"
    (package / "inner").mkdir(parents=True)
    (package / "inner" / "method.py").write_text("class Mine: ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    before = METHODS.code("namespace_of_others.inner.method:Mine")
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "method.pyc").write_text("")
    (package / "inner" / ".#method.py").symlink_to("nowhere")
    (package / "folder.py").mkdir()
    assert METHODS.code("namespace_of_others.inner.method:Mine") == before is not None
    (package / "inner" / "words.json").write_text("[]")
    assert METHODS.code("namespace_of_others.inner.method:Mine") not in (before, None)
