//! How a layer is turned, bent, extended and placed: `rotate`, `perspective`,
//! `extend`, `origin`, `pos` (01 §5.2 to §5.4; 02 §3.3).

use super::view::LONGEST_SIDE;
use super::{Command, Reach, Reading, Value, joined};
use crate::modifiers::diagnostic::Problem;
use crate::modifiers::text::Piece;
use crate::modifiers::value::{Coordinates, coordinates, count, int, out_of_range, real, syntax};

/// Shape and place of a layer after its source was cut and scaled.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Transform {
    /// `rotate=`: degrees clockwise about the anchor, -360 to 360 exclusive.
    pub rotate: f64,
    pub perspective: Option<Perspective>,
    /// `extend=`: `None` differs from zeros for text that overhangs its box.
    pub extend: Option<Extend>,
    /// `origin=`; `None` is the anchor, else the centre.
    pub origin: Option<LayerOrigin>,
    /// `pos=`: from layer 0's origin, or an effect's layer.
    pub position: Option<Position>,
}

/// `perspective=`: where the corners go, clockwise from the top-left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Perspective {
    /// Composite pixels, or units of layer 0's size where `normalised`.
    pub corners: [(f64, f64); 4],
    pub normalised: bool,
    pub sampling: Sampling,
}

/// Last value of `perspective=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sampling {
    /// `R1`
    Nearest,
    /// `R2`
    Bilinear,
    /// `R3`, or `R3Tn` with a jitter of n percent, 0 to 200.
    #[default]
    Supersampling,
    Jittered(u8),
}

/// `extend=l,t,r,b`: margins added, or removed where below 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Extend {
    Pixels {
        left: i32,
        top: i32,
        right: i32,
        bottom: i32,
    },
    /// In units of the layer's size after rotation.
    Normalised {
        left: f64,
        top: f64,
        right: f64,
        bottom: f64,
    },
}

/// LayerOrigin of a layer's rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LayerOrigin {
    /// Pixels from the top-left of the rectangle, margins of `extend` included.
    Pixels { x: i32, y: i32 },
    /// From the centre, in units of the size.
    Normalised { x: f64, y: f64 },
}

/// Offset of a layer's origin from layer 0's; right and down are positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Position {
    Pixels {
        x: i32,
        y: i32,
    },
    /// In units of layer 0's size.
    Normalised {
        x: f64,
        y: f64,
    },
}

const fn layer(
    name: &'static str,
    form: &'static str,
    summary: &'static str,
    read: fn(&mut Reading<'_>) -> Result<Value, Problem>,
) -> Command {
    Command::value(name, form, summary, Reach::Layer, read)
}

const CORNERS: &str = "x1,y1,x2,y2,x3,y3,x4,y4[,R1|R2|R3|R3Tn]";

pub(super) const COMMANDS: &[Command] = &[
    layer("rotate", "degrees", "turns clockwise about the anchor", |r| {
        let degrees = real("rotate", &r.value.whole(), f64::MIN..=f64::MAX)?;
        // minus zero plus zero is zero
        Ok(Value::Transform(Set::Rotate(degrees % 360.0 + 0.0)))
    }),
    layer("perspective", CORNERS, "puts the corners to four points", perspective),
    layer("perspectiveN", CORNERS, "the same in units of layer 0's size", perspective)
        .spelling_of("perspective"),
    layer("extend", "left,top,right,bottom", "adds or removes margins", extend_pixels),
    layer(
        "extendN",
        "left,top,right,bottom",
        "the same in units of the layer's size",
        extend_normalised,
    )
    .spelling_of("extend"),
    layer("origin", "x,y", "point of a layer that is placed", origin),
    layer("originN", "x,y", "the same from the centre, in units of the size", origin)
        .spelling_of("origin"),
    Command::value("pos", "x,y", "place of a layer", Reach::PlacedLayer, position).on_effects(),
    Command::value(
        "posN",
        "x,y",
        "the same in units of layer 0's size",
        Reach::PlacedLayer,
        position,
    )
    .spelling_of("pos")
    .on_effects(),
];

/// A value that was read and checked.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::modifiers) enum Set {
    Rotate(f64),
    Perspective(Perspective),
    Extend(Extend),
    Origin(LayerOrigin),
    Position(Position),
}

impl Set {
    pub fn spelled(&self) -> (&'static str, String) {
        match self {
            Set::Rotate(degrees) => ("rotate", degrees.to_string()),
            Set::Perspective(perspective) => perspective.spelled(),
            Set::Extend(Extend::Pixels { left, top, right, bottom }) => {
                ("extend", joined(&[*left, *top, *right, *bottom]))
            }
            Set::Extend(Extend::Normalised { left, top, right, bottom }) => {
                ("extendN", joined(&[*left, *top, *right, *bottom]))
            }
            Set::Origin(LayerOrigin::Pixels { x, y }) => ("origin", joined(&[*x, *y])),
            Set::Origin(LayerOrigin::Normalised { x, y }) => ("originN", joined(&[*x, *y])),
            Set::Position(Position::Pixels { x, y }) => ("pos", joined(&[*x, *y])),
            Set::Position(Position::Normalised { x, y }) => ("posN", joined(&[*x, *y])),
        }
    }

    pub fn apply(&self, transform: &mut Transform) {
        match self {
            Set::Rotate(degrees) => transform.rotate = *degrees,
            Set::Perspective(perspective) => transform.perspective = Some(*perspective),
            Set::Extend(extend) => transform.extend = Some(*extend),
            Set::Origin(origin) => transform.origin = Some(*origin),
            Set::Position(position) => transform.position = Some(*position),
        }
    }
}

