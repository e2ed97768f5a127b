//! The items of a new job: which asset gives which outputs, and their names.

use super::asset_commands::{AssetCommands, OutputCommands};
use super::name_template::{NameTemplate, Values};
use super::naming::{self, Names};
use super::outputs::Planned;
use super::vocabulary::{
    AssetType, Collision, ExportKind, ExportRequest, Exportable, Layout, TrashState, asset_handle,
    exportable,
};
use crate::error::Problem;
use crate::modifiers::{self, Macros, Sources, Strictness};
use crate::render::geometry::{SourceFacts, geometry_of};
use crate::store::assets::AssetRow;
use crate::store::items::ItemRow;
use std::collections::HashMap;

/// What names are made of, and the names that are taken.
pub(super) struct Naming<'a> {
    pub export: &'a ExportRequest,
    pub template: Option<NameTemplate>,
    pub job: &'a str,
    names: Names,
    /// Folders of assets, where each has its own.
    folders: Names,
}

impl<'a> Naming<'a> {
    pub fn new(export: &'a ExportRequest, template: Option<NameTemplate>, job: &'a str) -> Self {
        Naming { export, template, job, names: Names::default(), folders: Names::default() }
    }

    fn folder(&mut self, asset: &AssetRow) -> String {
        match self.export.layout {
            Layout::Flat => String::new(),
            Layout::PreserveFolders => naming::folder(&asset.folder),
            Layout::FolderPerAsset => {
                self.folders.take_or_rename(naming::safe(&asset.name, "")) + "/"
            }
        }
    }

    /// Takes the name, or another one as the collision policy says.
    fn take(&mut self, wanted: String) -> Result<String, Problem> {
        match self.export.collision {
            Collision::Rename => Ok(self.names.take_or_rename(wanted)),
            Collision::Fail if self.names.take(&wanted) => Ok(wanted),
            Collision::Fail => Err(Problem::new(
                "NAME_COLLISION",
                format!(
                    "another output of this job already has the name {wanted:?}; \
                     collision_policy RENAME would number it"
                ),
            )),
        }
    }
}

/// The rows of the items, with the names of their outputs.
pub(super) fn items<'a>(
    mut naming: Naming<'_>,
    handles: &[(&str, Option<i64>)],
    assets: &'a HashMap<i64, AssetRow>,
    mut commands: AssetCommands<'a>,
) -> Vec<ItemRow> {
    let mut items = Vec::with_capacity(handles.len());
    for (idx, (handle, id)) in handles.iter().enumerate() {
        let asset = id.and_then(|id| assets.get(&id));
        let mut item = ItemRow {
            job_id: 0,
            idx: idx as i64,
            handle: id.map_or_else(|| handle.to_string(), asset_handle),
            asset_id: asset.map_or(0, |asset| asset.id),
            state: "waiting".into(),
            attempt: 0,
            released: 0,
            lease_until_ms: 0,
            output_name: String::new(),
            refusal: String::new(),
            effective: String::new(),
            warnings: String::new(),
            outputs: String::new(),
            failures: 0,
            problems: String::new(),
        };
        if let Some(asset) = asset
            && let Err(refusal) = plan_outputs(&mut item, &mut naming, asset, &mut commands)
        {
            item.refusal = refusal;
        }
        items.push(item);
    }
    items
}

