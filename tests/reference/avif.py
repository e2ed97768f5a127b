"""Writes tests/golden/avif: small AVIF files and what libavif makes of them.

    python3 -m pip install pillow numpy imagecodecs
    python3 tests/reference/avif.py

Made with Pillow 13.0 and imagecodecs 2026.3.6, which both contain libavif. The
files exact-*.avif are lossless, so that their pixels are those of `picture`; the
others have a .png of the same name that is libavif's decoding.
"""

import io
import os
import struct

import imagecodecs
import numpy
from PIL import Image

OUT = os.path.join(os.path.dirname(__file__), "..", "golden", "avif")


def picture(width, height):
    """Red rises to the right by 2, green downward by 2, blue with both by 1."""
    y, x = numpy.mgrid[0:height, 0:width]
    return numpy.stack([2 * x, 255 - 2 * y, x + y], axis=2).astype(numpy.uint8)


def waves(width, height):
    y, x = numpy.mgrid[0:height, 0:width]
    channels = [128 + 120 * numpy.sin(x / 5 + c) * numpy.cos(y / (4 + c)) for c in range(3)]
    return numpy.stack(channels, axis=2).round().astype(numpy.uint8)


def exact(array):
    """Lossless: RGB planes in 4:4:4."""
    matrix = imagecodecs.AVIF.MATRIX_COEFFICIENTS.IDENTITY
    return imagecodecs.avif_encode(array, level=100, pixelformat="444", matrix=matrix, speed=6)


def save(name, data):
    with open(os.path.join(OUT, name), "wb") as file:
        file.write(data)
    print(name, len(data))


def with_reference(name, data, mode):
    save(name + ".avif", data)
    Image.open(io.BytesIO(data)).convert(mode).save(os.path.join(OUT, name + ".png"), optimize=True)


def high_depth(name, array, bits):
    """libavif's decoding at full depth, rounded to 8 bits."""
    data = imagecodecs.avif_encode(array, level=90, bitspersample=bits, pixelformat="420", speed=6)
    save(name + ".avif", data)
    most = (1 << bits) - 1
    decoded = imagecodecs.avif_decode(data).astype(float) * 255 / most
    rounded = numpy.floor(decoded + 0.5).astype(numpy.uint8)
    Image.fromarray(rounded).save(os.path.join(OUT, name + ".png"), optimize=True)


def box(kind, *parts):
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def full(kind, version, flags, *parts):
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def find(data, kind):
    """The body of the first box of a kind in a file that libavif wrote."""
    at = data.index(kind)
    (size,) = struct.unpack(">I", data[at - 4 : at])
    return data[at + 4 : at - 4 + size]


