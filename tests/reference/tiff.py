#!/usr/bin/env python3
"""Makes tests/golden/tiff/*: small TIFF files of every kind, and their pixels.

Run with numpy, Pillow 11, tifffile and imagecodecs, and with tiffcp of libtiff on the path:
    python3 tests/reference/tiff.py

index.txt has a line for each file: its name, the channels, the file with the pixels, and by
how many levels these may be off. The pixels are those that the picture was made of, reduced
to 8 bits by numpy; of JPEG what libjpeg makes of them through tifffile; of L*a*b* those that
littlecms makes. Files that no library writes (subsampled YCbCr without JPEG, the bit order of
LZW before TIFF 5, missing and lying fields) are put together by hand. What
libtiff makes of the YCbCr is compared with them here.
"""

import io
import pathlib
import struct
import subprocess
import tempfile
import zlib

import numpy as np
import tifffile
from PIL import Image, ImageCms

GOLDEN = pathlib.Path(__file__).parent.parent / "golden" / "tiff"
WIDTH, HEIGHT = 18, 17
INDEX = []


def scene():
    """Gradients, a wave and a box with hard edges: floating point, 0 to 1."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    red, green = x / (WIDTH - 1), y / (HEIGHT - 1)
    blue = 0.5 + 0.4 * np.sin(x / 3) * np.cos(y / 4)
    picture = np.stack([red, green, blue], axis=-1)
    picture[4:10, 5:14] = (0.82, 0.2, 0.25)
    return picture


def whole(values, bits):
    """0 to 1 as whole numbers of some bits."""
    kind = np.uint8 if bits <= 8 else np.uint16 if bits <= 16 else np.uint32
    return np.floor(values * (2.0**bits - 1) + 0.5).astype(kind)


def eight(values, bits):
    """Whole numbers of some bits at 8, rounded (ruling 18)."""
    return np.floor(values * 255.0 / (2.0**bits - 1) + 0.5).astype(np.uint8)


RGB = scene()
GRAY = RGB @ [0.299, 0.587, 0.114]
BILEVEL = GRAY > 0.45
CMYK = np.concatenate([1 - RGB, RGB[..., :1] * 0.4], axis=-1)
ALPHA = np.hypot(*(np.mgrid[0:HEIGHT, 0:WIDTH] - 9.0)) / 17
RGB8, GRAY8, CMYK8, ALPHA8 = (whole(values, 8) for values in (RGB, GRAY, CMYK, ALPHA))


def pixels(name, values):
    """Keeps the pixels that some files must have."""
    (GOLDEN / f"{name}.raw").write_bytes(np.ascontiguousarray(values, np.uint8).tobytes())
    PIXELS[name] = values


PIXELS = {}


def keep(name, data, expected, tolerance=0):
    values = PIXELS[expected]
    channels = values.shape[2] if values.ndim == 3 else 1
    kind = {1: "gray", 2: "gray-alpha", 3: "rgb", 4: "rgba", 5: "cmyk-alpha"}[channels]
    if expected.startswith("cmyk") and channels == 4:
        kind = "cmyk"
    (GOLDEN / f"{name}.tif").write_bytes(data)
    INDEX.append(f"{name}.tif {kind} {expected}.raw {tolerance}")


def tif(array, **options):
    """A file by tifffile."""
    out = io.BytesIO()
    options = {"metadata": None, "software": False} | options
    tifffile.imwrite(out, array, **options)
    return out.getvalue()


def tiffcp(data, *options):
    """A file that libtiff's tiffcp makes of another."""
    with tempfile.TemporaryDirectory() as folder:
        before, after = pathlib.Path(folder, "a.tif"), pathlib.Path(folder, "b.tif")
        before.write_bytes(data)
        subprocess.run(["tiffcp", *options, before, after], check=True)
        return after.read_bytes()


