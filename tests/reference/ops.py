#!/usr/bin/env python3
"""Makes tests/golden/ops/*: two small pictures and what the pixel operations of
02 §4.4 and §4.5 make of them in double precision.

Run with numpy, scipy and Pillow:
    python3 -m venv /tmp/ref && /tmp/ref/bin/pip install pillow numpy scipy
    /tmp/ref/bin/python tests/reference/ops.py

Oracles: scipy.ndimage for blur (gaussian_filter, eight sigma wide), grow
(grey_dilation, grey_erosion with the disc as footprint) and sharpen
(correlate); scipy.stats for the quantiles of noise; colorsys for hue; numpy for
colorize and usm.
"""

import colorsys
import pathlib

import numpy as np
from PIL import Image
from scipy import ndimage, stats

GOLDEN = pathlib.Path(__file__).parent.parent / "golden" / "ops"
LUMA = np.array([0.299, 0.587, 0.114])


def level(values):
    return np.floor(np.clip(values, 0, 255) + 0.5 + 1e-9).astype("uint8")


def scene():
    """Gradients, waves, grain and hard edges; RGB."""
    y, x = np.mgrid[0:52, 0:71].astype(float)
    picture = np.stack(
        [255 * x / 70, 255 * y / 51, 127 + 120 * np.sin(x / 5) * np.cos(y / 4)], axis=-1
    )
    picture += np.random.default_rng(1).uniform(-12, 12, picture.shape)
    picture[10:25, 15:32] = (230, 20, 40)
    picture[30:44, 40:60] = (250, 250, 255)
    return level(picture)


def cutout():
    """The scene under a soft mask that touches the right edge. What is fully
    transparent hides bright green, which must not show in any result."""
    y, x = np.mgrid[0:52, 0:71].astype(float)
    alpha = np.clip((30 - np.hypot(x - 48, (y - 26) * 1.5)) / 3, 0, 1)
    picture = np.dstack([scene(), level(alpha * 255)])
    picture[picture[..., 3] == 0] = (60, 255, 60, 0)
    return picture


def gaussian(plane, sigma, mode):
    return ndimage.gaussian_filter(plane, sigma, mode=mode, cval=0, truncate=8)


def blurred(picture, sigma, mode):
    """Colours and alpha, not rounded; colour 0 where nothing is visible."""
    picture = picture.astype(float)
    if picture.shape[2] == 3:
        return np.dstack([gaussian(picture[..., c], sigma, mode) for c in range(3)])
    alpha = picture[..., 3]
    soft = gaussian(alpha, sigma, mode)
    safe = np.where(soft > 0, soft, 1)
    colours = [gaussian(picture[..., c] * alpha, sigma, mode) / safe for c in range(3)]
    return np.dstack([*colours, soft])


def blur(picture, sigma):
    mode = "nearest" if picture.shape[2] == 3 else "constant"
    out = level(blurred(picture, sigma, mode))
    if out.shape[2] == 4:
        out[out[..., 3] == 0] = 0
    return out


def usm(picture, amount, sigma, threshold, mono):
    values = picture.astype(float)
    difference = values - blurred(picture, sigma, "nearest")
    if mono:
        difference[..., :3] = (difference[..., :3] @ LUMA)[..., None]
    sharp = np.where(np.abs(difference) >= threshold, values + amount * difference, values)
    return level(sharp)


def sharpen(picture):
    kernel = np.full((3, 3), -1.0)
    kernel[1, 1] = 16
    planes = [ndimage.correlate(picture[..., c].astype(float), kernel / 8, mode="nearest")
              for c in range(3)]
    return level(np.dstack(planes))


def disc(radius):
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return x * x + y * y <= radius * radius


def grow_plane(plane, radius):
    morph = ndimage.grey_dilation if radius > 0 else ndimage.grey_erosion
    return morph(plane, footprint=disc(abs(radius)), mode="constant", cval=0)


def grow(picture, radius):
    picture = picture.copy()
    if picture.shape[2] == 4 and radius > 0:
        picture[picture[..., 3] == 0] = 0
    if picture.shape[2] == 3 and radius < 0:
        picture = np.dstack([picture, np.full(picture.shape[:2], 255, "uint8")])
    return np.dstack([grow_plane(picture[..., c], radius) for c in range(picture.shape[2])])


def grow_mask(picture, radius):
    return np.dstack([picture[..., :3], grow_plane(picture[..., 3], radius)])


def hue(picture, degrees):
    out = picture.copy()
    for pixel in out.reshape(-1, 4):
        h, l, s = colorsys.rgb_to_hls(*(pixel[:3] / 255))
        turned = colorsys.hls_to_rgb((h + degrees / 360) % 1, l, s)
        pixel[:3] = level(np.array(turned) * 255)
    return out


def colorize(picture, colour, norm, contrast):
    light = (picture[..., :3] @ LUMA) / 255
    visible = picture[..., 3] > 0
    if norm:
        light = light ** (np.log(0.5) / np.log(np.median(light[visible])))
        if contrast > 0:
            low, high = np.percentile(light[visible], [1, 99])
            light = np.clip(0.5 + (light - 0.5) * (contrast / 100) / (high - low), 0, 1)
    light = light[..., None]
    colour = np.array(colour, float)
    shade = np.where(light <= 0.5, 2 * light * colour, colour + (255 - colour) * (2 * light - 1))
    return np.dstack([level(shade), picture[..., 3]])


MASK = (1 << 64) - 1


def splitmix(state):
    """The output function of SplitMix64 (Steele, Lea, Flood 2014)."""
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & MASK
    return state ^ (state >> 31)


def noise(picture, half, gaussian, seed):
    out = picture.copy()
    start = splitmix(seed)
    for place, pixel in enumerate(out.reshape(-1, 4)):
        draws = splitmix((start + place * 0x9E3779B97F4A7C15) & MASK)
        share = (np.array([draws >> shift & 0xFFFF for shift in (0, 16, 32)]) + 0.5) / 65536
        added = stats.norm.ppf(share) * half / 2 if gaussian else (2 * share - 1) * half
        if pixel[3] > 0:
            pixel[:3] = level(pixel[:3] + added)
    return out


def save(name, picture):
    Image.fromarray(picture).save(GOLDEN / f"{name}.png", optimize=True)


def main():
    GOLDEN.mkdir(exist_ok=True)
    pictures = {"scene": scene(), "cutout": cutout()}
    for name, picture in pictures.items():
        save(name, picture)
        for sigma in (0.7, 3, 5, 12, 60):
            save(f"blur-{name}-{sigma}", blur(picture, sigma))
        for radius in (4, -6, 40):
            save(f"grow-{name}{radius:+}", grow(picture, radius))
        for mono in (0, 1):
            save(f"usm-{name}-mono-{mono}", usm(picture, 1.5, 6, 9, mono))
    save("sharpen", sharpen(pictures["scene"]))
    for radius in (7, -4):
        save(f"grow-mask{radius:+}", grow_mask(pictures["cutout"], radius))
    for degrees in (37, -100, 180, -180):
        save(f"hue{degrees:+}", hue(pictures["cutout"], degrees))
    save("noise-uniform", noise(pictures["cutout"], 2.55 * 40, False, 0x0FF9))
    save("noise-gaussian", noise(pictures["cutout"], 2.55 * 40, True, 0x0FF9))
    colour = (160, 90, 200)
    save("colorize-off", colorize(pictures["cutout"], colour, False, 0))
    save("colorize-norm", colorize(pictures["cutout"], colour, True, 0))
    save("colorize-norm-60", colorize(pictures["cutout"], colour, True, 60))


if __name__ == "__main__":
    main()