def heif(items, references, idat):
    """items: (number, type, data, properties, whether in idat, in how many extents).
    Properties are whole boxes; all are marked essential but ispe. The first item is
    the primary one."""
    properties, links = [], []
    for number, _, _, own, _, _ in items:
        indices = []
        for one in own:
            if one not in properties:
                properties.append(one)
            essential = 0 if one[4:8] == b"ispe" else 0x80
            indices.append(properties.index(one) + 1 | essential)
        links.append(struct.pack(">HB", number, len(indices)) + bytes(indices))
    infe = [full(b"infe", 2, 0, struct.pack(">HH4s", n, 0, k), b"\0") for n, k, *_ in items]

    def whole(start):
        locations, payload, inside = [], b"", b""
        for number, _, data, _, in_idat, count in items:
            base = len(inside) if in_idat else start + len(payload)
            step = -(-len(data) // count)
            pieces = [(base + at, len(data[at : at + step])) for at in range(0, len(data), step)]
            entry = struct.pack(">HHHH", number, int(in_idat), 0, len(pieces))
            locations.append(entry + b"".join(struct.pack(">II", *piece) for piece in pieces))
            if in_idat:
                inside += data
            else:
                payload += data
        meta = full(
            b"meta", 0, 0,
            full(b"hdlr", 0, 0, b"\0\0\0\0pict" + bytes(13)),
            full(b"pitm", 0, 0, struct.pack(">H", items[0][0])),
            full(b"iloc", 1, 0, struct.pack(">HH", 0x4400, len(items)), *locations),
            full(b"iinf", 0, 0, struct.pack(">H", len(items)), *infe),
            full(b"iref", 0, 0, *(
                box(kind, struct.pack(f">HH{len(to)}H", source, len(to), *to))
                for kind, source, to in references
            )),
            box(b"iprp",
                box(b"ipco", *properties),
                full(b"ipma", 0, 0, struct.pack(">I", len(links)), *links)),
            box(b"idat", inside) if idat else b"",
        )
        return box(b"ftyp", b"avif\0\0\0\0avifmif1miaf"), meta, box(b"mdat", payload)

    head, meta, _ = whole(0)
    return b"".join(whole(len(head) + len(meta) + 8))


def tile(array):
    """The AV1 data of a lossless picture and its properties."""
    data = exact(numpy.ascontiguousarray(array))
    height, width, _ = array.shape
    size = full(b"ispe", 0, 0, struct.pack(">II", width, height))
    return find(data, b"mdat"), [size, box(b"av1C", find(data, b"av1C"))]


NCLX = box(b"colr", b"nclx", struct.pack(">HHHB", 1, 13, 0, 0x80))


def containers():
    whole = picture(100, 90)
    padded = numpy.pad(whole, ((0, 38), (0, 28), (0, 0)), mode="edge")
    items, references = [], []
    header = bytes([0, 0, 1, 1]) + struct.pack(">HH", 100, 90)
    size = full(b"ispe", 0, 0, struct.pack(">II", 100, 90))
    items.append((1, b"grid", header, [size, NCLX], True, 1))
    for index in range(4):
        row, column = index // 2 * 64, index % 2 * 64
        data, properties = tile(padded[row : row + 64, column : column + 64])
        items.append((2 + index, b"av01", data, properties + [NCLX], False, 1 + index % 2))
    references.append((b"dimg", 1, [2, 3, 4, 5]))
    grid = heif(items, references, True)
    assert (numpy.asarray(Image.open(io.BytesIO(grid)).convert("RGB")) == whole).all()
    save("exact-grid.avif", grid)

    data, properties = tile(picture(40, 30))
    # 24 x 20 of 40 x 30, the centre 3 to the right and 1 up: from 11, 4
    clap = box(b"clap", struct.pack(">IIIIiIiI", 24, 1, 20, 1, 3, 1, -1, 1))
    turn, mirror = box(b"irot", b"\x01"), box(b"imir", b"\x01")
    cut = heif([(7, b"av01", data, properties + [NCLX, clap, turn, mirror], True, 3)], [], True)
    save("exact-cut-turned.avif", cut)


def main():
    os.makedirs(OUT, exist_ok=True)
    save("exact.avif", exact(picture(61, 43)))
    colours = waves(61, 43)
    for name, layout, span in [
        ("420", "4:2:0", "full"), ("422-limited", "4:2:2", "limited"), ("444", "4:4:4", "full"),
    ]:
        file = io.BytesIO()
        image = Image.fromarray(colours)
        image.save(file, "AVIF", quality=70, subsampling=layout, range=span, speed=6)
        with_reference(name, file.getvalue(), "RGB")
    file = io.BytesIO()
    image.save(file, "AVIF", quality=70, subsampling="4:0:0", range="limited", speed=6)
    with_reference("gray", file.getvalue(), "L")
    for bits in (10, 12):
        high_depth(f"{bits}-bit", colours.astype(numpy.uint16) * ((1 << bits) - 1) // 255, bits)
    y, x = numpy.mgrid[0:43, 0:61]
    alpha = (55 + x * 2 + y * 2).clip(0, 255).astype(numpy.uint8)
    image = Image.fromarray(numpy.dstack([colours, alpha]))
    for name, premultiplied in [("alpha", False), ("premultiplied", True)]:
        file = io.BytesIO()
        image.save(file, "AVIF", quality=70, subsampling="4:4:4", speed=6,
                   alpha_premultiplied=premultiplied)
        with_reference(name, file.getvalue(), "RGBA")
    exif = Image.Exif()
    for orientation in (1, 6, 7):
        exif[0x112], exif[0x11a], exif[0x128] = orientation, 300.0, 2
        file = io.BytesIO()
        Image.fromarray(picture(20, 12)).save(file, "AVIF", quality=100, subsampling="4:4:4",
                                              exif=exif, icc_profile=bytes(range(200)), speed=6)
        save(f"orientation-{orientation}.avif", file.getvalue())
    file = io.BytesIO()
    frames = [Image.fromarray(picture(20, 12)), Image.fromarray(waves(20, 12))]
    frames[0].save(file, "AVIF", quality=100, subsampling="4:4:4", save_all=True,
                   append_images=frames[1:], speed=6)
    save("sequence.avif", file.getvalue())
    matrix = imagecodecs.AVIF.MATRIX_COEFFICIENTS.YCGCO
    data = imagecodecs.avif_encode(colours, level=90, pixelformat="444", matrix=matrix, speed=6)
    with_reference("ycgco", data, "RGB")
    matrix = imagecodecs.AVIF.MATRIX_COEFFICIENTS.BT2020_NCL
    data = imagecodecs.avif_encode(colours, level=90, pixelformat="444", matrix=matrix, speed=6)
    with_reference("2020", data, "RGB")
    containers()


main()
