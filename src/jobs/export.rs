//! One attempt at one item: fetch, convert, store. Blocks; runs on the pool of
//! blocking threads, one item a core.

use super::Jobs;
use super::context::JobContext;
use super::event::OutputFile;
use super::finish::{Attempted, Exported, Output};
use super::outputs::{self, Planned};
use super::sources::{ItemSources, MaskAsset};
use super::vocabulary::{AssetType, ExportKind, Exportable, TrashState, exportable};
use crate::blobs::{Area, Stored, attempt_key, original_key, output_key};
use crate::codecs;
use crate::conversion::{self, MaskFile};
use crate::error::Problem;
use crate::modifiers::plan::Plan;
use crate::queue::ItemId;
use crate::queue::progress::Stage;
use crate::store::assets::AssetRow;
use crate::store::items::ItemRow;
use tokio_util::sync::CancellationToken;

/// Exports one item. Nothing is visible before its row says so: the output lies
/// under the attempt's own key.
pub(super) fn export(
    jobs: &Jobs,
    context: &JobContext,
    item: &ItemRow,
    sources: ItemSources,
    stop: &CancellationToken,
) -> Attempted {
    if item.attempt > 1 {
        // Now and not after settling: a crash in between would leave them.
        jobs.blobs.remove_other_attempts(item.job_id, item.idx, item.attempt)?;
    }
    if let Ok(refusal) = serde_json::from_str::<Problem>(&item.refusal) {
        return Err(refusal);
    }
    let ItemSources { asset, masks } = sources;
    let Some(asset) = asset else {
        return Err(Problem::new(
            "ASSET_NOT_FOUND",
            format!("there is no asset {:?} in {}", item.handle, context.company),
        ));
    };
    if asset.trash_state != TrashState::NotInTrash as i32 {
        return Err(Problem::new("ASSET_IN_TRASH", "the asset is in the trash"));
    }
    let asset_type = AssetType::try_from(asset.asset_type).unwrap_or_default();
    match (context.request.kind, exportable(asset_type)) {
        (_, Exportable::Never) => Err(Problem::new(
            "UNSUPPORTED_ASSET_TYPE",
            format!("assets of type {} have no file to export", type_name(asset_type)),
        )),
        (ExportKind::Orig, _) => original(jobs, item, &asset, asset_type, Vec::new()),
        (ExportKind::Convert, Exportable::Convert) => {
            let work = Conversion { jobs, context, item, asset: &asset, stop };
            work.run(&masks)
        }
        (ExportKind::Convert, Exportable::ConvertLater) => Err(Problem::new(
            "UNSUPPORTED_ASSET_TYPE",
            format!(
                "this version can't convert assets of type {}; fmt ORIG exports the file",
                type_name(asset_type)
            ),
        )),
        (ExportKind::Convert, Exportable::OriginalOnly) => {
            let text = format!("assets of type {} can't be converted", type_name(asset_type));
            if context.request.skip_non_convertible {
                return Err(Problem::new("UNSUPPORTED_ASSET_TYPE", text));
            }
            let warning = format!("{text}; the original was exported");
            let warnings = vec![Problem::new("EXPORTED_AS_ORIGINAL", warning)];
            original(jobs, item, &asset, asset_type, warnings)
        }
    }
}

/// `Image`, `IccProfile`: as people of Scene7 write it.
fn type_name(asset_type: AssetType) -> String {
    let words = asset_type.as_str_name().trim_start_matches("ASSET_TYPE_").split('_');
    words
        .map(|word| {
            let (first, rest) = word.split_at(1.min(word.len()));
            first.to_owned() + &rest.to_ascii_lowercase()
        })
        .collect()
}

