//! The durable core: appending events and replaying a job to a watcher.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use offprint::app::App;
use offprint::config::Config;
use offprint::proto::asset_service_client::AssetServiceClient;
use offprint::proto::job_service_client::JobServiceClient;
use offprint::proto::*;
use offprint::store::{Store, events, jobs};
use tokio::runtime::Runtime;

/// One transaction with the three events that a finished asset makes, on disk.
fn event_append(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (store, job) = runtime.block_on(async {
        let store = Store::open(&folder.path().join("bench.db")).await.unwrap();
        let mut job = jobs::JobRow { company: "c|1".into(), ..Default::default() };
        let mut tx = store.begin().await.unwrap();
        jobs::insert(&mut tx, &mut job).await.unwrap();
        tx.commit().await.unwrap();
        (store, job.id)
    });
    let event = events::NewEvent { kind: "asset_completed", idx: 7, payload: "x".repeat(300) };
    let three = vec![event; 3];
    criterion.bench_function("append 3 events", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let mut tx = store.begin().await.unwrap();
                events::append(&mut tx, job, 0, &three).await.unwrap();
                tx.commit().await.unwrap();
            });
        });
    });
}

/// All events of a finished job of 5000 assets, through a real client.
fn watch_replay(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (app, client, job, total) = runtime.block_on(async {
        let config = Config {
            data_dir: folder.path().join("data"),
            listen: ([127, 0, 0, 1], 0).into(),
            ..Config::default()
        };
        let app = App::start(config).await.unwrap();
        let address = format!("http://{}", app.address());
        let channel =
            tonic::transport::Channel::from_shared(address).unwrap().connect().await.unwrap();
        let mut assets = AssetServiceClient::new(channel.clone());
        // One asset that can be exported lets the others be unknown.
        let header = UploadHeader {
            file_name: "x.mp4".into(),
            asset_type: AssetType::Video.into(),
            ..Default::default()
        };
        let header = UploadAssetRequest { data: Some(upload_asset_request::Data::Header(header)) };
        let mut items = vec![];
        let answer = assets.upload_asset(tokio_stream::iter([header])).await.unwrap();
        items.push(answer.into_inner().asset.unwrap().asset_handle);
        items.extend((1..5000).map(|i| format!("a|{}", 1000 + i)));
        let export = ExportJob {
            asset_handle_array: Some(HandleArray { items }),
            fmt: ExportFmt::Orig.into(),
            ..Default::default()
        };
        let mut client = JobServiceClient::new(channel);
        let submit = SubmitJobRequest {
            job: Some(submit_job_request::Job::ExportJob(export)),
            ..Default::default()
        };
        let job = client.submit_job(submit).await.unwrap().into_inner().job_handle;
        let total = replay(&mut client, &job).await;
        (app, client, job, total)
    });
    let mut group = criterion.benchmark_group("watch");
    group.throughput(Throughput::Elements(total));
    group.sample_size(10);
    group.bench_function("replay a job of 5000 assets", |bencher| {
        bencher.iter_batched(
            || client.clone(),
            |mut client| runtime.block_on(replay(&mut client, &job)),
            BatchSize::PerIteration,
        );
    });
    group.finish();
    runtime.block_on(app.stop()).unwrap();
}

async fn replay(client: &mut JobServiceClient<tonic::transport::Channel>, job: &str) -> u64 {
    let request = WatchJobRequest { job_handle: job.into(), ..Default::default() };
    let mut stream = client.watch_job(request).await.unwrap().into_inner();
    let mut last = 0;
    while let Some(message) = stream.message().await.unwrap() {
        last = message.last_sequence;
    }
    last
}

criterion_group!(benches, event_append, watch_replay);
criterion_main!(benches);
