#!/usr/bin/env python3
"""Holds our PDF and EPS files against other programs: qpdf, poppler, MuPDF,
pikepdf and Ghostscript.

    apt install qpdf poppler-utils mupdf-tools ghostscript
    pip install pikepdf pillow numpy
    OFFPRINT_PAGES=/tmp/pages cargo test --lib writes_for_reference -- --ignored
    python tests/reference/pages.py /tmp/pages

Profiles are tried if gray.icc, rgb.icc and cmyk.icc lie in that folder before
the tests run (/usr/share/color/icc/ghostscript has some).

The tests write NAME-CHANNELS-COMPRESSION-DPI[-icc].pdf and .eps of a picture
that scene() below computes once more. Every check prints its greatest error.
"""

import io
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
import pikepdf
from PIL import Image

WIDTH, HEIGHT = 40, 30
COMPONENTS = {"gray": 1, "rgb": 3, "cmyk": 4}
DRAWN = pathlib.Path(tempfile.mkdtemp()) / "drawn"
failures = 0


def scene(channels):
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    planes = [40 + x * (c + 1) + y for c in range(COMPONENTS[channels])]
    return np.stack(planes, axis=-1).astype("uint8")


def report(name, what, good, detail=""):
    global failures
    failures += not good
    print(f"{'ok  ' if good else 'FAIL'} {name}: {what} {detail}")


def compare(name, what, pixels, expected, most):
    pixels = np.asarray(pixels)
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if pixels.shape != expected.shape:
        report(name, what, False, f"{pixels.shape} is not {expected.shape}")
        return
    error = int(np.abs(pixels.astype(int) - expected.astype(int)).max())
    report(name, what, error <= most, f"greatest error {error} (allowed {most})")


def run(*command):
    return subprocess.run(command, capture_output=True)


def ghostscript(path, channels, dpi, *options):
    """Pixels of the page; colours without management, so as they are written."""
    device = {"gray": "tiffgray", "rgb": "tiff24nc", "cmyk": "tiff32nc"}[channels]
    done = run("gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", f"-sDEVICE={device}", f"-r{dpi}",
               *options, f"-sOutputFile={DRAWN}", str(path))
    if done.returncode or done.stdout or done.stderr:
        return None, (done.stdout + done.stderr).decode(errors="replace")[:300]
    return Image.open(io.BytesIO(DRAWN.read_bytes())), ""


def check_pdf(path, name, channels, compression, dpi, icc):
    expected = scene(channels)
    lossy = 6 if compression == "jpeg" else 0
    done = run("qpdf", "--check", str(path))
    report(name, "qpdf --check", done.returncode == 0, done.stderr.decode()[:200])

    with pikepdf.open(path) as pdf:
        page = pdf.pages[0]
        box = [float(value) for value in page.MediaBox]
        size = [WIDTH * 72 / dpi, HEIGHT * 72 / dpi]
        good = box[:2] == [0, 0] and all(abs(a - b) < 0.0001 for a, b in zip(box[2:], size))
        report(name, "page size", good, f"{box[2:]} for {size}")
        image = page.Resources.XObject.Im0
        if compression != "jpeg":
            data = np.frombuffer(image.read_bytes(), "uint8").reshape(expected.shape)
            compare(name, "pikepdf", data, expected, 0)
        if icc:
            report(name, "profile", image.ColorSpace[1].read_bytes() == profile(channels))

    if icc:
        # Programs convert through the profile: only whether they accept it. Debian's
        # mutool knows no profiles.
        done = run("pdftoppm", "-r", str(dpi), str(path))
        report(name, "poppler draws", not done.stderr, done.stderr.decode()[:200])
        return
    image, why = ghostscript(path, channels, dpi)
    if image is None:
        report(name, "ghostscript", False, why)
    else:
        compare(name, "ghostscript", image, expected, lossy)
    if channels == "cmyk":
        # pages are drawn in RGB; the page must show what CMYK of the pixels shows
        return
    done = run("pdftoppm", "-r", str(dpi), *(["-gray"] if channels == "gray" else []), str(path))
    # Splash draws an image whose edges fall on whole pixels one pixel too large
    # (imgCoordMungeUpper): up to one step of the scene in x and one in y.
    step = COMPONENTS[channels] + 1
    compare(name, "poppler", Image.open(io.BytesIO(done.stdout)), expected, lossy + step)
    done = run("mutool", "draw", "-q", "-r", str(dpi), "-c", channels, "-F", "pnm", "-o", str(DRAWN),
               str(path))
    compare(name, "mupdf", Image.open(io.BytesIO(DRAWN.read_bytes())), expected, lossy)


def check_eps(path, name, channels, compression, dpi, icc):
    expected = scene(channels)
    data = path.read_bytes()
    size = [WIDTH * 72 / dpi, HEIGHT * 72 / dpi]
    box = [float(v) for v in re.search(rb"%%HiResBoundingBox: (.*)", data)[1].split()]
    good = box[:2] == [0, 0] and all(abs(a - b) < 0.0001 for a, b in zip(box[2:], size))
    report(name, "%%HiResBoundingBox", good, f"{box[2:]} for {size}")
    done = run("gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=bbox", f"-r{dpi * 10}", str(path))
    found = re.search(rb"%%BoundingBox: .*", done.stderr)
    declared = re.search(rb"%%BoundingBox: .*", data)
    report(name, "gs bbox", found and found[0] == declared[0], f"{found and found[0]}")
    options = [] if not icc else ["-dNOPSICC"]
    image, why = ghostscript(path, channels, dpi, "-dEPSCrop", *options)
    if image is None:
        report(name, "ghostscript", False, why)
    else:
        compare(name, "ghostscript", image, expected, 0)
    if icc:
        image, why = ghostscript(path, "rgb", dpi, "-dEPSCrop")
        plain, _ = ghostscript(path, "rgb", dpi, "-dEPSCrop", "-dNOPSICC")
        differs = image and np.any(np.asarray(image) != np.asarray(plain))
        report(name, "gs loads the profile", image is not None, f"{why} changes pixels: {differs}")
    with Image.open(path) as eps:
        whole = tuple(int(v) for v in declared[0].split()[3:])
        report(name, "Pillow opens", eps.size == whole, f"{eps.size}")


def profile(channels):
    return pathlib.Path(sys.argv[1], f"{channels}.icc").read_bytes()


def main():
    for path in sorted(pathlib.Path(sys.argv[1]).glob("page-*.*")):
        _, channels, compression, dpi, *icc = path.stem.split("-")
        check = check_pdf if path.suffix == ".pdf" else check_eps
        check(path, path.name, channels, compression, int(dpi), bool(icc))
    print(f"{failures} failures")
    sys.exit(failures > 0)


main()