def tiff2rgba(data):
    """The pixels that libtiff makes of a file."""
    with tempfile.TemporaryDirectory() as folder:
        before, after = pathlib.Path(folder, "a.tif"), pathlib.Path(folder, "b.tif")
        before.write_bytes(data)
        subprocess.run(["tiff2rgba", before, after], check=True)
        return tifffile.imread(after)[..., :3]


def by_hand(fields, chunks, order="<", tiles=False, counts=True):
    """A file of fields {tag: (type, values)} and strips or tiles."""
    sizes = {1: "B", 3: "H", 4: "I", 5: "I", 7: "B"}
    data = bytearray((b"II*\0" if order == "<" else b"MM\0*") + bytes(4))
    offsets = []
    for chunk in chunks:
        offsets.append(len(data))
        data += chunk + bytes(len(chunk) % 2)
    fields = dict(fields)
    fields[324 if tiles else 273] = (4, offsets)
    if counts:
        fields[325 if tiles else 279] = (4, [len(chunk) for chunk in chunks])
    entries = []
    for tag, (kind, values) in sorted(fields.items()):
        packed = struct.pack(f"{order}{len(values)}{sizes[kind]}", *values)
        number = len(values) // (2 if kind == 5 else 1)
        if len(packed) > 4:
            at = len(data)
            data += packed + bytes(len(packed) % 2)
            packed = struct.pack(order + "I", at)
        entries.append(struct.pack(order + "HHI", tag, kind, number) + packed.ljust(4, b"\0"))
    data[4:8] = struct.pack(order + "I", len(data))
    return bytes(data + struct.pack(order + "H", len(entries)) + b"".join(entries) + bytes(4))


def basic(samples, bits, photometric, compression=1, rows=HEIGHT):
    return {
        256: (3, [WIDTH]),
        257: (3, [HEIGHT]),
        258: (3, [bits] * samples),
        259: (3, [compression]),
        262: (3, [photometric]),
        277: (3, [samples]),
        278: (3, [rows]),
    }


def packed(levels, bits):
    """Rows of samples of some bits, each from a new byte."""
    places = np.arange(bits - 1, -1, -1)
    return b"".join(np.packbits((row[:, None] >> places) & 1).tobytes() for row in levels)


def old_lzw(data):
    """LZW as before TIFF 5: from the lowest bit, longer codes one code later."""
    out, held, word = bytearray(), 0, 0
    table, size = {bytes([i]): i for i in range(256)}, 9

    def put(code):
        nonlocal held, word
        word |= code << held
        held += size
        while held >= 8:
            out.append(word & 255)
            word, held = word >> 8, held - 8

    put(256)
    following, run = 258, b""
    for byte in data:
        longer = run + bytes([byte])
        if longer in table:
            run = longer
            continue
        put(table[run])
        table[longer] = following
        following += 1
        if following > 1 << size:
            size += 1
        if following == 4094:
            put(256)
            table, size, following = {bytes([i]): i for i in range(256)}, 9, 258
        run = bytes([byte])
    put(table[run])
    put(257)
    out.append(word & 255)
    return bytes(out)


