//! The settings of a server: defaults, then a TOML file, then `OFFPRINT_*`
//! variables, then flags. Unknown keys are refused. `docs/settings.md` explains
//! each one.

mod check;

use crate::colour::decide::ColourDefaults;
use crate::notify::smtp::{Security, SmtpSettings};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Rows, originals and outputs. Created on first start.
    pub data_dir: PathBuf,
    /// Where the gRPC server listens. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// Allows an address that is not loopback although nobody is asked who they are.
    pub insecure: bool,
    /// Companies that requests may name; the first is the default.
    pub companies: Vec<String>,
    /// Run for decoders that hostile files could harm ([`crate::decoding`]); `None`
    /// decodes them in this process. Not a setting: the program names itself.
    #[serde(skip)]
    pub decoder_program: Option<PathBuf>,
    pub limits: Limits,
    pub library: Library,
    pub jobs: Jobs,
    pub watch: Watch,
    pub mail: Mail,
    pub defaults: Defaults,
}

/// What a request may ask for at most (ruling 9).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Distinct assets in one job.
    pub max_assets_per_job: u64,
    /// Bytes of one gRPC request.
    pub max_request_bytes: usize,
    /// Bytes of one uploaded file.
    pub max_upload_bytes: u64,
    /// Assets of one company, those in the trash included; 0 is no limit.
    pub max_library_assets: u64,
    /// Bytes of the files of one company, those in the trash included; 0 is no
    /// limit. A file that two assets share counts twice.
    pub max_library_bytes: u64,
    /// Pixels of one source picture.
    pub max_input_pixels: u64,
    /// Pixels of one converted picture.
    pub max_output_pixels: u64,
    /// Bytes that converting one asset may take, estimated before it is decoded.
    pub max_asset_memory_bytes: u64,
    /// Seconds that exporting one asset may take.
    pub max_asset_seconds: u64,
    /// Bytes of one modifier or macro definition.
    pub max_modifier_bytes: usize,
    /// Bytes of one request with its macros and variables put in.
    pub max_expanded_modifier_bytes: usize,
    /// Macros that call each other one inside the other.
    pub max_macro_depth: usize,
    /// Requests one inside the other, as `src=is(…)`.
    pub max_nested_requests: usize,
    /// Bytes kept free on the disk of the database. Outputs and uploads that
    /// would go below fail with STORAGE_FULL, so that rows can still be written.
    pub min_free_disk_bytes: u64,
    /// Open watch streams of one job.
    pub max_watchers_per_job: usize,
    /// Open watch streams of the server.
    pub max_watchers: usize,
}

/// How files that no asset needs any more are removed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Library {
    /// Seconds between two looks for such files.
    pub sweep_seconds: u64,
    /// Seconds that a file stays after its asset was replaced or removed, for
    /// exports, downloads and backups that are about to read it.
    pub grace_seconds: u64,
}

/// How jobs are worked on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Jobs {
    /// Assets exported at the same time; 0 means one a core.
    pub workers: usize,
    /// Bytes that pictures may take at the same time, estimated from their
    /// size before they are read. One that needs more than all runs alone.
    pub memory_bytes: u64,
    /// Assets of one job offered to the workers at a time. Jobs take turns.
    pub window: usize,
    /// Seconds after which an asset whose worker is silent is tried again.
    pub lease_seconds: u64,
    /// Attempts that may be cut off by a crash before an asset fails as POISON.
    pub max_attempts: i64,
    /// Seconds that running assets get to finish when the server stops.
    pub drain_seconds: u64,
    /// Seconds before an asset that met a moment's trouble with the store or took too
    /// long is tried again; four times as long each further time, three tries in all.
    pub retry_seconds: u64,
    /// Hours that artifacts can be downloaded; 0: for ever.
    pub keep_artifacts_hours: u64,
    /// Days after its end that the log of a job is kept; 0: for ever.
    pub keep_logs_days: u64,
    /// Largest part of a ZIP archive in bytes; 0: archives are not divided.
    pub archive_part_bytes: u64,
    /// IANA zone of schedules that name none, and of dates in mails.
    pub time_zone: String,
}

/// Mails about jobs (03 §2.5).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// Name of the mail server; empty: no mails.
    pub host: String,
    /// 587 for STARTTLS, 465 for TLS, 25 for a relay.
    pub port: u16,
    /// none, starttls or tls.
    pub security: Security,
    /// Empty: no authentication.
    pub user: String,
    pub password: Password,
    /// Sender: `mail@example.com` or `Name <mail@example.com>`.
    pub from: String,
    /// Seconds that the server may take for one mail.
    pub timeout_seconds: u64,
    /// Who gets mails of jobs without a user_handle.
    pub default_to: String,
    /// Mail addresses of user handles.
    pub users: BTreeMap<String, String>,
    /// Language of mails and logs of jobs without a locale.
    pub locale: String,
    /// URL of a download with {job} and {artifact} in it; empty: mails name the
    /// command of offprint.
    pub link: String,
}

