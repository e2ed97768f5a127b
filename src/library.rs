//! Putting assets into the library: what a file is, what it is called, and
//! that it appears only when it is whole.

use crate::blobs::{Area, Blobs, Staged, original_key};
use crate::codecs;
use crate::codecs::sniff::{Kind, sniff};
use crate::error::{CallerError, Error, Violation};
use crate::jobs::now_ms;
use crate::jobs::vocabulary::{AssetType, TrashState};
use crate::store::assets::AssetRow;
use crate::store::{self, Store, Tx};
use bytes::Bytes;
use tokio::sync::mpsc;

/// Most bytes of a file name or of one folder level, as on most disks.
const MAX_NAME_BYTES: usize = 255;

/// Bytes that are enough to tell what a file is.
const HEAD: usize = 64 << 10;

/// Larger files are not read whole for their size in pixels.
const MAX_PROBED: u64 = 256 << 20;

/// What an upload announces.
#[derive(Debug, Clone, Default)]
pub struct NewFile {
    pub company: String,
    pub folder: String,
    pub file_name: String,
    pub overwrite: bool,
    /// 0 when unknown.
    pub size: u64,
    /// Hexadecimal; empty when not given.
    pub sha256: String,
    /// `Unspecified`: decide from the content.
    pub asset_type: AssetType,
}

/// An asset without a file.
#[derive(Debug, Clone, Default)]
pub struct NewRegistration {
    pub company: String,
    pub folder: String,
    pub name: String,
    pub asset_type: AssetType,
    pub sub_type: String,
    pub owner: i64,
    pub url: String,
}

/// The library of all companies.
#[derive(Debug, Clone)]
pub struct Library {
    pub store: Store,
    pub blobs: Blobs,
    /// `limits.max_upload_bytes`.
    pub max_upload_bytes: u64,
}

/// Bytes on their way into the library. Dropping it leaves nothing behind.
#[derive(Debug)]
pub struct Upload {
    library: Library,
    file: NewFile,
    received: u64,
    chunks: mpsc::Sender<Bytes>,
    writer: tokio::task::JoinHandle<crate::blobs::Result<Staged>>,
}

impl Library {
    /// Starts an upload; the fields were checked by [`check_file_name`] and
    /// [`folder`].
    pub async fn begin_upload(&self, file: NewFile) -> Result<Upload, Error> {
        self.check_size(file.size)?;
        let (blobs, expected) = (self.blobs.clone(), file.size);
        let mut staged =
            tokio::task::spawn_blocking(move || blobs.stage(Area::Originals, expected)).await??;
        let (chunks, mut incoming) = mpsc::channel::<Bytes>(4);
        let writer = tokio::task::spawn_blocking(move || {
            while let Some(chunk) = incoming.blocking_recv() {
                staged.write(&chunk)?;
            }
            Ok(staged)
        });
        Ok(Upload { library: self.clone(), file, received: 0, chunks, writer })
    }

    /// Adds an asset without a file.
    pub async fn register(&self, new: NewRegistration) -> Result<AssetRow, Error> {
        let mut tx = self.store.begin().await?;
        if store::assets::name_taken(&mut tx, &new.company, &new.name).await? {
            return Err(CallerError::AlreadyExists {
                reason: "NAME_TAKEN",
                message: format!("an asset named {:?} exists already", new.name),
            }
            .into());
        }
        let now = now_ms();
        let mut asset = AssetRow {
            company: new.company,
            asset_type: new.asset_type as i32,
            sub_type: new.sub_type,
            name: new.name,
            folder: new.folder,
            trash_state: TrashState::NotInTrash as i32,
            owner: new.owner,
            url: new.url,
            created_ms: now,
            modified_ms: now,
            ..AssetRow::default()
        };
        store::assets::insert(&mut tx, &mut asset).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        Ok(asset)
    }

    fn check_size(&self, size: u64) -> Result<(), CallerError> {
        if size <= self.max_upload_bytes {
            return Ok(());
        }
        Err(CallerError::Invalid(vec![Violation::new(
            "header.size_bytes",
            "FILE_TOO_LARGE",
            format!(
                "{size} bytes are more than the {} that one file may have \
                 (limits.max_upload_bytes)",
                self.max_upload_bytes
            ),
        )]))
    }
}

