"""Features of a picture are computed once, in memory or in mapped files, and are the same in either."""

from pathlib import Path

import pytest
import torch
from torch import Tensor
from transformers.modeling_outputs import BaseModelOutputWithPooling

from smfa_bench.models.encoding import Tensors
from smfa_bench.training import seen as module
from smfa_bench.training.seen import Seen

PICTURES: list[Tensors] = [{"pixel_values": torch.full((1, 3), float(number))} for number in range(4)]


class Eyes:
    """Counts what it looks at."""

    def __init__(self, dtype: torch.dtype) -> None:
        self.looks = 0
        self._dtype = dtype

    def __call__(self, pixel_values: Tensor) -> BaseModelOutputWithPooling:
        self.looks += len(pixel_values)
        return BaseModelOutputWithPooling(pooler_output=(pixel_values * 2 + 0.1).to(self._dtype)[:, None])


def look(seen: Seen, *places: int) -> Tensor:
    """Announce a batch of pictures and return their features."""
    shown = [PICTURES[place] for place in places]
    batch = {"pixel_values": torch.cat([picture["pixel_values"] for picture in shown])}
    seen.announce(batch, shown)
    found: Tensor = seen(pixel_values=batch["pixel_values"]).pooler_output
    return found


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory for the features of one picture and no more."""
    monkeypatch.setattr(module, "memory_for_features", lambda: 12)


@pytest.fixture(params=[torch.float32, torch.bfloat16, torch.float16])
def eyes(request: pytest.FixtureRequest) -> Eyes:
    return Eyes(request.param)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


def test_a_picture_is_seen_once_however_often_it_comes(eyes: Eyes, folder: Path) -> None:
    expected = eyes(torch.cat([PICTURES[place]["pixel_values"] for place in (0, 1, 0)])).pooler_output
    eyes.looks, seen = 0, Seen(eyes, folder)
    for _ in range(3):
        assert torch.equal(look(seen, 0, 1, 0), expected)
    assert eyes.looks == 2
    assert not folder.exists()


@pytest.mark.usefixtures("room")
def test_what_memory_has_no_room_for_is_kept_in_files_and_is_the_same(eyes: Eyes, folder: Path) -> None:
    expected = eyes(torch.cat([picture["pixel_values"] for picture in PICTURES])).pooler_output
    eyes.looks, seen = 0, Seen(eyes, folder)
    for _ in range(2):
        assert torch.equal(look(seen, 0, 1, 2, 3), expected)
        assert look(seen, 3, 1).dtype == expected.dtype
    assert eyes.looks == len(PICTURES)
    assert folder.exists()


@pytest.mark.usefixtures("room")
def test_files_have_no_name_so_that_none_is_left_by_a_killed_process(folder: Path) -> None:
    seen = Seen(Eyes(torch.float32), folder)
    look(seen, 0, 1, 2)
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("room")
def test_where_the_disk_is_full_a_picture_is_seen_each_time(
    eyes: Eyes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = eyes(torch.cat([picture["pixel_values"] for picture in PICTURES])).pooler_output

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "in_file", full)
    eyes.looks, seen = 0, Seen(eyes, folder)
    for _ in range(2):
        assert torch.equal(look(seen, 0, 1, 2, 3), expected)
    assert eyes.looks > len(PICTURES)