def rgb_files():
    pixels("rgb", RGB8)
    plain = tif(RGB8, photometric="rgb")
    strips = tif(RGB8, photometric="rgb", rowsperstrip=5)
    keep("rgb", plain, "rgb")
    keep("rgb-strips", strips, "rgb")
    keep("rgb-big-endian", tif(RGB8, photometric="rgb", rowsperstrip=5, byteorder=">"), "rgb")
    keep("rgb-bigtiff", tif(RGB8, photometric="rgb", rowsperstrip=5, bigtiff=True), "rgb")
    big = tif(RGB8, photometric="rgb", rowsperstrip=5, bigtiff=True, byteorder=">")
    keep("rgb-bigtiff-big-endian", big, "rgb")
    keep("rgb-planes", tiffcp(strips, "-p", "separate", "-r", "5"), "rgb")
    keep("rgb-tiles", tiffcp(strips, "-t", "-w", "16", "-l", "16"), "rgb")
    planes = tif(np.moveaxis(RGB8, -1, 0), photometric="rgb", planarconfig="separate", tile=(16, 16))
    keep("rgb-tiles-in-planes", planes, "rgb")
    for name, options in [
        ("lzw", ["-c", "lzw"]),
        ("lzw-predictor", ["-c", "lzw:2"]),
        ("deflate", ["-c", "zip"]),
        ("deflate-predictor", ["-c", "zip:2"]),
        ("packbits", ["-c", "packbits"]),
        ("lzw-reversed", ["-c", "lzw", "-f", "lsb2msb"]),
        ("reversed", ["-c", "none", "-f", "lsb2msb"]),
    ]:
        keep(f"rgb-{name}", tiffcp(strips, *options, "-r", "5"), "rgb")
    tiles = ["-t", "-w", "16", "-l", "16"]
    keep("rgb-tiles-lzw-predictor", tiffcp(strips, "-c", "lzw:2", *tiles), "rgb")
    planes = tiffcp(strips, "-c", "zip:2", "-p", "separate", "-r", "5")
    keep("rgb-planes-deflate-predictor", planes, "rgb")
    rows = [RGB8[y : y + 5].tobytes() for y in range(0, HEIGHT, 5)]
    deflated = [zlib.compress(row) for row in rows]
    keep("rgb-deflate-32946", by_hand(basic(3, 8, 2, 32946, 5), deflated), "rgb")
    lzw = by_hand(basic(3, 8, 2, 5), [old_lzw(RGB8.tobytes())])
    assert (tiff2rgba(lzw) == RGB8).all()
    keep("rgb-lzw-old", lzw, "rgb")
    fields = basic(3, 8, 2)
    del fields[278]
    keep("rgb-no-counts", by_hand(fields, [RGB8.tobytes()], counts=False), "rgb")
    lzw = [old_lzw(row) for row in rows]
    keep("rgb-lzw-no-counts", by_hand(basic(3, 8, 2, 5, 5), lzw, counts=False), "rgb")
    fields[278] = (4, [0xFFFFFFFF])
    keep("rgb-endless-strip", by_hand(fields, [RGB8.tobytes()], order=">"), "rgb")
    wrong = by_hand(basic(3, 8, 2), [RGB8.tobytes()])
    at = wrong.index(struct.pack("<HHII", 279, 4, 1, RGB8.size))
    keep("rgb-wrong-count", wrong[: at + 8] + struct.pack("<I", 7) + wrong[at + 12 :], "rgb")


