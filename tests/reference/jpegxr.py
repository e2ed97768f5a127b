"""Makes tests/golden/jpegxr with JxrEncApp of jxrlib (Debian: libjxr-tools).

The files hold the picture of `picture` below, which the tests of
src/codecs/encode/jpegxr.rs compute again; their encoder has to write the same
codestreams. Spatial order (-f); the number in a name is the index of the
quantisers, 1 is lossless; blocks overlap (-l) where something is lost.

    pip install numpy pillow
    python tests/reference/jpegxr.py
"""

import subprocess
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

OUT = Path(__file__).parent.parent / "golden" / "jpegxr"
W, H = 280, 40


def picture():
    """Smooth, with edges, more than 16 macroblocks wide."""
    y, x = np.mgrid[0:H, 0:W]
    rgb = [x * 255 // (W - 1), (y * 6 + x // 8) % 256, (x * y // 64) % 256]
    return np.stack(rgb, -1).astype(np.uint8)


with tempfile.TemporaryDirectory() as folder:
    colour, gray = f"{folder}/colour.bmp", f"{folder}/gray.pgm"
    Image.fromarray(picture()).save(colour)
    Image.fromarray(picture()[..., 1]).save(gray)
    for name, source, options in [
        ("rgb-1", colour, "-q 1 -l 0 -d 3"),
        ("rgb-16", colour, "-q 16 -l 1 -d 3"),
        ("rgb-70", colour, "-q 70 -l 1 -d 3"),
        ("gray-1", gray, "-q 1 -l 0 -c 2"),
    ]:
        command = ["JxrEncApp", "-i", source, "-o", str(OUT / f"{name}.jxr"), "-f"]
        subprocess.run(command + options.split(), check=True, capture_output=True)
