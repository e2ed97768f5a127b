//! Settings to a running server: chooses the concrete parts, starts them, and
//! stops them in order. The only place that names implementations.

use crate::blobs::Blobs;
use crate::colour::Profiles;
use crate::config::Config;
use crate::decoding::{Decoders, Isolation};
use crate::grpc;
use crate::jobs::{Jobs, Parts};
use crate::modifiers;
use crate::queue::local::{LocalHints, LocalQueue};
use crate::render::colour::Colours;
use crate::store::{Store, StoreError, image_formats};
use anyhow::Context as _;
use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A running server.
pub struct App {
    address: SocketAddr,
    jobs: Arc<Jobs>,
    drain: CancellationToken,
    server: JoinHandle<anyhow::Result<()>>,
    /// Held as long as the server runs.
    _lock: File,
}

impl App {
    /// Opens the data directory and listens. Returns once clients are welcome.
    pub async fn start(config: Config) -> anyhow::Result<App> {
        config.check()?;
        let data = &config.data_dir;
        std::fs::create_dir_all(data)
            .with_context(|| format!("can't create the data directory {}", data.display()))?;
        let lock = lock(data)?;
        let store = Store::open(&data.join("offprint.db"))
            .await
            .with_context(|| format!("can't open the database in {}", data.display()))?;
        let blobs = Blobs::open(data, config.limits.min_free_disk_bytes)
            .with_context(|| format!("can't open the files in {}", data.display()))?;
        seed_image_formats(&store, &config.companies).await?;
        let listener = TcpListener::bind(config.listen)
            .await
            .with_context(|| format!("can't listen on {} (setting listen)", config.listen))?;
        let address = listener.local_addr()?;
        let defaults = config.conversion_defaults()?;
        let jobs = Jobs::new(Parts {
            store,
            blobs,
            queue: Arc::new(LocalQueue::default()),
            hints: Arc::new(LocalHints::default()),
            config: config.clone(),
            defaults,
            colours: colours(data, &config)?,
            decoders: decoders(&config),
        });
        jobs.start().await?;
        let drain = CancellationToken::new();
        let serving = grpc::server::serve(listener, jobs.clone(), Arc::new(config), drain.clone());
        let server = tokio::spawn(serving);
        Ok(App { address, jobs, drain, server, _lock: lock })
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it works on, for its embedder and for tests.
    pub fn jobs(&self) -> &Arc<Jobs> {
        &self.jobs
    }

    /// Ends the streams, lets running assets finish for the drain time, and
    /// closes the database.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.drain.cancel();
        // A client that never closes its connection must not hold the server.
        let patience = Duration::from_secs(self.jobs.config.jobs.drain_seconds);
        let mut server = self.server;
        let served = tokio::time::timeout(patience, &mut server).await;
        self.jobs.stop().await;
        self.jobs.store.close().await;
        match served {
            Ok(served) => served?,
            Err(_) => {
                server.abort();
                Ok(())
            }
        }
    }
}

/// Runs a server until the process is told to stop.
pub async fn serve(config: Config) -> anyhow::Result<()> {
    if config.insecure && !config.listen.ip().is_loopback() {
        tracing::warn!(
            listen = %config.listen,
            "INSECURE: everybody who can reach this address can read, change and delete the \
             library; this version asks nobody who they are"
        );
    }
    let data = config.data_dir.clone();
    let app = App::start(config).await?;
    println!("offprint is listening on {}", app.address());
    tracing::info!(data = %data.display(), "ready");
    let signal = stop_signal().await?;
    tracing::info!(signal, "stopping; running assets finish first");
    app.stop().await
}

async fn stop_signal() -> std::io::Result<&'static str> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = terminate.recv() => Ok("SIGTERM"),
            interrupt = tokio::signal::ctrl_c() => interrupt.map(|()| "SIGINT"),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map(|()| "interrupt")
}

/// Two servers on one data directory would run each other's items.
fn lock(data: &Path) -> anyhow::Result<File> {
    let path = data.join("lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            anyhow::bail!(
                "another offprint server uses the data directory {}: stop it, or choose another \
                 directory with --data",
                data.display()
            )
        }
        Err(std::fs::TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("can't lock {}", path.display()))
        }
    }
}

/// Gives a new company the image formats that come with offprint (03 §5).
/// Later starts leave them as their owner made them.
async fn seed_image_formats(store: &Store, companies: &[String]) -> Result<(), StoreError> {
    for company in companies {
        let mut tx = store.begin().await?;
        if image_formats::seed(&mut tx, company).await? {
            for (name, text) in modifiers::shipped_presets() {
                image_formats::insert(&mut tx, company, name, text, true).await?;
            }
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Where sources are decoded.
fn decoders(config: &Config) -> Decoders {
    match &config.decoder_program {
        None => Decoders::here(),
        Some(program) => Decoders::isolated(Isolation {
            program: program.clone(),
            seconds: config.limits.max_asset_seconds,
            memory_bytes: config.limits.max_asset_memory_bytes,
        }),
    }
}

/// The profiles of the data directory and the company's defaults.
fn colours(data: &Path, config: &Config) -> anyhow::Result<Colours> {
    let profiles = Profiles::read(&data.join("profiles"));
    for broken in profiles.broken() {
        tracing::warn!(file = broken.file, reason = broken.reason, "a colour profile is not used");
    }
    Colours::new(profiles, config.defaults.colours())
        .context("a colour profile of the settings defaults.icc_profile_* cannot be used")
}
