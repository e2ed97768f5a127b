//! How much drawing a tree asks for, in pixels touched. resvg has no time limit,
//! so a drawing that would take minutes is refused before the first pixel.
//!
//! Areas are bounds: what lies outside the canvas is not drawn, and no layer is
//! larger than five canvases each way (resvg's own bound).

use resvg::tiny_skia::Transform;
use resvg::usvg::filter::Kind;
use resvg::usvg::{ClipPath, Group, Mask, Node, Paint, Path, Rect, Tree};

/// Most pixels touched: some ten seconds at 300 million a second.
const GREATEST_WORK: f64 = 3e9;

/// Most pixels of layers, masks and tiles that stand in memory at once (4 bytes each).
const GREATEST_LAYERS: f64 = 100e6;

/// What an element costs whatever its size, and a segment or dash of a path.
const ELEMENT: f64 = 500.0;
const SEGMENT: f64 = 200.0;

/// Refuses what would take too long or too much memory to draw.
pub(super) fn check(tree: &Tree, width: u32, height: u32) -> Result<(), String> {
    let canvas = f64::from(width) * f64::from(height);
    let mut work = Work { done: 0.0, layers: 0.0, canvas };
    work.group(tree.root(), Surface { scale: (1.0, 1.0), area: canvas })
}

/// What is drawn on.
#[derive(Clone, Copy)]
struct Surface {
    /// Pixels in a unit of the tree's coordinates.
    scale: (f64, f64),
    /// Pixels.
    area: f64,
}

impl Surface {
    /// Pixels of a box in the tree's coordinates, as far as they are drawn.
    fn pixels(&self, bounds: Rect) -> f64 {
        let width = f64::from(bounds.width()) * self.scale.0 + 2.0;
        let height = f64::from(bounds.height()) * self.scale.1 + 2.0;
        (width * height).min(self.area)
    }
}

struct Work {
    done: f64,
    layers: f64,
    canvas: f64,
}

impl Work {
    fn spend(&mut self, pixels: f64) -> Result<(), String> {
        self.done += pixels;
        if self.done > GREATEST_WORK {
            return Err(format!("drawing it takes more than {GREATEST_WORK:e} pixels of work"));
        }
        Ok(())
    }

    /// Takes memory for a layer; [`Work::drop_layer`] gives it back.
    fn layer(&mut self, pixels: f64) -> Result<(), String> {
        self.layers += pixels;
        if self.layers > GREATEST_LAYERS {
            return Err(format!("its layers take more than {GREATEST_LAYERS:e} pixels of memory"));
        }
        self.spend(2.0 * pixels)
    }

    fn drop_layer(&mut self, pixels: f64) {
        self.layers -= pixels;
    }

    fn group(&mut self, group: &Group, on: Surface) -> Result<(), String> {
        self.spend(ELEMENT)?;
        if !group.should_isolate() {
            return self.children(group, on);
        }
        let bounds = group.abs_layer_bounding_box().to_rect();
        let area = Surface { area: 25.0 * self.canvas, ..on }.pixels(bounds);
        let layer = Surface { area, ..on };
        self.layer(area)?;
        self.children(group, layer)?;
        for filter in group.filters() {
            // The result of every primitive is kept until the last.
            let results = area * (filter.primitives().len() as f64 + 2.0);
            self.layer(results)?;
            for primitive in filter.primitives() {
                self.primitive(primitive.kind(), layer)?;
            }
            self.drop_layer(results);
        }
        if let Some(clip) = group.clip_path() {
            self.clip(clip, layer)?;
        }
        if let Some(mask) = group.mask() {
            self.mask(mask, layer)?;
        }
        self.drop_layer(area);
        Ok(())
    }