/// `Err`: JSON of the `Problem` for which the asset is not tried.
fn plan_outputs<'a>(
    item: &mut ItemRow,
    naming: &mut Naming<'_>,
    asset: &'a AssetRow,
    commands: &mut AssetCommands<'a>,
) -> Result<(), String> {
    let refused = |problem: Problem| serde_json::to_string(&problem).unwrap_or_default();
    if asset.sha256.is_empty() || asset.trash_state != TrashState::NotInTrash as i32 {
        return Ok(());
    }
    let skip = naming.export.skip_non_convertible;
    match (naming.export.kind, exportable(asset_type(asset))) {
        (_, Exportable::Never) => return Ok(()),
        (ExportKind::Convert, Exportable::ConvertLater) => return Ok(()),
        (ExportKind::Convert, Exportable::OriginalOnly) if skip => return Ok(()),
        (ExportKind::Orig, _) | (ExportKind::Convert, Exportable::OriginalOnly) => {
            let wanted = naming.folder(asset) + &original_name(naming, item.idx, asset);
            item.output_name = naming.take(wanted).map_err(refused)?;
            return Ok(());
        }
        (ExportKind::Convert, Exportable::Convert) => {}
    }
    let mut planned = Vec::with_capacity(commands.outputs.len());
    let folder = naming.folder(asset);
    let mut warnings: Vec<Problem> = Vec::new();
    for (number, output) in commands.outputs.iter().enumerate() {
        let own = commands.of(number, asset);
        if let Some(own) = own.filter(|own| !own.refusal.is_empty()) {
            return Err(own.refusal.clone());
        }
        let extension = own.map_or(&output.extension, |own| &own.extension).clone();
        let effective = own.map_or(String::new(), |own| own.effective.clone());
        for warning in own.iter().flat_map(|own| own.warnings()) {
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
        let text = if effective.is_empty() { &output.effective } else { &effective };
        let name = output_name(naming, item.idx, asset, output, text, &extension);
        let name = naming.take(folder.clone() + &name).map_err(refused)?;
        planned.push(Planned { name, rendition: output.rendition, page: 0, effective });
    }
    if !warnings.is_empty() {
        item.warnings = serde_json::to_string(&warnings).unwrap_or_default();
    }
    match planned.as_mut_slice() {
        [one] if one.rendition.is_none() && one.page == 0 => {
            item.output_name = std::mem::take(&mut one.name);
            item.effective = std::mem::take(&mut one.effective);
        }
        many => {
            item.output_name = many.first().map_or(String::new(), |first| first.name.clone());
            item.outputs = serde_json::to_string(&many).unwrap_or_default();
        }
    }
    Ok(())
}

fn original_name(naming: &Naming<'_>, idx: i64, asset: &AssetRow) -> String {
    let Some(template) = &naming.template else { return naming::original(&asset.file_name) };
    let (stem, extension) = naming::split(&asset.file_name);
    template.name(&Values {
        stem,
        extension,
        name: &asset.name,
        index: idx as usize + 1,
        width: asset.width.max(0) as u32,
        height: asset.height.max(0) as u32,
        job: naming.job,
        ..Values::default()
    })
}

fn output_name(
    naming: &Naming<'_>,
    idx: i64,
    asset: &AssetRow,
    output: &OutputCommands,
    effective: &str,
    extension: &str,
) -> String {
    let standard = NameTemplate::default();
    let template = naming.template.as_ref().unwrap_or(&standard);
    let (width, height) = match template.needs_size() {
        true => size_of(asset, effective),
        false => (0, 0),
    };
    let rendition = output.rendition.and_then(|number| naming.export.renditions.get(number));
    template.name(&Values {
        stem: naming::stem(&asset.file_name),
        name: &asset.name,
        extension,
        macro_name: output.macro_call.trim_matches('$'),
        index: idx as usize + 1,
        page: 0,
        width,
        height,
        job: naming.job,
        rendition: rendition.map_or("", |rendition| &rendition.name),
    })
}

/// Width and height that an output will have, 0 when they cannot be told.
fn size_of(asset: &AssetRow, effective: &str) -> (u32, u32) {
    let (width, height) = (asset.width.max(0) as u32, asset.height.max(0) as u32);
    if width == 0 || height == 0 {
        return (0, 0);
    }
    let sources = Sources { is_modifier: effective, ..Sources::default() };
    let defaults = modifiers::Defaults::default();
    let found = modifiers::resolve(&sources, &Macros::default(), &defaults, Strictness::Lenient);
    let facts = SourceFacts {
        resolution: asset.resolution(),
        anchor: asset.anchor_point(),
        ..SourceFacts::of_size(width, height)
    };
    let geometry = found.executable().and_then(|plan| geometry_of(plan, &facts).ok());
    geometry.map_or((0, 0), |geometry| (geometry.width, geometry.height))
}

/// What an asset is; a number that nobody wrote counts as nothing.
pub(super) fn asset_type(asset: &AssetRow) -> AssetType {
    AssetType::try_from(asset.asset_type).unwrap_or_default()
}
