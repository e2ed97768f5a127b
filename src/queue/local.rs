//! The queue and the hints of a single node, in memory.

use super::{BoxFuture, Hints, ItemId, Listener, WorkQueue};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, watch};

/// A queue for each job; jobs take turns.
#[derive(Debug, Default)]
pub struct LocalQueue {
    inner: Mutex<Inner>,
    offered: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    /// Jobs that have something to take, in turn.
    turns: VecDeque<i64>,
    waiting: HashMap<i64, VecDeque<i64>>,
    /// Waiting or taken.
    known: HashMap<i64, HashSet<i64>>,
}

impl LocalQueue {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn try_take(&self) -> Option<ItemId> {
        let mut inner = self.lock();
        while let Some(job) = inner.turns.pop_front() {
            let Some(waiting) = inner.waiting.get_mut(&job) else { continue };
            let taken = waiting.pop_front();
            if waiting.is_empty() {
                inner.waiting.remove(&job);
            } else {
                inner.turns.push_back(job);
            }
            if let Some(idx) = taken {
                return Some(ItemId { job, idx });
            }
        }
        None
    }
}

impl WorkQueue for LocalQueue {
    fn offer(&self, job: i64, items: &[i64]) {
        let mut added = 0;
        {
            let mut inner = self.lock();
            let known = inner.known.entry(job).or_default();
            let new: Vec<i64> = items.iter().copied().filter(|idx| known.insert(*idx)).collect();
            if known.is_empty() {
                inner.known.remove(&job);
            }
            added += new.len();
            if !new.is_empty() {
                if !inner.waiting.contains_key(&job) {
                    inner.turns.push_back(job);
                }
                inner.waiting.entry(job).or_default().extend(new);
            }
        }
        for _ in 0..added {
            self.offered.notify_one();
        }
    }

    fn take(&self) -> BoxFuture<'_, ItemId> {
        Box::pin(async {
            loop {
                let offered = self.offered.notified();
                tokio::pin!(offered);
                offered.as_mut().enable();
                if let Some(item) = self.try_take() {
                    // Permits do not add up: whoever takes looks after the next one.
                    self.offered.notify_one();
                    return item;
                }
                offered.await;
            }
        })
    }

    fn finished(&self, item: ItemId) {
        let mut inner = self.lock();
        if let Some(known) = inner.known.get_mut(&item.job) {
            known.remove(&item.idx);
            if known.is_empty() {
                inner.known.remove(&item.job);
            }
        }
    }

    fn withdraw(&self, job: i64) {
        let mut inner = self.lock();
        for idx in inner.waiting.remove(&job).unwrap_or_default() {
            if let Some(known) = inner.known.get_mut(&job) {
                known.remove(&idx);
            }
        }
        if inner.known.get(&job).is_some_and(HashSet::is_empty) {
            inner.known.remove(&job);
        }
    }

    fn pending(&self, job: i64) -> usize {
        self.lock().known.get(&job).map_or(0, HashSet::len)
    }
}

/// A bell for each job that somebody listens to.
#[derive(Debug, Default)]
pub struct LocalHints {
    bells: Mutex<HashMap<i64, watch::Sender<u64>>>,
}

impl LocalHints {
    fn lock(&self) -> MutexGuard<'_, HashMap<i64, watch::Sender<u64>>> {
        self.bells.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hints for LocalHints {
    fn ring(&self, job: i64) {
        let mut bells = self.lock();
        let Some(bell) = bells.get(&job) else { return };
        bell.send_modify(|rings| *rings += 1);
        // Nobody listens any more: the entry would stay for ever.
        if bell.receiver_count() == 0 {
            bells.remove(&job);
        }
    }

    fn listen(&self, job: i64) -> Listener {
        let mut bells = self.lock();
        // Bells of finished jobs are never rung again; clear them here.
        bells.retain(|other, bell| *other == job || bell.receiver_count() > 0);
        Listener(bells.entry(job).or_insert_with(|| watch::channel(0).0).subscribe())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn take_all(queue: &LocalQueue) -> Vec<(i64, i64)> {
        let mut taken = Vec::new();
        while let Ok(item) =
            tokio::time::timeout(std::time::Duration::from_millis(20), queue.take()).await
        {
            taken.push((item.job, item.idx));
        }
        taken
    }

    #[tokio::test]
    async fn jobs_take_turns() {
        let queue = LocalQueue::default();
        queue.offer(1, &[0, 1, 2]);
        queue.offer(2, &[0]);
        assert_eq!(take_all(&queue).await, [(1, 0), (2, 0), (1, 1), (1, 2)]);
    }

    #[tokio::test]
    async fn an_item_is_offered_once_until_it_is_finished() {
        let queue = LocalQueue::default();
        queue.offer(1, &[0]);
        queue.offer(1, &[0]);
        assert_eq!(take_all(&queue).await, [(1, 0)]);
        queue.offer(1, &[0]);
        assert_eq!(take_all(&queue).await, []);
        queue.finished(ItemId { job: 1, idx: 0 });
        queue.offer(1, &[0]);
        assert_eq!(take_all(&queue).await, [(1, 0)]);
    }

    #[tokio::test]
    async fn withdrawn_offers_are_gone() {
        let queue = LocalQueue::default();
        queue.offer(1, &[0, 1]);
        queue.offer(2, &[5]);
        queue.withdraw(1);
        assert_eq!(queue.pending(1), 0);
        assert_eq!(take_all(&queue).await, [(2, 5)]);
    }

    #[tokio::test]
    async fn every_waiting_worker_gets_one() {
        let queue = std::sync::Arc::new(LocalQueue::default());
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let queue = queue.clone();
                tokio::spawn(async move { queue.take().await.idx })
            })
            .collect();
        tokio::task::yield_now().await;
        queue.offer(1, &[0, 1, 2, 3]);
        let mut taken = Vec::new();
        for worker in workers {
            let idx = tokio::time::timeout(std::time::Duration::from_secs(5), worker).await;
            taken.push(idx.expect("a worker was left waiting").expect("worker"));
        }
        taken.sort_unstable();
        assert_eq!(taken, [0, 1, 2, 3]);
    }

    #[tokio::test]
    async fn bells_of_absent_listeners_are_dropped() {
        let hints = LocalHints::default();
        for job in 0..100 {
            drop(hints.listen(job));
        }
        let mut listener = hints.listen(7);
        hints.ring(7);
        listener.heard().await;
        assert_eq!(hints.lock().len(), 1);
    }
}
