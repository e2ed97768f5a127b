//! The boxes of a HEIF file (ISO/IEC 23008-12) that lead to its primary item:
//! which items there are, where their bytes lie, what they are made of and
//! which properties they have.

use std::ops::Range;

use super::boxes::{FourCc, Reader};
use super::property::Property;
use super::{damaged, unsupported};
use crate::codecs::CodecError;

/// Most extents and most properties of items: they take more memory here than
/// bytes in the file. A grid of 256 x 256 tiles has 65,536 items with 4 or 5
/// properties each.
const MOST_ENTRIES: usize = 1 << 20;

/// The `meta` box of a file.
#[derive(Debug, Default)]
pub(super) struct Container {
    pub primary: u32,
    /// By number.
    pub items: Vec<Item>,
    pub references: Vec<Reference>,
    /// Where the `idat` box of the file lies.
    data: Range<usize>,
}

#[derive(Debug)]
pub(super) struct Item {
    pub id: u32,
    pub kind: FourCc,
    protected: bool,
    /// In the order in which they apply.
    pub properties: Vec<Property>,
    location: Option<Location>,
}

/// A directed reference: an alpha item to its picture (`auxl`), a grid to its
/// tiles (`dimg`), a picture to the alpha it is multiplied by (`prem`).
#[derive(Debug)]
pub(super) struct Reference {
    pub kind: FourCc,
    pub from: u32,
    pub to: Vec<u32>,
}

#[derive(Debug)]
struct Location {
    /// 0: in the file, 1: in the `idat` box.
    method: u64,
    /// 0: this file.
    other_file: u16,
    base: u64,
    /// Offset from the base, and length; 0 is up to the end.
    extents: Vec<(u64, u64)>,
}

impl Container {
    /// Reads the first `meta` box of a file.
    pub fn read(file: &[u8]) -> Result<Container, CodecError> {
        let mut top = Reader::new(file);
        while let Some((kind, body)) = top.next_box() {
            if &kind == b"meta" {
                return read_meta(body)
                    .ok_or_else(|| damaged("its meta box breaks off or has too many entries"))?;
            }
        }
        if top.rest().get(4..8) == Some(b"meta") || top.rest().len() < 8 && !top.rest().is_empty() {
            return Err(damaged("the file breaks off in its header"));
        }
        if file.windows(4).any(|name| name == b"moov") {
            return Err(unsupported("an image sequence without a still picture"));
        }
        Err(damaged("there is no meta box"))
    }

    pub fn item(&self, id: u32) -> Result<&Item, CodecError> {
        let index = self.items.binary_search_by_key(&id, |item| item.id).ok();
        let item = index.and_then(|index| self.items.get(index));
        item.ok_or_else(|| damaged(format!("item {id} is missing")))
    }

    /// Items that `from` refers to.
    pub fn referred(&self, kind: &FourCc, from: u32) -> &[u32] {
        let found = self.references.iter().find(|r| &r.kind == kind && r.from == from);
        found.map_or(&[], |reference| &reference.to)
    }

    /// The bytes of an item, its extents one after the other.
    pub fn bytes(&self, file: &[u8], item: &Item) -> Result<Vec<u8>, CodecError> {
        let mut bytes = Vec::new();
        for part in self.extents(file, item)? {
            // extents may overlap: no item is longer than its file
            if bytes.len() + part.len() > file.len() {
                return Err(damaged(format!("item {} is longer than the file", item.id)));
            }
            bytes.extend_from_slice(part);
        }
        Ok(bytes)
    }

    /// The first extent of an item, which has its headers.
    pub fn start<'a>(&self, file: &'a [u8], item: &Item) -> Result<&'a [u8], CodecError> {
        Ok(self.extents(file, item)?.first().copied().unwrap_or_default())
    }

    fn extents<'a>(&self, file: &'a [u8], item: &Item) -> Result<Vec<&'a [u8]>, CodecError> {
        let id = item.id;
        if item.protected {
            return Err(unsupported("its picture is encrypted"));
        }
        let location =
            item.location.as_ref().ok_or_else(|| damaged(format!("item {id} has no data")))?;
        if location.other_file != 0 {
            return Err(unsupported("its picture lies in another file"));
        }
        let source = match location.method {
            0 => file,
            1 => file.get(self.data.clone()).unwrap_or_default(),
            _ => return Err(unsupported("its picture is stored in other items")),
        };
        let mut parts = Vec::new();
        for (offset, length) in &location.extents {
            let start = location.base.checked_add(*offset).and_then(|at| usize::try_from(at).ok());
            let tail = start.and_then(|at| source.get(at..));
            let part = match (*length, tail) {
                (0, tail) => tail,
                (length, Some(tail)) => usize::try_from(length).ok().and_then(|n| tail.get(..n)),
                (_, None) => None,
            };
            let cut = || damaged(format!("the file has {} bytes, item {id} more", file.len()));
            parts.push(part.ok_or_else(cut)?);
        }
        Ok(parts)
    }
}

