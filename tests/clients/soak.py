"""A job of 20,000 small files: memory stays flat, all events are replayed in order. Takes minutes; not part of CI.

    soak.py [ASSETS]
"""

import concurrent.futures
import io
import sys
import threading
import time

import PIL.Image
from google.protobuf import json_format

import harness
import library
from peers import Grpcio
from watching import watch_request

# What the server may grow from the first tenth of the job to its end: caches of the database, no list of assets or events.
RSS_SLACK = 50 << 20
UPLOADERS = 8


class MemoryLog(threading.Thread):
    """Notes the server's resident memory twice a second."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server = server
        self.samples = []
        self.done = threading.Event()

    def run(self):
        while not self.done.wait(0.5):
            self.samples.append(self.server.rss())


def small_png(number):
    file = io.BytesIO()
    PIL.Image.new("RGB", (16, 16), (number % 251, number % 241, number % 239)).save(file, "PNG")
    return file.getvalue()


def read_slowly(server, job, stop):
    """A client that takes one event a second of a job that makes hundreds."""
    for _ in Grpcio(server.address).jobs.WatchJob(watch_request(job)):
        if stop.wait(1):
            return


def numbered_events(client, job):
    events = client.jobs.WatchJob(watch_request(job, omit_progress=True))
    return [json_format.MessageToDict(event) for event in events if event.sequence]


def soak(assets):
    with harness.server() as server:
        client = Grpcio(server.address)
        start = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(UPLOADERS) as pool:
            upload = lambda number: library.upload(client, small_png(number), f"{number}.png")["assetHandle"]
            handles = list(pool.map(upload, range(assets)))
        print(f"soak.py: {assets} uploads in {time.monotonic() - start:.0f} s, {server.rss() >> 20} MiB resident")

        start, memory, stop = time.monotonic(), MemoryLog(server), threading.Event()
        job = library.submit(client, handles, isModifier="wid=8&fmt=png")
        memory.start()
        threading.Thread(target=read_slowly, args=(server, job, stop), daemon=True).start()
        live = numbered_events(client, job)
        memory.done.set()
        stop.set()
        print(f"soak.py: exported in {time.monotonic() - start:.0f} s, {len(live)} events")
        library.check_events(live, assets)
        assert live[-1]["jobFinished"]["outcome"] == "JOB_OUTCOME_SUCCEEDED"

        start = time.monotonic()
        assert numbered_events(client, job) == live, "the replay is what was seen live"
        print(f"soak.py: replayed in {time.monotonic() - start:.1f} s")
        files = library.artifacts(client, job)
        assert len({file["artifactId"] for file in files}) == len({file["fileName"] for file in files}) == assets

        base = max(memory.samples[: max(1, len(memory.samples) // 10)])
        peak = max(*memory.samples, server.rss())
        print(f"soak.py: {base >> 20} MiB in the first tenth, peak {peak >> 20} MiB")
        assert peak <= base + RSS_SLACK, "memory grows with the job"


def test_a_large_job_of_small_files():
    soak(20_000)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        soak(int(sys.argv[1]))
        print("1 passed, 0 failed, 0 skipped")
    else:
        harness.main()