impl Transform {
    /// What differs from the defaults.
    pub(in crate::modifiers) fn settings(&self) -> Vec<Set> {
        let mut out = Vec::new();
        if self.rotate != 0.0 {
            out.push(Set::Rotate(self.rotate));
        }
        out.extend(self.perspective.map(Set::Perspective));
        out.extend(self.extend.map(Set::Extend));
        out.extend(self.origin.map(Set::Origin));
        out.extend(self.position.map(Set::Position));
        out
    }
}

impl Perspective {
    fn spelled(&self) -> (&'static str, String) {
        let numbers: Vec<f64> = self.corners.iter().flat_map(|(x, y)| [*x, *y]).collect();
        let sampling = match self.sampling {
            Sampling::Nearest => ",R1".to_string(),
            Sampling::Bilinear => ",R2".to_string(),
            Sampling::Supersampling => String::new(),
            Sampling::Jittered(percent) => format!(",R3T{percent}"),
        };
        let name = if self.normalised { "perspectiveN" } else { "perspective" };
        (name, joined(&numbers) + &sampling)
    }
}

fn extend_pixels(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let items = reading.value.items();
    count("extend", "left,top,right,bottom", &items, 4..=4)?;
    let side = |index: usize, name: &str| -> Result<i32, Problem> {
        let what = format!("the {name} of extend");
        Ok(int(&what, &items[index], -LONGEST_SIDE..=LONGEST_SIDE)? as i32)
    };
    Ok(Value::Transform(Set::Extend(Extend::Pixels {
        left: side(0, "left")?,
        top: side(1, "top")?,
        right: side(2, "right")?,
        bottom: side(3, "bottom")?,
    })))
}

fn extend_normalised(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    const FARTHEST: f64 = 2_147_483_648.0;
    let items = reading.value.items();
    count("extendN", "left,top,right,bottom", &items, 4..=4)?;
    let side = |index: usize, name: &str| {
        real(&format!("the {name} of extendN"), &items[index], -FARTHEST..=FARTHEST)
    };
    Ok(Value::Transform(Set::Extend(Extend::Normalised {
        left: side(0, "left")?,
        top: side(1, "top")?,
        right: side(2, "right")?,
        bottom: side(3, "bottom")?,
    })))
}

fn origin(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    Ok(Value::Transform(Set::Origin(match coordinates(reading.name, reading.value)? {
        Coordinates::Pixels { x, y } => LayerOrigin::Pixels { x, y },
        Coordinates::Normalised { x, y } => LayerOrigin::Normalised { x, y },
    })))
}

fn position(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    Ok(Value::Transform(Set::Position(match coordinates(reading.name, reading.value)? {
        Coordinates::Pixels { x, y } => Position::Pixels { x, y },
        Coordinates::Normalised { x, y } => Position::Normalised { x, y },
    })))
}

fn perspective(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    const FARTHEST: f64 = 2_147_483_648.0;
    let name = reading.name;
    let items = reading.value.items();
    count(name, CORNERS, &items, 8..=9)?;
    let mut corners = [(0.0, 0.0); 4];
    for (index, corner) in corners.iter_mut().enumerate() {
        let number = |axis: &str, piece: &Piece<'_>| {
            real(&format!("{axis}{} of {name}", index + 1), piece, -FARTHEST..=FARTHEST)
        };
        *corner = (number("x", &items[2 * index])?, number("y", &items[2 * index + 1])?);
    }
    let sampling = match items.get(8) {
        Some(piece) if !piece.text.is_empty() => sampling(name, piece)?,
        _ => Sampling::default(),
    };
    if !is_convex(&corners) {
        let message = format!(
            "the corners of {name} must form a convex four-sided figure: top-left, top-right, bottom-right, bottom-left"
        );
        return Err(out_of_range(&reading.value.whole(), message));
    }
    let normalised = name == "perspectiveN";
    Ok(Value::Transform(Set::Perspective(Perspective { corners, normalised, sampling })))
}

/// `R1`, `R2`, `R3`, `R3Tn`; capital letters only (01 L7).
fn sampling(command: &str, piece: &Piece<'_>) -> Result<Sampling, Problem> {
    match piece.text {
        "R1" => return Ok(Sampling::Nearest),
        "R2" => return Ok(Sampling::Bilinear),
        "R3" => return Ok(Sampling::Supersampling),
        _ => {}
    }
    if let Some(digits) = piece.text.strip_prefix("R3T")
        && !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return match digits.parse::<u8>() {
            Ok(percent) if percent <= 200 => Ok(Sampling::Jittered(percent)),
            _ => {
                let message =
                    format!("the jitter of {command} is {digits}, but must be from 0 to 200");
                Err(out_of_range(piece, message))
            }
        };
    }
    Err(syntax(
        piece,
        format!(
            "the sampling of {command} must be R1, R2, R3 or R3T with a number, in capital letters, not '{}'",
            super::shown(piece.text)
        ),
    ))
}

/// Whether all turns go the same way; a mirrored figure is convex too.
fn is_convex(corners: &[(f64, f64); 4]) -> bool {
    let turn = |index: usize| {
        let (a, b, c) = (corners[index], corners[(index + 1) % 4], corners[(index + 2) % 4]);
        (b.0 - a.0) * (c.1 - b.1) - (b.1 - a.1) * (c.0 - b.0)
    };
    let turns = [turn(0), turn(1), turn(2), turn(3)];
    // a self-crossing figure turns both ways, a degenerate one not at all
    turns.iter().all(|turn| *turn > 0.0) || turns.iter().all(|turn| *turn < 0.0)
}
