#!/usr/bin/env python3
"""Makes tests/golden/warp/*: small pictures, turned, bent and clipped.

Run with numpy, scipy and Pillow:
    python3 -m venv /tmp/ref && /tmp/ref/bin/pip install pillow numpy scipy
    /tmp/ref/bin/python tests/reference/warp.py

Oracles: scipy.ndimage.affine_transform for the triangle filter, Pillow's
BICUBIC transform for the cubic of a = -1, numpy for Catmull-Rom and Lanczos;
Pillow's PERSPECTIVE transform with coefficients solved by numpy.linalg for bent
pictures; winding numbers of 256 points a pixel for coverage.
"""

import math
import pathlib

import numpy as np
from PIL import Image
from scipy import ndimage

GOLDEN = pathlib.Path(__file__).parent.parent / "golden" / "warp"


def level(values):
    return np.floor(np.clip(values, 0, 255) + 0.5 + 1e-9).astype("uint8")


def scene():
    """Waves and a hard edge; RGB, 61 x 43."""
    y, x = np.mgrid[0:43, 0:61].astype(float)
    picture = np.stack(
        [255 * x / 60, 127 + 100 * np.sin(x / 2.5) * np.cos(y / 3), 255 * y / 42], axis=-1
    )
    picture[10:25, 15:32] = (230, 20, 40)
    return level(picture)


def cutout():
    """The scene under a soft mask; hidden pixels are bright green."""
    y, x = np.mgrid[0:43, 0:61].astype(float)
    alpha = np.clip((18 - np.hypot(x - 40, y - 20)) / 4, 0, 1)
    picture = np.dstack([scene(), level(alpha * 255)])
    picture[picture[..., 3] == 0] = (60, 255, 60, 0)
    return picture


def premultiplied(picture):
    picture = picture.astype(float)
    if picture.shape[2] == 3:
        picture = np.dstack([picture, np.full(picture.shape[:2], 255.0)])
    picture[..., :3] *= picture[..., 3:] / 255
    return picture


def straight(values):
    alpha = values[..., 3:]
    with np.errstate(divide="ignore", invalid="ignore"):
        colour = np.where(alpha > 0, values[..., :3] * 255 / alpha, 0)
    return level(np.dstack([colour, alpha]))


def cubic(x, a):
    x = np.abs(x)
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    far = a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a
    return np.where(x < 1, near, np.where(x < 2, far, 0))


def lanczos(x):
    return np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0)


def places(size, degrees):
    """Source coordinates, in pixels from the corner, of all pixels of the box
    that a picture turned about its centre fills."""
    (width, height), angle = size, math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    box_width = width * abs(cos) + height * abs(sin)
    box_height = width * abs(sin) + height * abs(cos)
    y, x = np.mgrid[0 : math.ceil(box_height - 1e-6), 0 : math.ceil(box_width - 1e-6)] + 0.5
    x, y = x - box_width / 2, y - box_height / 2
    return cos * x + sin * y + width / 2, -sin * x + cos * y + height / 2


def filtered(picture, x, y, kernel, reach):
    """Border pixels go on outside; weights add up to 1."""
    values = premultiplied(picture)
    x, y = x - 0.5, y - 0.5
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    total = np.zeros(x.shape + (4,))
    sum_x = sum(kernel(x - left - i) for i in range(1 - reach, reach + 1))
    sum_y = sum(kernel(y - top - i) for i in range(1 - reach, reach + 1))
    for j in range(1 - reach, reach + 1):
        rows = np.clip(top + j, 0, values.shape[0] - 1)
        for i in range(1 - reach, reach + 1):
            columns = np.clip(left + i, 0, values.shape[1] - 1)
            weight = kernel(x - left - i) * kernel(y - top - j) / (sum_x * sum_y)
            total += weight[..., None] * values[rows, columns]
    return total


def bounded(values):
    """Premultiplied overshoot cut off: opacity first, colours with it."""
    alpha = values[..., 3:]
    values = np.where(alpha > 255, values * 255 / np.maximum(alpha, 1), values)
    return np.clip(values, 0, np.maximum(values[..., 3:], 0))


