"""Colours by littlecms: what src/colour/tests.rs and tests/conversion compare with.

Needs Pillow 11.1.0, which brings littlecms 2.16: 2.18 and 2.19 leave the tint in
the black point of a CMYK source (src/colour/black_point.rs says why we do not).
Run it from the root of the repository:

    python3 tests/reference/colour.py

For each pair of profiles it converts a grid of colours by each intent, with and
without black point compensation, and writes the results one after another to
tests/golden/colour/SOURCE-DESTINATION.bin. NOOPTIMIZE makes littlecms compute
every colour instead of sampling tables of its own. It also writes L*a*b* TIFF
files and what littlecms makes of them.
"""

import itertools
import struct
from pathlib import Path

from PIL import Image, ImageCms, features

PROFILES = Path("assets/profiles")
GOLDEN = Path("tests/golden/colour")
FILES = {
    "srgb": "sRGB-v2-magic.icc",
    "adobe": "AdobeCompat-v2.icc",
    "prophoto": "ProPhoto-v2-magic.icc",
    "rec2020": "Rec2020-v4.icc",
    "gray": "sGrey-v2-magic.icc",
    "fogra": "FOGRA39L_coated.icc",
    "swop": "SWOP_TR003_coated_3.icc",
}
MODES = {"gray": "L", "fogra": "CMYK", "swop": "CMYK"}
PAIRS = [
    ("adobe", "srgb"),
    ("srgb", "prophoto"),
    ("rec2020", "srgb"),
    ("fogra", "srgb"),
    ("swop", "adobe"),
    ("srgb", "fogra"),
    ("prophoto", "swop"),
    ("gray", "srgb"),
    ("gray", "fogra"),
    ("srgb", "gray"),
    ("fogra", "gray"),
    ("fogra", "swop"),
]
# intent, black point compensation
SETTINGS = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1), (3, 0)]
LEVELS = {"L": range(0, 256, 5), "RGB": range(0, 256, 51), "CMYK": (0, 40, 100, 178, 255)}
COUNT = {"L": 1, "RGB": 3, "CMYK": 4}


def colours():
    profiles = {name: ImageCms.getOpenProfile(str(PROFILES / file)) for name, file in FILES.items()}
    for source, destination in PAIRS:
        mode, to = (MODES.get(name, "RGB") for name in (source, destination))
        grid = list(itertools.product(LEVELS[mode], repeat=COUNT[mode]))
        data = bytes(value for colour in grid for value in colour)
        picture = Image.frombytes(mode, (len(grid), 1), data)
        out = b""
        for intent, compensation in SETTINGS:
            flags = ImageCms.Flags.NOOPTIMIZE
            if compensation:
                flags |= ImageCms.Flags.BLACKPOINTCOMPENSATION
            transform = ImageCms.buildTransform(
                profiles[source], profiles[destination], mode, to, intent, flags
            )
            out += ImageCms.applyTransform(picture, transform).tobytes()
        (GOLDEN / f"{source}-{destination}.bin").write_bytes(out)


def tiff(photometric, bits, samples, width):
    """An uncompressed little-endian TIFF of one row of three samples a pixel."""
    data = struct.pack(f"<{len(samples)}{'B' if bits == 8 else 'H'}", *samples)
    entries = [
        (256, 4, 1, width), (257, 4, 1, 1), (258, 3, 3, 8 + len(data)), (259, 3, 1, 1),
        (262, 3, 1, photometric), (273, 4, 1, 8), (277, 3, 1, 3), (278, 4, 1, 1),
        (279, 4, 1, len(data)),
    ]
    directory = struct.pack("<H", len(entries))
    for tag, kind, count, value in entries:
        directory += struct.pack("<HHII", tag, kind, count, value)
    start = 8 + len(data) + 6
    return (struct.pack("<2sHI", b"II", 42, start) + data + struct.pack("<3H", bits, bits, bits)
            + directory + struct.pack("<I", 0))


def lab():
    # inside sRGB and a little beyond
    grid = [(l, a, b) for l in (0, 20, 45, 60, 75, 100) for a in (-60, -20, 0, 20, 60)
            for b in (-60, -20, 0, 20, 60)]
    width = len(grid)
    eight = [(round(l * 2.55), a, b) for l, a, b in grid]
    # Pillow takes a* and b* as signed bytes
    signed = bytes(v for l, a, b in eight for v in (l, a & 255, b & 255))
    picture = Image.frombytes("LAB", (width, 1), signed)
    transform = ImageCms.buildTransform(
        ImageCms.createProfile("LAB"), ImageCms.getOpenProfile(str(PROFILES / FILES["srgb"])),
        "LAB", "RGB", 1, ImageCms.Flags.NOOPTIMIZE)
    (GOLDEN / "lab.bin").write_bytes(ImageCms.applyTransform(picture, transform).tobytes())
    exact = [(l / 2.55, a, b) for l, a, b in eight]
    flat = lambda rows: [v for row in rows for v in row]
    files = {
        "lab-cie-8": (8, 8, list(signed)),
        "lab-icc-8": (9, 8, flat((l, a + 128, b + 128) for l, a, b in eight)),
        "lab-cie-16": (8, 16, flat((round(l * 655.35), a * 256 & 65535, b * 256 & 65535)
                                   for l, a, b in exact)),
        "lab-icc-16": (9, 16, flat((round(l * 652.8), (a + 128) * 256, (b + 128) * 256)
                                   for l, a, b in exact)),
    }
    for name, (photometric, bits, samples) in files.items():
        (GOLDEN / f"{name}.tif").write_bytes(tiff(photometric, bits, samples, width))


if __name__ == "__main__":
    assert features.version("littlecms2") < "2.18", features.version("littlecms2")
    GOLDEN.mkdir(parents=True, exist_ok=True)
    colours()
    lab()
