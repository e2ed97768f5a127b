//! What an output keeps of its source besides pixels: XMP (`xmpEmbed`) and Photoshop
//! paths (`pathEmbed`), moved as the picture was (02 §4.2).

use super::warnings::Warnings;
use crate::codecs::{self, Embedded, SourceInfo};
use crate::metadata::xmp::Xmp;
use crate::metadata::{self, EmbeddedPath, paths};
use crate::modifiers::plan::{Flip, Plan};
use crate::render::geometry::{Geometry, Shape};

/// `a·x + b·y + c, d·x + e·y + f`.
type Map = [f64; 6];

/// Reads what the plan asks for and the format can hold.
pub(super) fn embedded(
    source: &[u8],
    info: &SourceInfo,
    plan: &Plan,
    geometry: &Geometry,
    warnings: &mut Warnings,
) -> Embedded {
    let encoding = &plan.output.encoding;
    let format = plan.output.format.format;
    let (xmp, paths) = (encoding.embed_xmp, encoding.embed_paths);
    if !xmp && !paths {
        return Embedded::default();
    }
    if !codecs::holds_metadata(format) {
        let what = if xmp { "xmpEmbed" } else { "pathEmbed" };
        let name = format.name();
        warnings.add("NOT_EMBEDDED", format!("{what} has no effect: {name} files hold none"));
        return Embedded::default();
    }
    let found = metadata::read(source);
    let resources = match paths {
        true => moved_paths(&found, info, plan, geometry, warnings),
        false => Vec::new(),
    };
    Embedded { xmp: found.xmp.filter(|_| xmp).map(upright), resources }
}

/// The packet as it is, but for the orientation: the pixels are upright now (cases
/// O-01).
fn upright(mut xmp: Xmp) -> Xmp {
    const NAME: &[u8] = b"tiff:Orientation";
    let mut at = 0;
    while let Some(found) = xmp.packet[at..].windows(NAME.len()).position(|text| text == NAME) {
        at += found + NAME.len();
        // `="6"`, `='6'`, `>6<`, perhaps with blanks
        let rest = &mut xmp.packet[at..];
        let value = rest.iter_mut().take(6).find(|byte| byte.is_ascii_digit());
        if let Some(value) = value {
            *value = b'1';
        }
    }
    xmp
}

fn moved_paths(
    found: &metadata::Metadata,
    info: &SourceInfo,
    plan: &Plan,
    geometry: &Geometry,
    warnings: &mut Warnings,
) -> Vec<u8> {
    if found.paths.is_empty() {
        return Vec::new();
    }
    let Some(map) = map(plan, geometry) else {
        warnings.add("NOT_EMBEDDED", "pathEmbed has no effect: perspective bends the paths");
        return Vec::new();
    };
    let from = (f64::from(info.width), f64::from(info.height));
    let to = (f64::from(geometry.width), f64::from(geometry.height));
    let mut kept: Vec<EmbeddedPath> = Vec::new();
    for path in &found.paths {
        // open paths are dropped (02 §4.2)
        let Some(closed) = path.closed() else { continue };
        let moved = closed.upright(info.orientation).mapped(from, map, to);
        match moved.storable() {
            Ok(()) => kept.push(moved),
            Err(error) => {
                warnings.add("NOT_EMBEDDED", format!("path {:?} is left out: {error}", path.name));
            }
        }
    }
    let clipping = found.clipping_path.as_deref();
    let clipping = clipping.filter(|name| kept.iter().any(|path| path.name == *name));
    match paths::write(&kept, clipping) {
        Ok(blocks) => blocks,
        Err(error) => {
            warnings.add("NOT_EMBEDDED", format!("pathEmbed has no effect: {error}"));
            Vec::new()
        }
    }
}

