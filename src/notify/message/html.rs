//! A mail as HTML: plain tables with styles at the elements, which is what mail
//! programs agree on. Nothing is loaded from elsewhere.

use super::content::{Content, Fact};

const BODY: &str = "margin:0;padding:24px;font:15px/1.5 -apple-system,'Segoe UI',Helvetica,Arial,\
                    sans-serif;color:#1c1c1e;background:#ffffff";
const HEADING: &str = "margin:24px 0 6px;font-size:15px";
const LABEL: &str = "padding:1px 16px 1px 0;color:#6b6b70;vertical-align:top;white-space:nowrap";
const VALUE: &str = "padding:1px 0;vertical-align:top;word-break:break-word";
const ITEM: &str = "margin:0 0 8px;word-break:break-word";
const SMALL: &str = "color:#6b6b70;font-size:13px";
const ERROR: &str = "color:#b3261e;font-weight:600";
const WARNING: &str = "color:#8a5a00;font-weight:600";

pub(super) fn write(content: &Content) -> String {
    let language = content.language.tag();
    let subject = escape(&content.subject);
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\"><title>{subject}\
         </title></head>\n<body style=\"{BODY}\">\n<p style=\"margin:0 0 16px;font-size:17px\">{}</p>\n",
        escape(&content.lead)
    );
    table(&mut html, &content.facts);
    if !content.results.is_empty() {
        heading(&mut html, content.results_heading);
        table(&mut html, &content.results);
    }
    if !content.downloads.is_empty() {
        heading(&mut html, content.downloads_heading);
        for download in &content.downloads {
            let mut item = place(&download.title, &download.place);
            if let Some(until) = &download.until {
                item.push_str(&format!("<br><span style=\"{SMALL}\">{}</span>", escape(until)));
            }
            paragraph(&mut html, &item);
        }
        more(&mut html, content.more_downloads.as_deref());
    }
    if !content.problems.is_empty() {
        heading(&mut html, content.problems_heading);
        for problem in &content.problems {
            let style = if problem.warning { WARNING } else { ERROR };
            let item = format!(
                "<b>{}</b> – <span style=\"{style}\">{}</span>{}{}<br>\
                 <span style=\"{SMALL}\">{}</span>",
                escape(&problem.name),
                escape(problem.kind),
                escape(content.colon),
                escape(&problem.problem),
                escape(&problem.detail)
            );
            paragraph(&mut html, &item);
        }
        more(&mut html, content.more_problems.as_deref());
    }
    if let Some(log) = &content.log {
        let item = format!(
            "{}{}<code>{}</code>",
            escape(log.label),
            escape(content.colon),
            escape(&log.value)
        );
        html.push_str(&format!("<p style=\"margin:24px 0 0\">{item}</p>\n"));
    }
    html.push_str(&format!(
        "<p style=\"margin:16px 0 0;{SMALL}\">{}</p>\n</body>\n</html>\n",
        escape(content.footer)
    ));
    html
}

fn heading(html: &mut String, heading: &str) {
    html.push_str(&format!("<h2 style=\"{HEADING}\">{}</h2>\n", escape(heading)));
}

fn paragraph(html: &mut String, item: &str) {
    html.push_str(&format!("<p style=\"{ITEM}\">{item}</p>\n"));
}

fn more(html: &mut String, text: Option<&str>) {
    if let Some(text) = text {
        paragraph(html, &escape(text));
    }
}

fn table(html: &mut String, facts: &[Fact]) {
    if facts.is_empty() {
        return;
    }
    html.push_str("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\">\n");
    for fact in facts {
        html.push_str(&format!(
            "<tr><td style=\"{LABEL}\">{}</td><td style=\"{VALUE}\">{}</td></tr>\n",
            escape(fact.label),
            escape(&fact.value)
        ));
    }
    html.push_str("</table>\n");
}

/// A link for a URL of the web; anything else is a command to read.
fn place(title: &str, place: &str) -> String {
    let (title, shown) = (escape(title), escape(place));
    if place.starts_with("https://") || place.starts_with("http://") {
        format!("<a href=\"{shown}\">{title}</a>")
    } else {
        format!("{title}<br><code>{shown}</code>")
    }
}

/// Text for the inside of an element or of a quoted attribute.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
