#!/usr/bin/env python3
"""Makes tests/golden/metadata/*: files with XMP and paths that other programs wrote.

    /tmp/ref/bin/pip install pillow defusedxml tifffile psd-tools
    /tmp/ref/bin/python tests/reference/metadata.py

psd-tools writes the path records, the resource blocks and the PSD file, and fills
the shapes of operations.txt; Pillow writes JPEG, PNG and WebP, tifffile TIFF. What
is inserted by hand is read back with Pillow here, and with ExifTool if the variable
EXIFTOOL says how it is called.
"""

import hashlib
import io
import os
import pathlib
import shlex
import struct
import subprocess
from types import SimpleNamespace

import numpy as np
import tifffile
from PIL import Image, PngImagePlugin
from psd_tools import PSDImage
from psd_tools.composite import vector
from psd_tools.psd import vector as records
from psd_tools.psd.image_resources import ImageResource, PascalString

GOLDEN = pathlib.Path(__file__).parent.parent / "golden" / "metadata"
EXIFTOOL = shlex.split(os.environ.get("EXIFTOOL", ""))

WRAPPER = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>%s<?xpacket end="w"?>'
META = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    "%s</rdf:RDF></x:xmpmeta>"
)
DESCRIPTION = '<rdf:Description rdf:about="" xmlns:%s="%s" %s="%s"/>'


def packet(namespace, uri, name, value):
    return META % (DESCRIPTION % (namespace, uri, f"{namespace}:{name}", value))


PACKET = (
    WRAPPER % (packet("photoshop", "http://ns.adobe.com/photoshop/1.0/", "City", "Köln") + " " * 60)
).encode()


def subpath(points, operation=1, closed=True, linked=False):
    """Points are (x, y) or (before, anchor, after), in fractions of the picture."""
    kinds = {
        (True, True): records.ClosedKnotLinked,
        (True, False): records.ClosedKnotUnlinked,
        (False, True): records.OpenKnotLinked,
        (False, False): records.OpenKnotUnlinked,
    }
    knots = []
    for point in points:
        three = point if isinstance(point[0], tuple) else (point, point, point)
        knots.append(kinds[closed, linked](*[(y, x) for x, y in three]))
    kind = records.ClosedPath if closed else records.OpenPath
    return kind(items=knots, operation=operation)


def rectangle(left, top, right, bottom, operation=1):
    return subpath([(left, top), (right, top), (right, bottom), (left, bottom)], operation)


def resource(ident, name, data):
    return ImageResource(key=ident, name=name, data=data)


def path(ident, name, subpaths):
    whole = records.Path([records.PathFillRule(), records.InitialFillRule(0), *subpaths])
    return resource(ident, name, whole.tobytes(padding=1))


def leaf():
    """Curves whose control points reach farther than they do."""
    return subpath(
        [
            ((0.25, -0.25), (0.25, 0.5), (0.25, 1.25)),
            ((0.75, 1.25), (0.75, 0.5), (0.75, -0.25)),
        ],
        linked=True,
    )


RESOURCES = [
    path(2000, "Outline", [leaf()]),
    path(
        2001,
        "Überzug",
        [
            rectangle(0.125, 0.25, 0.875, 0.75),
            subpath([(0.0, 0.0), (1.0, 1.0)], closed=False),
            rectangle(0.25, 0.375, 0.5, 0.625, operation=2),
            rectangle(-0.5, -0.5, 1.5, 0.0625, operation=-1),
        ],
    ),
    resource(2999, "", PascalString("Outline")),
]


def blocks(resources):
    return b"".join(item.tobytes() for item in resources)


def segment(number, *parts):
    body = b"".join(parts)
    return struct.pack(">BBH", 0xFF, 0xE0 + number, len(body) + 2) + body


def standard_xmp(xmp):
    return segment(1, b"http://ns.adobe.com/xap/1.0/\0", xmp)


def photoshop(data):
    return segment(13, b"Photoshop 3.0\0", data)


def picture():
    return Image.fromarray(np.arange(64 * 48, dtype=np.uint32).reshape(48, 64).astype("uint8"))


def jpeg(**options):
    out = io.BytesIO()
    picture().save(out, "jpeg", quality=30, **options)
    return out.getvalue()


def after_app0(file, segments):
    """After SOI and the JFIF segment."""
    end = 4 + struct.unpack_from(">H", file, 4)[0]
    return file[:end] + segments + file[end:]


def extended_jpeg():
    """A title in the standard packet, a city in the extended one, in two pieces of
    which the second stands first."""
    uri = "http://ns.adobe.com/photoshop/1.0/"
    whole = packet("photoshop", uri, "City", "Köln").encode()
    guid = hashlib.md5(whole).hexdigest().upper()
    note = packet("xmpNote", "http://ns.adobe.com/xmp/note/", "HasExtendedXMP", guid)
    pieces = [
        segment(
            1,
            b"http://ns.adobe.com/xmp/extension/\0",
            guid.encode(),
            struct.pack(">II", len(whole), offset),
            whole[offset : offset + 200],
        )
        for offset in range(0, len(whole), 200)
    ]
    assert len(pieces) == 2
    return after_app0(jpeg(), standard_xmp((WRAPPER % note).encode()) + b"".join(pieces[::-1])), whole


