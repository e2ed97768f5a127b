"""Makes tests/golden/jpeg2000 with Pillow and imagecodecs (both OpenJPEG).

Every file has a .raw beside it: the pixels that it must decode to, 8 bits a
component, interleaved, from the same programs or from numpy.

The subsampled file is from opj_compress (Debian: libopenjp2-tools).

    pip install numpy pillow imagecodecs
    python tests/reference/jpeg2000.py
"""

import io
import struct
import subprocess
import tempfile
from pathlib import Path

import imagecodecs
import numpy as np
from PIL import Image

OUT = Path(__file__).parent.parent / "golden" / "jpeg2000"
W, H = 37, 29


def scene(channels, depth=8):
    """Gradients and an edge; every channel differs."""
    y, x = np.mgrid[0:H, 0:W]
    top = (1 << depth) - 1
    planes = [
        (x * top // (W - 1)),
        (y * top // (H - 1)),
        ((x + y) * 37 * (top // 255 or 1)) % (top + 1),
        np.where((x - 18) ** 2 + (y - 14) ** 2 < 120, top, top // 5),
        (x * y * 3) % (top + 1),
    ]
    return np.stack(planes[:channels], -1).astype(np.uint16 if depth > 8 else np.uint8)


def save(name, data, pixels):
    (OUT / name).write_bytes(data)
    (OUT / name).with_suffix(".raw").write_bytes(pixels.astype(np.uint8).tobytes())


def pillow(array, mode=None, **options):
    out = io.BytesIO()
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    Image.fromarray(array, mode).save(out, "JPEG2000", **options)
    return out.getvalue()


def box(name, content):
    return struct.pack(">I4s", 8 + len(content), name) + content


def jp2(codestream, header_boxes):
    """A JP2 file around a codestream, with the boxes that are asked for."""
    height, width, count = H, W, struct.unpack(">H", codestream[40:42])[0]
    ihdr = box(b"ihdr", struct.pack(">IIHBBBB", height, width, count, 7, 7, 0, 0))
    return (
        bytes.fromhex("0000000c6a5020200d0a870a")
        + box(b"ftyp", b"jp2 \0\0\0\0jp2 ")
        + box(b"jp2h", ihdr + b"".join(header_boxes))
        + box(b"jp2c", codestream)
    )


def enumerated(number):
    return box(b"colr", struct.pack(">BBBI", 1, 0, 0, number))


def bare(array, **options):
    return imagecodecs.jpeg2k_encode(array, codecformat="j2k", level=0, reversible=True, mct=False, **options)


def eight(array, depth):
    top = (1 << depth) - 1
    return (array.astype(np.uint64) * 255 + top // 2) // top


gray, rgb, rgba = scene(1), scene(3), scene(4)
save("gray.jp2", pillow(gray, irreversible=False), gray)
save("rgb.jp2", pillow(rgb, irreversible=False), rgb)
save("rgba.jp2", pillow(rgba, irreversible=False), rgba)
two = scene(4)[..., [0, 3]]
save("gray-alpha.jp2", pillow(np.ascontiguousarray(two), "LA", irreversible=False), two)
save("rgb.j2k", pillow(rgb, irreversible=False, no_jp2=True), rgb)
save("tiled.jp2", pillow(rgb, irreversible=False, tile_size=(16, 16)), rgb)

lossy = pillow(rgb, irreversible=True, quality_mode="dB", quality_layers=[30, 42], progression="RPCL")
save("lossy.jp2", lossy, np.asarray(Image.open(io.BytesIO(lossy))))

for depth in (12, 16):
    deep = scene(3, depth)
    data = imagecodecs.jpeg2k_encode(deep, codecformat="jp2", level=0, reversible=True, bitspersample=depth)
    save(f"rgb{depth}.jp2", data, eight(deep, depth))

ink = scene(4)
save("cmyk.jp2", jp2(bare(ink), [enumerated(12)]), ink)
five = scene(5)
cdef = struct.pack(">H", 5) + b"".join(struct.pack(">HHH", i, 0, i + 1) for i in range(4)) + struct.pack(">HHH", 4, 1, 0)
save("cmyk-alpha.jp2", jp2(bare(five), [enumerated(12), box(b"cdef", cdef)]), five)

# sYCC (IEC 61966-2-1 Amd.1): luminance and two colour differences, full range
ycc = scene(3)
ycc[..., 1:] = 96 + ycc[..., 1:] // 4
y, cb, cr = (ycc[..., i].astype(np.float64) for i in range(3))
cb, cr = cb - 128, cr - 128
back = np.stack([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb], -1)
save("sycc.jp2", jp2(bare(ycc), [enumerated(18)]), np.clip(np.floor(back + 0.5), 0, 255))

# colour differences of half width and height, each repeated for 2 x 2 pixels;
# one column and row less, because opj_compress rounds halves down
even = ycc[: H - 1, : W - 1]
half = even[::2, ::2, 1:]
with tempfile.TemporaryDirectory() as folder:
    planes = [even[..., 0], half[..., 0], half[..., 1]]
    Path(f"{folder}/in.raw").write_bytes(b"".join(plane.tobytes() for plane in planes))
    shape = f"{W - 1},{H - 1},3,8,u@1x1:2x2:2x2"
    command = ["opj_compress", "-i", f"{folder}/in.raw", "-F", shape, "-n", "3", "-mct", "0", "-o", f"{folder}/out.j2k"]
    subprocess.run(command, check=True, capture_output=True)
    codestream = Path(f"{folder}/out.j2k").read_bytes()
y = even[..., 0].astype(np.float64)
whole = half.repeat(2, 0).repeat(2, 1).astype(np.float64) - 128
cb, cr = whole[..., 0], whole[..., 1]
back = np.stack([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb], -1)
save("subsampled.j2k", codestream, np.clip(np.floor(back + 0.5), 0, 255))

# a palette of 4 colours with opacity in the fourth column
index = (scene(1) // 64).astype(np.uint8)
colours = np.array([[255, 0, 0, 255], [0, 255, 0, 128], [0, 0, 255, 0], [9, 99, 199, 77]], np.uint8)
pclr = struct.pack(">HB", 4, 4) + b"\x07" * 4 + colours.tobytes()
cmap = b"".join(struct.pack(">HBB", 0, 1, column) for column in range(4))
cdef = struct.pack(">H", 4) + b"".join(struct.pack(">HHH", i, 0, i + 1) for i in range(3)) + struct.pack(">HHH", 3, 1, 0)
boxes = [enumerated(16), box(b"pclr", pclr), box(b"cmap", cmap), box(b"cdef", cdef)]
save("palette.jp2", jp2(bare(index), boxes), colours[index[..., 0]])

# opacity first, multiplied into the colours (type 2), 300 dots per inch captured
turned = np.ascontiguousarray(rgba[..., [3, 0, 1, 2]])
cdef = struct.pack(">H", 4) + struct.pack(">HHH", 0, 2, 0) + b"".join(struct.pack(">HHH", i, 0, i) for i in range(1, 4))
plain = struct.pack(">H", 4) + b"".join(struct.pack(">HHH", i, 0, i + 1) for i in range(3)) + struct.pack(">HHH", 3, 2, 0)
resolution = box(b"res ", box(b"resc", struct.pack(">HHHHbb", 30000, 254, 30000, 254, 2, 2)))
save("premultiplied.jp2", jp2(bare(rgba), [enumerated(16), box(b"cdef", plain), resolution]), rgba)
cdef = cdef.replace(struct.pack(">HHH", 0, 2, 0), struct.pack(">HHH", 0, 1, 0), 1)
save("opacity-first.jp2", jp2(bare(turned), [enumerated(16), box(b"cdef", cdef)]), rgba)
