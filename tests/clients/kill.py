"""kill -9 at random moments of a job: nothing is lost, nothing is doubled, and the events have no gap.

    kill.py [KILLS ASSETS [SEED]]      the release check is: kill.py 20 500
"""

import io
import random
import sys
import threading
import time
import zipfile

import grpc
from google.protobuf import json_format

import harness
import library
from harness import SAMPLES
from peers import Grpcio
from watching import watch_request

# Some 400 ms for one asset of a debug build, 60 of a release build: jobs last long enough to be killed in.
MODIFIER = "wid=1800&fit=fit,1&fmt=png"
# So often a kill is followed by another one while the server starts and recovers.
KILLED_WHILE_STARTING = 0.2
LONGEST_LIFE = 0.6


class Follower(threading.Thread):
    """A client that watches a job across every restart, resuming where its stream broke."""

    def __init__(self, server, job):
        super().__init__(daemon=True)
        self.server = server
        self.job = job
        self.events = []
        self.finished = False
        self.error = None

    def run(self):
        last = 0
        try:
            while not self.finished:
                client = Grpcio(self.server.address)
                try:
                    for event in client.jobs.WatchJob(watch_request(self.job, after_sequence=last, omit_progress=True)):
                        last = event.last_sequence
                        if event.sequence:
                            self.events.append(json_format.MessageToDict(event))
                        self.finished = event.WhichOneof("event") == "job_finished"
                except grpc.RpcError as error:
                    if error.code() not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
                        raise
                    time.sleep(0.02)
                finally:
                    client.close()
        except Exception as error:
            self.error = error


def expected_outputs(client, variants):
    """What each variant becomes when nobody disturbs the server; by ruling 16 the same bytes every time."""
    job = library.submit(client, variants, isModifier=MODIFIER)
    library.check_events(library.watch(client, job), total=len(variants))
    return [artifact["sha256"] for artifact in library.artifacts(client, job)]


def kill_and_check(kills, assets, seed):
    chance = random.Random(seed)
    print(f"kill.py: {kills} kills, {assets} assets, seed {seed}")
    samples = [(SAMPLES / name).read_bytes() for name in ("chelsea.png", "coffee.png", "rocket.jpg")]
    with harness.server() as server:
        client = Grpcio(server.address)
        handles = [
            library.upload(client, samples[i % len(samples)], f"asset {i}.img", chunk=1 << 20)["assetHandle"]
            for i in range(assets)
        ]
        expected = expected_outputs(client, handles[: len(samples)])
        undisturbed = server.files().keys()
        job = library.submit(client, handles, isModifier=MODIFIER)
        client.close()
        follower = Follower(server, job)
        follower.start()

        for number in range(kills):
            time.sleep(chance.uniform(0.05, LONGEST_LIFE))
            if chance.random() < KILLED_WHILE_STARTING:
                server.kill()
                server.launch()
                time.sleep(chance.uniform(0, 0.05))
            assert not follower.finished, f"the job was over before kill {number + 1}: it needs more assets"
            server.kill()
            server.start()

        client = Grpcio(server.address)
        library.watch(client, job)
        follower.join(30)
        every = library.watch(client, job)
        assert follower.error is None and follower.finished, f"the follower stopped: {follower.error}"
        library.check_events(every, assets)
        assert follower.events == every, "what was seen live across all restarts is what was stored"
        assert every[-1]["jobFinished"]["outcome"] == "JOB_OUTCOME_SUCCEEDED", every[-1]

        files = library.artifacts(client, job)
        assert len({file["fileName"] for file in files}) == len(files) == assets, "each output present once"
        assert [file["sha256"] for file in files] == [expected[i % len(samples)] for i in range(assets)]
        for file in chance.sample(files, min(20, assets)):
            library.download(client, job, file)
        sizes = [size for path, size in server.files().items() if path not in undisturbed]
        assert sorted(sizes) == sorted(int(file["sizeBytes"]) for file in files), (
            f"{len(sizes)} files on the disk for {assets} outputs"
        )
        attempts = [event["assetStarted"]["attempt"] for event in every if "assetStarted" in event]
        print(f"kill.py: {len(every)} events, {sum(a > 1 for a in attempts)} assets were started again")


def packing(client, job):
    """Whether all assets are settled and the end has not come."""
    (answer,) = client.call(f"{library.JOBS}/GetJob", {"jobHandle": job, "readMask": "state,counts"})
    counts = answer["activeJob"].get("counts", {})
    settled = sum(int(counts.get(kind, 0)) for kind in ("success", "error", "cancelled"))
    done = answer["activeJob"]["state"] == "ACTIVE_JOB_STATE_DONE"
    return settled == int(counts["total"]) and not done, done


def kill_while_packing(kills, assets, seed):
    """The archive is whole, once there, and holds what an undisturbed job's does."""
    chance = random.Random(seed)
    print(f"kill.py: {kills} kills while packing, {assets} assets, seed {seed}")
    sample = (SAMPLES / "rocket.jpg").read_bytes()
    with harness.server() as server:
        client = Grpcio(server.address)
        # different bytes, so that each is a file of its own
        handles = [library.upload(client, sample + bytes([i]), f"{i}.img")["assetHandle"] for i in range(assets)]
        options = {"packageMode": "PACKAGE_MODE_ZIP"}
        originals = len(server.files())
        job = library.submit(client, handles, "EXPORT_FMT_ORIG", options=options)
        hits = 0
        for _ in range(kills):
            busy = done = False
            while not (busy or done):
                busy, done = packing(client, job)
            if done:
                break
            time.sleep(chance.uniform(0, 0.1))
            server.kill()
            hits += 1
            server.start()
            client = Grpcio(server.address)
        every = library.watch(client, job)
        library.check_events(every, assets)
        assert every[-1]["jobFinished"]["outcome"] == "JOB_OUTCOME_SUCCEEDED", every[-1]
        assert sum("artifactReady" in event for event in every) == 1
        (archive,) = library.artifacts(client, job)
        with zipfile.ZipFile(io.BytesIO(library.download(client, job, archive))) as found:
            assert found.testzip() is None
            names = found.namelist()
            assert names == [f"{i}.img" for i in range(assets)] + ["manifest.json"], names
            assert all(found.read(f"{i}.img") == sample + bytes([i]) for i in range(assets))
        harness.wait_until(lambda: len(server.files()) == originals + 1, 10, "only the archive is left")
        print(f"kill.py: {hits} kills hit the packing")


def test_kill_nine_while_an_archive_is_written():
    kill_while_packing(kills=3, assets=100, seed=random.randrange(1 << 32))


def test_kill_nine_loses_and_doubles_nothing():
    kill_and_check(kills=3, assets=60, seed=random.randrange(1 << 32))


if __name__ == "__main__":
    if len(sys.argv) > 2:
        numbers = [int(argument) for argument in sys.argv[1:]]
        seed = numbers[2] if len(numbers) > 2 else random.randrange(1 << 32)
        kill_and_check(numbers[0], numbers[1], seed)
        print("1 passed, 0 failed, 0 skipped")
    else:
        harness.main()
