//! The boundary to `openjp2`, a port of the OpenJPEG encoder that keeps the
//! shape of C. All unsafe code of JPEG 2000 is in this file: `openjp2` hands out
//! its bytes through callbacks that take a raw pointer.

use std::ffi::c_void;

use openjp2::openjpeg::{
    opj_stream_set_seek_function, opj_stream_set_skip_function, opj_stream_set_user_data,
    opj_stream_set_write_function,
};
use openjp2::{
    Codec, OPJ_CLRSPC_GRAY, OPJ_CLRSPC_SRGB, OPJ_CODEC_JP2, Stream, opj_cparameters, opj_image,
    opj_image_comptparm,
};

use crate::codecs::bitmap::Bitmap;

/// Collected between two calls of the write callback; OpenJPEG's own size.
const BUFFER: usize = 1 << 20;
/// OpenJPEG leaves room for a header of 8 bytes at most and fills it later.
const LONGEST_GAP: usize = 1 << 10;

/// What OpenJPEG writes: bytes and the place of the next one.
#[derive(Default)]
struct Sink {
    bytes: Vec<u8>,
    at: usize,
}

impl Sink {
    fn write(&mut self, part: &[u8]) {
        let end = self.at.saturating_add(part.len());
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        self.bytes[self.at..end].copy_from_slice(part);
        self.at = end;
    }

    fn go_to(&mut self, at: Option<usize>) -> bool {
        let at = at.filter(|at| *at <= self.bytes.len() + LONGEST_GAP);
        self.at = at.unwrap_or(self.at);
        at.is_some()
    }
}

/// Writes a JP2 file: sRGB or gray, a channel definition where there is alpha.
/// `decibels` is the PSNR to reach with the irreversible 9/7 wavelet, 0 keeps
/// everything; `None` is the reversible 5/3 wavelet without loss. The bitmap is gray or RGB, has a
/// pixel at least and at most `i32::MAX` on a side.
pub(super) fn jp2(bitmap: &Bitmap, decibels: Option<f32>) -> Result<Vec<u8>, &'static str> {
    let mut image = image(bitmap).ok_or("memory ran out")?;
    let mut parameters = parameters(bitmap, decibels);
    let mut codec = Codec::new_encoder(OPJ_CODEC_JP2).ok_or("there is no encoder")?;
    let mut sink = Box::new(Sink::default());
    let pointer: *mut Sink = &raw mut *sink;
    let mut stream = Stream::new_custom(BUFFER, false);
    let handle = (&raw mut stream).cast::<*mut c_void>();
    // SAFETY: `handle` points to a live Stream, which is what openjp2 casts it
    // back to; the calls only store what they are given. `pointer` is good until
    // `sink` is used again, which is after `stream` is dropped.
    unsafe {
        opj_stream_set_write_function(handle, Some(write));
        opj_stream_set_skip_function(handle, Some(skip));
        opj_stream_set_seek_function(handle, Some(seek));
        opj_stream_set_user_data(handle, pointer.cast(), None);
    }
    let step = if codec.setup_encoder(&mut parameters, &mut image) == 0 {
        Err("the encoder refused the parameters")
    } else if codec.start_compress(&mut image, &mut stream) == 0 {
        Err("the header failed")
    } else if codec.encode(&mut stream) == 0 {
        Err("compression failed")
    } else if codec.end_compress(&mut stream) == 0 {
        Err("the end of the file failed")
    } else {
        Ok(())
    };
    // Both may write when they are dropped.
    drop(codec);
    drop(stream);
    step.map(|()| sink.bytes)
}

/// One plane of `i32` a component, as OpenJPEG takes it.
fn image(bitmap: &Bitmap) -> Option<Box<opj_image>> {
    let count = bitmap.channels.count();
    let component = opj_image_comptparm {
        dx: 1,
        dy: 1,
        w: bitmap.width,
        h: bitmap.height,
        prec: 8,
        bpp: 8,
        ..Default::default()
    };
    let space = if bitmap.channels.is_gray() { OPJ_CLRSPC_GRAY } else { OPJ_CLRSPC_SRGB };
    let mut image = opj_image::create(&vec![component; count], space)?;
    image.x1 = bitmap.width;
    image.y1 = bitmap.height;
    for (index, component) in image.comps_mut()?.iter_mut().enumerate() {
        component.alpha = u16::from(bitmap.channels.has_alpha() && index == count - 1);
        for (pixel, sample) in bitmap.data.chunks_exact(count).zip(component.data_mut()?) {
            *sample = pixel[index].into();
        }
    }
    Some(image)
}

fn parameters(bitmap: &Bitmap, decibels: Option<f32>) -> opj_cparameters {
    let mut parameters = opj_cparameters::default();
    // Every halving needs a pixel to halve; 6 resolutions are OpenJPEG's default.
    let least = bitmap.width.min(bitmap.height);
    parameters.numresolution = 6.min(least.ilog2() as i32 + 1);
    parameters.tcp_mct = i8::from(bitmap.channels.colours() == 3) as _;
    parameters.tcp_numlayers = 1;
    // openjp2 0.6 gives its own comment's memory back with C's `free`, although Rust
    // took it; that of a comment of ours comes from C
    parameters.set_comment("written by offprint");
    match decibels {
        Some(decibels) => {
            parameters.irreversible = 1;
            parameters.cp_fixed_quality = 1;
            parameters.tcp_distoratio[0] = decibels;
        }
        None => parameters.cp_disto_alloc = 1,
    }
    parameters
}

/// # Safety
///
/// `sink` points to a [`Sink`] that nothing else uses meanwhile, `bytes` to
/// `length` bytes.
unsafe extern "C" fn write(bytes: *mut c_void, length: usize, sink: *mut c_void) -> usize {
    // SAFETY: as the caller promises.
    let (sink, bytes) = unsafe {
        (&mut *sink.cast::<Sink>(), std::slice::from_raw_parts(bytes.cast::<u8>(), length))
    };
    sink.write(bytes);
    length
}

/// Moves from where it is; -1 tells of failure.
///
/// # Safety
///
/// `sink` points to a [`Sink`] that nothing else uses meanwhile.
unsafe extern "C" fn skip(distance: i64, sink: *mut c_void) -> i64 {
    // SAFETY: as the caller promises.
    let sink = unsafe { &mut *sink.cast::<Sink>() };
    let at = isize::try_from(distance).ok().and_then(|by| sink.at.checked_add_signed(by));
    if sink.go_to(at) { distance } else { -1 }
}

/// Moves to a place counted from the start; 0 tells of failure.
///
/// # Safety
///
/// `sink` points to a [`Sink`] that nothing else uses meanwhile.
unsafe extern "C" fn seek(place: i64, sink: *mut c_void) -> i32 {
    // SAFETY: as the caller promises.
    let sink = unsafe { &mut *sink.cast::<Sink>() };
    i32::from(sink.go_to(usize::try_from(place).ok()))
}
