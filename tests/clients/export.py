"""A whole export with each client: find the services, upload, save a macro, submit, watch, list, download, compare."""

import io

import numpy
import PIL.Image
import PIL.ImageCms
import tifffile

import harness
import library
from harness import SAMPLES
from peers import BufCurl, Grpcio, Grpcurl

SERVICES = {
    "offprint.v1.AssetService",
    "offprint.v1.ImageFormatService",
    "offprint.v1.JobLogService",
    "offprint.v1.JobService",
    "grpc.health.v1.Health",
}


def pixels(data):
    """The pixels of a picture in sRGB, decoded by libjpeg-turbo or libpng and converted by littlecms."""
    picture = PIL.Image.open(io.BytesIO(data))
    profile = picture.info.get("icc_profile")
    picture = picture.convert("RGB")
    if profile:
        source = PIL.ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = PIL.ImageCms.createProfile("sRGB")
        intent = PIL.ImageCms.Intent.RELATIVE_COLORIMETRIC
        picture = PIL.ImageCms.profileToProfile(picture, source, target, renderingIntent=intent)
    return numpy.asarray(picture)


def check_same_photograph(ours, reference):
    """The JPEG standard leaves the inverse DCT and the upsampling of chroma to the decoder, and colour engines round
    differently, so that two right programs differ by a few levels at coloured edges: mean at most 0.5, 99.9 % within 4."""
    assert ours.shape == reference.shape, f"{ours.shape} instead of {reference.shape}"
    difference = numpy.abs(ours.astype(int) - reference.astype(int))
    assert difference.mean() <= 0.5, f"mean difference {difference.mean():.3f}"
    assert numpy.percentile(difference, 99.9) <= 4, f"99.9 % within {numpy.percentile(difference, 99.9)}"


def whole_export(client):
    assert SERVICES <= set(client.services()), f"services: {client.services()}"
    assert client.health() == "SERVING"

    photograph = (SAMPLES / "rocket.jpg").read_bytes()
    cat = (SAMPLES / "chelsea.png").read_bytes()
    rocket = library.upload(client, photograph, "fileToExport.jpg", chunk=40_000)
    assert (rocket["fileName"], rocket["width"], rocket["height"]) == ("fileToExport.jpg", 640, 427)
    assert rocket["type"] == "ASSET_TYPE_IMAGE" and int(rocket["fileSize"]) == len(photograph)
    chelsea = library.upload(client, cat, "chelsea.png", destFolder="cats/")
    assert chelsea["folder"] == "cats/"
    handles = [rocket["assetHandle"], chelsea["assetHandle"]]
    macro = library.save_macro(client, "test", "fmt=tif")
    assert macro["urlModifier"] == "fmt=tif"

    # The documented example: the macro wins over the modifier, so that the JPEG becomes a TIFF.
    job = library.submit(client, handles, isModifier="&fmt=png", macro="$test$")
    events = library.watch(client, job)
    library.check_events(events, total=2)
    assert events[-1]["jobFinished"]["outcome"] == "JOB_OUTCOME_SUCCEEDED"
    files = library.artifacts(client, job)
    assert [file["fileName"] for file in files] == ["fileToExport.tiff", "chelsea.tiff"]
    assert all(file["mimeType"] == "image/tiff" for file in files)
    ready = library.of_kind(events, "artifactReady")
    assert sorted(e["artifact"]["artifactId"] for e in ready) == sorted(file["artifactId"] for file in files)

    tiffs = [library.download(client, job, file) for file in files]
    # The photograph is in Adobe RGB; offprint writes sRGB.
    check_same_photograph(tifffile.imread(io.BytesIO(tiffs[0])), pixels(photograph))
    # From a lossless file to a lossless file nothing may change.
    assert numpy.array_equal(tifffile.imread(io.BytesIO(tiffs[1])), pixels(cat))
    assert PIL.Image.open(io.BytesIO(tiffs[0])).format == "TIFF"

    # The same job without the macro: now the modifier's format counts.
    job = library.submit(client, handles, isModifier="&wid=300&fmt=png")
    assert library.watch(client, job, omitProgress=True)[-1]["jobFinished"]["outcome"] == "JOB_OUTCOME_SUCCEEDED"
    files = library.artifacts(client, job)
    assert [file["fileName"] for file in files] == ["fileToExport.png", "chelsea.png"]
    png = PIL.Image.open(io.BytesIO(library.download(client, job, files[0])))
    # 427 * 300 / 640 = 200.2
    assert (png.format, png.size) == ("PNG", (300, 200))

    # The originals, byte for byte.
    job = library.submit(client, handles, fmt="EXPORT_FMT_ORIG")
    library.check_events(library.watch(client, job), total=2)
    files = library.artifacts(client, job)
    assert [file["fileName"] for file in files] == ["fileToExport.jpg", "chelsea.png"]
    assert [library.download(client, job, file) for file in files] == [photograph, cat]

    # A download goes on from where it broke off.
    request = {"jobHandle": job, "artifactId": files[0]["artifactId"], "offset": "100000", "chunkSize": 4096}
    rest = client.call(f"{library.JOBS}/DownloadArtifact", request)
    assert int(rest[1]["offset"]) == 100_000
    assert rest[0]["header"]["sha256"] == files[0]["sha256"]
    assert b"".join(library.unb64(message["chunk"]) for message in rest[1:]) == photograph[100_000:]


def test_grpcurl():
    with harness.server() as server:
        whole_export(Grpcurl(server.address))


def test_buf_curl_with_reflection_v1():
    with harness.server() as server:
        whole_export(BufCurl(server.address, "v1"))


def test_buf_curl_with_reflection_v1alpha():
    with harness.server() as server:
        whole_export(BufCurl(server.address, "v1alpha"))


def test_grpcio():
    with harness.server() as server:
        whole_export(Grpcio(server.address))


if __name__ == "__main__":
    harness.main()