/// A text that is never shown.
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Password(pub String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl Default for Mail {
    fn default() -> Self {
        let smtp = SmtpSettings::default();
        Mail {
            host: smtp.host,
            port: smtp.port,
            security: smtp.security,
            user: smtp.user,
            password: Password(smtp.password),
            from: smtp.from,
            timeout_seconds: smtp.timeout_seconds,
            default_to: String::new(),
            users: BTreeMap::new(),
            locale: String::new(),
            link: String::new(),
        }
    }
}

impl Mail {
    /// What is needed to send.
    pub fn smtp(&self) -> SmtpSettings {
        SmtpSettings {
            host: self.host.clone(),
            port: self.port,
            security: self.security,
            user: self.user.clone(),
            password: self.password.0.clone(),
            from: self.from.clone(),
            timeout_seconds: self.timeout_seconds,
        }
    }
}

/// How jobs are watched (03 §6.2).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Watch {
    /// Seconds of silence before a heartbeat, when the client does not say.
    pub heartbeat_seconds: u64,
    /// Seconds that a write to a client may block before the stream is ended.
    pub slow_consumer_seconds: u64,
}

/// Company-wide defaults of conversions (ruling 6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Defaults {
    /// BkgColor: colour under transparent and uncovered parts, RRGGBB.
    pub bkg_color: String,
    /// JpegQuality: 1 to 100.
    pub jpeg_quality: u8,
    /// Second value of JpegQuality: 4:4:4 instead of 4:2:0.
    pub jpeg_full_chroma: bool,
    /// ResMode: bilin, bicub, sharp2 or bisharp.
    pub res_mode: String,
    /// PrintResolution: dots per inch, 1 to 65535, where neither the request nor
    /// the asset nor its file says any.
    pub print_resolution: u32,
    /// IccProfileRgb: output profile of RGB; empty is none.
    pub icc_profile_rgb: String,
    /// IccProfileGray: output profile of gray; empty is none.
    pub icc_profile_gray: String,
    /// IccProfileCmyk: output profile of CMYK; empty is none.
    pub icc_profile_cmyk: String,
    /// IccProfileSrcRgb: of RGB sources without a profile; empty: icc_profile_rgb.
    pub icc_profile_src_rgb: String,
    /// IccProfileSrcGray: of gray sources without a profile.
    pub icc_profile_src_gray: String,
    /// IccProfileSrcCmyk: of CMYK sources without a profile.
    pub icc_profile_src_cmyk: String,
    /// IccRenderIntent: perceptual, relative, saturation or absolute.
    pub icc_render_intent: String,
    /// IccBlackPointCompensation.
    pub icc_black_point_compensation: bool,
    /// IccDither: error diffusion of converted colours.
    pub icc_dither: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            data_dir: "offprint-data".into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 50051)),
            insecure: false,
            companies: vec!["c|1".into()],
            decoder_program: None,
            limits: Limits::default(),
            library: Library::default(),
            jobs: Jobs::default(),
            watch: Watch::default(),
            mail: Mail::default(),
            defaults: Defaults::default(),
        }
    }
}

/// What the language allows unless a setting says otherwise.
const LANGUAGE: crate::modifiers::Limits = crate::modifiers::Limits::STANDARD;

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_assets_per_job: 1_000_000,
            max_request_bytes: 64 << 20,
            max_upload_bytes: 16 << 30,
            max_library_assets: 0,
            max_library_bytes: 0,
            max_input_pixels: 1_000_000_000,
            max_output_pixels: 100_000_000,
            max_asset_memory_bytes: 16 << 30,
            max_asset_seconds: 600,
            max_modifier_bytes: LANGUAGE.modifier_bytes,
            max_expanded_modifier_bytes: LANGUAGE.expanded_bytes,
            max_macro_depth: LANGUAGE.macro_depth,
            max_nested_requests: LANGUAGE.nesting,
            min_free_disk_bytes: 32 << 20,
            max_watchers_per_job: 256,
            max_watchers: 4096,
        }
    }
}

impl Default for Library {
    fn default() -> Self {
        Library { sweep_seconds: 300, grace_seconds: 600 }
    }
}

impl Default for Jobs {
    fn default() -> Self {
        Jobs {
            workers: 0,
            memory_bytes: 2 << 30,
            window: 64,
            lease_seconds: 30,
            max_attempts: 5,
            drain_seconds: 10,
            retry_seconds: 2,
            keep_artifacts_hours: 168,
            keep_logs_days: 90,
            archive_part_bytes: 0,
            time_zone: "UTC".into(),
        }
    }
}

impl Default for Watch {
    fn default() -> Self {
        Watch { heartbeat_seconds: 15, slow_consumer_seconds: 60 }
    }
}

