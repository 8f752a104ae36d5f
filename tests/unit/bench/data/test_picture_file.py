"""Pictures on disk."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from smfa_bench.data.picture_file import png

PIXELS = st.tuples(st.integers(1, 24), st.integers(1, 24), st.just(3)).flatmap(lambda shape: arrays(np.uint8, shape))


@given(PIXELS)
def test_a_picture_is_read_back_with_the_pixels_it_was_written_with(pixels: np.ndarray) -> None:
    with Image.open(io.BytesIO(png(Image.fromarray(pixels))), formats=("PNG",)) as found:
        found.verify()
    with Image.open(io.BytesIO(png(Image.fromarray(pixels))), formats=("PNG",)) as found:
        assert found.mode == "RGB"
        np.testing.assert_array_equal(np.asarray(found), pixels)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "1"])
def test_pictures_of_other_modes_are_written_as_rgb(mode: str) -> None:
    picture = Image.new(mode, (5, 4), 1)
    with Image.open(io.BytesIO(png(picture))) as found:
        assert found.tobytes() == picture.convert("RGB").tobytes()


def test_a_flat_picture_takes_few_bytes() -> None:
    assert len(png(Image.new("RGB", (512, 512), "navy"))) < 10_000