fn original(
    jobs: &Jobs,
    item: &ItemRow,
    asset: &AssetRow,
    asset_type: AssetType,
    warnings: Vec<Problem>,
) -> Attempted {
    if asset.sha256.is_empty() {
        return Err(Problem::new(
            "NO_ORIGINAL",
            format!("this {} has no original file", type_name(asset_type)),
        ));
    }
    report(jobs, item, Stage::Fetch, 0.1);
    let key = attempt_key(item.job_id, item.idx, item.attempt);
    let source = original_key(&asset.sha256);
    let stored = jobs.blobs.output_of_original(&source, &asset.sha256, &key)?;
    let file = OutputFile {
        name: item.output_name.clone(),
        mime_type: mime_of(&item.output_name).to_owned(),
        size: stored.size as i64,
        width: asset.width,
        height: asset.height,
        sha256: stored.sha256,
        page: 0,
    };
    Ok(Exported { files: vec![Output { file, blob: key, crc32: stored.crc32 }], warnings })
}

/// The conversion of one asset into all its outputs. They are made one after the other
/// from bytes that are read once; one that fails fails the asset.
struct Conversion<'a> {
    jobs: &'a Jobs,
    context: &'a JobContext,
    item: &'a ItemRow,
    asset: &'a AssetRow,
    /// Nobody waits for the output any more.
    stop: &'a CancellationToken,
}

impl Conversion<'_> {
    /// `masks` are those of the outputs.
    fn run(self, masks: &[Option<MaskAsset>]) -> Attempted {
        let (jobs, item, asset) = (self.jobs, self.item, self.asset);
        if asset.sha256.is_empty() {
            return Err(Problem::new("NO_ORIGINAL", "this asset has no file to convert"));
        }
        report(jobs, item, Stage::Fetch, 0.0);
        let source = jobs.blobs.read(&original_key(&asset.sha256))?;
        let outputs = outputs::planned(item);
        let count = outputs.len();
        let mut warnings: Vec<Problem> = serde_json::from_str(&item.warnings).unwrap_or_default();
        let mut files = Vec::with_capacity(count);
        for (number, output) in outputs.iter().enumerate() {
            let part = Part { number, count };
            let mask = masks.get(number).and_then(Option::as_ref);
            let (file, told) = match self.output(&source, output, mask, part) {
                Ok(done) => done,
                Err(problem) => {
                    // those before it are nobody's
                    jobs.blobs.remove(&attempt_key(item.job_id, item.idx, item.attempt))?;
                    let message = output.label(self.context) + &problem.message;
                    return Err(Problem { message, ..problem });
                }
            };
            for warning in told {
                if !warnings.contains(&warning) {
                    warnings.push(warning);
                }
            }
            files.push(file);
        }
        Ok(Exported { files, warnings })
    }

    fn output(
        &self,
        source: &[u8],
        output: &Planned,
        mask: Option<&MaskAsset>,
        part: Part,
    ) -> Result<(Output, Vec<Problem>), Problem> {
        let (jobs, item, asset) = (self.jobs, self.item, self.asset);
        let Some(plan) = self.context.plan(output) else {
            let commands = self.context.effective(output);
            let text = format!("this version can't read the job's commands {commands:?}");
            return Err(Problem::new("RENDER_FAILED", text));
        };
        let mut plan = plan.into_owned();
        let mask = match mask {
            None => None,
            Some(mask) => Some((mask, jobs.blobs.read(&original_key(&mask.row.sha256))?)),
        };
        plan.output.encoding.print_resolution =
            print_resolution(&plan, asset, source, jobs.config.defaults.print_resolution);
        let input = conversion::Asset {
            bytes: source,
            file_name: &asset.file_name,
            resolution: asset.resolution(),
            anchor: asset.anchor_point(),
            mask: mask.as_ref().map(|(mask, bytes)| MaskFile {
                name: &mask.row.name,
                bytes,
                stored: mask.stored,
            }),
        };
        let limits = conversion::Limits {
            max_input_pixels: jobs.config.limits.max_input_pixels,
            max_output_pixels: jobs.config.limits.max_output_pixels,
            max_memory_bytes: jobs.config.limits.max_asset_memory_bytes,
        };
        let engine = conversion::Engine {
            limits: &limits,
            colours: &jobs.colours,
            decoders: &jobs.decoders,
        };
        let mut progress = |stage, fraction: f64| {
            let stage = match stage {
                conversion::Stage::Decode => Stage::Decode,
                conversion::Stage::Render => Stage::Render,
                conversion::Stage::Encode => Stage::Encode,
            };
            // The last twentieth is for storing.
            report(jobs, item, stage, part.done(fraction * 0.95));
            !self.stop.is_cancelled()
        };
        let converted = conversion::convert_asset(&input, &plan, engine, &mut progress)
            .map_err(|error| Problem::new(error.reason(), error.to_string()))?;
        report(jobs, item, Stage::Store, part.done(0.95));
        let key = output_key(item.job_id, item.idx, item.attempt, part.number, part.count);
        let stored = store_output(jobs, &key, &converted.bytes)?;
        let file = OutputFile {
            name: output.name.clone(),
            mime_type: plan.output.format.mime_type().to_owned(),
            size: stored.size as i64,
            width: converted.width as i32,
            height: converted.height as i32,
            sha256: stored.sha256,
            page: output.page,
        };
        let label = output.label(self.context);
        let told = converted.warnings.into_iter();
        let told = told.map(|told| Problem::new(told.reason, label.clone() + &told.message));
        Ok((Output { file, blob: stored.key, crc32: stored.crc32 }, told.collect()))
    }
}