/// From pixels of the upright source to pixels of the output; `None` where there is no
/// such map.
fn map(plan: &Plan, geometry: &Geometry) -> Option<Map> {
    let layer = &geometry.layer;
    let crop = layer.crop;
    let (scaled, size) = (layer.scaled, layer.size);
    let scale_x = f64::from(scaled.width) / f64::from(crop.width);
    let scale_y = f64::from(scaled.height) / f64::from(crop.height);
    let cut = [scale_x, 0.0, -(crop.x as f64) * scale_x, 0.0, scale_y, -(crop.y as f64) * scale_y];
    let shape = match layer.shape {
        Shape::Turned { matrix, .. } => matrix,
        Shape::Bent { .. } => return None,
    };
    let view = &geometry.view;
    let view_x = f64::from(view.scaled.width) / f64::from(size.width);
    let view_y = f64::from(view.scaled.height) / f64::from(size.height);
    let shown = [view_x, 0.0, view.x as f64, 0.0, view_y, view.y as f64];
    let steps = [
        flipped(layer.flip, scaled.width, scaled.height),
        shape,
        flipped(plan.composite.surface.flip, size.width, size.height),
        shown,
    ];
    Some(steps.into_iter().fold(cut, after))
}

fn flipped(flip: Flip, width: u32, height: u32) -> Map {
    let (a, c) = if flip.horizontal { (-1.0, f64::from(width)) } else { (1.0, 0.0) };
    let (e, f) = if flip.vertical { (-1.0, f64::from(height)) } else { (1.0, 0.0) };
    [a, 0.0, c, 0.0, e, f]
}

/// `first`, then `then`.
fn after(first: Map, then: Map) -> Map {
    let [a, b, c, d, e, f] = first;
    let [g, h, i, j, k, l] = then;
    [
        g * a + h * d,
        g * b + h * e,
        g * c + h * f + i,
        j * a + k * d,
        j * b + k * e,
        j * c + k * f + l,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modifiers::{Defaults, Macros, Sources, Strictness, resolve};
    use crate::render::geometry::geometry;

    /// Where the point 100, 50 of a picture of 400 x 200 comes to.
    fn point(modifier: &str) -> (f64, f64) {
        let sources = Sources { is_modifier: modifier, ..Sources::default() };
        let found = resolve(&sources, &Macros::new(), &Defaults::default(), Strictness::Normal);
        let plan = found.executable().unwrap();
        let [a, b, c, d, e, f] = map(plan, &geometry(plan, 400, 200).unwrap()).unwrap();
        let round = |value: f64| (value * 1000.0).round() / 1000.0;
        (round(a * 100.0 + b * 50.0 + c), round(d * 100.0 + e * 50.0 + f))
    }

    #[test]
    fn paths_move_as_the_picture_does() {
        assert_eq!(point("fmt=jpeg"), (100.0, 50.0));
        assert_eq!(point("wid=200"), (50.0, 25.0));
        assert_eq!(point("crop=50,20,200,100"), (50.0, 30.0));
        assert_eq!(point("flip=lr"), (300.0, 50.0));
        // clockwise: the left bottom corner becomes the left top one
        assert_eq!(point("rotate=90"), (150.0, 100.0));
        assert_eq!(point("extend=10,20,0,0"), (110.0, 70.0));
        // extended on the left before the composite is mirrored: 410 - 110
        assert_eq!(point("extend=10,0,0,0&flip=lr"), (300.0, 50.0));
        // 400 x 200 in 400 x 400: a margin of 100 above
        assert_eq!(point("wid=400&hei=400"), (100.0, 150.0));
    }

    #[test]
    fn the_orientation_of_xmp_becomes_upright() {
        for (before, after) in [
            ("<a tiff:Orientation=\"6\" b=\"6\"/>", "<a tiff:Orientation=\"1\" b=\"6\"/>"),
            ("<tiff:Orientation>8</tiff:Orientation>", "<tiff:Orientation>1</tiff:Orientation>"),
            ("<a/>", "<a/>"),
        ] {
            let xmp = Xmp { packet: before.into(), extended: None };
            assert_eq!(String::from_utf8(upright(xmp).packet).unwrap(), after);
        }
    }
}