/// `None` where a box breaks off.
fn read_meta(mut meta: Reader<'_>) -> Option<Result<Container, CodecError>> {
    meta.version()?;
    let mut container = Container::default();
    let (mut locations, mut properties, mut links) = (Vec::new(), Vec::new(), Vec::new());
    let mut primary = None;
    while let Some((kind, body)) = meta.next_box() {
        match &kind {
            b"pitm" => primary = Some(read_primary(body)?),
            b"iinf" => container.items = read_items(body)?,
            b"iloc" => locations = read_locations(body)?,
            b"iref" => container.references = read_references(body)?,
            b"idat" => container.data = body.range(),
            b"iprp" => match read_properties(body)? {
                Ok((list, associations)) => (properties, links) = (list, associations),
                Err(error) => return Some(Err(error)),
            },
            _ => {}
        }
    }
    if !meta.rest().is_empty() {
        return None;
    }
    let Some(primary) = primary else {
        return Some(Err(damaged("no primary item is named")));
    };
    container.primary = primary;
    container.items.sort_by_key(|item| item.id);
    locations.sort_by_key(|(id, _)| *id);
    links.sort_by_key(|link: &Link| link.item);
    for item in &mut container.items {
        if let Ok(index) = locations.binary_search_by_key(&item.id, |(id, _)| *id)
            && let Some((_, location)) = locations.get_mut(index)
        {
            item.location = location.take();
        }
        let first = links.partition_point(|link| link.item < item.id);
        for link in links.iter().skip(first).take_while(|link| link.item == item.id) {
            match properties.get(link.property) {
                Some(Property::Other(name)) if link.essential => {
                    item.properties.push(Property::Essential(*name));
                }
                Some(property) => item.properties.push(property.clone()),
                None => return Some(Err(damaged("a property of an item is missing"))),
            }
        }
    }
    Some(Ok(container))
}

fn read_primary(mut body: Reader<'_>) -> Option<u32> {
    let (version, _) = body.version()?;
    body.id(version > 0)
}

fn read_items(mut body: Reader<'_>) -> Option<Vec<Item>> {
    let (version, _) = body.version()?;
    body.id(version > 0)?;
    let mut items = Vec::new();
    while let Some((kind, mut entry)) = body.next_box() {
        let (version, _) = entry.version()?;
        // older versions name no item type
        if &kind == b"infe" && version >= 2 {
            let id = entry.id(version > 2)?;
            let protected = entry.u16()? != 0;
            let kind = entry.four_cc()?;
            items.push(Item { id, kind, protected, properties: Vec::new(), location: None });
        }
    }
    Some(items)
}

fn read_locations(mut body: Reader<'_>) -> Option<Vec<(u32, Option<Location>)>> {
    let (version, _) = body.version()?;
    let sizes = body.u16()?;
    let size = |place: u16| usize::from(sizes >> place & 15).min(8);
    let (offset_size, length_size, base_size) = (size(12), size(8), size(4));
    let index_size = if version == 0 { 0 } else { size(0) };
    let count = body.id(version >= 2)?;
    let mut locations = Vec::new();
    let mut total = 0;
    for _ in 0..count {
        let id = body.id(version >= 2)?;
        let method = if version == 0 { 0 } else { u64::from(body.u16()? & 15) };
        let other_file = body.u16()?;
        let base = body.number(base_size)?;
        let extent_count = body.u16()?;
        let mut extents = Vec::new();
        for _ in 0..extent_count {
            body.number(index_size)?;
            extents.push((body.number(offset_size)?, body.number(length_size)?));
            total += 1;
            if total > MOST_ENTRIES {
                return None;
            }
        }
        locations.push((id, Some(Location { method, other_file, base, extents })));
    }
    Some(locations)
}

fn read_references(mut body: Reader<'_>) -> Option<Vec<Reference>> {
    let (version, _) = body.version()?;
    let mut references = Vec::new();
    while let Some((kind, mut entry)) = body.next_box() {
        let from = entry.id(version > 0)?;
        let count = entry.u16()?;
        let to = (0..count).map(|_| entry.id(version > 0)).collect::<Option<Vec<u32>>>()?;
        references.push(Reference { kind, from, to });
    }
    Some(references)
}

struct Link {
    item: u32,
    /// Place in the list of properties.
    property: usize,
    essential: bool,
}

type Properties = (Vec<Property>, Vec<Link>);

fn read_properties(mut body: Reader<'_>) -> Option<Result<Properties, CodecError>> {
    let (mut list, mut links) = (Vec::new(), Vec::new());
    while let Some((kind, mut inner)) = body.next_box() {
        match &kind {
            b"ipco" => {
                while let Some((name, property)) = inner.next_box() {
                    match Property::read(name, property) {
                        Some(property) => list.push(property),
                        None => {
                            let name = String::from_utf8_lossy(&name).into_owned();
                            return Some(Err(damaged(format!("its {name} property breaks off"))));
                        }
                    }
                }
            }
            b"ipma" => read_links(inner, &mut links)?,
            _ => {}
        }
    }
    Some(Ok((list, links)))
}

fn read_links(mut body: Reader<'_>, links: &mut Vec<Link>) -> Option<()> {
    let (version, flags) = body.version()?;
    let count = body.u32()?;
    for _ in 0..count {
        let item = body.id(version > 0)?;
        for _ in 0..body.u8()? {
            let (essential, index) = if flags & 1 == 1 {
                let value = body.u16()?;
                (value >> 15 == 1, value & 0x7fff)
            } else {
                let value = body.u8()?;
                (value >> 7 == 1, u16::from(value & 0x7f))
            };
            // 0 is no property
            if let Some(property) = usize::from(index).checked_sub(1) {
                links.push(Link { item, property, essential });
                if links.len() > MOST_ENTRIES {
                    return None;
                }
            }
        }
    }
    Some(())
}
