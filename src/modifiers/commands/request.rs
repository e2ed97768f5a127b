//! `resMode`, `effectMask`, `req` and `template` (02 §3.2, §4.2, §4.3, §7).

use super::{Command, Reach, Reading, State, Value, not_yet};
use crate::modifiers::diagnostic::{Problem, reason, shown};
use crate::modifiers::value::{count, flag, keyword};

/// What holds for the request as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// `req=`: what is made of the picture.
    pub kind: RequestKind,
    /// `resMode=`: filter of every resampling.
    pub res_mode: ResMode,
    /// `effectMask=`: an effect is cut where its layer is.
    pub effect_mask: bool,
}

/// `req=`: the kinds that give an image file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKind {
    /// The picture.
    Image,
    /// Its alpha channel as a gray picture.
    Mask,
}

/// `resMode=`: the kernels of 02 §4.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResMode {
    /// Triangle.
    Bilin,
    /// Catmull-Rom, a = -0.5.
    Bicub,
    /// Lanczos with three lobes.
    Sharp2,
    /// Cubic, a = -1.
    Bisharp,
}

impl ResMode {
    /// The word of the language.
    pub const fn keyword(self) -> &'static str {
        match self {
            ResMode::Bilin => "bilin",
            ResMode::Bicub => "bicub",
            ResMode::Sharp2 => "sharp2",
            ResMode::Bisharp => "bisharp",
        }
    }
}

impl Default for Request {
    /// Ruling 6.
    fn default() -> Self {
        Request { kind: RequestKind::Image, res_mode: ResMode::Sharp2, effect_mask: true }
    }
}

pub(super) const COMMANDS: &[Command] = &[
    Command::value(
        "resMode",
        "bilin|bicub|sharp2|bisharp",
        "filter of every resampling",
        Reach::Request,
        res_mode,
    ),
    Command::value("effectMask", "0|1", "cuts an effect where its layer is", Reach::Request, |r| {
        Ok(Value::Request(Set::EffectMask(flag("effectMask", &r.value.whole())?)))
    })
    .not_yet(),
    Command::value(
        "req",
        "img|mask",
        "the picture, or its alpha channel as gray",
        Reach::Request,
        kind,
    ),
    Command {
        state: State::NotYet,
        ..Command::value(
            "template",
            "object",
            "takes the commands of a stored template",
            Reach::Request,
            |r| Err(not_yet(r.value.whole().span, "template")),
        )
    },
];

/// A value that was read and checked.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::modifiers) enum Set {
    Kind(RequestKind),
    ResMode(ResMode),
    EffectMask(bool),
}

impl Set {
    pub fn spelled(&self) -> (&'static str, String) {
        match self {
            Set::Kind(RequestKind::Image) => ("req", "img".into()),
            Set::Kind(RequestKind::Mask) => ("req", "mask".into()),
            Set::ResMode(mode) => ("resMode", mode.keyword().into()),
            Set::EffectMask(on) => ("effectMask", u8::from(*on).to_string()),
        }
    }

    pub fn apply(&self, request: &mut Request) {
        match *self {
            Set::Kind(kind) => request.kind = kind,
            Set::ResMode(mode) => request.res_mode = mode,
            Set::EffectMask(on) => request.effect_mask = on,
        }
    }
}

impl Request {
    /// What differs from the defaults.
    pub(in crate::modifiers) fn settings(&self) -> Vec<Set> {
        let default = Request::default();
        let mut out = Vec::new();
        out.extend((self.res_mode != default.res_mode).then_some(Set::ResMode(self.res_mode)));
        out.extend((!self.effect_mask).then_some(Set::EffectMask(false)));
        out.extend((self.kind != default.kind).then_some(Set::Kind(self.kind)));
        out
    }
}

const RES_MODES: &[(&str, ResMode)] = &[
    (ResMode::Bilin.keyword(), ResMode::Bilin),
    (ResMode::Bicub.keyword(), ResMode::Bicub),
    (ResMode::Sharp2.keyword(), ResMode::Sharp2),
    (ResMode::Bisharp.keyword(), ResMode::Bisharp),
];

/// Withdrawn names: as written, as read (ruling 24).
const WITHDRAWN_RES_MODES: &[(&str, ResMode)] =
    &[("sharp", ResMode::Sharp2), ("trilin", ResMode::Bilin)];

fn res_mode(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let word = reading.value.whole();
    for (old, mode) in WITHDRAWN_RES_MODES {
        if old.eq_ignore_ascii_case(word.text) {
            let new = mode.keyword();
            let message = format!("resMode={old} is withdrawn and read as resMode={new}");
            reading.compat(word.span, message, new);
            return Ok(Value::Request(Set::ResMode(*mode)));
        }
    }
    Ok(Value::Request(Set::ResMode(keyword("resMode", &word, RES_MODES)?)))
}

/// 02 §7, 03 §1.4: only what gives an image file. Thumbnails are wanted later
/// (ruling 13).
fn kind(reading: &mut Reading<'_>) -> Result<Value, Problem> {
    let items = reading.value.items();
    let word = &items[0];
    let kind = match word.text.to_ascii_lowercase().as_str() {
        "img" => RequestKind::Image,
        "mask" => RequestKind::Mask,
        "tmb" => return Err(not_yet(word.span.clone(), "req=tmb")),
        _ => {
            return Err(Problem::error(
                reason::REQUEST_TYPE_NOT_EXPORTABLE,
                word.span.clone(),
                format!(
                    "req={} gives no image file and cannot be exported; req=img and req=mask can",
                    shown(word.text)
                ),
            )
            .suggest("img"));
        }
    };
    count("req", "img", &items, 1..=1)?;
    Ok(Value::Request(Set::Kind(kind)))
}