impl Default for Defaults {
    fn default() -> Self {
        Defaults {
            bkg_color: "ffffff".into(),
            jpeg_quality: 85,
            jpeg_full_chroma: false,
            res_mode: "sharp2".into(),
            print_resolution: 72,
            icc_profile_rgb: "sRGB".into(),
            icc_profile_gray: String::new(),
            icc_profile_cmyk: String::new(),
            icc_profile_src_rgb: String::new(),
            icc_profile_src_gray: String::new(),
            icc_profile_src_cmyk: String::new(),
            icc_render_intent: "relative".into(),
            icc_black_point_compensation: true,
            icc_dither: false,
        }
    }
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("can't read the configuration file {path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("configuration file {path}: {source}")]
    Parse { path: PathBuf, source: Box<toml::de::Error> },
    #[error("settings: {0}")]
    Invalid(String),
    #[error("environment variable {name}: {problem}")]
    Variable { name: String, problem: String },
    #[error("environment variables: {0}")]
    Environment(String),
}

/// Variables with our prefix that are not settings of the server.
const OTHER_VARIABLES: [&str; 3] = ["OFFPRINT_SERVER", "OFFPRINT_LOG", "OFFPRINT_PEERS"];

impl Config {
    /// Reads the settings from `file`, when given, and from `variables`
    /// (usually `std::env::vars()`): `OFFPRINT_LIMITS__MAX_INPUT_PIXELS=5`
    /// sets `limits.max_input_pixels`. Flags come later, so [`Config::check`]
    /// is a step of its own.
    pub fn load(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Config, ConfigError> {
        let mut table = toml::Table::new();
        if let Some(path) = file {
            let text = std::fs::read_to_string(path)
                .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
            let parse_error =
                |source| ConfigError::Parse { path: path.to_owned(), source: Box::new(source) };
            table = text.parse().map_err(parse_error)?;
            // Checked alone first, so that an error shows the line of the file.
            toml::from_str::<Config>(&text).map_err(parse_error)?;
        }
        let mut set = Vec::new();
        for (name, value) in variables {
            if !is_setting(&name) {
                continue;
            }
            overlay(&mut table, &name, &value)?;
            set.push(name);
        }
        let config: Config =
            table.try_into().map_err(|e: toml::de::Error| match set.is_empty() {
                true => ConfigError::Invalid(e.message().to_owned()),
                false => ConfigError::Environment(format!("{} ({})", e.message(), set.join(", "))),
            })?;
        Ok(config)
    }
}

impl Defaults {
    /// The names of the default profiles.
    pub fn colours(&self) -> ColourDefaults {
        let name = |name: &String| Some(name.clone()).filter(|name| !name.is_empty());
        ColourDefaults {
            rgb: name(&self.icc_profile_rgb),
            gray: name(&self.icc_profile_gray),
            cmyk: name(&self.icc_profile_cmyk),
            src_rgb: name(&self.icc_profile_src_rgb),
            src_gray: name(&self.icc_profile_src_gray),
            src_cmyk: name(&self.icc_profile_src_cmyk),
            ..ColourDefaults::default()
        }
    }
}

/// Whether a variable must be a setting of ours. Kubernetes gives every pod
/// `OFFPRINT_SERVICE_HOST`, `OFFPRINT_PORT_…` and the like when a service is
/// named offprint.
fn is_setting(name: &str) -> bool {
    let others = ["OFFPRINT_SERVICE_", "OFFPRINT_PORT"];
    name.starts_with("OFFPRINT_")
        && !OTHER_VARIABLES.contains(&name)
        && !others.iter().any(|prefix| name.starts_with(prefix))
}

/// Puts one variable into the table that the file gave.
fn overlay(table: &mut toml::Table, name: &str, value: &str) -> Result<(), ConfigError> {
    let path = name["OFFPRINT_".len()..].to_ascii_lowercase();
    let wrong =
        |problem: &str| ConfigError::Variable { name: name.into(), problem: problem.into() };
    let (section, key) = match path.split_once("__") {
        Some((section, key)) => (Some(section), key),
        None => (None, path.as_str()),
    };
    // Numbers, booleans and arrays are written as in TOML; anything else is text.
    let parsed = format!("v = {value}")
        .parse::<toml::Table>()
        .ok()
        .and_then(|mut t| t.remove("v"))
        .filter(|v| !v.is_datetime())
        .unwrap_or_else(|| toml::Value::String(value.to_owned()));
    let target = match section {
        None => table,
        Some(section) => table
            .entry(section)
            .or_insert_with(|| toml::Value::Table(toml::Table::new()))
            .as_table_mut()
            .ok_or_else(|| wrong("there is no such section"))?,
    };
    target.insert(key.to_owned(), parsed);
    Ok(())
}

#[cfg(test)]
mod tests;
