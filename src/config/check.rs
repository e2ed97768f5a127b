//! Which values a server can run with, and the defaults of conversions that they
//! make.

use super::{Config, ConfigError};
use crate::modifiers::plan::{Intent, ResMode};

/// Deepest nesting that may be set: each level takes a part of the stack.
const DEEPEST: usize = 64;

impl Config {
    /// Refuses values that no server could run with.
    pub fn check(&self) -> Result<(), ConfigError> {
        let wrong = |text: String| Err(ConfigError::Invalid(text));
        if self.companies.is_empty() {
            return wrong("companies is empty: name at least one, such as \"c|1\"".into());
        }
        for company in &self.companies {
            let number = company.strip_prefix("c|").unwrap_or("");
            if number.is_empty() || !number.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return wrong(format!("companies: {company:?} is not of the form \"c|1\""));
            }
        }
        if self.jobs.window == 0 || self.jobs.lease_seconds == 0 || self.jobs.max_attempts < 1 {
            return wrong(
                "jobs.window, jobs.lease_seconds and jobs.max_attempts must be at least 1".into(),
            );
        }
        if self.limits.max_asset_seconds == 0 {
            return wrong(
                "limits.max_asset_seconds is 0, which no asset could keep: set at least 1".into(),
            );
        }
        if jiff::tz::TimeZone::get(&self.jobs.time_zone).is_err() {
            return wrong(format!(
                "jobs.time_zone is {:?}, which is no IANA zone such as \"Europe/Paris\"",
                self.jobs.time_zone
            ));
        }
        if !self.mail.host.is_empty()
            && let Err(error) = crate::notify::smtp::Mailer::new(&self.mail.smtp())
        {
            return wrong(format!("mail: {error}"));
        }
        if !self.mail.locale.is_empty()
            && let Err(error) = crate::notify::locale::Locale::parse(&self.mail.locale)
        {
            return wrong(format!("mail.locale: {error}"));
        }
        if !(1..=60).contains(&self.watch.heartbeat_seconds) {
            return wrong(format!(
                "watch.heartbeat_seconds is {}: it must be 1 to 60",
                self.watch.heartbeat_seconds
            ));
        }
        if !self.insecure && !self.listen.ip().is_loopback() {
            return wrong(format!(
                "listen is {}, which other machines can reach, and this version does not ask \
                 anybody who they are: use a loopback address such as 127.0.0.1:50051, or \
                 --insecure (insecure = true) if the network in front keeps strangers out",
                self.listen
            ));
        }
        for (name, depth) in [
            ("limits.max_macro_depth", self.limits.max_macro_depth),
            ("limits.max_nested_requests", self.limits.max_nested_requests),
        ] {
            if !(1..=DEEPEST).contains(&depth) {
                return wrong(format!("{name} is {depth}: it must be 1 to {DEEPEST}"));
            }
        }
        self.conversion_defaults().map(|_| ())
    }

    /// The defaults of conversions, typed.
    pub fn conversion_defaults(&self) -> Result<crate::modifiers::Defaults, ConfigError> {
        let wrong = |text: String| Err(ConfigError::Invalid(text));
        let colour = &self.defaults.bkg_color;
        let background = match u32::from_str_radix(colour, 16) {
            // from_str_radix takes a sign
            Ok(rgb) if colour.len() == 6 && !colour.starts_with('+') => {
                [(rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8]
            }
            _ => return wrong(format!("defaults.bkg_color is {colour:?}: it must be RRGGBB")),
        };
        if !(1..=100).contains(&self.defaults.jpeg_quality) {
            return wrong(format!(
                "defaults.jpeg_quality is {}: it must be 1 to 100",
                self.defaults.jpeg_quality
            ));
        }
        // The most that a JPEG file can say.
        if !(1..=65_535).contains(&self.defaults.print_resolution) {
            return wrong(format!(
                "defaults.print_resolution is {}: it must be 1 to 65535 dots per inch",
                self.defaults.print_resolution
            ));
        }
        let res_mode = match self.defaults.res_mode.as_str() {
            "bilin" => ResMode::Bilin,
            "bicub" => ResMode::Bicub,
            "sharp2" => ResMode::Sharp2,
            "bisharp" => ResMode::Bisharp,
            other => {
                return wrong(format!(
                    "defaults.res_mode is {other:?}: it must be bilin, bicub, sharp2 or bisharp"
                ));
            }
        };
        let intent = match self.defaults.icc_render_intent.as_str() {
            "perceptual" => Intent::Perceptual,
            "relative" => Intent::Relative,
            "saturation" => Intent::Saturation,
            "absolute" => Intent::Absolute,
            other => {
                return wrong(format!(
                    "defaults.icc_render_intent is {other:?}: it must be perceptual, relative, \
                     saturation or absolute"
                ));
            }
        };
        Ok(crate::modifiers::Defaults {
            intent,
            black_point: self.defaults.icc_black_point_compensation,
            dither: self.defaults.icc_dither,
            background,
            jpeg_quality: self.defaults.jpeg_quality,
            full_chroma: self.defaults.jpeg_full_chroma,
            res_mode,
            limits: crate::modifiers::Limits {
                modifier_bytes: self.limits.max_modifier_bytes,
                expanded_bytes: self.limits.max_expanded_modifier_bytes,
                macro_depth: self.limits.max_macro_depth,
                nesting: self.limits.max_nested_requests,
            },
            ..Default::default()
        })
    }
}
