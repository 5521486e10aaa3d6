"""Draws one page of a PDF with a passage marked. Runs as a program of its own (``pictures.py``): a PDF may crash its reader or keep it for ever.

Reads a request as JSON; writes what is on the picture as one line of JSON, then the picture as PNG.
"""

import io
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from assistant.ui.page.marking import marked

WIDTH = 1300  # pixels: small print is readable, and a phone can enlarge it
MOST_PIXELS = 6_000_000
MEMORY = 2 * 2**30
FURTHER = 3  # pages after the one a passage begins on
Spot = tuple[float, float, float, float]  # left, top, right, bottom in pixels
YELLOW, EDGE = (255, 226, 104), (202, 138, 4)


class Request(NamedTuple):
    path: str
    page: int
    mark: str
    before: str


class Box(NamedTuple):
    """A line's part of the passage, in points of the page."""

    left: float
    bottom: float
    right: float
    top: float


def drawn(request: Request) -> tuple[dict[str, Any], bytes]:
    """What is on the picture, and the picture; ``found`` says whether the passage is marked, ``at`` how far down (0 to 1)."""
    import pypdfium2

    with pypdfium2.PdfDocument(Path(request.path)) as document:
        count = len(document)
        if not 1 <= request.page <= count:
            return {"fault": "page", "pages": count}, b""
        number, boxes = _place(document, request, count)
        page = document[number - 1]
        image, spots = _picture(page, boxes)
        _mark(image, spots)
        file = io.BytesIO()
        image.save(file, "PNG")
        at = min((spot[1] for spot in spots), default=0) / image.height
        return {"page": number, "pages": count, "found": bool(boxes), "at": at, "width": image.width, "height": image.height}, file.getvalue()


def _place(document: Any, request: Request, count: int) -> tuple[int, list[Box]]:
    """The page on which the passage stands (it may go on after the page it begins on) and where; the page asked for and nothing where it is not found."""
    for number in range(request.page, min(request.page + FURTHER, count) + 1):
        if boxes := _boxes(document[number - 1].get_textpage(), request.mark, request.before):
            return number, boxes
    return request.page, []


def _boxes(text: Any, mark: str, before: str) -> list[Box]:
    import pypdfium2.raw

    characters = "".join(chr(pypdfium2.raw.FPDFText_GetUnicode(text, place) or 32) for place in range(text.count_chars()))
    found: list[Box] = []
    for start, end in marked(mark, characters, before):
        found += [Box(*text.get_rect(number)) for number in range(text.count_rects(start, end - start))]
    return found


def _picture(page: Any, boxes: list[Box]) -> tuple[Any, list[Spot]]:
    """The page as an image, and the boxes in its pixels."""
    width, height = page.get_size()
    scale = min(WIDTH / max(width, 1), (MOST_PIXELS / max(width * height, 1)) ** 0.5)
    bitmap = page.render(scale=scale, may_draw_forms=False)
    turned = bitmap.get_posconv(page)
    spots = []
    for box in boxes:
        (x1, y1), (x2, y2) = turned.to_bitmap(box.left, box.top), turned.to_bitmap(box.right, box.bottom)
        spots.append((min(x1, x2) - 2, min(y1, y2) - 2, max(x1, x2) + 2, max(y1, y2) + 2))
    return bitmap.to_pil().convert("RGB"), _joined(spots)


def _joined(spots: list[Spot]) -> list[Spot]:
    """Spots that follow each other on a line as one."""
    found: list[Spot] = []
    for spot in spots:
        left, top, right, bottom = found[-1] if found else (0.0, 0.0, 0.0, 0.0)
        height = max(bottom - top, spot[3] - spot[1])
        if found and min(bottom, spot[3]) - max(top, spot[1]) > height / 3 and spot[2] >= left and spot[0] - right < height:
            found[-1] = (min(left, spot[0]), min(top, spot[1]), max(right, spot[2]), max(bottom, spot[3]))
        else:
            found.append(spot)
    return found


def _mark(image: Any, spots: list[Spot]) -> None:
    """Yellow behind the words, as a marker pen leaves it, and a thin edge that shows on a dark page too."""
    from PIL import Image, ImageChops, ImageDraw

    pen = Image.new("RGB", image.size, "white")
    for spot in spots:
        ImageDraw.Draw(pen).rectangle(spot, fill=YELLOW)
    image.paste(ImageChops.multiply(image, pen))
    for spot in spots:
        ImageDraw.Draw(image).line((spot[0], spot[3], spot[2], spot[3]), fill=EDGE, width=2)


def main() -> None:
    with suppress(ImportError, ValueError, OSError):  # not every system has this limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        said, picture = drawn(Request(**json.load(sys.stdin)))
    except Exception as error:
        said, picture = {"fault": "password" if "password" in str(error).lower() else "damaged"}, b""
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + picture)


if __name__ == "__main__":
    main()
