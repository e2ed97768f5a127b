"""Broken files of every format in one job: the server stays up, and each asset has one end, in time.

    mutated.py [FILES [SEED]]      the release check is: mutated.py 10000

Files of the shared corpus take part where it lies beside the repository.
"""

import collections
import concurrent.futures
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time


import harness
import library
from harness import ROOT, SAMPLES
from peers import Grpcio
from soak import numbered_events

CORPUS = ROOT.parent / "shared/corpus"
UPLOADERS = 8
# An asset may take 600 s by default; none of these small files needs more than a moment.
SECONDS_PER_ASSET = 20
# Largest file that is mutated, so that the whole stays quick.
LARGEST = 200_000
# What the server may take for small pictures, however large they say they are.
MOST_MEMORY = 2 << 30

WRITTEN = [
    "jpeg", "jpeg,gray", "jpeg,cmyk", "pjpeg", "png-alpha", "png8-alpha", "gif-alpha", "tif-alpha", "tif,cmyk", "tif,,lzw", "tif,,zip",
    "webp-alpha", "webp,,lossless", "avif-alpha", "jpeg2000-alpha", "jpeg2000,,lossless", "eps",
]  # fmt: skip
DRAWING = b"""<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48"><defs><linearGradient id="g"><stop offset="0"
stop-color="red"/><stop offset="1" stop-color="#00f"/></linearGradient></defs><g transform="rotate(9)"><path fill="url(#g)"
d="M4 4h40v20c9 9 0 20-20 9z"/><use href="#p"/></g><circle id="p" r="9" style="opacity:.5"/></svg>"""


def seeds():
    """Whole files of every format, as {name: bytes}."""
    found = {"drawing.svg": DRAWING}
    with tempfile.TemporaryDirectory() as folder:
        for number, fmt in enumerate(WRITTEN):
            output = pathlib.Path(folder, "output")
            command = [harness.BINARY, "convert", SAMPLES / "logo.png", f"wid=64&fmt={fmt}", output]
            subprocess.run(command, check=True, capture_output=True)
            found[f"{number}-{fmt.split(',')[0]}"] = output.read_bytes()
    for path in sorted((ROOT / "tests/golden").rglob("*")):
        if path.suffix in (".bmp", ".psd", ".webp", ".avif", ".jp2", ".j2k", ".jpg", ".gif", ".tif", ".png"):
            found[f"golden-{path.name}"] = path.read_bytes()
    if CORPUS.is_dir():
        for path in sorted(CORPUS.rglob("*.*")):
            found[f"corpus-{path.name}"] = path.read_bytes()
    else:
        print(f"mutated.py: {CORPUS} is not here: only files of the repository are broken")
    return {name: data for name, data in found.items() if 0 < len(data) <= LARGEST}


def broken(data, random):
    """One way to break a file."""
    data = bytearray(data)
    kind = random.randrange(6)
    # headers are short and matter most
    place = lambda: random.randrange(min(len(data), 200) if random.random() < 0.4 else len(data))
    if kind == 0:
        del data[len(data) * random.randrange(10) // 10 :]
    elif kind == 1:
        for _ in range(random.choice([1, 3, 30])):
            data[place()] ^= 1 << random.randrange(8)
    elif kind == 2:
        at = place()
        data[at : at + random.randrange(1, 64)] = bytes([random.choice([0, 0x7F, 0xFF])]) * random.randrange(1, 64)
    elif kind == 3:
        at = place()
        data[at:at] = random.randbytes(random.randrange(1, 200))
    elif kind == 4:
        at = place()
        del data[at : at + random.randrange(1, 200)]
    else:
        at = place()
        data[at : at + 4] = random.choice([b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\0\0\xff\xff"])
    return bytes(data)


def mutated(files, seed=1):
    chance = random.Random(seed)
    whole = seeds()
    names = sorted(whole)
    with harness.server(allow_panics=True, LIMITS__MAX_ASSET_SECONDS=SECONDS_PER_ASSET) as server:
        client = Grpcio(server.address)

        def upload(number):
            name = names[number % len(names)]
            data = broken(whole[name], random.Random(f"{seed} {number}"))
            return library.upload(client, data, f"{number}-{name}")["assetHandle"]

        start = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(UPLOADERS) as pool:
            handles = list(pool.map(upload, range(files)))
        print(f"mutated.py: {files} files of {len(names)} seeds uploaded in {time.monotonic() - start:.0f} s")
        start = time.monotonic()
        modifier = chance.choice(["wid=40&fmt=png-alpha", "scl=1&fmt=jpeg", "wid=300&hei=300&fit=crop&fmt=png"])
        job = library.submit(client, handles, isModifier=modifier)
        events = numbered_events(client, job)
        took = time.monotonic() - start
        library.check_events(events, files)
        counts = events[-1]["jobFinished"]["counts"]
        done, failed = (int(counts.get(key, 0)) for key in ("success", "error"))
        print(f"mutated.py: exported in {took:.0f} s with {modifier}: {done} done, {failed} failed, {server.rss() >> 20} MiB")
        reasons = collections.Counter(
            re.sub(r"[\d.]+", "#", event["assetFailed"]["error"]["message"])[:90] for event in events if "assetFailed" in event
        )
        for reason, count in reasons.most_common(12):
            print(f"    {count:6} {reason}")
        slow = [event for event in events if "assetFailed" in event and "TIME_LIMIT" in str(event)]
        assert not slow, f"an asset took too long: {slow[0]}"
        assert done + failed == files and done and failed
        assert server.running() and server.rss() < MOST_MEMORY
        log = server.log.read_text(errors="replace")
        for panic, count in collections.Counter(re.findall(r"panicked at (\S+?):\d", log)).most_common():
            print(f"    {count:6} panics in {panic}, each failed its asset alone")
        fresh = library.upload(client, (SAMPLES / "logo.png").read_bytes(), "whole.png")["assetHandle"]
        after = numbered_events(client, library.submit(client, [fresh], isModifier=modifier))
        assert after[-1]["jobFinished"]["outcome"] == "JOB_OUTCOME_SUCCEEDED"


def test_broken_files_fail_alone():
    mutated(400)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        mutated(*(int(argument) for argument in sys.argv[1:]))
        print("1 passed, 0 failed, 0 skipped")
    else:
        harness.main()