def depth_files():
    for bits in (2, 4):
        pixels(f"gray-{bits}", eight(whole(GRAY, bits), bits))
        levels = whole(GRAY, bits)
        data = tif(levels, photometric="minisblack", bitspersample=bits, rowsperstrip=5)
        keep(f"gray-{bits}", data, f"gray-{bits}")
    pixels("gray", GRAY8)
    keep("gray", tif(GRAY8, photometric="minisblack"), "gray")
    keep("gray-white-is-zero", tif(255 - GRAY8, photometric="miniswhite"), "gray")
    for bits in (3, 10, 12):
        levels = whole(GRAY, bits)
        pixels(f"gray-{bits}", eight(levels, bits))
        keep(f"gray-{bits}", by_hand(basic(1, bits, 1), [packed(levels, bits)]), f"gray-{bits}")
    for bits in (16, 32):
        pixels(f"gray-{bits}", eight(whole(GRAY, bits), bits))
        for order, name in (("<", ""), (">", "-big-endian")):
            levels = whole(GRAY, bits)
            options = {"photometric": "minisblack", "byteorder": order, "rowsperstrip": 7}
            if bits == 16 or order == "<":
                keep(f"gray-{bits}{name}", tif(levels, **options), f"gray-{bits}")
            options |= {"compression": "adobe_deflate", "predictor": 2}
            keep(f"gray-{bits}-predictor{name}", tif(levels, **options), f"gray-{bits}")
    pixels("rgb-16", eight(whole(RGB, 16), 16))
    for order, name in (("<", ""), (">", "-big-endian")):
        options = {"photometric": "rgb", "byteorder": order, "compression": "lzw", "predictor": 2}
        keep(f"rgb-16-predictor{name}", tif(whole(RGB, 16), **options), "rgb-16")
    # beyond 0 to 1, and nothing at all
    wide = RGB * 1.5 - 0.25
    wide[0, 0] = (np.nan, np.inf, -np.inf)
    for bits in (16, 32, 64):
        values = (wide if bits == 32 else wide[..., 0]).astype(f"f{bits // 8}")
        level = np.nan_to_num(values.astype(float), nan=0.0).clip(0, 1) * 255 + 0.5
        pixels(f"float-{bits}", np.floor(level).astype(np.uint8))
        for order, name in (("<", ""), (">", "-big-endian")):
            options = {"photometric": "rgb" if bits == 32 else "minisblack", "byteorder": order}
            if order == "<":
                keep(f"float-{bits}{name}", tif(values, **options), f"float-{bits}")
            options |= {"compression": "adobe_deflate", "predictor": 3}
            if bits == 32 or order == ">":
                keep(f"float-{bits}-predictor{name}", tif(values, **options), f"float-{bits}")


