//! Which files are stored because compressing them again gains nothing.

/// Extensions of formats that are compressed inside.
const EXTENSIONS: [&str; 56] = [
    "jpg", "jpeg", "jpe", "jfif", "png", "webp", "avif", "heic", "heif", "gif", "jp2", "j2k",
    "jpx", "jpf", "jxr", "wdp", "hdp", "jxl", "pdf", "zip", "gz", "tgz", "bz2", "xz", "zst", "7z",
    "rar", "cab", "jar", "epub", "docx", "xlsx", "pptx", "odt", "ods", "odp", "idml", "mp4", "m4v",
    "mov", "mkv", "webm", "avi", "wmv", "flv", "f4v", "mpg", "mpeg", "mp3", "m4a", "aac", "ogg",
    "opus", "wma", "woff", "woff2",
];

/// Media types of such formats, for names that have no telling extension.
const TYPES: [&str; 14] = [
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/avif",
    "image/heic",
    "image/heif",
    "image/gif",
    "image/jp2",
    "image/jxr",
    "image/jxl",
    "application/pdf",
    "application/zip",
    "application/gzip",
    "font/woff2",
];

/// Whether a file is compressed already, by the extension of its name or by its
/// media type. Films and sounds always are.
pub fn is_compressed(name: &str, mime_type: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let mime_type = mime_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension))
        || TYPES.contains(&mime_type.as_str())
        || mime_type.starts_with("video/")
        || (mime_type.starts_with("audio/") && !mime_type.ends_with("wav"))
}
