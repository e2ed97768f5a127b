//! A mail as plain text.

use super::content::{Content, Fact};

pub(super) fn write(content: &Content) -> String {
    let mut lines = vec![content.lead.clone()];
    if !content.facts.is_empty() {
        lines.push(String::new());
        lines.extend(table(&content.facts, content.colon, ""));
    }
    if !content.results.is_empty() {
        heading(&mut lines, content.results_heading);
        lines.extend(table(&content.results, content.colon, "  "));
    }
    if !content.downloads.is_empty() {
        heading(&mut lines, content.downloads_heading);
        for download in &content.downloads {
            lines.push(format!("  {}", download.title));
            lines.push(format!("    {}", download.place));
            if let Some(until) = &download.until {
                lines.push(format!("    {until}"));
            }
        }
        lines.extend(content.more_downloads.iter().map(|more| format!("  {more}")));
    }
    if !content.problems.is_empty() {
        heading(&mut lines, content.problems_heading);
        for problem in &content.problems {
            lines.push(format!(
                "  {} – {}{}{}",
                problem.name, problem.kind, content.colon, problem.problem
            ));
            lines.push(format!("    {}", problem.detail));
        }
        lines.extend(content.more_problems.iter().map(|more| format!("  {more}")));
    }
    if let Some(log) = &content.log {
        lines.push(String::new());
        lines.push(format!("{}{}{}", log.label, content.colon, log.value));
    }
    // The mark of a signature, which mail programs set apart.
    lines.extend([String::new(), "-- ".to_owned(), content.footer.to_owned(), String::new()]);
    lines.join("\n")
}

fn heading(lines: &mut Vec<String>, heading: &str) {
    lines.extend([String::new(), heading.to_owned()]);
}

/// Labels and values in two columns.
fn table(facts: &[Fact], colon: &str, indent: &str) -> Vec<String> {
    let length = |fact: &Fact| fact.label.chars().count();
    let widest = facts.iter().map(length).max().unwrap_or(0);
    facts
        .iter()
        .map(|fact| {
            let gap = " ".repeat(widest - length(fact));
            format!("{indent}{}{colon}{gap}{}", fact.label, fact.value)
        })
        .collect()
}
