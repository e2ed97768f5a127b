"""Every output format through a job, opened by programs that nobody here wrote; and back as a source."""

import io

import numpy
import PIL.Image

import harness
import library
from harness import SAMPLES
from peers import Grpcurl

# modifier, extension, MIME type, what Pillow calls it (None: it has no reader), mean difference that the format may cost.
# 160 pixels of a furry cat: lossless ones are exact; palettes, chroma subsampling and quality cost the rest.
OUTPUTS = [
    ("fmt=png", ".png", "image/png", "PNG", 0),
    ("fmt=tif,,zip", ".tiff", "image/tiff", "TIFF", 0),
    ("fmt=webp,,lossless", ".webp", "image/webp", "WEBP", 0),
    ("fmt=jpeg2000,,lossless", ".jp2", "image/jp2", "JPEG2000", 0),
    ("fmt=jpeg&qlt=95,1", ".jpg", "image/jpeg", "JPEG", 2),
    ("fmt=tif,,jpeg&qlt=95,1", ".tiff", "image/tiff", "TIFF", 2),
    ("fmt=pjpeg&qlt=95,1", ".jpg", "image/jpeg", "JPEG", 2),
    ("fmt=webp&qlt=95", ".webp", "image/webp", "WEBP", 6),
    ("fmt=avif&qlt=95", ".avif", "image/avif", "AVIF", 3),
    ("fmt=jpeg2000&qlt=90", ".jp2", "image/jp2", "JPEG2000", 3),
    ("fmt=png8", ".png", "image/png", "PNG", 8),
    ("fmt=gif", ".gif", "image/gif", "GIF", 8),
    ("fmt=jpegxr,,lossless", ".jxr", "image/vnd.ms-photo", None, 0),
    ("fmt=pdf,,zip", ".pdf", "application/pdf", None, 0),
    ("fmt=eps", ".eps", "image/eps", None, 0),
]

# those that come back as sources
SOURCES = {".png", ".tiff", ".webp", ".jp2", ".jpg", ".avif", ".gif", ".eps"}


def export(client, handle, modifier):
    job = library.submit(client, [handle], isModifier=modifier)
    events = library.watch(client, job, omitProgress=True)
    library.check_events(events, total=1)
    assert events[-1]["jobFinished"]["outcome"] == "JOB_OUTCOME_SUCCEEDED", events
    (file,) = library.artifacts(client, job)
    return file, library.download(client, job, file)


def pixels(data):
    return numpy.asarray(PIL.Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def test_every_output_format_and_back():
    with harness.server() as server:
        client = Grpcurl(server.address)
        cat = library.upload(client, (SAMPLES / "chelsea.png").read_bytes(), "cat.png")["assetHandle"]
        _, reference = export(client, cat, "wid=160&fmt=png")
        expected = pixels(reference)
        for number, (modifier, extension, mime, name, most) in enumerate(OUTPUTS):
            file, data = export(client, cat, f"wid=160&{modifier}")
            assert (file["fileName"], file["mimeType"]) == (f"cat{extension}", mime), file
            if name:
                picture = PIL.Image.open(io.BytesIO(data))
                assert (picture.format, picture.size) == (name, (160, 106)), f"{modifier}: {picture}"
                difference = numpy.abs(pixels(data) - expected).mean()
                assert difference <= most, f"{modifier}: mean difference {difference:.2f}"
            if extension in SOURCES:
                again = library.upload(client, data, f"again{number}{extension}")
                assert (again["type"], again["width"], again["height"]) == ("ASSET_TYPE_IMAGE", 160, 106) or (
                    again["type"] == "ASSET_TYPE_POST_SCRIPT"
                ), again
                _, png = export(client, again["assetHandle"], "fmt=png")
                back = numpy.abs(pixels(png) - expected).mean()
                assert back <= most + 1, f"{modifier} read again: mean difference {back:.2f}"


def test_a_mask_by_name():
    with harness.server() as server:
        client = Grpcurl(server.address)
        cat = library.upload(client, (SAMPLES / "chelsea.png").read_bytes(), "cat.png")["assetHandle"]
        shape = PIL.Image.linear_gradient("L").resize((451, 300))
        held = io.BytesIO()
        shape.save(held, "PNG")
        library.upload(client, held.getvalue(), "shape.png")
        _, data = export(client, cat, "mask=shape&fmt=png-alpha")
        alpha = numpy.asarray(PIL.Image.open(io.BytesIO(data)))[..., 3]
        assert numpy.array_equal(alpha, numpy.asarray(shape)), "the mask's brightness is the opacity"


if __name__ == "__main__":
    harness.main()