impl Upload {
    /// Adds the next bytes.
    pub async fn write(&mut self, chunk: Bytes) -> Result<(), Error> {
        self.received += chunk.len() as u64;
        self.library.check_size(self.received)?;
        if self.chunks.send(chunk).await.is_err() {
            // The writer stopped early; it knows why.
            return match (&mut self.writer).await? {
                Ok(_) => Err(Error::Bug("the upload's writer stopped without an error".into())),
                Err(error) => Err(error.into()),
            };
        }
        Ok(())
    }

    /// Checks the bytes against the announcement and makes the asset. True:
    /// an existing asset got the new file.
    pub async fn finish(self) -> Result<(AssetRow, bool), Error> {
        let Upload { library, file, chunks, writer, .. } = self;
        drop(chunks);
        let staged = writer.await??;
        check_announcement(&file, &staged)?;
        let told = file.asset_type;
        let name = file.file_name.clone();
        let row = tokio::task::spawn_blocking(move || take_in(staged, told, &name));
        let mut asset = row.await??;
        asset.company = file.company.clone();
        asset.folder = file.folder.clone();
        let mut tx = library.store.begin().await?;
        let path = (file.company.as_str(), file.folder.as_str(), file.file_name.as_str());
        let existing = store::assets::find_path(&mut tx, path.0, path.1, path.2).await?;
        let updated = match existing {
            Some(existing) if file.overwrite => {
                asset = AssetRow {
                    asset_type: asset.asset_type,
                    file_size: asset.file_size,
                    width: asset.width,
                    height: asset.height,
                    resolution_cdpi: asset.resolution_cdpi,
                    sha256: asset.sha256,
                    modified_ms: now_ms(),
                    ..existing
                };
                store::assets::replace_file(&mut tx, &asset).await?;
                true
            }
            _ => {
                asset.file_name = free_file_name(&mut tx, path).await?;
                let stem = asset.file_name.rsplit_once('.').map_or("", |(stem, _)| stem);
                let wanted = if stem.is_empty() { &asset.file_name } else { stem }.to_owned();
                asset.name = free_asset_name(&mut tx, &file.company, &wanted).await?;
                store::assets::insert(&mut tx, &mut asset).await?;
                false
            }
        };
        tx.commit().await.map_err(store::StoreError::from)?;
        Ok((asset, updated))
    }
}

fn check_announcement(file: &NewFile, staged: &Staged) -> Result<(), CallerError> {
    let mismatch =
        |message: String| Err(CallerError::DataLoss { reason: "UPLOAD_DAMAGED", message });
    if file.size != 0 && file.size != staged.size() {
        return mismatch(format!(
            "header.size_bytes announced {} bytes, {} came: upload the file again",
            file.size,
            staged.size()
        ));
    }
    let sha256 = staged.sha256();
    if !file.sha256.is_empty() && file.sha256 != sha256 {
        return mismatch(format!(
            "header.sha256 announced {}, the bytes that came have {sha256}: upload the file again",
            file.sha256
        ));
    }
    Ok(())
}

/// Looks at the file, then stores it by its content.
fn take_in(staged: Staged, told: AssetType, file_name: &str) -> Result<AssetRow, Error> {
    let size = staged.size();
    let head = staged.head(if size <= MAX_PROBED { size as usize } else { HEAD })?;
    let kind = sniff(&head[..head.len().min(HEAD)]);
    let asset_type = match told {
        AssetType::Unspecified => type_of(kind, file_name),
        told => told,
    };
    let mut asset = AssetRow {
        asset_type: asset_type as i32,
        trash_state: TrashState::NotInTrash as i32,
        file_size: size as i64,
        created_ms: now_ms(),
        modified_ms: now_ms(),
        ..AssetRow::default()
    };
    // A broken picture is stored all the same: exporting it says what is wrong.
    if let Ok(info) = codecs::probe(&head) {
        asset.width = info.width as i32;
        asset.height = info.height as i32;
        asset.resolution_cdpi = info.resolution.map_or(0, |dpi| (dpi * 100.0).round() as i64);
    }
    let key = original_key(&staged.sha256());
    asset.sha256 = staged.commit(&key)?.sha256;
    Ok(asset)
}