OPERATIONS = {
    "combine": [rectangle(0, 0, 0.5, 0.5), rectangle(0.25, 0.25, 0.75, 0.75)],
    "exclude": [rectangle(0, 0, 0.5, 0.5, 0), rectangle(0.25, 0.25, 0.75, 0.75, 0)],
    "subtract": [rectangle(0, 0, 0.5, 0.5), rectangle(0.25, 0.25, 0.75, 0.75, 2)],
    "intersect": [rectangle(0, 0, 0.5, 0.5), rectangle(0.25, 0.25, 0.75, 0.75, 3)],
    "subtract-first": [rectangle(0.25, 0.25, 0.75, 0.75, 2), rectangle(0, 0, 0.5, 0.5, 2)],
    "intersect-first": [rectangle(0.25, 0.25, 0.75, 0.75, 3), rectangle(0, 0, 0.5, 0.5, 1)],
    "continue": [
        rectangle(0, 0, 0.75, 0.75),
        rectangle(0.125, 0.125, 0.5, 0.5, -1),
        rectangle(0.25, 0.25, 1, 1, 0),
        rectangle(0.375, 0.375, 0.875, 0.875, -1),
    ],
    "mixed": [
        rectangle(0, 0, 0.75, 0.75),
        rectangle(0.125, 0.125, 0.5, 0.5, 2),
        rectangle(0.25, 0.25, 1, 1, 0),
        rectangle(0.375, 0, 0.625, 1, 3),
        rectangle(0.5, 0.5, 0.75, 0.75, 1),
        rectangle(0, 0.875, 0.625, 1, 0),
        rectangle(0.5, 0.75, 0.625, 1, 0),
    ],
}


def filled(subpaths):
    """8 x 8 pixels that psd-tools fills, # and -."""
    layer = SimpleNamespace(
        vector_mask=SimpleNamespace(paths=subpaths, initial_fill_rule=0),
        _psd=SimpleNamespace(viewbox=(0, 0, 8, 8), width=8, height=8),
    )
    mask = vector._draw_path(layer, brush={"color": 255})[:, :, 0]
    assert np.all((mask < 1e-6) | (mask > 1 - 1e-6))
    return "".join("#" if value > 0.5 else "-" for value in mask.flat)


def asked(file, *tags):
    """What ExifTool says of the tags of a file."""
    command = [*EXIFTOOL, "-s3", "-charset", "utf8", *tags, "-"]
    return subprocess.run(command, input=file, capture_output=True, check=True).stdout.decode()


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    save = lambda name, data: (GOLDEN / name).write_bytes(data)
    save("packet.xmp", PACKET)
    data = blocks(RESOURCES)
    save("blocks.bin", data)

    psd = PSDImage.frompil(picture())
    psd.image_resources.clear()
    for item in [resource(1060, "", PACKET), *RESOURCES]:
        psd.image_resources[item.key] = item
    out = io.BytesIO()
    psd.save(out)
    save("paths.psd", out.getvalue())
    assert PSDImage.open(io.BytesIO(out.getvalue())).image_resources[1060].data == PACKET

    # cut in the middle of a knot
    cut = photoshop(data[:101]) + photoshop(data[101:])
    save("paths.jpg", jpeg(xmp=PACKET, extra=cut))

    tags = [(700, "B", len(PACKET), PACKET, True), (34377, "B", len(data), data, True)]
    pixels = np.asarray(picture())
    for name, options in {
        "paths.tif": {"byteorder": ">"},
        "paths-big.tif": {"byteorder": "<", "bigtiff": True},
    }.items():
        tifffile.imwrite(
            GOLDEN / name, pixels, extratags=tags, compression="zlib", metadata=None, **options
        )

    text = PngImagePlugin.PngInfo()
    text.add_itxt("Comment", "no packet")
    text.add_itxt("XML:com.adobe.xmp", PACKET.decode(), zip=True)
    picture().save(GOLDEN / "xmp.png", pnginfo=text)
    picture().convert("RGB").save(GOLDEN / "xmp.webp", quality=10, xmp=PACKET)

    extended, whole = extended_jpeg()
    save("extended.jpg", extended)
    save("extended.xmp", whole)

    # what insert.rs has to make of plain.jpg
    plain = jpeg()
    save("plain.jpg", plain)
    inserted = after_app0(plain, standard_xmp(PACKET) + photoshop(data))
    save("inserted.jpg", inserted)
    image = Image.open(io.BytesIO(inserted))
    assert image.getxmp()["xmpmeta"]["RDF"]["Description"]["City"] == "Köln"
    assert image.info["photoshop"][2000] == RESOURCES[0].data
    assert image.info["photoshop"][2001] == RESOURCES[1].data
    assert image.info["photoshop"][2999] == b"\x07Outline"

    lines = [f"{name} {filled(subpaths)}" for name, subpaths in OPERATIONS.items()]
    save("operations.txt", ("\n".join(lines) + "\n").encode())

    if EXIFTOOL:
        for name in ["paths.psd", "paths.jpg", "paths.tif", "paths-big.tif", "inserted.jpg"]:
            said = asked((GOLDEN / name).read_bytes(), "-XMP:City", "-ClippingPathName")
            assert said == "Köln\nOutline\n", (name, said)
        for name in ["xmp.png", "xmp.webp", "extended.jpg"]:
            said = asked((GOLDEN / name).read_bytes(), "-XMP:City")
            assert said == "Köln\n", (name, said)


if __name__ == "__main__":
    main()
