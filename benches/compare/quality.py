"""Sizes of every lossy output and of the reference encoder's files, at equal quality, as Markdown tables.

Both encoders get the same 8-bit RGB pixels without metadata; their files are read by the same independent decoder
(Pillow, or imagecodecs for JPEG XR) and measured by two metrics against these pixels:
  SSIM         Wang et al. 2004, of BT.601 luma: Gaussian window of sigma 1.5 and 11 pixels, K1 = 0.01, K2 = 0.03
  SSIMULACRA2  the package of that name; it sees colour too
Whole files are counted. A ratio is our size over the size that the reference encoder needs for the quality of our file: its files
of a ladder of qualities give log(bytes) over the metric, linear between two steps (SSIM as -log(1 - SSIM)). A file of ours outside
the ladder is left out and counted. A ratio of 1.05 is 5 % worse.
"""

import argparse
import collections
import concurrent.futures
import io
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import imagecodecs
import imagequant
import numpy
import PIL.Image
import PIL.features
import scipy.ndimage
import ssimulacra2

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/clients"))

import harness  # noqa: E402

PHOTOGRAPHS = ("astronaut.png", "chelsea.png", "coffee.png", "hubble_deep_field.jpg", "rocket.jpg")
QUALITIES = (40, 60, 80, 92)
LADDER = (2, 10, 20, 30, 40, 50, 60, 70, 80, 87, 92, 95, 98)
# About as many pixels as a picture on a page; SSIMULACRA2 in Python takes a second for 0.3 megapixels.
MOST_PIXELS = 400_000


def saved(format, **fixed):
    """A reference encoder of Pillow; what depends on the quality is a function of it."""

    def encode(picture, quality):
        options = {name: value(quality) if callable(value) else value for name, value in fixed.items()}
        held = io.BytesIO()
        picture.save(held, format, **options)
        return held.getvalue()

    return encode


def quality(number):
    return number


def jxrlib(picture, quality):
    return imagecodecs.jpegxr_encode(numpy.asarray(picture), level=quality / 100)


def decibels(quality):
    return [22 + quality * 0.28]


def jpeg(**options):
    return saved("JPEG", quality=quality, **options)


# output: modifier without the quality, references by name
OUTPUTS = {
    "jpeg 4:2:0": (
        "fmt=jpeg&qlt={},0",
        {
            "libjpeg-turbo": jpeg(subsampling="4:2:0"),
            "libjpeg-turbo, optimised tables": jpeg(subsampling="4:2:0", optimize=True),
        },
    ),
    "jpeg 4:4:4": (
        "fmt=jpeg&qlt={},1",
        {
            "libjpeg-turbo": jpeg(subsampling="4:4:4"),
            "libjpeg-turbo, optimised tables": jpeg(subsampling="4:4:4", optimize=True),
        },
    ),
    "pjpeg 4:2:0": ("fmt=pjpeg&qlt={},0", {"libjpeg-turbo": jpeg(subsampling="4:2:0", progressive=True)}),
    "pjpeg 4:4:4": ("fmt=pjpeg&qlt={},1", {"libjpeg-turbo": jpeg(subsampling="4:4:4", progressive=True)}),
    "webp": ("fmt=webp&qlt={}", {"libwebp, method 4": saved("WEBP", quality=quality, method=4)}),
    "avif 4:4:4": (
        "fmt=avif&qlt={}",
        {
            "libaom, speed 6, 4:4:4": saved("AVIF", quality=quality, codec="aom", speed=6, subsampling="4:4:4"),
            "libaom, speed 6, 4:2:0": saved("AVIF", quality=quality, codec="aom", speed=6, subsampling="4:2:0"),
        },
    ),
    "jpeg2000": (
        "fmt=jpeg2000&qlt={}",
        {"OpenJPEG, 9/7": saved("JPEG2000", irreversible=True, mct=1, quality_mode="dB", quality_layers=decibels)},
    ),
    "jpegxr": ("fmt=jpegxr&qlt={}", {"jxrlib": jxrlib}),
}


