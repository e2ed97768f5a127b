//! Decoders in processes of their own: what becomes of the file, and of the next one,
//! when such a process ends, hangs or talks nonsense.

use crate::harness::*;
use offprint::codecs::bitmap::Area;
use offprint::codecs::{self, CodecError, Decoded, Request};
use offprint::decoding::{Decoders, Isolation};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Lossless, 16383 x 16383 pixels of one colour, written by libwebp through Pillow.
const HUGE_WEBP: &[u8] =
    b"RIFF\x1e\0\0\0WEBPVP8L\x11\0\0\0/\xfe\xbf\xff\x0f\x07P\x8f\"\xd7\xa3\xff\x81\x88\xe8\x7f\0\0";

fn avif() -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/avif/420.avif")).unwrap()
}

fn decode(decoders: &Decoders, bytes: &[u8]) -> Result<Decoded, CodecError> {
    let info = codecs::probe(bytes).unwrap();
    let (width, height) = (info.width, info.height);
    let area = Area { x: 0, y: 0, width, height };
    decoders.decode(bytes, &info, Request { area, least_width: width, least_height: height })
}

fn isolated(program: PathBuf, seconds: u64) -> Decoders {
    Decoders::isolated(Isolation { program, seconds, memory_bytes: 0 })
}

fn ourselves() -> PathBuf {
    env!("CARGO_BIN_EXE_offprint").into()
}

/// A program that does `script` in place of the decoder.
fn script(folder: &tempfile::TempDir, script: &str) -> PathBuf {
    let path = folder.path().join("decoder");
    let program = env!("CARGO_BIN_EXE_offprint");
    std::fs::write(&path, format!("#!/bin/sh\nPROGRAM='{program}'\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn a_process_gives_the_same_picture_and_the_same_refusal() {
    let decoders = isolated(ourselves(), 60);
    let bytes = avif();
    let here = decode(&Decoders::here(), &bytes).unwrap();
    for _ in 0..3 {
        assert_eq!(decode(&decoders, &bytes).unwrap(), here);
    }
    let mut broken = bytes.clone();
    let end = broken.len();
    broken[end - 300..].fill(0x5a);
    let (outside, inside) = (decode(&decoders, &broken), decode(&Decoders::here(), &broken));
    assert_eq!(outside.map(drop), inside.map(drop));
    // and after a refusal the same process goes on
    assert_eq!(decode(&decoders, &bytes).unwrap(), here);
}

#[test]
fn eight_threads_share_the_processes() {
    let decoders = Arc::new(isolated(ourselves(), 60));
    let bytes = avif();
    let here = decode(&Decoders::here(), &bytes).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                (0..5).for_each(|_| assert_eq!(decode(&decoders, &bytes).unwrap(), here))
            });
        }
    });
}

#[test]
fn memory_beyond_the_limit_ends_the_process_and_only_that() {
    // 268 million pixels take 800 MB; 512 MB are the least that a process may have
    let decoders = isolated(ourselves(), 60);
    let CodecError::Broke { detail, .. } = decode(&decoders, HUGE_WEBP).unwrap_err() else {
        panic!("not refused for memory")
    };
    assert!(detail.contains("memory limit of 536 MB"), "{detail}");
    assert!(decode(&decoders, &avif()).is_ok());
}

#[test]
fn whatever_the_process_does_is_the_files_failure() {
    let folder = tempfile::tempdir().unwrap();
    for (text, said) in [
        ("kill -9 $$", "signal: 9"),
        ("kill -ABRT $$", "signal: 6"),
        ("exit 3", "exit status: 3"),
        ("cat > /dev/null & echo nonsense; sleep 5", "too long"),
        ("head -c 9 >/dev/null; printf '\\002\\0\\0\\0\\0\\0\\0\\0{}'; sleep 5", "expected"),
        ("exit 75", "it took longer than 60 seconds (limits.max_asset_seconds)"),
    ] {
        let decoders = isolated(script(&folder, text), 60);
        let error = decode(&decoders, &avif()).unwrap_err();
        assert!(matches!(error, CodecError::Broke { .. }), "{text}: {error}");
        assert!(error.to_string().contains(said), "{text}: {error}");
    }
    let missing = isolated(folder.path().join("nothing"), 60);
    let error = decode(&missing, &avif()).unwrap_err().to_string();
    assert!(error.contains("no process could be started for it"), "{error}");
}

#[test]
fn a_process_that_was_told_to_stop_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("mark");
    let text = format!(
        "if mkdir '{}' 2>/dev/null; then kill -TERM $$; fi\nexec \"$PROGRAM\" \"$@\"",
        mark.display()
    );
    let decoders = isolated(script(&folder, &text), 60);
    assert!(decode(&decoders, &avif()).is_ok());
    assert!(mark.exists());
}

#[test]
fn a_file_that_takes_too_long_ends_its_process() {
    // no file of the formats at hand is slow; none at all is allowed here
    let decoders = isolated(ourselves(), 0);
    let error = decode(&decoders, &avif()).unwrap_err().to_string();
    assert!(error.contains("it took longer than 0 seconds"), "{error}");
}

/// Two elements of one id lead usvg 0.49 round in a circle that no count of ours sees:
/// it calls itself until its stack ends. Found by a property test.
#[tokio::test]
async fn a_drawing_that_overflows_the_stack_fails_alone() {
    let drawing = "<svg xmlns='http://www.w3.org/2000/svg' width='50' height='50'>\
        <rect width='50' height='1e20' stroke='url(#b)'/>\
        <ellipse rx='1e30' ry='2' clip-path='url(#g)'/>\
        <rect width='50' height='1e20' stroke='url(#b)'/><svg viewBox='0 0 0 0'>\
        <g id='a' fill='url(#b)'><clipPath id='g'><clipPath id='g'>\
        <g id='b' mask='url(#c)' opacity='.5'></g>\
        <rect width='50' height='1e20' stroke='url(#b)'/>\
        <pattern id='b' width='.1' height='1e9'>\
        <circle r='40' filter='url(#f)' transform='scale(0 1e-30)'/>\
        <path d='M0 0 9e9 9 1-1a5 5 0 1 1 7 7z' marker-mid='url(#d)' stroke='red' \
        stroke-dasharray='1e-9 3'/></pattern></clipPath></clipPath></g></svg></svg>";
    let service = Service::start().await;
    let endless = service.upload("endless.svg", drawing.as_bytes()).await;
    let good = service.upload("good.png", &png(40, 20, [9, 9, 9])).await;
    let (events, outputs) = service.export(convert(&[&endless, &good], "wid=20&fmt=png")).await;
    assert_eq!(failures(&events), [(0, "DECODE_FAILED".to_owned())]);
    assert_eq!(outputs.len(), 1);
}

#[tokio::test]
async fn a_decoder_that_dies_fails_its_asset_alone() {
    let folder = tempfile::tempdir().unwrap();
    let program = script(&folder, "kill -SEGV $$");
    let service = Service::with(|config| config.decoder_program = Some(program)).await;
    let broken = service.upload("a.avif", &avif()).await;
    let good = service.upload("b.png", &png(40, 20, [9, 9, 9])).await;
    let (events, outputs) = service.export(convert(&[&broken, &good], "wid=20&fmt=png")).await;
    assert_eq!(failures(&events), [(0, "DECODE_FAILED".to_owned())]);
    assert_eq!(outputs.len(), 1);
    let text = format!("{events:?}");
    assert!(text.contains("signal: 11"), "{text}");
}
