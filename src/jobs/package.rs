//! What a job is packed into once its assets are settled: archives and the manifest
//! (03 §4.4).
//!
//! Packing begins anew when it was cut off: nothing of it is visible before the rows
//! of the archives, the last events and the end of the job commit together.

use super::event::{self, Event};
use super::finish::{artifact_ready, read_job, request};
use super::manifest;
use super::vocabulary::{ExportRequest, JobState, Package};
use super::{Jobs, naming, now_ms};
use crate::archive::{
    Archive, ArchiveError, Measured, Part, Planned, is_compressed, measure, part_name, plan,
};
use crate::blobs::{Area, BlobError, Stored, job_key, package_key};
use crate::error::{Error, Problem};
use crate::store;
use crate::store::artifacts::{ArtifactRow, FIRST_PART};
use crate::store::jobs::JobRow;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// How often it is tried to write the archives of a job.
const TRIES: u32 = 3;

/// Bytes of an archive written at once.
const BUFFER: usize = 1 << 20;

/// Rows of outputs read at once.
const PAGE: i64 = 1000;

/// What was packed: the artifacts, and how many of the parts are larger than allowed.
struct Packed {
    rows: Vec<ArtifactRow>,
    oversize: Vec<String>,
}

/// Why packing failed.
#[derive(Debug, thiserror::Error)]
enum PackError {
    #[error(transparent)]
    Job(#[from] Error),
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

impl Jobs {
    /// Packs a job whose items are all settled, and ends it.
    pub(super) async fn package(self: Arc<Self>, id: i64) -> Result<(), Error> {
        let mut pause = Duration::from_secs(self.config.jobs.retry_seconds.max(1));
        for attempt in 1.. {
            let jobs = self.clone();
            // its rows are read from the blocking thread, which writes for as long as it takes
            let handle = Handle::current();
            let packing = tokio::task::spawn_blocking(move || jobs.pack(&handle, id));
            let packed = tokio::select! {
                packed = packing => packed?,
                // a large archive must not hold up the stop: the next process begins anew
                () = self.hard_stop.cancelled() => return Ok(()),
            };
            match packed {
                Ok(packed) => return self.finish_package(id, packed).await,
                Err(error) if attempt < TRIES => {
                    tracing::warn!(job = id, %error, "the outputs could not be packed; trying again");
                    tokio::select! {
                        () = tokio::time::sleep(pause) => {}
                        // the next process does it
                        () = self.drain.cancelled() => return Ok(()),
                    }
                    pause *= 4;
                }
                Err(error) => return self.fail_package(id, &error).await,
            }
        }
        Ok(())
    }

    fn pack(&self, handle: &Handle, id: i64) -> Result<Packed, PackError> {
        let job = handle.block_on(self.store.job(id)).map_err(Error::from)?;
        let job = job.ok_or_else(|| Error::Bug(format!("job {id} has no row")))?;
        let request = request(&job)?;
        self.blobs.remove(&package_key(id, ""))?;
        let manifest = match request.manifest {
            false => None,
            true => Some(self.write_manifest(handle, &job, &request)?),
        };
        let mut packed = Packed { rows: Vec::new(), oversize: Vec::new() };
        if request.package == Package::Zip {
            self.write_archives(handle, &job, manifest.as_ref(), &mut packed)?;
            if let Some(manifest) = &manifest {
                self.blobs.remove(&manifest.key)?;
            }
        } else if let Some(manifest) = &manifest {
            packed.rows.push(self.artifact(&job, 0, manifest::NAME, "application/json", manifest));
        }
        Ok(packed)
    }

    fn write_manifest(
        &self,
        handle: &Handle,
        job: &JobRow,
        request: &ExportRequest,
    ) -> Result<Stored, PackError> {
        let mut staged = self.blobs.stage(Area::Outputs, 0)?;
        let mut writer = manifest::Manifest::start(job, request);
        let mut from = 0;
        loop {
            let items = handle.block_on(self.store.items(job.id, from, PAGE));
            let items = items.map_err(Error::from)?;
            let Some(last) = items.last() else { break };
            let files = handle.block_on(self.store.artifacts_between(
                job.id,
                from * store::artifacts::PER_ITEM,
                (last.idx + 1) * store::artifacts::PER_ITEM,
            ));
            from = last.idx + 1;
            let ids: Vec<i64> =
                items.iter().map(|item| item.asset_id).filter(|id| *id > 0).collect();
            let assets = handle.block_on(self.store.assets(&job.company, &ids));
            let context = handle.block_on(self.context(job.id))?;
            let text = writer.items(
                &context,
                &items,
                &files.map_err(Error::from)?,
                &assets.map_err(Error::from)?,
            );
            staged.write(text.as_bytes())?;
        }
        staged.write(writer.end().as_bytes())?;
        Ok(staged.commit(&package_key(job.id, manifest::NAME))?)
    }

    fn write_archives(
        &self,
        handle: &Handle,
        job: &JobRow,
        manifest: Option<&Stored>,
        packed: &mut Packed,
    ) -> Result<(), PackError> {
        let mut entries = Vec::new();
        self.each_output(handle, job.id, 0, &mut |row| {
            let size = row.size.max(0) as u64;
            entries.push(Planned { name_bytes: row.file_name.len() as u64, size, bytes: size });
            Ok(true)
        })?;
        entries.extend(manifest.map(|manifest| Planned {
            name_bytes: manifest::NAME.len() as u64,
            size: manifest.size,
            bytes: manifest.size,
        }));
        let limit = self.config.jobs.archive_part_bytes;
        let parts = plan(&entries, (limit > 0).then_some(limit));
        let stem = naming::safe(&job.run_name, "");
        let mut from = 0;
        for (number, part) in parts.iter().enumerate() {
            let name = part_name(&stem, number + 1);
            if part.oversize {
                packed.oversize.push(name.clone());
            }
            let outputs = part.entries.end.min(entries.len() - usize::from(manifest.is_some()));
            let count = outputs.saturating_sub(part.entries.start);
            let with = manifest.filter(|_| part.entries.end == entries.len());
            let stored = self.write_part(handle, job, &name, part, (&mut from, count), with)?;
            let number = number as i64 + 1;
            packed.rows.push(self.artifact(job, number, &name, "application/zip", &stored));
        }
        Ok(())
    }

    /// One part: `count` outputs from number `from` on, which moves on, and perhaps the
    /// manifest.
    fn write_part(
        &self,
        handle: &Handle,
        job: &JobRow,
        name: &str,
        part: &Part,
        (from, count): (&mut i64, usize),
        manifest: Option<&Stored>,
    ) -> Result<Stored, PackError> {
        let staged = self.blobs.stage(Area::Outputs, part.most_bytes)?;
        let submitted = jiff::Timestamp::from_millisecond(job.submitted_ms)
            .map_err(|e| Error::Bug(format!("clock: {e}")))?;
        let date = jiff::tz::TimeZone::UTC.to_datetime(submitted);
        let mut archive = Archive::new(BufWriter::with_capacity(BUFFER, Writer(staged)), date);
        let mut left = count;
        if left > 0 {
            self.each_output(handle, job.id, *from, &mut |row| {
                let measured = match is_compressed(&row.file_name, &row.mime_type) {
                    true => {
                        Measured { size: row.size.max(0) as u64, crc32: row.crc32, deflated: None }
                    }
                    false => self.measured(&row.blob)?,
                };
                let file = self.blobs.open_file(&row.blob, 0)?;
                archive.add(&row.file_name, measured, file)?;
                *from = row.idx + 1;
                left -= 1;
                Ok(left > 0)
            })?;
        }
        if let Some(manifest) = manifest {
            let measured = self.measured(&manifest.key)?;
            let file = self.blobs.open_file(&manifest.key, 0)?;
            archive.add(manifest::NAME, measured, file)?;
        }
        let (writer, _) = archive.finish()?;
        let Writer(staged) = writer
            .into_inner()
            .map_err(|error| PackError::Archive(ArchiveError::Io(error.into_error())))?;
        Ok(staged.commit(&package_key(job.id, name))?)
    }

    fn measured(&self, key: &str) -> Result<Measured, PackError> {
        let file = self.blobs.open_file(key, 0)?;
        Ok(measure(file, true).map_err(BlobError::from)?)
    }

    /// Goes through the outputs that wait to be packed, until it is told to stop.
    fn each_output(
        &self,
        handle: &Handle,
        job: i64,
        mut from: i64,
        visit: &mut dyn FnMut(&ArtifactRow) -> Result<bool, PackError>,
    ) -> Result<(), PackError> {
        loop {
            let rows =
                handle.block_on(self.store.unpacked(job, from, PAGE)).map_err(Error::from)?;
            let Some(last) = rows.last() else { return Ok(()) };
            from = last.idx + 1;
            for row in &rows {
                if !visit(row)? {
                    return Ok(());
                }
            }
        }
    }

    fn artifact(
        &self,
        job: &JobRow,
        part: i64,
        name: &str,
        mime_type: &str,
        stored: &Stored,
    ) -> ArtifactRow {
        ArtifactRow {
            job_id: job.id,
            idx: FIRST_PART + part,
            file_name: name.to_owned(),
            mime_type: mime_type.to_owned(),
            size: stored.size as i64,
            sha256: stored.sha256.clone(),
            blob: stored.key.clone(),
            crc32: stored.crc32,
            listed: true,
            part,
            expires_ms: self.expiry(),
            ..ArtifactRow::default()
        }
    }

    async fn finish_package(&self, id: i64, packed: Packed) -> Result<(), Error> {
        let now = now_ms();
        let mut tx = self.store.begin().await?;
        let mut job = read_job(&mut tx, id).await?;
        if JobState::from_code(&job.state) == JobState::Done {
            return Ok(());
        }
        let mut events = Vec::new();
        for name in &packed.oversize {
            let text = format!(
                "part {name} holds one output that is larger than jobs.archive_part_bytes ({})",
                self.config.jobs.archive_part_bytes
            );
            events.push(Event::JobWarning { warning: Problem::new("PART_OVERSIZE", text) });
        }
        job.job_warnings += packed.oversize.len() as i64;
        let parts = packed.rows.iter().filter(|row| row.part > 0).count() as i64;
        job.counts.transfer_success = parts;
        job.counts.transfer_warning = packed.oversize.len() as i64;
        for row in &packed.rows {
            store::artifacts::insert(&mut tx, row).await?;
            events.push(artifact_ready(row));
        }
        let zipped = parts > 0;
        if zipped {
            store::artifacts::forget_packed(&mut tx, id).await?;
        }
        self.end(&mut job, now, None, &mut events);
        self.mail_at_end(&mut tx, &job, &request(&job)?).await?;
        store::jobs::update(&mut tx, &job).await?;
        store::events::append(&mut tx, id, now, &event::rows(&events)).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        self.after_commit(id, true);
        if zipped {
            let blobs = self.blobs.clone();
            tokio::task::spawn_blocking(move || blobs.remove_packed(id)).await??;
        }
        Ok(())
    }

    /// The outputs are there and can't be handed over: the job ends as failed.
    async fn fail_package(&self, id: i64, error: &PackError) -> Result<(), Error> {
        tracing::error!(job = id, %error, "the outputs could not be packed");
        let reason = match error {
            PackError::Blob(BlobError::Full(_)) => "STORAGE_FULL",
            PackError::Archive(ArchiveError::Io(error))
                if error.kind() == io::ErrorKind::StorageFull =>
            {
                "STORAGE_FULL"
            }
            _ => "PACKAGE_FAILED",
        };
        let text = format!("the outputs could not be packed: {error}");
        let now = now_ms();
        let mut tx = self.store.begin().await?;
        let mut job = read_job(&mut tx, id).await?;
        job.counts.transfer_error = 1;
        let mut events = Vec::new();
        self.end(&mut job, now, Some(Problem::new(reason, text)), &mut events);
        self.mail_at_end(&mut tx, &job, &request(&job)?).await?;
        store::jobs::update(&mut tx, &job).await?;
        store::events::append(&mut tx, id, now, &event::rows(&events)).await?;
        tx.commit().await.map_err(store::StoreError::from)?;
        self.after_commit(id, true);
        let blobs = self.blobs.clone();
        tokio::task::spawn_blocking(move || blobs.remove(&job_key(id))).await??;
        Ok(())
    }
}

/// A staged file as `std::io` sees it.
struct Writer(crate::blobs::Staged);

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let full = |text: String| io::Error::new(io::ErrorKind::StorageFull, text);
        self.0.write(bytes).map_err(|error| match error {
            BlobError::Full(text) => full(text),
            BlobError::Io(error) => error,
            other => io::Error::other(other.to_string()),
        })?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