def median_cut(picture):
    held = io.BytesIO()
    picture.quantize(256, PIL.Image.Quantize.MEDIANCUT, dither=PIL.Image.Dither.FLOYDSTEINBERG).save(held, "GIF")
    return held.getvalue()


def libimagequant(picture):
    held = io.BytesIO()
    imagequant.quantize_pil_image(picture, dithering_level=1.0, max_colors=256).save(held, "PNG", optimize=True)
    return held.getvalue()


# 256 adaptive colours have no ladder of qualities: size and quality are told side by side
PALETTES = {
    "gif": ("fmt=gif", "median cut, Floyd-Steinberg", median_cut),
    "png8": ("fmt=png8", "libimagequant", libimagequant),
}


def luma(pixels):
    return pixels.astype(float) @ (0.299, 0.587, 0.114)


def ssim(one, other):
    """The mean over all pixels whose window is inside the picture."""

    def mean(values):
        # truncate = 3.5 sigma is a radius of 5 pixels
        return scipy.ndimage.gaussian_filter(values, 1.5, truncate=3.5)[5:-5, 5:-5]

    one, other = luma(one), luma(other)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mean1, mean2 = mean(one), mean(other)
    variance1, variance2 = mean(one * one) - mean1**2, mean(other * other) - mean2**2
    covariance = mean(one * other) - mean1 * mean2
    likeness = (2 * mean1 * mean2 + c1) * (2 * covariance + c2)
    return float((likeness / ((mean1**2 + mean2**2 + c1) * (variance1 + variance2 + c2))).mean())


def png(pixels):
    held = io.BytesIO()
    PIL.Image.fromarray(pixels).save(held, "PNG", compress_level=1)
    return held


Point = collections.namedtuple("Point", "bytes ssim ssimulacra2")


def measured(source, data, jpeg_xr=False):
    """A point of a curve: bytes, SSIM and SSIMULACRA2 of a file."""
    if jpeg_xr:
        pixels = imagecodecs.jpegxr_decode(data)
    else:
        pixels = numpy.asarray(PIL.Image.open(io.BytesIO(data)).convert("RGB"))
    assert pixels.shape == source.shape, f"{pixels.shape} of {source.shape}"
    return Point(len(data), ssim(source, pixels), ssimulacra2.compute_ssimulacra2(png(source), png(pixels)))


def converted(path, modifier):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out"
        subprocess.run([harness.BINARY, "convert", path, modifier, out], check=True, capture_output=True)
        return out.read_bytes()


def prepared(path, folder):
    """The pixels that both get, as a PNG without metadata. JPEGs are reduced so that no grid of blocks is left to find again."""
    picture = PIL.Image.open(path).convert("RGB")
    scale = min(0.75 if path.suffix.lower() in (".jpg", ".jpeg") else 1, math.sqrt(MOST_PIXELS / (picture.width * picture.height)))
    if scale < 1:
        size = (round(picture.width * scale), round(picture.height * scale))
        picture = picture.resize(size, PIL.Image.Resampling.LANCZOS)
    out = folder / f"{path.stem}.png"
    PIL.Image.fromarray(numpy.asarray(picture)).save(out)
    same = numpy.asarray(PIL.Image.open(io.BytesIO(converted(out, "fmt=png"))).convert("RGB"))
    assert numpy.array_equal(same, numpy.asarray(picture)), f"{path}: the encoders would not get the same pixels"
    return out


def scale_of(metric, value):
    return -math.log(max(1 - value, 1e-9)) if metric == "ssim" else value


def ratio(point, ladder, metric):
    """Our bytes over those that the ladder needs for our quality; None outside it."""
    steps = sorted((scale_of(metric, getattr(step, metric)), math.log(step.bytes)) for step in ladder)
    at = scale_of(metric, getattr(point, metric))
    if not steps[0][0] <= at <= steps[-1][0]:
        return None
    return point.bytes / math.exp(numpy.interp(at, *zip(*steps, strict=True)))


