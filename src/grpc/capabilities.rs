//! GetCapabilities: what this server reads and writes.

use crate::capabilities::{OutputFormat, SourceFormat, output_formats, source_formats};
use crate::config::Config;
use crate::jobs::vocabulary::{AssetType, Exportable, exportable};
use crate::proto;

pub(super) fn capabilities(config: &Config) -> proto::GetCapabilitiesResponse {
    let limits = &config.limits;
    let types = (0..).map_while(|number| AssetType::try_from(number).ok());
    proto::GetCapabilitiesResponse {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        source_formats: source_formats().into_iter().map(source_format).collect(),
        output_formats: output_formats().into_iter().map(output_format).collect(),
        convertible_types: types
            .filter(|of| exportable(*of) == Exportable::Convert)
            .map(i32::from)
            .collect(),
        limits: Some(proto::ConversionLimits {
            max_input_pixels: whole(limits.max_input_pixels),
            max_output_pixels: whole(limits.max_output_pixels),
            max_asset_memory_bytes: whole(limits.max_asset_memory_bytes),
            max_asset_seconds: whole(limits.max_asset_seconds),
        }),
    }
}

fn whole(limit: u64) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn source_format(format: SourceFormat) -> proto::SourceFormat {
    proto::SourceFormat {
        name: format.kind.name().to_owned(),
        extensions: format.kind.extensions().iter().map(|word| word.to_string()).collect(),
        readable: format.readable,
        remark: format.remark.to_owned(),
        own_process: format.isolated,
    }
}

fn output_format(format: OutputFormat) -> proto::OutputFormat {
    proto::OutputFormat {
        keyword: format.keyword.to_owned(),
        written: format.written(),
        spellings: format.spellings.iter().map(|word| word.to_string()).collect(),
        extension: format.extension.to_owned(),
        mime_type: format.mime_type.to_owned(),
        alpha: format.alpha,
        pixel_types: format.pixel_types.iter().map(|kind| kind.keyword().to_owned()).collect(),
        compressions: format.compressions.iter().map(|way| way.keyword().to_owned()).collect(),
        quality: format.quality,
        palette: format.palette,
        holds_profile: format.profile,
        holds_metadata: format.metadata,
        greatest_side: format.greatest_side.map_or(0, i64::from),
        refused: format
            .refused
            .into_iter()
            .map(|(value, why)| proto::RefusedFormat { value, why: why.to_owned() })
            .collect(),
        remark: format.remark.to_owned(),
    }
}
