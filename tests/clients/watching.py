"""Watching a job: resuming without a hole, events in time, and watchers that vanish without a trace."""

import subprocess
import sys
import threading
import time

from google.protobuf import duration_pb2

import harness
import library
from errors import refused
from harness import SAMPLES, wait_until
from library import JOBS, sequence
from peers import Grpcio, stubs

# About a second of work for one asset of a debug build, so that a job of some of them is still running when it is wanted to.
SLOW = "wid=3600&fit=fit,1&fmt=png"
WATCHERS = 200
# Memory that the allocator may keep although nobody uses it; 200 leaked watchers with their buffers are far more.
RSS_SLACK = 16 << 20


def upload_copies(client, count, file="chelsea.png"):
    data = (SAMPLES / file).read_bytes()
    return [library.upload(client, data, f"{index}-{file}", chunk=1 << 20)["assetHandle"] for index in range(count)]


def watch_request(job, **request):
    messages, _ = stubs()["job_service"]
    return messages.WatchJobRequest(job_handle=job, **request)


def durable(events):
    return [event for event in events if sequence(event)]


def test_resume_gives_exactly_the_missing_events():
    with harness.server() as server:
        client = Grpcio(server.address)
        job = library.submit(client, upload_copies(client, 6), isModifier="wid=64&fmt=png")
        library.watch(client, job)
        every = library.watch(client, job)
        library.check_events(every, total=6)
        assert every == durable(every), "a finished job has no progress to report"
        for after in range(len(every) + 1):
            assert library.watch(client, job, after) == every[after:], f"after_sequence={after}"
        failure = refused(client, f"{JOBS}/WatchJob", {"jobHandle": job, "afterSequence": str(len(every) + 1)})
        assert failure.code == "OUT_OF_RANGE" and failure.detail("ErrorInfo")["reason"] == "SEQUENCE_AHEAD", failure


def test_a_stream_broken_while_the_job_runs_goes_on_without_a_hole():
    with harness.server() as server:
        client = Grpcio(server.address)
        job = library.submit(client, upload_copies(client, 12), isModifier="wid=900&fit=fit,1&fmt=png")
        numbers, last, finished = [], 0, False
        while not finished:
            # Three numbered events, then the client leaves.
            call = client.jobs.WatchJob(watch_request(job, after_sequence=last))
            taken = 0
            for event in call:
                finished = event.WhichOneof("event") == "job_finished"
                last = event.last_sequence
                if event.sequence:
                    numbers.append(event.sequence)
                    taken += 1
                if taken == 3:
                    break
            call.cancel()
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) == len(library.watch(client, job))


def test_an_event_arrives_within_200_ms():
    """All processes share a machine that is busy with pictures, so that one late event in ten is the scheduler's."""
    with harness.server(JOBS__WORKERS=1) as server:
        client = Grpcio(server.address)
        job = library.submit(client, upload_copies(client, 10), isModifier="wid=1200&fit=fit,1&fmt=png")
        late = []
        for event in client.jobs.WatchJob(watch_request(job, omit_progress=True)):
            if event.WhichOneof("event") in ("asset_completed", "asset_started"):
                late.append(time.time() - event.event_time.ToMicroseconds() / 1e6)
        assert len(late) == 20
        # The first events were there before we watched.
        late = sorted(late[2:])
        assert late[len(late) * 9 // 10] < 0.2, f"seconds from commit to arrival: {late}"


def test_heartbeats_come_when_nothing_else_does_and_a_long_conversion_does_not_hold_up_a_stop():
    # One conversion of 54 Mpx is what the job does for seconds; it is given up when the server is told to stop.
    with harness.server(JOBS__WORKERS=1, JOBS__DRAIN_SECONDS=1) as server:
        client = Grpcio(server.address)
        job = library.submit(client, upload_copies(client, 1), isModifier="wid=9000&fit=fit,1&fmt=png")
        request = watch_request(job, omit_progress=True, heartbeat_interval=duration_pb2.Duration(seconds=1))
        beats = []
        for event in client.jobs.WatchJob(request):
            assert event.WhichOneof("event") != "job_finished", "the job was too short"
            if event.WhichOneof("event") == "heartbeat":
                assert event.sequence == 0 and event.last_sequence > 0
                beats.append(time.monotonic())
            if len(beats) == 4:
                break
        # Three seconds, and as much again for a machine whose cores are busy.
        assert 2.5 < beats[-1] - beats[0] < 6, f"four heartbeats at {beats}"
        start = time.monotonic()
        server.stop()
        assert time.monotonic() - start < 8, "the server stops within its drain time of 1 s and a little"


def hold(address, job, count):
    """Opens watchers, each with a connection of its own, says when all of them got an event, and waits to be killed."""
    calls = [Grpcio(address).jobs.WatchJob(watch_request(job)) for _ in range(count)]
    for call in calls:
        next(call)
    print("holding", flush=True)
    threading.Event().wait()


def open_and_kill_watchers(server, client, handles, count, processes=4):
    """Watches an unfinished job with `count` watchers, kills them all at once and stops the job."""
    job = library.submit(client, handles, isModifier=SLOW)
    command = [sys.executable, __file__, "--hold", server.address, job, str(count // processes)]
    holders = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(processes)]
    for holder in holders:
        assert holder.stdout.readline() == b"holding\n"
    opened = server.descriptors()
    (answer,) = client.call(f"{JOBS}/GetJob", {"jobHandle": job})
    assert answer["activeJob"]["state"] == "ACTIVE_JOB_STATE_RUNNING", "the job outlasted the opening of its watchers"
    for holder in holders:
        holder.kill()
    for holder in holders:
        holder.wait()
        holder.stdout.close()
    client.call(f"{JOBS}/StopJob", {"jobHandle": job})
    library.watch(client, job)
    return opened


def test_two_hundred_watchers_killed_leave_nothing():
    with harness.server(JOBS__WORKERS=1) as server:
        client = Grpcio(server.address)
        handles = upload_copies(client, 40)
        # The first rounds start threads, fill caches and grow the allocator's pools; what they leave is the base.
        for _ in range(2):
            open_and_kill_watchers(server, client, handles, WATCHERS)
        time.sleep(2)
        rss, threads, descriptors = server.rss(), server.threads(), server.descriptors()
        opened = open_and_kill_watchers(server, client, handles, WATCHERS)
        assert opened >= descriptors + WATCHERS, f"{opened} open files while {WATCHERS} watchers were connected"
        wait_until(lambda: server.descriptors() <= descriptors, 30, f"open files are back to {descriptors}")
        wait_until(lambda: server.threads() <= threads, 30, f"threads are back to {threads}")
        wait_until(lambda: server.rss() <= rss + RSS_SLACK, 30, f"memory is back to {rss} bytes")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--hold"]:
        hold(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        harness.main()
