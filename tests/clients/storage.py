"""A full disk: the asset fails with STORAGE_FULL and nothing half-written is ever visible. Needs root, for a small tmpfs."""

import contextlib
import io
import pathlib
import subprocess
import tempfile

import numpy
import PIL.Image

import harness
import library
from errors import refused
from peers import Grpcio

SMALL = (60, 40)
# As a TIFF 12 MB, whatever the compression: noise does not compress.
BIG = (2000, 2000)
DISK_BYTES = 8 << 20


def noise_png(size):
    pixels = numpy.random.default_rng(1).integers(0, 256, (size[1], size[0], 3), numpy.uint8)
    file = io.BytesIO()
    PIL.Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()


@contextlib.contextmanager
def small_disk(area):
    """A data directory whose `area` is a disk of 8 MiB."""
    with tempfile.TemporaryDirectory(prefix="offprint-disk-") as folder:
        data = pathlib.Path(folder) / "data"
        disk = data / area
        disk.mkdir(parents=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "offprint-test", disk]
        try:
            mounted = subprocess.run(command, capture_output=True, text=True)
        except FileNotFoundError as error:
            raise harness.Skip(f"no small disk can be made: {error}") from None
        if mounted.returncode != 0:
            raise harness.Skip(f"no small disk can be made (not root?): {mounted.stderr.strip()}")
        try:
            yield data
        finally:
            subprocess.run(["umount", "--lazy", disk], check=True)


def check_only_the_big_one_fails(client, job, names):
    events = library.watch(client, job)
    library.check_events(events, total=3)
    assert events[-1]["jobFinished"]["outcome"] == "JOB_OUTCOME_COMPLETED_WITH_ERRORS"
    (failed,) = library.of_kind(events, "assetFailed")
    assert failed["asset"]["assetName"] == "big.png"
    (info,) = [d for d in failed["error"]["details"] if d["@type"].endswith("google.rpc.ErrorInfo")]
    assert info["reason"] == "STORAGE_FULL", failed
    files = library.artifacts(client, job)
    assert [file["fileName"] for file in files] == names
    return {file["fileName"]: library.download(client, job, file) for file in files}


def test_a_full_output_disk_fails_the_asset():
    with small_disk("outputs") as data, harness.server(data) as server:
        client = Grpcio(server.address)
        small, big = noise_png(SMALL), noise_png(BIG)
        names = ["small.png", "big.png", "last.png"]
        handles = [
            library.upload(client, content, name)["assetHandle"] for content, name in zip([small, big, small], names)
        ]
        originals = server.files()

        job = library.submit(client, handles, isModifier="fmt=tif")
        outputs = check_only_the_big_one_fails(client, job, ["small.tiff", "last.tiff"])
        assert PIL.Image.open(io.BytesIO(outputs["last.tiff"])).size == SMALL
        written = {path: size for path, size in server.files().items() if path not in originals}
        assert sorted(written.values()) == sorted(map(len, outputs.values())), f"only whole outputs: {written}"

        job = library.submit(client, handles, fmt="EXPORT_FMT_ORIG")
        assert check_only_the_big_one_fails(client, job, ["small.png", "last.png"])["last.png"] == small


def test_a_full_disk_of_originals_refuses_the_upload():
    with small_disk("originals") as data, harness.server(data) as server:
        client = Grpcio(server.address)
        library.upload(client, noise_png(SMALL), "small.png")
        files, big = server.files(), noise_png(BIG)
        for declared in (len(big), 0):
            header = {"fileName": "big.png", "sizeBytes": declared}
            chunks = [{"chunk": library.b64(big[at : at + 500_000])} for at in range(0, len(big), 500_000)]
            failure = refused(client, f"{library.ASSETS}/UploadAsset", {"header": header}, *chunks)
            assert failure.code == "RESOURCE_EXHAUSTED", failure
            assert failure.detail("ErrorInfo")["reason"] == "STORAGE_FULL"
            assert server.files() == files and library.asset_count(client) == 1


if __name__ == "__main__":
    harness.main()
