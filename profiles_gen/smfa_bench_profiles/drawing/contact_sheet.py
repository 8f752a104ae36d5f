"""A contact sheet: pictures side by side with a caption under each."""

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

PAPER = (250, 249, 246)
PRINT = (58, 56, 64)


def contact_sheet(pictures: Sequence[tuple[str, Image.Image]], *, columns: int, tile: int) -> Image.Image:
    """Lay out captioned pictures in rows.

    Args:
        pictures: Pairs of caption and picture; a caption is broken at spaces where it is wider than its picture.
        columns: Pictures in a row, at least 1.
        tile: Edge of each picture on the sheet in pixels.

    Returns:
        An RGB picture that holds all of them, even when there are none.
    """
    height = max(9, tile // 12)
    font = ImageFont.load_default(height)
    margin = max(6, tile // 12)
    line = round(height * 1.3)
    captions = [_wrapped(caption, font, tile) for caption, _ in pictures]
    lines = max((caption.count("\n") + 1 for caption in captions), default=0)
    step_x, step_y = tile + margin, tile + margin + line * lines
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (margin + columns * step_x, margin + rows * step_y), PAPER)
    pen = ImageDraw.Draw(sheet)
    for number, (caption, (_, picture)) in enumerate(zip(captions, pictures, strict=True)):
        x, y = margin + number % columns * step_x, margin + number // columns * step_y
        sheet.paste(picture.resize((tile, tile), Image.Resampling.LANCZOS), (x, y))
        pen.multiline_text((x + tile / 2, y + tile + 2), caption, PRINT, font, anchor="ma", align="center", spacing=2)
    return sheet


def _wrapped(caption: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> str:
    lines: list[str] = []
    for paragraph in caption.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}".strip()
            if line and font.getlength(longer) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return "\n".join(lines)
