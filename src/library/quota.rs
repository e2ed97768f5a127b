//! How much a company may keep.

use crate::error::CallerError;
use crate::store::usage::Usage;

/// `limits.max_library_assets` and `limits.max_library_bytes`; 0 is no limit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quota {
    pub assets: u64,
    pub bytes: u64,
}

impl Quota {
    /// Whether anything is limited.
    pub fn is_set(&self) -> bool {
        self.assets != 0 || self.bytes != 0
    }

    /// Bytes that the next file may have when it takes the place of one of
    /// `freed` bytes. Refuses more assets than are allowed.
    pub fn room(
        &self,
        company: &str,
        usage: Usage,
        new_assets: i64,
        freed: i64,
    ) -> Result<u64, CallerError> {
        let assets = usage.assets.saturating_add(new_assets).max(0) as u64;
        if new_assets > 0 && self.assets != 0 && assets > self.assets {
            return Err(exceeded(
                format!(
                    "{assets} assets are more than the {} that the library of {company} may have \
                     (limits.max_library_assets)",
                    self.assets
                ),
                ("limits.max_library_assets", assets, self.assets),
            ));
        }
        if self.bytes == 0 {
            return Ok(u64::MAX);
        }
        let used = usage.bytes.saturating_sub(freed).max(0) as u64;
        Ok(self.bytes.saturating_sub(used))
    }

    /// Refuses a file of `size` bytes where there is only `room` for it.
    pub fn check(&self, company: &str, size: u64, room: u64) -> Result<(), CallerError> {
        if size <= room {
            return Ok(());
        }
        let total = (self.bytes - room.min(self.bytes)).saturating_add(size);
        Err(exceeded(
            format!(
                "with this file the library of {company} would have {total} bytes: at most {} are \
                 allowed (limits.max_library_bytes)",
                self.bytes
            ),
            ("limits.max_library_bytes", total, self.bytes),
        ))
    }
}

fn exceeded(message: String, (setting, value, limit): (&'static str, u64, u64)) -> CallerError {
    CallerError::Exhausted {
        reason: "QUOTA_EXCEEDED",
        message,
        metadata: vec![
            ("setting", setting.to_owned()),
            ("value", value.to_string()),
            ("limit", limit.to_string()),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_file_makes_room_for_the_new_one() {
        let quota = Quota { assets: 2, bytes: 100 };
        let usage = Usage { assets: 2, bytes: 90 };
        assert!(quota.room("c|1", usage, 1, 0).is_err(), "a third asset");
        assert_eq!(quota.room("c|1", usage, 0, 30).unwrap(), 40);
        assert!(quota.check("c|1", 40, 40).is_ok());
        let text = quota.check("c|1", 41, 40).unwrap_err().to_string();
        assert!(text.contains("101 bytes") && text.contains("at most 100"), "{text}");
    }

    #[test]
    fn a_library_above_its_quota_has_no_room() {
        let quota = Quota { assets: 0, bytes: 100 };
        let usage = Usage { assets: 7, bytes: 150 };
        assert_eq!(quota.room("c|1", usage, 1, 0).unwrap(), 0);
        assert_eq!(Quota { bytes: 0, ..quota }.room("c|1", usage, 1, 0).unwrap(), u64::MAX);
    }
}
