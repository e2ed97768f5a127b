//! The commands of a request, one set for each output that an asset gives.

use super::Jobs;
use super::asset_commands::OutputCommands;
use super::diagnostics::{violation, warning};
use super::vocabulary::{ExportKind, ExportRequest};
use crate::error::{Problem, Violation};
use crate::modifiers::{self, Macros, Severity, Sources, Strictness};

impl Jobs {
    /// The commands that give outputs: the job's own and those of its renditions.
    pub(super) fn outputs(
        &self,
        export: &ExportRequest,
        macros: &Macros,
        violations: &mut Vec<Violation>,
        warnings: &mut Vec<Problem>,
    ) -> Vec<OutputCommands> {
        if export.kind == ExportKind::Orig {
            if !export.is_modifier.is_empty() || !export.macro_call.is_empty() {
                warnings.push(Problem::new(
                    "MODIFIER_IGNORED_FOR_ORIG",
                    "fmt ORIG exports files as they are: is_modifier and macro have no effect",
                ));
            }
            return Vec::new();
        }
        let mut outputs = Vec::new();
        if export.has_own_output() {
            let texts = (export.is_modifier.as_str(), export.macro_call.as_str());
            outputs.push(self.commands(export, None, texts, macros, violations, warnings));
        }
        for (number, rendition) in export.renditions.iter().enumerate() {
            let texts = (rendition.is_modifier.as_str(), rendition.macro_call.as_str());
            let mut wrong = Vec::new();
            let mut told = Vec::new();
            let which = Some(number);
            outputs.push(self.commands(export, which, texts, macros, &mut wrong, &mut told));
            let of = |field: &str| {
                field.replacen("export_job.", &format!("export_job.renditions[{number}]."), 1)
            };
            violations.extend(wrong.into_iter().map(|w| Violation { field: of(&w.field), ..w }));
            warnings.extend(told.into_iter().map(|mut warning| {
                if let Some(field) = warning.metadata.get_mut("field") {
                    *field = of(field);
                }
                warning
            }));
        }
        outputs
    }

    fn commands(
        &self,
        export: &ExportRequest,
        rendition: Option<usize>,
        (is_modifier, macro_call): (&str, &str),
        macros: &Macros,
        violations: &mut Vec<Violation>,
        warnings: &mut Vec<Problem>,
    ) -> OutputCommands {
        let sources = Sources { is_modifier, macro_call, ..Sources::default() };
        let strictness = match (export.strict, export.lenient) {
            (true, _) => Strictness::Strict,
            (false, true) => Strictness::Lenient,
            (false, false) => Strictness::Normal,
        };
        let resolution = modifiers::resolve(&sources, macros, &self.defaults, strictness);
        for diagnostic in &resolution.diagnostics {
            match diagnostic.severity {
                Severity::Error => violations.push(violation(diagnostic)),
                Severity::Warning => warnings.push(warning(diagnostic)),
            }
        }
        let Some(plan) = resolution.executable() else { return OutputCommands::default() };
        // said once here instead of once an asset
        if let Some(name) = &plan.output.colour.profile
            && let Err(error) = self.colours.profiles().find(name)
        {
            let field = "export_job.is_modifier";
            violations.push(Violation::new(field, "PROFILE_UNUSABLE", error.to_string()));
        }
        let name = macro_call.trim_matches('$');
        let extension = plan.output.format.extension().to_owned();
        OutputCommands {
            rendition,
            is_modifier: is_modifier.to_owned(),
            macro_call: macro_call.to_owned(),
            effective: resolution.effective_request,
            resolved_macro: macros.get(name).unwrap_or_default().to_owned(),
            extension,
        }
    }
}
