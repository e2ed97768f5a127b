//! The assets that one item is made from: its own, and the mask that goes with it.

use super::Jobs;
use super::context::JobContext;
use super::outputs;
use super::vocabulary::TrashState;
use crate::error::{Error, Problem};
use crate::modifiers::plan::{ImageSource, MaskUse, Plan};
use crate::store::assets::AssetRow;
use crate::store::items::ItemRow;

/// What an item is made from.
#[derive(Debug, Clone, Default)]
pub(super) struct ItemSources {
    /// `None`: there is no such asset.
    pub asset: Option<AssetRow>,
    /// For each output; `None`: the alpha channel of the asset.
    pub masks: Vec<Option<MaskAsset>>,
}

/// The asset whose alpha channel or brightness masks another one.
#[derive(Debug, Clone)]
pub(super) struct MaskAsset {
    pub row: AssetRow,
    /// Set for the asset and not asked for by `mask=`.
    pub stored: bool,
}

impl Jobs {
    /// Reads the rows. `Err` inside: the mask can't be had, and why.
    pub(super) async fn item_sources(
        &self,
        context: &JobContext,
        item: &ItemRow,
    ) -> Result<Result<ItemSources, Problem>, Error> {
        let asset = match item.asset_id {
            0 => None,
            number => self.store.asset(&context.company, number).await?,
        };
        let mut masks = Vec::new();
        for output in outputs::planned(item) {
            let plan = context.plan(&output);
            let mask = match (&asset, plan.as_deref()) {
                (Some(asset), Some(plan)) => self.mask_of(context, asset, plan).await?,
                _ => Ok(None),
            };
            match mask {
                Ok(mask) => masks.push(mask),
                Err(problem) => return Ok(Err(problem)),
            }
        }
        Ok(Ok(ItemSources { asset, masks }))
    }

    async fn mask_of(
        &self,
        context: &JobContext,
        asset: &AssetRow,
        plan: &Plan,
    ) -> Result<Result<Option<MaskAsset>, Problem>, Error> {
        let source = &plan.base().source;
        if source.mask_use == MaskUse::Off {
            return Ok(Ok(None));
        }
        let company = &context.company;
        let (row, stored) = match &source.mask {
            Some(ImageSource::Exported) => (Some(asset.clone()), false),
            Some(ImageSource::Object(name)) => (self.object(company, name).await?, false),
            // only these two are carried out
            Some(_) => (None, false),
            None if asset.mask == 0 => return Ok(Ok(None)),
            None => (self.store.asset(company, asset.mask).await?, true),
        };
        let name = match &source.mask {
            Some(mask) => mask.name().to_owned(),
            None => format!("a|{}", asset.mask),
        };
        let unusable = |why: &str| {
            Ok(Err(Problem::new("MASK_UNUSABLE", format!("mask {name:?} can't be used: {why}"))))
        };
        let Some(mut row) = row else {
            return unusable("there is no such asset in the company");
        };
        // an entry's own mask goes before its picture (02 §3.3)
        if !stored
            && row.mask != 0
            && row.id != asset.id
            && let Some(own) = self.store.asset(company, row.mask).await?
        {
            row = own;
        }
        if row.trash_state != TrashState::NotInTrash as i32 {
            return unusable("it is in the trash");
        }
        if row.sha256.is_empty() {
            return unusable("it has no file");
        }
        Ok(Ok(Some(MaskAsset { row, stored })))
    }

    /// The asset of an object name (02 §2): its own name, perhaps behind the name of
    /// a root and slashes.
    async fn object(&self, company: &str, object: &str) -> Result<Option<AssetRow>, Error> {
        let object = object.trim_start_matches('/');
        if let Some(found) = self.store.asset_named(company, object).await? {
            return Ok(Some(found));
        }
        match object.split_once('/') {
            Some((_, name)) => Ok(self.store.asset_named(company, name).await?),
            None => Ok(None),
        }
    }
}
