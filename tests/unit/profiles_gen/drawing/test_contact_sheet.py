"""Contact sheets: every picture is there, in rows, and captions stay below their pictures."""

from PIL import Image, ImageChops

from smfa_bench_profiles.drawing.contact_sheet import PAPER, contact_sheet

RED = (200, 0, 0)


def red_pixels(sheet: Image.Image) -> int:
    return sum(count for count, colour in sheet.getcolors(sheet.width * sheet.height) or [] if colour == RED)


def squares(count: int, caption: str = "") -> list[tuple[str, Image.Image]]:
    return [(caption, Image.new("RGB", (16, 16), RED)) for _ in range(count)]


def test_every_picture_is_shown_at_the_size_of_a_tile() -> None:
    for count in (1, 3, 4, 5):
        assert red_pixels(contact_sheet(squares(count), columns=3, tile=40)) == count * 40 * 40


def test_a_row_holds_as_many_pictures_as_there_are_columns() -> None:
    one, three, four = (contact_sheet(squares(count), columns=3, tile=40) for count in (1, 3, 4))
    assert one.size == three.size
    assert four.width == three.width
    assert four.height > three.height


def test_a_long_caption_stays_within_its_column() -> None:
    sheet = contact_sheet(squares(1, "a caption that is far too long for so small a tile"), columns=2, tile=80)
    text = ImageChops.difference(sheet, Image.new("RGB", sheet.size, PAPER)).getbbox()
    assert text is not None
    assert text[2] <= sheet.width // 2 + 4
    assert text[3] <= sheet.height
    assert red_pixels(sheet) == 80 * 80


def test_no_pictures_give_an_empty_sheet() -> None:
    assert red_pixels(contact_sheet([], columns=4, tile=40)) == 0
