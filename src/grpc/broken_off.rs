//! Tells an upload that ended from one that was broken off.
//!
//! tonic shows a server the cancellation of a client stream as its regular
//! end (tonic 0.14, `codec/decode.rs`). An upload without a size and a checksum
//! would then be stored half. So every request body is watched on its way in.

use http_body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use tonic::Status;
use tonic::body::Body;

/// Whether the body of a request failed; an extension of the request.
#[derive(Debug, Clone, Default)]
pub struct BrokenOff(Arc<AtomicBool>);

impl BrokenOff {
    /// True once the body has failed.
    pub fn happened(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Adds a [`BrokenOff`] to a request.
pub fn watch(mut request: http::Request<Body>) -> http::Request<Body> {
    let broken_off = BrokenOff::default();
    request.extensions_mut().insert(broken_off.clone());
    request.map(|inner| Body::new(Watched { inner, broken_off }))
}

struct Watched {
    inner: Body,
    broken_off: BrokenOff,
}

impl http_body::Body for Watched {
    type Data = bytes::Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Status>>> {
        let polled = http_body::Body::poll_frame(Pin::new(&mut self.inner), context);
        if let Poll::Ready(Some(Err(_))) = &polled {
            self.broken_off.0.store(true, Ordering::Release);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        http_body::Body::is_end_stream(&self.inner)
    }

    fn size_hint(&self) -> SizeHint {
        http_body::Body::size_hint(&self.inner)
    }
}
