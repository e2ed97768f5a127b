#!/usr/bin/env python3
"""Makes tests/golden/jpeg-decoder/*: small JPEG files and what others make of them.

Run with Pillow 11 or later, numpy, and cjpeg of libjpeg-turbo on the path:
    python3 tests/reference/jpeg.py

NAME.png holds the pixels of NAME.jpg as Pillow (libjpeg-turbo, accurate
integer transform, fancy upsampling) decodes them. Four inks are stored as the
four channels of an RGBA picture. Where a picture is gray and its sides are
multiples of 8, NAME-2.png and NAME-4.png hold it at 1/2 and 1/4: the low
coefficients of each 8 x 8 block of those pixels, transformed by numpy in
floating point.
"""

import io
import pathlib
import subprocess
import tempfile

import numpy as np
from PIL import Image

GOLDEN = pathlib.Path(__file__).parent.parent / "golden" / "jpeg-decoder"


def scene(width, height):
    """Gradients, a wave and a box with hard edges."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    red = 40 + 170 * x / max(width - 1, 1)
    green = 40 + 170 * y / max(height - 1, 1)
    blue = 128 + 80 * np.sin(x / 3) * np.cos(y / 4)
    picture = np.stack([red, green, blue], axis=-1)
    picture[height // 4 : height // 2, width // 4 : width // 2] = (210, 50, 60)
    return Image.fromarray(np.floor(picture + 0.5).astype("uint8"))


def pillow(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", **{"quality": 80, "optimize": True} | options)
    return out.getvalue()


def cjpeg(image, *options, scans=None):
    ppm = io.BytesIO()
    image.save(ppm, "PPM")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as script:
        if scans:
            script.write(scans)
            script.flush()
            options += ("-scans", script.name)
        command = ["cjpeg", "-optimize", *options]
        return subprocess.run(command, input=ppm.getvalue(), stdout=subprocess.PIPE, check=True).stdout


def low_coefficients(pixels, size):
    """Every 8 x 8 block as `size` x `size` pixels."""
    def basis(n):
        k, x = np.mgrid[0:n, 0:n]
        rows = np.cos((2 * x + 1) * k * np.pi / (2 * n)) * np.sqrt(2 / n)
        rows[0] /= np.sqrt(2)
        return rows

    height, width = pixels.shape
    blocks = pixels.reshape(height // 8, 8, width // 8, 8).swapaxes(1, 2) - 128.0
    low = (basis(8) @ blocks @ basis(8).T)[..., :size, :size] * size / 8
    small = basis(size).T @ low @ basis(size) + 128
    small = small.swapaxes(1, 2).reshape(height * size // 8, width * size // 8)
    return Image.fromarray(np.clip(np.floor(small + 0.5), 0, 255).astype("uint8"))


def write(name, data):
    (GOLDEN / f"{name}.jpg").write_bytes(data)
    image = Image.open(io.BytesIO(data))
    image.load()
    pixels = np.asarray(image)
    expected = Image.fromarray(pixels, "RGBA") if image.mode == "CMYK" else Image.fromarray(pixels)
    expected.save(GOLDEN / f"{name}.png", optimize=True)
    if image.mode == "L" and not any(side % 8 for side in image.size):
        low_coefficients(pixels, 4).save(GOLDEN / f"{name}-2.png", optimize=True)
        low_coefficients(pixels, 2).save(GOLDEN / f"{name}-4.png", optimize=True)


def main():
    GOLDEN.mkdir(exist_ok=True)
    for width, height in [(1, 1), (2, 3), (7, 5), (17, 33), (64, 48)]:
        write(f"420-{width}x{height}", pillow(scene(width, height), subsampling="4:2:0"))
    small = scene(17, 33)
    for name, sampling in [
        ("444", "1x1"),
        ("422", "2x1"),
        ("440", "1x2"),
        ("411", "4x1"),
        ("410", "4x2"),
        ("441", "1x4"),
        ("luma-low", "1x1,2x2,2x2"),
        ("uneven", "2x2,1x2,2x1"),
        ("three", "3x1,1x1,3x1"),
    ]:
        write(name, cjpeg(small, "-sample", sampling))
    write("gray", pillow(scene(24, 32).convert("L")))
    write("rgb", cjpeg(small, "-rgb"))
    cmyk = Image.merge("CMYK", [*small.split(), small.convert("L")])
    inks = pillow(cmyk)
    write("cmyk", inks)
    at = inks.index(b"Adobe") + 11
    write("ycck", inks[:at] + b"\2" + inks[at + 1 :])
    write("restart", pillow(small, subsampling="4:2:0", restart_marker_blocks=1))
    write("restart-gray", pillow(scene(40, 24).convert("L"), restart_marker_blocks=5))
    write("progressive", pillow(scene(64, 48), subsampling="4:2:0", progressive=True))
    write("progressive-restart", pillow(small, progressive=True, restart_marker_blocks=2))
    write("progressive-cmyk", pillow(cmyk, progressive=True))
    write("separate", cjpeg(small, "-sample", "2x2", scans="0;\n1;\n2;\n"))
    write("partly-separate", cjpeg(small, "-sample", "2x1", scans="0;\n1 2;\n"))
    write("wide-tables", cjpeg(small, "-quality", "2"))


if __name__ == "__main__":
    main()
