"""What a client does with offprint, in terms of any client of peers.py: upload, save, submit, watch, download."""

import base64
import hashlib

ASSETS = "offprint.v1.AssetService"
FORMATS = "offprint.v1.ImageFormatService"
JOBS = "offprint.v1.JobService"

TERMINAL = {"assetCompleted", "assetFailed", "assetCancelled"}


def b64(data):
    return base64.b64encode(data).decode()


def unb64(text):
    return base64.b64decode(text)


def upload(client, data, file_name, chunk=64 << 10, **header):
    """Uploads bytes in chunks, with their size and SHA-256; gives the asset."""
    header = {"fileName": file_name, "sizeBytes": str(len(data)), "sha256": b64(hashlib.sha256(data).digest())} | header
    chunks = [{"chunk": b64(data[at : at + chunk])} for at in range(0, len(data), chunk)]
    (answer,) = client.call(f"{ASSETS}/UploadAsset", {"header": header}, *chunks)
    return answer["asset"]


def asset_count(client):
    """How many assets the library has, in all folders."""
    (answer,) = client.call(f"{ASSETS}/SearchAssets", {"includeSubfolders": True, "pageSize": 1})
    return int(answer.get("totalRows", 0))


def save_macro(client, name, modifier):
    (answer,) = client.call(f"{FORMATS}/SaveImageFormat", {"imageFormat": {"name": name, "urlModifier": modifier}})
    return answer["imageFormat"]


def export_job(handles, fmt="EXPORT_FMT_CONVERT", **job):
    """Every output by itself, unless the options say otherwise."""
    options = {"packageMode": "PACKAGE_MODE_FILES"} | job.pop("options", {})
    return {"exportJob": {"assetHandleArray": {"items": list(handles)}, "fmt": fmt, "options": options} | job}


def submit(client, handles, fmt="EXPORT_FMT_CONVERT", **job):
    """Submits an export and gives the handle of the job."""
    (answer,) = client.call(f"{JOBS}/SubmitJob", export_job(handles, fmt, **job))
    return answer["jobHandle"]


def watch(client, job, after=0, **request):
    """The events of a job from a sequence number to its end."""
    return client.call(f"{JOBS}/WatchJob", {"jobHandle": job, "afterSequence": str(after)} | request)


def sequence(event):
    return int(event.get("sequence", 0))


def kind(event):
    """The name of the event's arm, for example "assetCompleted"."""
    fixed = {"sequence", "lastSequence", "eventTime", "jobHandle"}
    (name,) = event.keys() - fixed
    return name


def of_kind(events, name):
    return [event[name] for event in events if kind(event) == name]


def artifacts(client, job):
    """All files of a job, over all pages."""
    found, token = [], ""
    while True:
        (page,) = client.call(f"{JOBS}/ListArtifacts", {"jobHandle": job, "pageSize": 1000, "pageToken": token})
        found += page.get("artifacts", [])
        token = page.get("nextPageToken", "")
        if not token:
            return found


def download(client, job, artifact, **request):
    """The bytes of one file, checked against the size and SHA-256 of its header."""
    request = {"jobHandle": job, "artifactId": artifact["artifactId"]} | request
    data = joined(client.call(f"{JOBS}/DownloadArtifact", request), artifact)
    assert b64(hashlib.sha256(data).digest()) == artifact["sha256"], f"SHA-256 of {artifact['fileName']}"
    assert len(data) == int(artifact["sizeBytes"]), f"size of {artifact['fileName']}"
    return data


def joined(messages, header):
    """The bytes of a download's chunks, whose offsets must be seamless."""
    assert messages[0].get("header") == header, f"the first message of a download is its header: {messages[0]}"
    data = b""
    for message in messages[1:]:
        assert int(message.get("offset", 0)) == len(data), "chunks come in order and without a hole"
        data += unb64(message["chunk"])
    return data


def check_events(events, total):
    """The order that a watcher may rely on (03-export-api §6.2), for a complete list of a finished job's events."""
    durable = [event for event in events if sequence(event)]
    assert [sequence(event) for event in durable] == list(range(1, len(durable) + 1)), "numbers without a gap"
    kinds = [kind(event) for event in durable]
    assert kinds[0] == "jobAccepted" and kinds.count("jobAccepted") == 1
    assert kinds[-1] == "jobFinished" and kinds.count("jobFinished") == 1
    assert events[-1] is durable[-1], "nothing comes after the end"
    last = 0
    for event in events:
        last = max(last, sequence(event))
        assert int(event.get("lastSequence", 0)) == last, "last_sequence is the highest number sent so far"

    started, ended, job_started = set(), set(), False
    for name, event in zip(kinds, durable):
        job_started |= name == "jobStarted"
        if not name.startswith("asset"):
            continue
        assert job_started, "JobStarted precedes every event of an asset"
        index = event[name]["asset"].get("index", 0)
        assert index not in ended, f"asset {index}: {name} after its end"
        if name == "assetStarted":
            started.add(index)
        elif name == "assetCompleted":
            assert index in started, f"asset {index} completed without having started"
        if name in TERMINAL:
            ended.add(index)
    assert ended == set(range(total)), "each asset ends exactly once"
    check_totals(of_kind(durable, "jobFinished")[0]["counts"], durable, total)


def check_totals(counts, durable, total):
    """The final counts say what the events say."""
    count = {name: int(value) for name, value in counts.items()}
    assert count.get("total", 0) == total
    assert count.get("success", 0) == len(of_kind(durable, "assetCompleted"))
    assert count.get("error", 0) == len(of_kind(durable, "assetFailed"))
    assert count.get("cancelled", 0) == len(of_kind(durable, "assetCancelled"))
    assert count.get("success", 0) + count.get("error", 0) + count.get("cancelled", 0) == total
    sizes = [int(f.get("sizeBytes", 0)) for done in of_kind(durable, "assetCompleted") for f in done["files"]]
    assert count.get("bytesOut", 0) == sum(sizes)
