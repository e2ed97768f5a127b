//! What the owner of an asset is told beside the output.

use std::path::Path;

use crate::codecs::SourceInfo;
use crate::codecs::sniff::Kind;
use crate::modifiers::plan::{Format, Plan};
use crate::render::geometry::Geometry;

/// Something that the owner of the asset should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Stable, upper case: `ALPHA_REMOVED`, `CONTENT_EXTENSION_MISMATCH`,
    /// `NOT_ENLARGED`, `SOURCE_DAMAGED`, `CMYK_WITHOUT_PROFILE`,
    /// `PROFILE_IGNORED`, `CROP_OUTSIDE`, `RESOLUTION_UNKNOWN`,
    /// `NOT_EMBEDDED`.
    pub reason: &'static str,
    pub message: String,
}

/// What to ask for instead, where there is such a format.
pub(super) fn alpha_removed(format: Format) -> String {
    let keep = match format {
        Format::Jpeg | Format::ProgressiveJpeg => "png-alpha".into(),
        other => format!("{}-alpha", other.name()),
    };
    format!("transparent parts were filled with the background colour; fmt={keep} keeps them")
}

#[derive(Default)]
pub(super) struct Warnings(pub Vec<Warning>);

impl Warnings {
    pub fn add(&mut self, reason: &'static str, message: impl Into<String>) {
        self.0.push(Warning { reason, message: message.into() });
    }

    pub fn of_source(
        &mut self,
        info: &SourceInfo,
        file_name: &str,
        found: Vec<String>,
        cmyk: bool,
    ) {
        let extension = Path::new(file_name).extension().and_then(|extension| extension.to_str());
        if let Some(extension) = extension.filter(|extension| promises_other(extension, info.kind))
        {
            let extension = extension.to_ascii_lowercase();
            let content = info.kind.name();
            self.add(
                "CONTENT_EXTENSION_MISMATCH",
                format!("extension {extension}, content {content}; the content counts"),
            );
        }
        for damage in info.damage.iter().cloned().chain(found) {
            self.add("SOURCE_DAMAGED", damage);
        }
        if cmyk {
            self.add(
                "CMYK_WITHOUT_PROFILE",
                "cmyk colours were converted by the plain formula, without a colour profile",
            );
        }
    }

    pub fn of_geometry(&mut self, geometry: &Geometry, plan: &Plan) {
        if geometry.not_enlarged {
            let (width, height) = (geometry.width, geometry.height);
            let (side, wanted) = match (plan.view.width, plan.view.height) {
                (Some(wanted), _) => ("wid", wanted),
                (_, wanted) => ("hei", wanted.unwrap_or_default()),
            };
            self.add(
                "NOT_ENLARGED",
                format!(
                    "{side}={wanted} is more than the picture has; it stays at {width} x {height} \
                     pixels, fit=fit,1 enlarges it"
                ),
            );
        }
        if geometry.layer.without_resolution {
            self.add(
                "RESOLUTION_UNKNOWN",
                "res= had no effect: neither the file nor its asset says a resolution; \
                 SetImageFields sets object_resolution",
            );
        }
        if geometry.inside().is_none() {
            let (width, height) = (geometry.source_width, geometry.source_height);
            self.add(
                "CROP_OUTSIDE",
                format!("crop lies outside the picture of {width} x {height} pixels"),
            );
        }
    }
}

/// Whether the extension stands for another kind of file. Extensions that
/// stand for none promise nothing.
fn promises_other(extension: &str, kind: Kind) -> bool {
    let lower = extension.to_ascii_lowercase();
    Kind::of_extension(&lower).is_some() && !kind.extensions().contains(&&*lower)
}
