//! The server: services, health, reflection, keep-alive, drain.

use super::assets::Assets;
use super::image_formats::ImageFormats;
use super::job_logs::JobLogs;
use super::jobs::JobsService;
use super::watchers::Watchers;
use crate::config::Config;
use crate::jobs::Jobs;
use crate::library::Library;
use crate::proto;
use crate::proto::asset_service_server::AssetServiceServer;
use crate::proto::image_format_service_server::ImageFormatServiceServer;
use crate::proto::job_log_service_server::JobLogServiceServer;
use crate::proto::job_service_server::JobServiceServer;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;
use tonic_reflection::server::Builder as Reflection;

/// A client that does not answer for this long is gone; its streams end.
const KEEPALIVE: Duration = Duration::from_secs(20);
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// Serves until `drain` is cancelled, then ends all streams and returns.
pub async fn serve(
    listener: TcpListener,
    jobs: Arc<Jobs>,
    library: Library,
    config: Arc<Config>,
    drain: CancellationToken,
) -> anyhow::Result<()> {
    // A client's watchers share one connection with its other calls, which must
    // not wait for a watcher to end. hyper would allow 200 streams.
    let streams =
        u32::try_from(config.limits.max_watchers).unwrap_or(u32::MAX).saturating_add(1024);
    let watchers = Watchers::new(jobs.clone(), config.clone(), drain.clone());
    let limit = config.limits.max_request_bytes;
    // A job may show 100,000 handles of itself, and a client sets its own limit.
    let answer_limit = usize::MAX;
    let assets =
        AssetServiceServer::new(Assets { library, jobs: jobs.clone(), config: config.clone() })
            .max_decoding_message_size(limit)
            .max_encoding_message_size(answer_limit);
    let image_formats =
        ImageFormatServiceServer::new(ImageFormats { jobs: jobs.clone(), config: config.clone() })
            .max_decoding_message_size(limit)
            .max_encoding_message_size(answer_limit);
    let job_logs = JobLogServiceServer::new(JobLogs { jobs: jobs.clone(), config: config.clone() })
        .max_decoding_message_size(limit)
        .max_encoding_message_size(answer_limit);
    let job_service = JobServiceServer::new(JobsService { jobs, config, watchers })
        .max_decoding_message_size(limit)
        .max_encoding_message_size(answer_limit);

    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_serving::<AssetServiceServer<Assets>>().await;
    health.set_serving::<ImageFormatServiceServer<ImageFormats>>().await;
    health.set_serving::<JobLogServiceServer<JobLogs>>().await;
    health.set_serving::<JobServiceServer<JobsService>>().await;

    let served = Server::builder()
        .http2_keepalive_interval(Some(KEEPALIVE))
        .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
        .tcp_nodelay(true)
        .max_concurrent_streams(Some(streams))
        .layer(tower::util::MapRequestLayer::new(super::broken_off::watch))
        .add_service(health_service)
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?)
        .add_service(assets)
        .add_service(image_formats)
        .add_service(job_logs)
        .add_service(job_service)
        .serve_with_incoming_shutdown(TcpListenerStream::new(listener), async move {
            drain.cancelled().await;
            health.set_not_serving::<AssetServiceServer<Assets>>().await;
            health.set_not_serving::<ImageFormatServiceServer<ImageFormats>>().await;
            health.set_not_serving::<JobLogServiceServer<JobLogs>>().await;
            health.set_not_serving::<JobServiceServer<JobsService>>().await;
        });
    Ok(served.await?)
}

/// Everything a client can ask about, the details of errors included.
fn reflection() -> Reflection<'static> {
    Reflection::configure()
        .register_encoded_file_descriptor_set(proto::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
}
