"""Makes pillow-references.json: small image files, and what Pillow makes of them and of a resize.

    python pillow_references.py        # Pillow and numpy; the versions used stand in the file

Each of `files` has the file itself (base64) and its upright, opaque RGB pixels: Pillow's own decoding, turned by EXIF,
laid on white. Each of `resizes` has the SHA-256 of a resized crop of the noise
that both sides can make: byte i of an image is the top byte of the i-th number of x -> 1664525 x + 1013904223 (mod 2^32).
"""

import base64
import ctypes
import hashlib
import io
import json
import random

import numpy
import PIL
from PIL import Image, ImageCms, ImageOps, features


def noise(width, height, seed):
    out = bytearray()
    x = seed
    for _ in range(3 * width * height):
        x = (1664525 * x + 1013904223) % 2**32
        out.append(x >> 24)
    return Image.frombytes("RGB", (width, height), bytes(out))


def picture(width=61, height=43):
    """Smooth, with an edge, as photographs are."""
    y, x = numpy.mgrid[0:height, 0:width]
    rgb = numpy.stack(
        [
            127 + 120 * numpy.sin(x / 9 + y / 17),
            255 * x / width * (y < height // 2) + 60,
            127 + 100 * numpy.cos(x * y / 300),
        ],
        axis=2,
    )
    return Image.fromarray(rgb.clip(0, 255).astype("uint8"), "RGB")


def with_alpha(image):
    alpha = Image.linear_gradient("L").resize(image.size)
    image = image.copy()
    image.putalpha(alpha)
    return image


def opaque(image):
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I;16") or image.mode == "I":
        high = (numpy.asarray(image).astype("uint32") >> 8).astype("uint8")
        image = Image.fromarray(high, "L")
    if image.mode == "CMYK":
        return image.convert("RGB")
    rgba = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def inked(image):
    """With black ink too, which Pillow's own conversion leaves out."""
    inks = image.convert("CMYK")
    inks.putdata([(c, m, y, (x * 7) % 90) for x, (c, m, y, _) in enumerate(inks.getdata())])
    return inks


def ycck(image):
    """As programs for print write it, which Pillow does not: by libjpeg-turbo itself."""
    turbo = ctypes.CDLL("libturbojpeg.so.0")
    turbo.tjInitCompress.restype = ctypes.c_void_p
    inks = bytes(255 - ink for ink in image.convert("CMYK").tobytes())
    out, size = ctypes.c_void_p(), ctypes.c_ulong()
    cmyk, subsampled_420 = 11, 2
    failed = turbo.tjCompress2(
        ctypes.c_void_p(turbo.tjInitCompress()), inks, image.width, 0, image.height, cmyk,
        ctypes.byref(out), ctypes.byref(size), subsampled_420, 90, 0,
    )  # fmt: skip
    assert not failed
    return ctypes.string_at(out, size.value)


def files():
    photo = picture()
    exif = Image.Exif()
    exif[0x0112] = 6
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    second = photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    yield "jpeg 4:2:0", saved(photo, "JPEG", quality=90)
    yield "jpeg 4:2:2", saved(photo, "JPEG", quality=80, subsampling=1)
    yield "jpeg 4:4:4", saved(photo, "JPEG", quality=95, subsampling=0)
    yield "jpeg progressive", saved(photo, "JPEG", quality=85, progressive=True)
    yield "jpeg grey", saved(photo.convert("L"), "JPEG", quality=90)
    yield "jpeg turned", saved(photo, "JPEG", quality=90, exif=exif)
    yield "jpeg with a profile", saved(photo, "JPEG", quality=90, icc_profile=srgb)
    yield "jpeg with another profile", saved(photo, "JPEG", quality=90, icc_profile=lab)
    yield "jpeg restart markers", saved(photo, "JPEG", quality=90, restart_marker_blocks=3)
    yield "jpeg of four inks", saved(inked(photo), "JPEG", quality=90)
    yield "jpeg of four inks with a profile", saved(inked(photo), "JPEG", quality=90, icc_profile=srgb)
    yield "jpeg of luma, chroma and black", ycck(inked(photo))
    yield "png", saved(photo, "PNG")
    yield "png with a profile", saved(photo, "PNG", icc_profile=srgb)
    yield "png with alpha", saved(with_alpha(photo), "PNG")
    yield "png grey with alpha", saved(with_alpha(photo).convert("LA"), "PNG")
    yield "png palette", saved(photo.quantize(64), "PNG")
    yield "png bits", saved(photo.convert("1"), "PNG")
    yield "png grey of 16 bits", saved(
        Image.fromarray((numpy.asarray(photo.convert("L")).astype("uint16") * 257), "I;16"), "PNG"
    )
    yield "gif", saved(photo, "GIF")
    yield "gif animated", saved(photo, "GIF", save_all=True, append_images=[second])
    yield "bmp", saved(photo, "BMP")
    yield "webp lossless", saved(photo, "WEBP", lossless=True)
    yield "webp lossless with alpha", saved(with_alpha(photo), "WEBP", lossless=True, exact=True)
    yield "webp lossless turned", saved(photo, "WEBP", lossless=True, exif=exif)
    yield "webp lossy", saved(photo, "WEBP", quality=90)
    yield "webp lossy with alpha", saved(with_alpha(photo), "WEBP", quality=90)
    yield "webp lossy with a profile", saved(photo, "WEBP", quality=90, icc_profile=srgb)
    animation = dict(save_all=True, append_images=[second], duration=100)
    yield "webp animated", saved(photo, "WEBP", lossless=True, **animation)
    yield "webp animated with alpha", saved(with_alpha(photo), "WEBP", lossless=True, exact=True, **animation)
    yield "webp animated lossy", saved(photo, "WEBP", quality=90, **animation)
    yield "webp animated lossy with alpha", saved(with_alpha(photo), "WEBP", quality=90, **animation)


def resizes():
    filters = [Image.Resampling.LANCZOS, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.BOX]
    choose = random.Random(7)
    for number in range(120):
        source = (choose.randint(1, 120), choose.randint(1, 120))
        target = (choose.randint(1, 90), choose.randint(1, 90))
        if number % 8 == 0:
            target = (source[0], target[1])
        width, height = choose.randint(1, target[0]), choose.randint(1, target[1])
        left, top = choose.randint(0, target[0] - width), choose.randint(0, target[1] - height)
        resample = filters[number % 4]
        resized = noise(*source, number).resize(target, resample).crop((left, top, left + width, top + height))
        yield {
            "source": source,
            "target": target,
            "crop": [left, top, width, height],
            "filter": int(resample),
            "sha256": hashlib.sha256(resized.tobytes()).hexdigest(),
        }


json.dump(
    {
        "pillow": PIL.__version__,
        "libjpeg-turbo": features.version("libjpeg_turbo"),
        "webp": features.version("webp"),
        "files": [
            {
                "name": name,
                "file": base64.b64encode(file).decode(),
                "width": opaque(Image.open(io.BytesIO(file))).width,
                "rgb": base64.b64encode(opaque(Image.open(io.BytesIO(file))).tobytes()).decode(),
            }
            for name, file in files()
        ],
        "resizes": list(resizes()),
    },
    open("pillow-references.json", "w"),
    indent=1,
)