/// The type of a file: from its content, and from its extension only where the
/// content says nothing.
fn type_of(kind: Kind, file_name: &str) -> AssetType {
    let extension = file_name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let extension = extension.to_ascii_lowercase();
    match kind {
        Kind::Jpeg | Kind::Png | Kind::Gif | Kind::Tiff | Kind::Webp | Kind::Bmp => {
            AssetType::Image
        }
        Kind::Psd | Kind::Avif | Kind::Heic | Kind::Jp2 | Kind::Jxl => AssetType::Image,
        Kind::Svg => AssetType::Svg,
        Kind::Pdf => AssetType::Pdf,
        Kind::PostScript => AssetType::PostScript,
        Kind::Illustrator => AssetType::Illustrator,
        Kind::Video => AssetType::MasterVideo,
        Kind::Audio => AssetType::Audio,
        Kind::Zip => AssetType::Zip,
        Kind::Font => AssetType::Font,
        Kind::IccProfile => AssetType::IccProfile,
        Kind::Flash => AssetType::Flash,
        Kind::Rtf => AssetType::Rtf,
        Kind::Xml if extension == "xsl" => AssetType::Xsl,
        Kind::Xml => AssetType::Xml,
        Kind::Office => match extension.as_str() {
            "xls" | "xlsx" => AssetType::Excel,
            "ppt" | "pptx" => AssetType::PowerPoint,
            _ => AssetType::Word,
        },
        Kind::Text | Kind::Empty | Kind::Unknown => match extension.as_str() {
            "css" => AssetType::Css,
            "js" => AssetType::Javascript,
            "vtt" | "srt" => AssetType::VideoCaption,
            "xsl" => AssetType::Xsl,
            "indd" => AssetType::InDesign,
            "aco" => AssetType::Aco,
            "vnt" => AssetType::Vignette,
            "swc" => AssetType::Swc,
            _ => match Kind::of_extension(&extension) {
                None | Some(Kind::Text | Kind::Empty | Kind::Unknown) => AssetType::Asset,
                Some(promised) => type_of(promised, file_name),
            },
        },
    }
}

/// Refuses names that are no name of a file in a folder.
pub fn check_file_name(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("the file needs a name, such as \"chair.jpg\"".into());
    }
    check_level(name)
}

/// A folder in its one spelling: no leading slash, one trailing slash; empty is
/// the root.
pub fn folder(text: &str) -> Result<String, String> {
    let mut folder = String::new();
    for level in text.split('/').filter(|level| !level.is_empty()) {
        check_level(level)?;
        folder.push_str(level);
        folder.push('/');
    }
    if folder.len() > 1024 {
        return Err(format!("the folder has {} bytes: at most 1024 are allowed", folder.len()));
    }
    Ok(folder)
}

fn check_level(name: &str) -> Result<(), String> {
    if name == "." || name == ".." {
        return Err(format!("{name:?} is not a name"));
    }
    if let Some(c) = name.chars().find(|c| matches!(c, '/' | '\\') || c.is_control()) {
        return Err(format!("{name:?} has a {c:?} in it: give a name without a path"));
    }
    if name.len() > MAX_NAME_BYTES {
        return Err(format!(
            "a name of {} bytes is too long: at most {MAX_NAME_BYTES} are allowed",
            name.len()
        ));
    }
    Ok(())
}

/// The file name, or the one with the lowest free `-1`, `-2` … before its
/// extension.
async fn free_file_name(
    tx: &mut Tx,
    (company, folder, file_name): (&str, &str, &str),
) -> Result<String, Error> {
    let (stem, extension) = match file_name.rfind('.') {
        Some(dot) if dot > 0 => file_name.split_at(dot),
        _ => (file_name, ""),
    };
    let name =
        |n: u64| if n == 0 { file_name.to_owned() } else { format!("{stem}-{n}{extension}") };
    let mut search = LowestFree::default();
    while let Some(n) = search.next() {
        let taken = store::assets::find_path(tx, company, folder, &name(n)).await?.is_some();
        search.answer(taken);
    }
    Ok(name(search.found))
}

