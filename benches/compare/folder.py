"""Converts a folder of photographs to 800 px JPEG with offprint and with libvips in turn, and prints the ratios.

Contenders, interleaved in every round, each working on as many pictures at a time as there are threads:
  job      a job of a running offprint server, from SubmitJob to JobFinished: rows, events and synced outputs included
  convert  one `offprint convert` process a picture
  vips     libvips in one process: a pool of threads, one picture a thread (VIPS_CONCURRENCY=1), as in a batch program

Without a folder it makes 20 photographs of 8 to 20 Mpx from samples/, once, under target/.
"""

import argparse
import concurrent.futures
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
import PIL.Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/clients"))

import harness  # noqa: E402
import library  # noqa: E402
from peers import Grpcio  # noqa: E402

WIDTH, QUALITY = 800, 85
MODIFIER = f"wid={WIDTH}&fmt=jpeg&qlt={QUALITY},0"
PHOTOGRAPHS = ("astronaut.png", "chelsea.png", "coffee.png", "hubble_deep_field.jpg", "rocket.jpg")


def make_photographs(folder, count=20):
    """Enlarges samples to 8 … 20 Mpx and adds noise as of a sensor, so that the files are as dense as a camera's."""
    folder.mkdir(parents=True, exist_ok=True)
    random = numpy.random.default_rng(1)
    for number in range(count):
        path = folder / f"photograph-{number:02}.jpg"
        if path.exists():
            continue
        picture = PIL.Image.open(harness.SAMPLES / PHOTOGRAPHS[number % len(PHOTOGRAPHS)]).convert("RGB")
        scale = ((8 + 12 * number / (count - 1)) * 1e6 / (picture.width * picture.height)) ** 0.5
        size = (round(picture.width * scale), round(picture.height * scale))
        pixels = numpy.asarray(picture.resize(size, PIL.Image.Resampling.LANCZOS), numpy.float32)
        pixels = pixels + random.normal(0, 4, pixels.shape).astype(numpy.float32)
        whole = path.with_suffix(".part")
        PIL.Image.fromarray(pixels.clip(0, 255).astype(numpy.uint8)).save(whole, "JPEG", quality=92)
        whole.rename(path)
    return folder


def peak_rss(pid):
    """The highest resident memory of a process since the last reset_peak, in bytes."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmHWM")) * 1024


def reset_peak(pid):
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


class Job:
    """A job of a running server; uploads are not measured."""

    name = "job"

    def __init__(self, pictures, server):
        self.server = server
        self.client = Grpcio(server.address)
        self.handles = [
            library.upload(self.client, path.read_bytes(), path.name, chunk=1 << 20)["assetHandle"] for path in pictures
        ]

    def run(self, out):
        reset_peak(self.server.process.pid)
        start = time.perf_counter()
        job = library.submit(self.client, self.handles, isModifier=MODIFIER)
        events = library.watch(self.client, job, omitProgress=True)
        elapsed = time.perf_counter() - start
        peak = peak_rss(self.server.process.pid)
        assert events[-1]["jobFinished"]["outcome"] == "JOB_OUTCOME_SUCCEEDED", events[-1]
        for file in library.artifacts(self.client, job):
            (out / file["fileName"]).write_bytes(library.download(self.client, job, file))
        return elapsed, peak


class Convert:
    """One process a picture. Its peak is that of the hungriest process times the number of them at a time: a bound."""

    name = "convert"

    def __init__(self, pictures, threads):
        self.pictures = pictures
        self.threads = threads

    def one(self, path, out):
        process = subprocess.Popen([harness.BINARY, "convert", path, MODIFIER, out / f"{path.stem}.jpg"])
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, f"offprint convert {path}"
        return usage.ru_maxrss * 1024

    def run(self, out):
        start = time.perf_counter()
        with concurrent.futures.ThreadPoolExecutor(self.threads) as pool:
            peaks = list(pool.map(lambda path: self.one(path, out), self.pictures))
        return time.perf_counter() - start, max(peaks) * self.threads


class Vips:
    """libvips in a fresh process, whose start and imports are not measured."""

    name = "vips"

    def __init__(self, pictures, threads):
        self.pictures = pictures
        self.threads = threads

    def run(self, out):
        command = [sys.executable, "-B", __file__, "--vips", out, str(self.threads), *self.pictures]
        answer = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | {"VIPS_CONCURRENCY": "1"})
        elapsed, peak = answer.stdout.split()
        return float(elapsed), int(peak)


def vips(out, threads, pictures):
    """The body of the libvips process: prints seconds and peak bytes."""
    import pyvips

    pyvips.cache_set_max(0)

    def one(path):
        picture = pyvips.Image.thumbnail(path, WIDTH, height=100_000, size="down")
        picture.jpegsave(str(out / (pathlib.Path(path).stem + ".jpg")), Q=QUALITY, keep="none")

    start = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        list(pool.map(one, pictures))
    print(time.perf_counter() - start, peak_rss("self"))


def check_same(outputs):
    """All contenders must have done the same work: same sizes, and pictures that differ by less than their resamplers do."""
    reference = outputs["vips"]
    for name, folder in outputs.items():
        for path in sorted(reference.iterdir()):
            ours, theirs = (PIL.Image.open(at / path.name).convert("RGB") for at in (folder, reference))
            assert abs(ours.height - theirs.height) <= 1 and ours.width == theirs.width, f"{name}: size of {path.name}"
            difference = numpy.asarray(ours.resize(theirs.size), int) - numpy.asarray(theirs, int)
            assert abs(difference).mean() < 4, f"{name}: {path.name} is another picture: {abs(difference).mean():.1f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    folder = arguments.folder or make_photographs(ROOT / "target/compare-photographs")
    pictures = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".jpeg"))
    megapixels = sum(numpy.prod(PIL.Image.open(path).size) for path in pictures) / 1e6
    print(f"{len(pictures)} photographs, {megapixels:.0f} Mpx, to {WIDTH} px JPEG, {arguments.threads} threads")

    with harness.server(JOBS__WORKERS=arguments.threads) as server, tempfile.TemporaryDirectory() as folder:
        contenders = [
            Job(pictures, server),
            Convert(pictures, arguments.threads),
            Vips(pictures, arguments.threads),
        ]
        outputs = {contender.name: pathlib.Path(folder) / contender.name for contender in contenders}
        for out in outputs.values():
            out.mkdir()
        results = {contender.name: [] for contender in contenders}
        # The first round warms the page cache and is not counted.
        for number in range(arguments.rounds + 1):
            for contender in contenders:
                measured = contender.run(outputs[contender.name])
                if number:
                    results[contender.name].append(measured)
        check_same(outputs)

    seconds = {name: statistics.median(s for s, _ in measured) for name, measured in results.items()}
    peaks = {name: statistics.median(p for _, p in measured) for name, measured in results.items()}
    print(f"{'':10} {'seconds':>8} {'Mpx/s':>8} {'peak MB':>8} {'throughput / vips':>18} {'memory / vips':>14}")
    for name in results:
        print(
            f"{name:10} {seconds[name]:8.2f} {megapixels / seconds[name]:8.0f} {peaks[name] / 1e6:8.0f}"
            f" {seconds['vips'] / seconds[name]:18.2f} {peaks[name] / peaks['vips']:14.2f}"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--vips"]:
        vips(pathlib.Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
    else:
        main()
