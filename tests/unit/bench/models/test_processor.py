from pathlib import Path

import pytest

from smfa_bench.models import processor


def told(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the processor be what a file says."""
    path = folder / "cpuinfo"
    path.write_text(text)
    monkeypatch.setattr(processor, "TOLD", path)
    monkeypatch.setattr(processor, "_words", processor._words.__wrapped__)


@pytest.mark.parametrize(
    ("text", "bfloat16", "more"),
    [
        pytest.param("vendor_id : AuthenticAMD\nflags : fma avx2\n", False, False, id="AMD of 2021"),
        pytest.param("vendor_id : AuthenticAMD\nflags : avx2 avx512f avx512_bf16\n", True, True, id="AMD of 2022"),
        pytest.param("vendor_id : GenuineIntel\nflags : avx2 avx512f\n", False, False, id="Intel of 2017"),
        pytest.param("vendor_id : GenuineIntel\nflags : avx512f amx_bf16\n", True, False, id="Intel of 2023"),
        pytest.param("", False, False, id="nothing told"),
    ],
)
def test_what_a_processor_can_do_is_read_from_what_linux_tells(
    text: str, bfloat16: bool, more: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(text, tmp_path, monkeypatch)
    assert (processor.multiplies_bfloat16(), processor.has_more_than_mkl_takes()) == (bfloat16, more)


def test_where_linux_tells_nothing_nothing_is_assumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told("", tmp_path, monkeypatch)
    monkeypatch.setattr(processor, "TOLD", tmp_path / "none")
    assert not processor.multiplies_bfloat16()
    assert not processor.has_more_than_mkl_takes()
