//! The transforms that were used last. A job converts thousands of pictures by
//! the same few pairs of profiles.

use std::sync::{Arc, Mutex, PoisonError};

use super::profile::{Intent, Profile, ProfileError};
use super::transform::Transform;

/// Transforms kept. The largest, from CMYK, have 1.5 MB.
const KEPT: usize = 16;

/// A cache of transforms, shared by all threads.
#[derive(Debug, Default)]
pub struct Transforms {
    /// The one used last at the end.
    kept: Mutex<Vec<(Key, Arc<Transform>)>>,
}

#[derive(Debug, PartialEq)]
struct Key {
    source: Arc<Profile>,
    destination: Arc<Profile>,
    intent: Intent,
    black_point: bool,
}

impl Transforms {
    /// The transform between two profiles, made or found.
    pub fn get(
        &self,
        source: &Arc<Profile>,
        destination: &Arc<Profile>,
        intent: Intent,
        black_point: bool,
    ) -> Result<Arc<Transform>, ProfileError> {
        let (source, destination) = (source.clone(), destination.clone());
        let key = Key { source, destination, intent, black_point };
        if let Some(found) = self.find(&key) {
            return Ok(found);
        }
        // Not under the lock: others need not wait. Two threads that make the
        // same one get the same one.
        let made = Transform::new(&key.source, &key.destination, intent, black_point)?;
        let made = Arc::new(made);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((key, made.clone()));
        Ok(made)
    }

    fn find(&self, key: &Key) -> Option<Arc<Transform>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(other, _)| other == key)?;
        let found = kept.remove(at);
        let transform = found.1.clone();
        kept.push(found);
        Some(transform)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::profiles::Profiles;

    #[test]
    fn the_same_pair_gives_the_same_transform() {
        let profiles = Profiles::shipped();
        let (rgb, gray) = (profiles.find("sRGB").unwrap(), profiles.find("sGray").unwrap());
        let cache = Transforms::default();
        let first = cache.get(&rgb, &gray, Intent::Relative, true).unwrap();
        // another copy of the same bytes
        let copy = Arc::new(Profile::read(rgb.bytes()).unwrap());
        let second = cache.get(&copy, &gray, Intent::Relative, true).unwrap();
        assert!(Arc::ptr_eq(&first, &second));
        let other = cache.get(&rgb, &gray, Intent::Relative, false).unwrap();
        assert!(!Arc::ptr_eq(&first, &other));
    }

    #[test]
    fn the_cache_does_not_grow() {
        let profiles = Profiles::shipped();
        let gray = profiles.find("sGray").unwrap();
        let cache = Transforms::default();
        for version in 0..40u8 {
            let mut bytes = gray.bytes().to_vec();
            // a byte of the date in the header
            bytes[27] = version;
            let other = Arc::new(Profile::read(bytes).unwrap());
            cache.get(&other, &gray, Intent::Relative, true).unwrap();
        }
        assert!(cache.kept.lock().unwrap().len() <= KEPT);
    }
}
