//! Memory admission: big pictures wait for each other instead of killing the
//! process.

use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The unit of the budget: semaphores count to 2^29 or so.
const UNIT: u64 = 1 << 20;

/// The memory that pictures may take at the same time.
#[derive(Debug)]
pub(super) struct MemoryBudget {
    units: u32,
    free: Arc<Semaphore>,
}

impl MemoryBudget {
    /// A budget of so many bytes (`jobs.memory_bytes`).
    pub fn new(bytes: u64) -> MemoryBudget {
        let most = Semaphore::MAX_PERMITS.min(u32::MAX as usize) as u64;
        let units = (bytes / UNIT).clamp(1, most) as u32;
        MemoryBudget { units, free: Arc::new(Semaphore::new(units as usize)) }
    }

    /// Waits for room for `bytes`. Whoever waits longest is first, so that a big
    /// picture does not starve behind small ones; one above the whole budget runs
    /// alone. The room is free again when the answer is dropped.
    pub async fn admit(&self, bytes: u64) -> Option<OwnedSemaphorePermit> {
        let units = bytes.div_ceil(UNIT).min(self.units.into()) as u32;
        // The semaphore is never closed.
        self.free.clone().acquire_many_owned(units).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    async fn waits(budget: &MemoryBudget, bytes: u64) -> bool {
        tokio::time::timeout(Duration::from_millis(20), budget.admit(bytes)).await.is_err()
    }

    #[tokio::test]
    async fn pictures_wait_until_there_is_room() {
        let budget = MemoryBudget::new(1 << 30);
        let first = budget.admit(800_000_000).await;
        assert!(waits(&budget, 800_000_000).await);
        assert!(!waits(&budget, 8_000_000).await);
        drop(first);
        assert!(!waits(&budget, 800_000_000).await);
    }

    #[tokio::test]
    async fn a_picture_above_the_whole_budget_runs_alone() {
        let budget = MemoryBudget::new(1 << 20);
        let first = budget.admit(1 << 40).await;
        assert!(first.is_some() && waits(&budget, 10).await);
        drop(first);
        assert!(budget.admit(0).await.is_some());
    }
}
