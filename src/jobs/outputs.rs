//! What an asset is to give: one file, or one for each rendition.

use super::context::JobContext;
use crate::store::items::ItemRow;
use serde::{Deserialize, Serialize};

/// One output that an asset is to give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// With its folder.
    pub name: String,
    /// Which of the request's renditions it is; `None`: the job's own commands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rendition: Option<usize>,
    /// Page of a document, from 1; 0: it has no pages.
    #[serde(default)]
    pub page: u32,
    /// Commands as resolved at submit, for an asset with modifiers of its own; empty:
    /// those of the rendition or the job.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub effective: String,
}

impl Planned {
    /// How messages name it among the outputs of its asset; empty when it is alone.
    pub fn label(&self, context: &JobContext) -> String {
        let rendition = self.rendition.and_then(|number| context.request.renditions.get(number));
        match (rendition, self.page) {
            (Some(rendition), _) => format!("rendition {:?}: ", rendition.name),
            (None, 0) => String::new(),
            (None, page) => format!("page {page}: "),
        }
    }
}

/// The outputs of an item, at least one.
pub fn planned(item: &ItemRow) -> Vec<Planned> {
    let many: Vec<Planned> = serde_json::from_str(&item.outputs).unwrap_or_default();
    if !many.is_empty() {
        return many;
    }
    vec![Planned {
        name: item.output_name.clone(),
        rendition: None,
        page: 0,
        effective: item.effective.clone(),
    }]
}