def compare(output, path):
    """Rows (reference, quality, point, ratio by SSIM, ratio by SSIMULACRA2) of one output and one picture."""
    modifier, references = OUTPUTS[output]
    picture = PIL.Image.open(path)
    picture.load()
    source = numpy.asarray(picture)
    xr = output == "jpegxr"
    ours = {quality: measured(source, converted(path, modifier.format(quality)), xr) for quality in QUALITIES}
    rows = []
    for name, encode in references.items():
        ladder = [measured(source, encode(picture, step), xr) for step in LADDER]
        for quality, point in ours.items():
            rows.append((name, quality, point, ratio(point, ladder, "ssim"), ratio(point, ladder, "ssimulacra2")))
    return output, path.stem, rows


def compare_palette(output, path):
    modifier, _, encode = PALETTES[output]
    picture = PIL.Image.open(path)
    source = numpy.asarray(picture)
    return measured(source, converted(path, modifier)), measured(source, encode(picture))


def summary(ratios):
    """Median and worst as text."""
    found = [each for each in ratios if each is not None]
    left_out = len(ratios) - len(found)
    text = f"{statistics.median(found):.3f} | {max(found):.3f}" if found else "— | —"
    return text + (f" ({left_out} left out)" if left_out else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", nargs="*", type=pathlib.Path, help="more photographs")
    parser.add_argument("--only", action="append", choices=[*OUTPUTS, *PALETTES])
    parser.add_argument("--verbose", action="store_true", help="every file too")
    arguments = parser.parse_args()
    chosen = arguments.only or [*OUTPUTS, *PALETTES]
    paths = [harness.SAMPLES / name for name in PHOTOGRAPHS] + arguments.pictures

    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        pictures = [prepared(path, pathlib.Path(folder)) for path in paths]
        jobs = [pool.submit(compare, output, path) for output in OUTPUTS if output in chosen for path in pictures]
        results = [job.result() for job in jobs]
        palettes = {
            output: [pool.submit(compare_palette, output, path) for path in pictures]
            for output in PALETTES
            if output in chosen
        }
        palettes = {output: [job.result() for job in found] for output, found in palettes.items()}

    versions = {name: PIL.features.version(name) for name in ("libjpeg_turbo", "webp", "avif", "jpg_2000")}
    print(f"{len(pictures)} photographs, qualities {', '.join(map(str, QUALITIES))}; Pillow {PIL.__version__} {versions}\n")
    table = collections.defaultdict(list)
    for output, picture, rows in results:
        for name, quality, point, by_ssim, by_ssimulacra2 in rows:
            table[output, name].append((by_ssim, by_ssimulacra2))
            if arguments.verbose:
                print(f"{output} {name} {picture} {quality} {point} {by_ssim} {by_ssimulacra2}", file=sys.stderr)
    if table:
        print("| Output | Reference | SSIM: median | worst | SSIMULACRA2: median | worst |\n|---|---|---|---|---|---|")
    for (output, name), ratios in table.items():
        one, other = zip(*ratios, strict=True)
        print(f"| {output} | {name} | {summary(one)} | {summary(other)} |")
    if palettes:
        print("\n| Output | Reference | bytes / reference | SSIM | of reference | SSIMULACRA2 | of reference |\n|---|---|---|---|---|---|---|")
    for output, pairs in palettes.items():
        ours, theirs = zip(*pairs, strict=True)
        size = statistics.median(one.bytes / other.bytes for one, other in pairs)
        cells = [
            f"{statistics.median(getattr(point, metric) for point in points):{form}}"
            for metric, form in (("ssim", ".4f"), ("ssimulacra2", ".1f"))
            for points in (ours, theirs)
        ]
        print(f"| {output} | {PALETTES[output][1]} | {size:.3f} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
