use crate::metadata::insert::{Segment, jpeg_segments, tiff_tags};
use crate::metadata::tests::{BLOCKS, EXTENDED, PACKET, golden_paths};
use crate::metadata::xmp::Xmp;
use crate::metadata::{paths, read};

const PLAIN: &[u8] = include_bytes!("../../../tests/golden/metadata/plain.jpg");
const INSERTED: &[u8] = include_bytes!("../../../tests/golden/metadata/inserted.jpg");

/// The segments behind SOI and the JFIF segment of `plain.jpg`: 2 and 18 bytes.
fn inserted(segments: &[Segment]) -> Vec<u8> {
    let mut file = PLAIN[..20].to_vec();
    for segment in segments {
        let length = u16::try_from(segment.data.len() + 2).expect("a segment fits its length");
        file.extend([0xff, 0xe0 + segment.number]);
        file.extend(length.to_be_bytes());
        file.extend(&segment.data);
    }
    file.extend(&PLAIN[20..]);
    file
}

/// Pillow and ExifTool read the golden file back in `metadata.py`.
#[test]
fn a_jpeg_file_as_made_by_hand() {
    let blocks = paths::write(&golden_paths(), Some("Outline")).expect("in reach");
    let segments = jpeg_segments(Xmp::new(PACKET).as_ref(), &blocks).expect("short");
    assert!(inserted(&segments) == INSERTED);
    assert_eq!(jpeg_segments(None, &[]), Ok(Vec::new()));
}

#[test]
fn extended_xmp_goes_from_jpeg_to_jpeg() {
    let xmp = read(EXTENDED).xmp.expect("packet");
    let segments = jpeg_segments(Some(&xmp), &[]).expect("short");
    assert_eq!(read(&inserted(&segments)).xmp, Some(xmp));
}

/// 65502 bytes are the most of a standard packet (XMP Specification Part 3, 1.1.3).
#[test]
fn a_packet_above_one_segment_becomes_extended() {
    let packet = |bytes: usize| {
        let (start, end) = ("<?xpacket begin='' id=''?>\n<x:xmpmeta>", "</x:xmpmeta>");
        let blanks = "  \n<?xpacket end='w'?>";
        let text = "x".repeat(bytes - start.len() - end.len() - blanks.len());
        Xmp::new(format!("{start}{text}{end}{blanks}").as_bytes()).expect("not empty")
    };
    let xmp = packet(65502);
    let segments = jpeg_segments(Some(&xmp), &[]).expect("short");
    assert_eq!(segments.len(), 1);
    assert_eq!(read(&inserted(&segments)).xmp, Some(xmp));

    // 49 bytes less in pieces of 65400
    for (bytes, pieces) in [(65503, 2), (200_000, 4)] {
        let xmp = packet(bytes);
        let segments = jpeg_segments(Some(&xmp), &[]).expect("below 4 GB");
        assert_eq!(segments.len(), 1 + pieces);
        let found = read(&inserted(&segments)).xmp.expect("standard packet");
        let extended = found.extended.expect("extended packet").packet;
        // without <?xpacket begin='' id=''?>, line ends and <?xpacket end='w'?>
        assert_eq!(extended, xmp.packet[27..bytes - 22]);
    }
}

#[test]
fn resources_above_one_segment_go_on_in_the_next() {
    let mut path = golden_paths().remove(0);
    path.subpaths = vec![path.subpaths[0].clone(); 2000];
    // 2000 subpaths of three records are 156052 bytes with the head
    let blocks = paths::write(std::slice::from_ref(&path), Some("Outline")).expect("in reach");
    let segments = jpeg_segments(None, &blocks).expect("no XMP");
    assert_eq!(segments.len(), 3);
    assert_eq!(read(&inserted(&segments)).paths, [path]);
}

/// Tag numbers: TIFF Technical Note 3 and XMP Specification Part 3.
#[test]
fn a_tiff_file_holds_both_as_bytes() {
    let xmp = Xmp::new(PACKET);
    let tags = tiff_tags(xmp.as_ref(), BLOCKS);
    assert_eq!(tags, [(700, PACKET), (34377, BLOCKS)]);
    assert_eq!(tiff_tags(None, &[]), []);

    let mut file = std::io::Cursor::new(Vec::new());
    let mut encoder = tiff::encoder::TiffEncoder::new(&mut file).expect("memory");
    let mut image = encoder.new_image::<tiff::encoder::colortype::Gray8>(2, 2).expect("memory");
    for (tag, bytes) in tags {
        image.encoder().write_tag(tiff::tags::Tag::Unknown(tag), bytes).expect("memory");
    }
    image.write_data(&[0, 1, 2, 3]).expect("memory");
    let metadata = read(&file.into_inner());
    assert_eq!((metadata.xmp, metadata.paths), (xmp, golden_paths()));
}
