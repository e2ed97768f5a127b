#!/usr/bin/env python3
"""Makes tests/golden/*: sources and the pictures that other programs make of them.

Run with Pillow 12 or later and numpy:
    python3 -m venv /tmp/ref && /tmp/ref/bin/pip install pillow numpy
    /tmp/ref/bin/python tests/reference/make.py

Oracles: Pillow (libjpeg-turbo, libpng, libwebp, its own resampling) for
decoding and Lanczos reduction; numpy for alpha and 16-bit arithmetic.
"""

import io
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image

GOLDEN = pathlib.Path(__file__).parent.parent / "golden"


def scene(width, height):
    """A smooth picture with edges, no two rows or columns alike."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    red = 255 * x / (width - 1)
    green = 255 * y / (height - 1)
    blue = 127 + 120 * np.sin(x / 7) * np.cos(y / 5)
    picture = np.stack([red, green, blue], axis=-1)
    picture[height // 4 : height // 2, width // 4 : width // 2] = (230, 20, 40)
    return Image.fromarray(np.floor(picture + 0.5).astype("uint8"))


def save(name, image, **options):
    image.save(GOLDEN / name, **options)


def reload(name):
    image = Image.open(GOLDEN / name)
    image.load()
    return image


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def main():
    GOLDEN.mkdir(exist_ok=True)
    picture = scene(96, 64)
    save("scene.png", picture, dpi=(600, 600))
    save("scene-lanczos-48.png", picture.resize((48, 32), Image.Resampling.LANCZOS))
    save("scene-bilinear-48.png", picture.resize((48, 32), Image.Resampling.BILINEAR))
    save("scene-bicubic-48.png", picture.resize((48, 32), Image.Resampling.BICUBIC))

    # progressive with and without restart markers: cases O-22
    options = {"quality": 85, "subsampling": 2, "progressive": True}
    save("progressive.jpg", picture, **options)
    save("progressive-restart.jpg", picture, restart_marker_blocks=4, **options)
    save("progressive-decoded.png", reload("progressive.jpg").convert("RGB"))

    # resolution in dots per inch, and per centimetre: cases O-37
    save("dpi-600.jpg", picture, quality=85, dpi=(600, 600))

    # orientation 6 with a red corner: cases O-01
    turned = Image.new("RGB", (60, 40), "white")
    turned.paste((255, 0, 0), (0, 0, 10, 10))
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[274] = orientation
        save(f"orientation-{orientation}.jpg", turned, quality=95, subsampling=0, exif=exif)

    # CMYK, pure cyan: cases O-04
    save("cyan.jpg", Image.new("CMYK", (32, 32), (255, 0, 0, 0)), quality=95, subsampling=0)

    # one-bit gray with tRNS: cases O-10
    bits = Image.new("1", (8, 8), 1)
    bits.putpixel((0, 0), 0)
    save("one-bit-key.png", bits, transparency=0)

    # palette with an alpha for each entry: cases O-53
    palette = Image.new("P", (4, 1))
    palette.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9])
    palette.putdata([0, 1, 2, 3])
    save("palette-alpha.png", palette, transparency=bytes([0, 85, 170, 255]))

    # 16-bit gray ramp: cases O-18
    ramp = np.arange(0, 65536, 16, dtype=">u2").reshape(64, 64)
    rows = b"".join(b"\0" + row.tobytes() for row in ramp)
    header = struct.pack(">IIBBBBB", 64, 64, 16, 0, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows))
    (GOLDEN / "ramp-16.png").write_bytes(png + chunk(b"IEND", b""))

    # a disc with a soft edge on transparent black: cases O-09
    y, x = np.mgrid[0:400, 0:400]
    distance = np.hypot(x - 199.5, y - 199.5)
    alpha = np.clip((150 - distance) / 2 + 0.5, 0, 1)
    disc = np.zeros((400, 400, 4), "uint8")
    disc[alpha > 0] = (240, 120, 20, 0)
    disc[..., 3] = np.floor(alpha * 255 + 0.5)
    save("disc.png", Image.fromarray(disc))

    save("scene.webp", picture, lossless=True)
    save("scene.tif", picture, compression="tiff_lzw")
    save("scene.bmp", picture)
    save("scene.gif", picture.quantize(64))
    save("scene-gif-decoded.png", reload("scene.gif").convert("RGB"))


if __name__ == "__main__":
    main()
