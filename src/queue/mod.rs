//! Who works on what next. A queue message is a doorbell and a hint may get
//! lost: the rows of `store` are the truth, and both are rebuilt from them.

pub mod local;
pub mod progress;

use std::future::Future;
use std::pin::Pin;

/// One asset of one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ItemId {
    pub job: i64,
    pub idx: i64,
}

/// A future behind a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Items that may be worked on. Offering twice and losing an offer must both be
/// harmless: a worker claims the row before it works.
pub trait WorkQueue: Send + Sync {
    /// Offers items of a job. Items already offered are left where they are.
    fn offer(&self, job: i64, items: &[i64]);
    /// Waits for an item. Jobs take turns.
    fn take(&self) -> BoxFuture<'_, ItemId>;
    /// Says that a taken item was dealt with, so that it may be offered again.
    fn finished(&self, item: ItemId);
    /// Takes back all offers of a job that nobody has taken.
    fn withdraw(&self, job: i64);
    /// Offers of a job that are waiting or taken.
    fn pending(&self, job: i64) -> usize;
}

/// Rings when a job has new events.
pub trait Hints: Send + Sync {
    /// Says that events were committed.
    fn ring(&self, job: i64);
    /// Listens from now on.
    fn listen(&self, job: i64) -> Listener;
}

/// Hears one job.
#[derive(Debug)]
pub struct Listener(pub(crate) tokio::sync::watch::Receiver<u64>);

impl Listener {
    /// Waits for a ring since the last call. Never returns when the other side
    /// is gone: the rows are looked at now and then anyway.
    pub async fn heard(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
