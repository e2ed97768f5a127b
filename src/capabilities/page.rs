//! `docs/formats.md`.

use super::{OutputFormat, output_formats, source_formats};

const HEAD: &str = "\
# Formats

What this version reads and writes; made by `offprint formats`, and the RPC
`ImageFormatService.GetCapabilities` tells the same. A test keeps the page equal to the code.

## Sources

The content decides, not the extension. \"own process\": decoded in a process that may die without harm to the
server, as its decoder is not memory-safe Rust throughout (AVIF is a port of dav1d, WebP is libwebp) or can be stopped in
no other way. `EXPORT_FMT_ORIG` exports every file, read or not.

| Format | Extensions | Read |
|---|---|---|
";

const OUTPUTS: &str = "
## Outputs

The first compression is the default. \"holds\": ICC profiles (`iccEmbed=1`), XMP and Photoshop paths (`xmpEmbed=1`,
`pathEmbed=1`).

| `fmt=` | File | Pixels | Compressions | Holds | Remarks |
|---|---|---|---|---|---|
";

const FOOT: &str = "
Nothing of a source's metadata is copied but the print resolution and, when asked for, XMP (with its orientation set
upright) and closed Photoshop paths (moved with the picture).
";

/// The page, generated from the tables.
pub fn page() -> String {
    let mut text = HEAD.to_owned();
    for source in source_formats() {
        let refused = if source.readable { "" } else { "**not read**: " };
        let own = if source.isolated { " (own process)" } else { "" };
        text.push_str(&format!(
            "| {} | {} | {refused}{}{own} |\n",
            source.kind.name(),
            source.kind.extensions().join(", "),
            source.remark,
        ));
    }
    text.push_str(OUTPUTS);
    output_formats().iter().for_each(|format| text.push_str(&row(format)));
    text.push_str(FOOT);
    text
}

fn row(format: &OutputFormat) -> String {
    let words = [&[format.keyword], &format.spellings[..]].concat();
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    let pixels: Vec<&str> = format.pixel_types.iter().map(|kind| kind.keyword()).collect();
    let methods: Vec<&str> = format.compressions.iter().map(|method| method.keyword()).collect();
    let mut holds = Vec::new();
    holds.extend(format.profile.then_some("ICC"));
    holds.extend(format.metadata.then_some("XMP, paths"));
    let mut remarks = Vec::new();
    if format.written() {
        remarks.push(format.remark.to_owned());
        remarks.extend(format.greatest_side.map(|side| format!("at most {side} pixels a side")));
    }
    remarks
        .extend(format.refused.iter().map(|(value, why)| format!("**`{value}` refused**: {why}")));
    format!(
        "| {} | {} {} | {}{} | {} | {} | {} |\n",
        words.join(", "),
        format.extension,
        format.mime_type,
        pixels.join(", "),
        if format.alpha { ", with alpha" } else { "" },
        methods.join(", "),
        holds.join(", "),
        remarks.join("; "),
    )
}
