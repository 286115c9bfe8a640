"""Makes the packs of pictures that the product shows: IMAGES/{noto,twemoji}-128.zip, palette PNGs of 128 pixels.

    python pack.py font IMAGES OUT FONT              # Noto out of the font, whose bitmaps are the drawings themselves
    node pack.mjs NPM IMAGES/captions.json OUT       # Twemoji, and the seven Noto drawings that the font lacks
    python pack.py zip IMAGES OUT                    # fewer colours, and into the archives

FONT is NotoColorEmoji.ttf of Debian's fonts-noto-color-emoji 2.042. Needs Pillow with Raqm (its wheels have it) and
pngquant (2.17.0 made the packs).
"""

import json
import pathlib
import subprocess
import sys
import zipfile

from PIL import Image, ImageDraw, ImageFont

SIDE = 128
BITMAP_SIZE = 109  # the only size the font has bitmaps of


def draw(font, file):
    """The drawing of a file's code points, centred on a transparent square; None where the font lacks it."""
    text = "".join(chr(int(code, 16)) for code in file[:-4].split("-"))
    canvas = Image.new("RGBA", (136, SIDE))
    ImageDraw.Draw(canvas).text((0, 0), text, font=font, embedded_color=True, anchor="lt")
    if not canvas.getbbox():
        return None
    glyph = canvas.crop(canvas.getbbox())
    if glyph.width > SIDE:
        glyph = glyph.resize((SIDE, round(glyph.height * SIDE / glyph.width)), Image.BICUBIC)
    square = Image.new("RGBA", (SIDE, SIDE))
    square.paste(glyph, ((SIDE - glyph.width) // 2, (SIDE - glyph.height) // 2))
    return square


def draw_all(files, out, font):
    (out / "noto").mkdir(parents=True, exist_ok=True)
    font = ImageFont.truetype(font, BITMAP_SIZE, layout_engine=ImageFont.Layout.RAQM)
    for file in files:
        if drawing := draw(font, file):
            drawing.save(out / "noto" / file)


def zip_all(files, out, images):
    for style in ("noto", "twemoji"):
        with zipfile.ZipFile(images / f"{style}-128.zip", "w") as pack:
            for file in files:
                picture = (out / style / file).read_bytes()
                small = subprocess.run(["pngquant", "--quality=60-92", "--speed", "3", "--strip", "-"], input=picture,
                                       capture_output=True).stdout
                # pngquant prints nothing where it cannot keep the quality: that picture stays as it is. ZipInfo dates
                # every entry 1980, so that the archive depends on the pictures alone.
                pack.writestr(zipfile.ZipInfo(file), small or picture)


def main():
    step, images, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    files = [c["file"] for c in json.loads((images / "captions.json").read_text())]
    if step == "font":
        draw_all(files, out, sys.argv[4])
    elif step == "zip":
        zip_all(files, out, images)
    else:
        sys.exit(f"the step is font or zip, not {step}")


if __name__ == "__main__":
    main()