/// One output among those of an asset.
#[derive(Debug, Clone, Copy)]
struct Part {
    number: usize,
    count: usize,
}

impl Part {
    /// The share of the asset that is done when this share of the output is.
    fn done(self, fraction: f64) -> f64 {
        (self.number as f64 + fraction) / self.count.max(1) as f64
    }
}

/// Dots per inch to write (01 §5.9): printRes=, else what the asset is set to,
/// else what its file declares (`None`), else the company's default.
fn print_resolution(plan: &Plan, asset: &AssetRow, source: &[u8], default: u32) -> Option<f64> {
    let set = Some(f64::from(asset.print_resolution)).filter(|dpi| *dpi > 0.0);
    let declared = || codecs::probe(source).is_ok_and(|info| info.resolution.is_some());
    let asked = plan.output.encoding.print_resolution.or(set);
    asked.or_else(|| (!declared()).then(|| f64::from(default)))
}

fn store_output(jobs: &Jobs, key: &str, bytes: &[u8]) -> Result<Stored, Problem> {
    let mut staged = jobs.blobs.stage(Area::Outputs, bytes.len() as u64)?;
    staged.write(bytes)?;
    Ok(staged.commit(key)?)
}

fn report(jobs: &Jobs, item: &ItemRow, stage: Stage, fraction: f64) {
    jobs.progress.report(ItemId { job: item.job_id, idx: item.idx }, stage, fraction);
}

/// MIME type of an original, from its name.
fn mime_of(file_name: &str) -> &'static str {
    let extension = super::naming::split(file_name).1.to_ascii_lowercase();
    match extension.as_str() {
        ".jpg" | ".jpeg" => "image/jpeg",
        ".png" => "image/png",
        ".tif" | ".tiff" => "image/tiff",
        ".gif" => "image/gif",
        ".webp" => "image/webp",
        ".bmp" => "image/bmp",
        ".avif" => "image/avif",
        ".heic" | ".heif" => "image/heic",
        ".jp2" => "image/jp2",
        ".jxr" => "image/vnd.ms-photo",
        ".psd" => "image/vnd.adobe.photoshop",
        ".eps" => "image/eps",
        ".svg" => "image/svg+xml",
        ".pdf" => "application/pdf",
        ".zip" => "application/zip",
        ".mp4" => "video/mp4",
        _ => "application/octet-stream",
    }
}