    fn children(&mut self, group: &Group, on: Surface) -> Result<(), String> {
        for node in group.children() {
            match node {
                Node::Group(group) => self.group(group, on)?,
                Node::Path(path) => self.path(path, on)?,
                Node::Image(image) => {
                    let size = image.size();
                    // The picture is decoded each time it is drawn, beside a layer.
                    let pixels = f64::from(size.width()) * f64::from(size.height());
                    self.layer(pixels + on.area)?;
                    self.spend(20.0 * pixels)?;
                    self.drop_layer(pixels + on.area);
                }
                Node::Text(text) => self.group(text.flattened(), on)?,
            }
        }
        Ok(())
    }

    fn path(&mut self, path: &Path, on: Surface) -> Result<(), String> {
        let segments = path.data().verbs().len() as f64;
        let pixels = on.pixels(path.abs_stroke_bounding_box());
        if let Some(fill) = path.fill() {
            self.spend(ELEMENT + SEGMENT * segments + pixels)?;
            self.paint(fill.paint(), path.abs_transform(), on)?;
        }
        if let Some(stroke) = path.stroke() {
            let dashes = stroke.dasharray().map_or(0.0, |dashes| {
                let round: f32 = dashes.iter().sum();
                // resvg's dashing gives up at a million
                let rounds = length(path) / f64::from(round.max(f32::MIN_POSITIVE));
                (rounds * dashes.len() as f64).min(1e6)
            });
            self.spend(ELEMENT + SEGMENT * (segments + dashes) + pixels)?;
            self.paint(stroke.paint(), path.abs_transform(), on)?;
        }
        Ok(())
    }

    /// A pattern is drawn once for each path that it fills.
    fn paint(&mut self, paint: &Paint, transform: Transform, on: Surface) -> Result<(), String> {
        let Paint::Pattern(pattern) = paint else { return Ok(()) };
        let (x, y) = transform.pre_concat(pattern.transform()).get_scale();
        let scale = (f64::from(x) * on.scale.0, f64::from(y) * on.scale.1);
        let tile = pattern.rect();
        let width = f64::from(tile.width()) * scale.0;
        let height = f64::from(tile.height()) * scale.1;
        let area = width.ceil() * height.ceil();
        self.layer(area)?;
        self.group(pattern.root(), Surface { scale, area })?;
        self.drop_layer(area);
        Ok(())
    }

    fn clip(&mut self, clip: &ClipPath, on: Surface) -> Result<(), String> {
        self.layer(on.area)?;
        self.group(clip.root(), on)?;
        if let Some(clip) = clip.clip_path() {
            self.clip(clip, on)?;
        }
        self.drop_layer(on.area);
        Ok(())
    }

    fn mask(&mut self, mask: &Mask, on: Surface) -> Result<(), String> {
        self.layer(on.area)?;
        self.group(mask.root(), on)?;
        if let Some(mask) = mask.mask() {
            self.mask(mask, on)?;
        }
        self.drop_layer(on.area);
        Ok(())
    }

    fn primitive(&mut self, kind: &Kind, on: Surface) -> Result<(), String> {
        let times = match kind {
            Kind::Turbulence(turbulence) => 50.0 * f64::from(turbulence.num_octaves()),
            Kind::ConvolveMatrix(convolve) => {
                let matrix = convolve.matrix();
                5.0 * f64::from(matrix.columns()) * f64::from(matrix.rows())
            }
            Kind::Morphology(morphology) => {
                let across = 2.0 * f64::from(morphology.radius_x().get()) * on.scale.0 + 1.0;
                let down = 2.0 * f64::from(morphology.radius_y().get()) * on.scale.1 + 1.0;
                // No window is larger than the layer.
                3.0 * (across * down).min(on.area)
            }
            Kind::GaussianBlur(_) | Kind::DropShadow(_) => 20.0,
            Kind::DiffuseLighting(_) | Kind::SpecularLighting(_) => 30.0,
            Kind::Image(image) => {
                self.group(image.root(), on)?;
                5.0
            }
            _ => 5.0,
        };
        self.spend(ELEMENT + times * on.area)
    }
}

/// No less than the length of a path: curves are not longer than the lines
/// between their points.
fn length(path: &Path) -> f64 {
    let points = path.data().points();
    points.windows(2).map(|pair| f64::from(pair[0].distance(pair[1]))).sum()
}
