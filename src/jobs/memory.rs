//! Memory admission: big pictures wait for each other instead of killing the
//! process.

use crate::store::assets::AssetRow;
use tokio::sync::{Semaphore, SemaphorePermit};

/// The unit of the budget: semaphores count to 2^29 or so.
const UNIT: u64 = 1 << 20;

/// Bytes a decoded pixel takes at the most: four components, and as much again
/// while they are turned, resampled or widened to 16 bits.
const BYTES_A_PIXEL: u64 = 8;

/// The memory that pictures may take at the same time.
#[derive(Debug)]
pub(super) struct MemoryBudget {
    units: u32,
    free: Semaphore,
}

impl MemoryBudget {
    /// A budget of so many bytes (`jobs.memory_bytes`).
    pub fn new(bytes: u64) -> MemoryBudget {
        let most = Semaphore::MAX_PERMITS.min(u32::MAX as usize) as u64;
        let units = (bytes / UNIT).clamp(1, most) as u32;
        MemoryBudget { units, free: Semaphore::new(units as usize) }
    }

    /// Waits for room for an asset. Whoever waits longest is first, so that a
    /// big picture does not starve behind small ones.
    pub async fn admit(&self, asset: Option<&AssetRow>) -> Option<SemaphorePermit<'_>> {
        let units = asset.map_or(0, |asset| estimate(asset).div_ceil(UNIT));
        // The semaphore is never closed.
        self.free.acquire_many(units.min(self.units.into()) as u32).await.ok()
    }
}

/// Bytes that converting the asset takes, from what the library knows of it.
fn estimate(asset: &AssetRow) -> u64 {
    let pixels = (asset.width.max(0) as u64) * (asset.height.max(0) as u64);
    pixels * BYTES_A_PIXEL + asset.file_size.max(0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn picture(side: i32) -> AssetRow {
        AssetRow { width: side, height: side, ..AssetRow::default() }
    }

    async fn waits(budget: &MemoryBudget, asset: &AssetRow) -> bool {
        tokio::time::timeout(Duration::from_millis(20), budget.admit(Some(asset))).await.is_err()
    }

    #[tokio::test]
    async fn pictures_wait_until_there_is_room() {
        // 10,000 x 10,000 pixels take 800 MB.
        let budget = MemoryBudget::new(1 << 30);
        let first = budget.admit(Some(&picture(10_000))).await;
        assert!(waits(&budget, &picture(10_000)).await);
        assert!(!waits(&budget, &picture(1_000)).await);
        drop(first);
        assert!(!waits(&budget, &picture(10_000)).await);
    }

    #[tokio::test]
    async fn a_picture_above_the_whole_budget_runs_alone() {
        let budget = MemoryBudget::new(1 << 20);
        let first = budget.admit(Some(&picture(40_000))).await;
        assert!(first.is_some() && waits(&budget, &picture(10)).await);
        drop(first);
        assert!(budget.admit(None).await.is_some());
    }
}
