"""Uploads that go wrong leave nothing behind: no asset and no file below the data directory."""

import hashlib
import os
import subprocess
import sys
import threading

import grpc

import harness
import library
from errors import refused
from harness import SAMPLES, wait_until
from library import ASSETS, b64
from peers import Grpcio, stubs

NOISE = os.urandom(3 << 20)
CHUNK = 256 << 10


def messages(data, header):
    """The messages of an upload, one after another."""
    assets, _ = stubs()["asset_service"]
    yield assets.UploadAssetRequest(header=assets.UploadHeader(**header))
    for at in range(0, len(data), CHUNK):
        yield assets.UploadAssetRequest(chunk=data[at : at + CHUNK])


def check_nothing_left(server, client, files, count):
    wait_until(lambda: server.files() == files, 10, "the data directory has the files it had before the upload")
    assert library.asset_count(client) == count


def test_a_call_cancelled_in_the_middle_leaves_nothing():
    with harness.server() as server:
        client = Grpcio(server.address)
        library.upload(client, (SAMPLES / "rocket.jpg").read_bytes(), "rocket.jpg")
        files = server.files()
        half, go_on = threading.Event(), threading.Event()

        def half_an_upload():
            yield from messages(NOISE[: len(NOISE) // 2], {"file_name": "noise.bin", "size_bytes": len(NOISE)})
            half.set()
            go_on.wait()

        call = client.assets.UploadAsset.future(half_an_upload())
        assert half.wait(10)
        wait_until(lambda: server.files() != files, 10, "the upload's bytes arrive at the server")
        call.cancel()
        go_on.set()
        check_nothing_left(server, client, files, count=1)


def test_a_killed_client_leaves_nothing():
    with harness.server() as server:
        client = Grpcio(server.address)
        files = server.files()
        uploader = subprocess.Popen([sys.executable, __file__, "--half", server.address], stdout=subprocess.PIPE)
        assert uploader.stdout.readline() == b"half\n"
        wait_until(lambda: server.files() != files, 10, "the upload's bytes arrive at the server")
        uploader.kill()
        uploader.wait()
        uploader.stdout.close()
        check_nothing_left(server, client, files, count=0)


def upload_half(address):
    """Uploads half a file, says so, and waits to be killed."""

    def half_an_upload():
        yield from messages(NOISE[: len(NOISE) // 2], {"file_name": "noise.bin"})
        print("half", flush=True)
        threading.Event().wait()

    Grpcio(address).assets.UploadAsset(half_an_upload())


def test_a_stream_that_ends_too_early_or_too_late_is_refused():
    with harness.server() as server:
        client = Grpcio(server.address)
        for size in (len(NOISE) - 1, len(NOISE) + 1):
            failure = upload_refused(client, {"file_name": "noise.bin", "size_bytes": size})
            assert failure == grpc.StatusCode.DATA_LOSS, f"declared {size}, sent {len(NOISE)}: {failure}"
            check_nothing_left(server, client, {}, count=0)


def test_a_wrong_sha256_is_data_loss():
    with harness.server() as server:
        client = Grpcio(server.address)
        wrong = hashlib.sha256(NOISE + b"!").digest()
        assert upload_refused(client, {"file_name": "n.bin", "sha256": wrong}) == grpc.StatusCode.DATA_LOSS
        check_nothing_left(server, client, {}, count=0)
        right = hashlib.sha256(NOISE).digest()
        answer = client.assets.UploadAsset(messages(NOISE, {"file_name": "n.bin", "sha256": right}))
        assert answer.asset.sha256 == right and answer.asset.file_size == len(NOISE)


def upload_refused(client, header):
    try:
        answer = client.assets.UploadAsset(messages(NOISE, header))
    except grpc.RpcError as error:
        return error.code()
    raise AssertionError(f"accepted: {answer}")


def test_messages_out_of_order_are_refused():
    with harness.server() as server:
        client = Grpcio(server.address)
        header, chunk = {"header": {"fileName": "x.bin"}}, {"chunk": b64(b"x")}
        for sent in ([chunk], [chunk, header], [header, chunk, header], [{"header": {}}, chunk]):
            assert refused(client, f"{ASSETS}/UploadAsset", *sent).code == "INVALID_ARGUMENT", sent
            check_nothing_left(server, client, {}, count=0)


def test_a_name_with_a_path_is_refused():
    with harness.server() as server:
        client = Grpcio(server.address)
        outside = server.data.parent / "escaped.bin"
        for name in ("../escaped.bin", "../../escaped.bin", f"{outside}", "a/../../escaped.bin", "..\\escaped.bin"):
            failure = refused(client, f"{ASSETS}/UploadAsset", {"header": {"fileName": name}}, {"chunk": b64(b"x")})
            assert failure.code == "INVALID_ARGUMENT", failure
        assert not outside.exists()
        check_nothing_left(server, client, {}, count=0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--half"]:
        upload_half(sys.argv[2])
    else:
        harness.main()