def bilevel_files():
    pixels("bilevel", BILEVEL.astype(np.uint8) * 255)
    plain = tif(BILEVEL, photometric="minisblack")
    keep("bilevel", plain, "bilevel")
    white = tif(~BILEVEL, photometric="miniswhite")
    for name, options in [
        ("packbits", ["-c", "packbits"]),
        ("g3", ["-c", "g3"]),
        ("g3-2d", ["-c", "g3:2d"]),
        ("g3-fill", ["-c", "g3:1d:fill"]),
        ("g3-2d-fill", ["-c", "g3:2d:fill"]),
        ("g4", ["-c", "g4"]),
        ("g4-reversed", ["-c", "g4", "-f", "lsb2msb"]),
        ("g3-reversed", ["-c", "g3", "-f", "lsb2msb"]),
        ("g4-tiles", ["-c", "g4", "-t", "-w", "16", "-l", "16"]),
    ]:
        strips = [] if "-t" in options else ["-r", "8"]
        keep(f"bilevel-{name}", tiffcp(white, *options, *strips), "bilevel")
    keep("bilevel-g4-black-is-zero", tiffcp(plain, "-c", "g4"), "bilevel")
    # The rows of g3 without its end-of-line codes. In each run lengths below 64.
    whites, blacks = codes()
    for number, unit, name in ((2, 8, "rle"), (32771, 16, "rle-words")):
        rows = []
        for row in BILEVEL:
            bits, black, x = "", False, 0
            while x < WIDTH:
                run = 0
                while x + run < WIDTH and bool(row[x + run]) != black:
                    run += 1
                bits += (blacks if black else whites)[run]
                x, black = x + run, not black
            bits += "0" * (-len(bits) % unit)
            rows.append(int(bits, 2).to_bytes(len(bits) // 8, "big"))
        keep(f"bilevel-{name}", by_hand(basic(1, 1, 0, number), [b"".join(rows)]), "bilevel")


def codes():
    """Codes of T.4, table 2, for runs of 0 to 23 pixels."""
    whites = """00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011
        110100 110101 101010 101011 0100111 0001100 0001000 0010111 0000011 0000100"""
    blacks = """0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111
        00000100 00000111 000011000 0000010111 0000011000 0000001000 00001100111 00001101000
        00001101100 00000110111 00000101000"""
    return whites.split(), blacks.split()


def palette_files():
    for bits in (1, 2, 4, 8):
        colours = 1 << bits
        map16 = (np.arange(3 * colours).reshape(3, colours) * 9973 + 300) % 65536
        indices = whole(GRAY, bits)
        pixels(f"palette-{bits}", eight(map16, 16).T[indices])
        data = by_hand(basic(1, bits, 3) | {320: (3, map16.ravel())}, [packed(indices, bits)])
        keep(f"palette-{bits}", data, f"palette-{bits}")
    map8 = (np.arange(768).reshape(3, 256) * 37 % 256).astype(np.uint16)
    pixels("palette-lazy", map8.T[whole(GRAY, 8)])
    lazy = tif(whole(GRAY, 8), photometric="palette", colormap=map8, bigtiff=True)
    keep("palette-lazy", lazy, "palette-lazy")


def ink_and_alpha_files():
    pixels("cmyk", CMYK8)
    keep("cmyk", tif(CMYK8, photometric="separated"), "cmyk")
    cmyk16 = whole(CMYK, 16)
    pixels("cmyk-16", eight(cmyk16, 16))
    planes = np.moveaxis(cmyk16, -1, 0)
    options = {"photometric": "separated", "planarconfig": "separate", "compression": "lzw"}
    keep("cmyk-16-planes", tif(planes, byteorder=">", **options), "cmyk-16")
    five = np.concatenate([CMYK8, ALPHA8[..., None]], axis=-1)
    pixels("cmyk-alpha", five)
    unassociated = {"extrasamples": ["unassalpha"]}
    keep("cmyk-alpha", tif(five, photometric="separated", **unassociated), "cmyk-alpha")
    spots = np.concatenate([CMYK8, GRAY8[..., None]], axis=-1)
    keep("cmyk-spot", tif(spots, photometric="separated", extrasamples=["unspecified"]), "cmyk")

    rgba = np.concatenate([RGB8, ALPHA8[..., None]], axis=-1)
    pixels("rgba", rgba)
    keep("rgba", tif(rgba, photometric="rgb", **unassociated), "rgba")
    deflated = tif(rgba, photometric="rgb", compression="adobe_deflate", predictor=2, **unassociated)
    keep("rgba-deflate-predictor", deflated, "rgba")
    alpha = ALPHA8[..., None].astype(int)
    premultiplied = (RGB8 * alpha + 127) // 255
    divided = np.minimum((premultiplied * 255 + alpha // 2) // np.maximum(alpha, 1), 255)
    divided = np.where(alpha == 0, 0, divided)
    pixels("rgba-associated", np.concatenate([divided, alpha], axis=-1))
    values = np.concatenate([premultiplied, alpha], axis=-1).astype(np.uint8)
    associated = {"extrasamples": ["assocalpha"]}
    keep("rgba-associated", tif(values, photometric="rgb", **associated), "rgba-associated")
    planes = np.moveaxis(values, -1, 0)
    options = {"photometric": "rgb", "planarconfig": "separate", "tile": (16, 16), **associated}
    keep("rgba-associated-planes", tif(planes, **options), "rgba-associated")
    nothing = {"extrasamples": ["unspecified"]}
    keep("rgb-unspecified", tif(rgba, photometric="rgb", **nothing), "rgb")
    behind = np.concatenate([RGB8, GRAY8[..., None], ALPHA8[..., None]], axis=-1)
    options = {"extrasamples": ["unspecified", "unassalpha"]}
    keep("rgba-behind-another", tif(behind, photometric="rgb", **options), "rgba")
    two = np.stack([GRAY8, ALPHA8], axis=-1)
    pixels("gray-alpha", two)
    keep("gray-alpha", tif(two, photometric="minisblack", **unassociated), "gray-alpha")
    options = {"planarconfig": "separate", **unassociated}
    planes = tif(np.moveaxis(two, -1, 0), photometric="minisblack", **options)
    keep("gray-alpha-planes", planes, "gray-alpha")
    wide = np.stack([whole(GRAY, 16), whole(ALPHA, 16)], axis=-1)
    pixels("gray-alpha-16", eight(wide, 16))
    keep("gray-alpha-16", tif(wide, photometric="minisblack", **unassociated), "gray-alpha-16")


def ycbcr_files():
    """Y, Cb and Cr in units of section 21; the way back is its formulas in floating point."""
    for (h, v), weights, levels, name in [
        ((1, 1), None, None, "11"),
        ((2, 1), None, None, "21"),
        ((2, 2), None, None, "22"),
        ((1, 2), None, None, "12"),
        ((4, 1), None, None, "41"),
        ((4, 2), None, None, "42"),
        ((4, 4), None, None, "44"),
        ((2, 2), (0.2126, 0.7152, 0.0722), (16, 235, 128, 240, 128, 240), "video"),
    ]:
        red, green, blue = weights or (0.299, 0.587, 0.114)
        black = levels or (0, 255, 128, 255, 128, 255)
        r, g, b = np.moveaxis(RGB * 255, -1, 0)
        y = red * r + green * g + blue * b
        parts = [y, (b - y) / (2 - 2 * blue), (r - y) / (2 - 2 * red)]
        span = [255, 127, 127]
        coded = []
        for part, width, (low, high) in zip(parts, span, [black[0:2], black[2:4], black[4:6]]):
            code = part * (high - low) / width + low
            coded.append(np.floor(code + 0.5).clip(0, 255).astype(np.uint8))
        across, down = -(-WIDTH // h), -(-HEIGHT // v)
        padding = ((0, down * v - HEIGHT), (0, across * h - WIDTH))
        y, cb, cr = (np.pad(part, padding, mode="edge") for part in coded)
        cb, cr = cb[::v, ::h], cr[::v, ::h]
        units = np.concatenate(
            [
                y.reshape(down, v, across, h).transpose(0, 2, 1, 3).reshape(down, across, h * v),
                cb[..., None],
                cr[..., None],
            ],
            axis=-1,
        )
        back = []
        spread = [y, cb.repeat(v, 0).repeat(h, 1), cr.repeat(v, 0).repeat(h, 1)]
        for part, width, (low, high) in zip(spread, span, [black[0:2], black[2:4], black[4:6]]):
            back.append((part[:HEIGHT, :WIDTH].astype(float) - low) * width / (high - low))
        y, cb, cr = back
        r, b = y + cr * (2 - 2 * red), y + cb * (2 - 2 * blue)
        g = (y - blue * b - red * r) / green
        rgb = np.floor(np.stack([r, g, b], axis=-1) + 0.5).clip(0, 255).astype(np.uint8)
        pixels(f"ycbcr-{name}", rgb)
        rows = 8
        fields = basic(3, 8, 6, 1, rows) | {530: (3, [h, v]), 531: (3, [1])}
        if weights:
            fields[529] = (5, [n for weight in weights for n in (round(weight * 10000), 10000)])
        if levels:
            fields[532] = (5, [n for level in levels for n in (level, 1)])
        strips = [units[u : u + rows // v].tobytes() for u in range(0, down, rows // v)]
        data = by_hand(fields, strips)
        seen = tiff2rgba(data).astype(int)
        # it rounds levels that are stretched on the way
        # (nor does it do units of 4 x 4 right that the picture's edge cuts)
        assert name == "44" or np.abs(seen - rgb).max() <= (3 if levels else 0), name
        keep(f"ycbcr-{name}", data, f"ycbcr-{name}", 1)
        if name == "22":
            fields[259] = (3, [5])
            lzw = by_hand(fields, [old_lzw(strip) for strip in strips])
            keep("ycbcr-22-lzw", lzw, "ycbcr-22", 1)
            # 16 x 16 tiles
            padded = np.pad(units, ((0, 16 - down), (0, 16 - across), (0, 0)), mode="edge")
            tiles = [padded[j : j + 8, i : i + 8].tobytes() for j in (0, 8) for i in (0, 8)]
            del fields[278]
            fields |= {259: (3, [1]), 322: (3, [16]), 323: (3, [16])}
            keep("ycbcr-22-tiles", by_hand(fields, tiles, tiles=True), "ycbcr-22", 1)


def lab_files():
    """A colour a pixel; littlecms makes sRGB of L*a*b* of 8 bits."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    lab = np.stack([30 + 2 * x, 2 * y - 18, x - 2 * y + 9], axis=-1)
    signed = np.floor(lab * [2.55, 1, 1] + 0.5).astype(int)
    image = Image.frombytes("LAB", (WIDTH, HEIGHT), (signed % 256).astype(np.uint8).tobytes())
    to_srgb = ImageCms.buildTransform(
        ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    pixels("lab", np.asarray(ImageCms.applyTransform(image, to_srgb)))
    keep("lab", by_hand(basic(3, 8, 8), [(signed % 256).astype(np.uint8).tobytes()]), "lab", 2)
    icc = (signed + [0, 128, 128]).astype(np.uint8)
    keep("icclab", by_hand(basic(3, 8, 9), [icc.tobytes()]), "lab", 2)
    fine = np.stack([signed[..., 0] * 257, signed[..., 1] * 256, signed[..., 2] * 256], axis=-1)
    for order, name in (("<", "lab-16"), (">", "lab-16-big-endian")):
        data = (fine % 65536).astype(order + "u2").tobytes()
        keep(name, by_hand(basic(3, 16, 8), [data], order=order), "lab", 2)
    planes = [np.ascontiguousarray(plane).tobytes() for plane in np.moveaxis(fine % 65536, -1, 0).astype("<u2")]
    keep("lab-16-planes", by_hand(basic(3, 16, 8) | {284: (3, [2])}, planes), "lab", 2)


def jpeg_files():
    """As libjpeg decodes them, through tifffile and through libtiff."""
    plain = tif(RGB8, photometric="rgb", rowsperstrip=16)

    def jpeg(name, data):
        if "planes" in name:
            # tifffile does not read JPEG in planes
            planes = tifffile.imread(io.BytesIO(tiffcp(data, "-c", "none")))
            pixels(name, np.moveaxis(planes, 0, -1))
        else:
            pixels(name, tifffile.imread(io.BytesIO(data)))
        keep(name, data, name, 1)

    options = {"compression": "jpeg", "compressionargs": {"level": 80}, "rowsperstrip": 16}
    jpeg("jpeg-gray", tif(GRAY8, photometric="minisblack", **options))
    jpeg("jpeg-rgb", tiffcp(plain, "-c", "jpeg:r:80", "-r", "16"))
    jpeg("jpeg-ycbcr-22", tiffcp(plain, "-c", "jpeg:80", "-r", "16"))
    jpeg("jpeg-ycbcr-22-tiles", tiffcp(plain, "-c", "jpeg:80", "-t", "-w", "16", "-l", "16"))
    for h, v in ((1, 1), (2, 1), (4, 1)):
        data = tif(RGB8, photometric="ycbcr", subsampling=(h, v), **options)
        jpeg(f"jpeg-ycbcr-{h}{v}", data)
    cmyk = tif(CMYK8, photometric="separated", rowsperstrip=16)
    jpeg("cmyk-jpeg", tiffcp(cmyk, "-c", "jpeg:r:80", "-r", "16"))
    jpeg("jpeg-rgb-planes", tiffcp(plain, "-c", "jpeg:r:80", "-p", "separate", "-r", "16"))


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for old in GOLDEN.iterdir():
        old.unlink()
    for files in (
        rgb_files, depth_files, bilevel_files, palette_files, ink_and_alpha_files, ycbcr_files,
        lab_files, jpeg_files,
    ):
        files()
    (GOLDEN / "index.txt").write_text("\n".join(INDEX) + "\n")
    print(sum(file.stat().st_size for file in GOLDEN.iterdir()), "bytes,", len(INDEX), "files")


main()