def turned(name, picture, degrees):
    height, width = picture.shape[:2]
    x, y = places((width, height), degrees)
    # exact but for 16 x 16 points: the part of the pixel inside the picture
    inside = np.zeros(x.shape)
    steps = (np.arange(16) + 0.5) / 16 - 0.5
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    for down in steps:
        for right in steps:
            u, v = x + cos * right + sin * down, y - sin * right + cos * down
            inside += (u >= 0) & (u < width) & (v >= 0) & (v < height)
    inside /= 256
    x, y = np.clip(x, 0, width), np.clip(y, 0, height)
    values = premultiplied(picture)
    planes = [
        ndimage.map_coordinates(values[..., c], [y - 0.5, x - 0.5], order=1, mode="nearest")
        for c in range(4)
    ]
    for mode, result in {
        "bilin": np.dstack(planes),
        "bicub": filtered(picture, x, y, lambda d: cubic(d, -0.5), 2),
        "sharp2": filtered(picture, x, y, lanczos, 3),
        "bisharp": filtered(picture, x, y, lambda d: cubic(d, -1), 2),
    }.items():
        result = bounded(result) * inside[..., None]
        Image.fromarray(straight(result)).save(GOLDEN / f"turned-{name}-{degrees:g}-{mode}.png")


def pillow_turned(picture, degrees):
    """Pillow's own bicubic of a = -1, opaque; only its inner pixels count."""
    height, width = picture.shape[:2]
    x, y = places((width, height), degrees)
    # x and y are affine in the pixel: x = a i + b j + c at its centre
    a, b = x[0, 1] - x[0, 0], x[1, 0] - x[0, 0]
    d, e = y[0, 1] - y[0, 0], y[1, 0] - y[0, 0]
    c, f = x[0, 0] - (a + b) / 2, y[0, 0] - (d + e) / 2
    size = (x.shape[1], x.shape[0])
    data = (a, b, c, d, e, f)
    image = Image.fromarray(picture).transform(
        size, Image.Transform.AFFINE, data, Image.Resampling.BICUBIC
    )
    image.save(GOLDEN / f"pillow-turned-{degrees:g}-bisharp.png")


def bent(picture, corners, size):
    height, width = picture.shape[:2]
    rows, values = [], []
    for (u, v), (x, y) in zip([(0, 0), (width, 0), (width, height), (0, height)], corners):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        values += [u, v]
    data = np.linalg.solve(np.array(rows, float), np.array(values, float))
    image = Image.fromarray(picture)
    for name, mode in [("R1", Image.Resampling.NEAREST), ("R2", Image.Resampling.BILINEAR)]:
        image.transform(size, Image.Transform.PERSPECTIVE, tuple(data), mode).save(
            GOLDEN / f"pillow-bent-{name}.png"
        )
    # the mean of 16 x 16 points a pixel, from numpy's own bilinear filter
    j, i = (np.mgrid[0 : size[1] * 16, 0 : size[0] * 16] + 0.5) / 16
    divisor = data[6] * i + data[7] * j + 1
    x = (data[0] * i + data[1] * j + data[2]) / divisor
    y = (data[3] * i + data[4] * j + data[5]) / divisor
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height) & (divisor > 0)
    x, y = np.clip(x, 0, width), np.clip(y, 0, height)
    mean = lambda plane: plane.reshape(size[1], 16, size[0], 16).mean(axis=(1, 3))
    weight = mean(inside.astype(float))
    values = premultiplied(picture)
    planes = []
    for c in range(4):
        plane = ndimage.map_coordinates(values[..., c], [y - 0.5, x - 0.5], order=1, mode="nearest")
        planes.append(mean(np.where(inside, plane, 0)))
    Image.fromarray(straight(np.dstack(planes))).save(GOLDEN / "bent-R3.png")


def star():
    """Five points, winding number 2 in the middle: 16 x 16 points a pixel, each by
    the winding number of the polygon around it."""
    points = [
        (32 + 29 * math.sin(k * 4 * math.pi / 5), 32 - 29 * math.cos(k * 4 * math.pi / 5))
        for k in range(5)
    ]
    y, x = (np.mgrid[0 : 64 * 16, 0 : 64 * 16] + 0.5) / 16
    winding = np.zeros(x.shape, int)
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1]):
        left = (x - x0) * (y1 - y0) - (x1 - x0) * (y - y0)
        winding += (y0 <= y) & (y < y1) & (left > 0)
        winding -= (y1 <= y) & (y < y0) & (left < 0)
    coverage = (winding != 0).reshape(64, 16, 64, 16).mean(axis=(1, 3))
    Image.fromarray(level(coverage * 255)).save(GOLDEN / "star.png")


GOLDEN.mkdir(exist_ok=True)
Image.fromarray(scene()).save(GOLDEN / "scene.png")
Image.fromarray(cutout()).save(GOLDEN / "cutout.png")
for degrees in (30, -77.5):
    turned("cutout", cutout(), degrees)
turned("scene", scene(), 30)
pillow_turned(scene(), 30)
bent(scene(), [(8.25, 5), (70, -6), (58.5, 52), (3, 40)], (64, 48))
star()