async fn free_asset_name(tx: &mut Tx, company: &str, wanted: &str) -> Result<String, Error> {
    let name = |n: u64| if n == 0 { wanted.to_owned() } else { format!("{wanted}-{n}") };
    let mut search = LowestFree::default();
    while let Some(n) = search.next() {
        let taken = store::assets::name_taken(tx, company, &name(n)).await?;
        search.answer(taken);
    }
    Ok(name(search.found))
}

/// Finds a free number below which all are taken, in few questions: doubling,
/// then halving. Where somebody removed numbers in between, it finds the end of
/// one of the taken stretches.
#[derive(Debug, Default)]
struct LowestFree {
    /// All questions so far up to this number were answered with "taken".
    taken_below: u64,
    /// The lowest number known to be free.
    free: Option<u64>,
    asked: u64,
    found: u64,
}

impl LowestFree {
    fn next(&mut self) -> Option<u64> {
        self.asked = match self.free {
            None if self.taken_below == 0 => 0,
            None => self.taken_below * 2 - 1,
            Some(free) if free <= self.taken_below => {
                self.found = free;
                return None;
            }
            Some(free) => self.taken_below + (free - self.taken_below) / 2,
        };
        Some(self.asked)
    }

    fn answer(&mut self, taken: bool) {
        if taken {
            self.taken_below = self.asked + 1;
        } else {
            self.free = Some(self.asked);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowest_free(taken: &[u64]) -> (u64, usize) {
        let mut search = LowestFree::default();
        let mut questions = 0;
        while let Some(n) = search.next() {
            questions += 1;
            search.answer(taken.contains(&n));
        }
        (search.found, questions)
    }

    #[test]
    fn the_lowest_free_number_is_found_in_few_questions() {
        assert_eq!(lowest_free(&[]), (0, 1));
        for count in [1, 2, 3, 5, 8, 100] {
            let taken: Vec<u64> = (0..count).collect();
            assert_eq!(lowest_free(&taken).0, count);
        }
        let (found, questions) = lowest_free(&(0..20_000).collect::<Vec<_>>());
        assert_eq!(found, 20_000);
        assert!(questions < 40, "{questions}");
    }

    #[test]
    fn names_with_a_path_are_refused() {
        for wrong in ["../x.jpg", "a/b.jpg", "a\\b.jpg", "..", ".", "", "a\0b", "a\nb"] {
            assert!(check_file_name(wrong).is_err(), "{wrong:?}");
        }
        for right in ["a%20b.jpg", "100%.jpg", "..jpg", "ünï cödé.png"] {
            assert_eq!(check_file_name(right), Ok(()), "{right:?}");
        }
    }

    #[test]
    fn folders_have_one_spelling() {
        for (given, expected) in
            [("", ""), ("/", ""), ("Acme", "Acme/"), ("/Acme//x/", "Acme/x/"), ("a/b", "a/b/")]
        {
            assert_eq!(folder(given).as_deref(), Ok(expected));
        }
        assert!(folder("a/../b").is_err());
    }

    #[test]
    fn content_decides_the_type_and_the_extension_only_helps_out() {
        assert_eq!(type_of(Kind::Jpeg, "x.png"), AssetType::Image);
        assert_eq!(type_of(Kind::Text, "x.jpg"), AssetType::Image);
        assert_eq!(type_of(Kind::Empty, "x.jpg"), AssetType::Image);
        assert_eq!(type_of(Kind::Text, "x.css"), AssetType::Css);
        assert_eq!(type_of(Kind::Text, "notes.txt"), AssetType::Asset);
        assert_eq!(type_of(Kind::Unknown, "x.ttf"), AssetType::Font);
        assert_eq!(type_of(Kind::Office, "x.xlsx"), AssetType::Excel);
    }
}
