//! What happened to one asset, in all jobs.

use crate::harness::*;
use offprint::proto::JobLogType as Log;
use offprint::proto::*;
use tonic::Request;

/// All rows of an asset, read in pages of a size.
async fn rows(service: &Service, asset: &str, page_size: i32) -> Vec<AssetJobLog> {
    let (mut rows, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = GetAssetJobLogsRequest {
            asset_handle: asset.into(),
            page_size,
            page_token,
            ..Default::default()
        };
        let page = service.logs().get_asset_job_logs(request).await.unwrap().into_inner();
        rows.extend(page.job_log_array);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return rows;
        }
    }
}

#[tokio::test]
async fn an_asset_in_two_jobs_newest_first() {
    let service = Service::start().await;
    let font = service.upload("f.ttf", b"\0\x01\0\0 as good as a font").await;
    let cat = service.upload("cat.png", CAT).await;
    let unused = service.upload("dog.png", CAT).await;
    let mut jobs = Vec::new();
    for export in [orig(&[&cat, &font]), convert(&[&cat, &font], "wid=20&fmt=png")] {
        let job = service.submit(export).await;
        service.watch(&job).await;
        jobs.push(job);
    }
    let found = rows(&service, &font, 0).await;
    let short = |row: &AssetJobLog| {
        let detail = row.detail.as_ref().unwrap();
        assert_eq!(
            (detail.asset_handle.as_str(), detail.asset_name.as_str()),
            (font.as_str(), "f.ttf")
        );
        (row.job_handle.clone(), detail.log_type())
    };
    let of = |job: usize, log_type| (jobs[job].clone(), log_type);
    assert_eq!(
        found.iter().map(short).collect::<Vec<_>>(),
        [
            of(1, Log::FileEnd),
            of(1, Log::ExportWarning),
            of(1, Log::FileBegin),
            of(0, Log::FileEnd),
            of(0, Log::ExportSuccess),
            of(0, Log::FileBegin),
        ]
    );
    let warned = found[1].detail.as_ref().unwrap();
    assert_eq!((warned.reason.as_str(), warned.aux_array.len()), ("EXPORTED_AS_ORIGINAL", 1));
    assert_eq!(found[0].job_name, service.get(&jobs[1]).await.name);

    // the same rows as in the logs of the jobs
    for (job, part) in [(1, &found[..3]), (0, &found[3..])] {
        let whole = crate::logs::all(&service, crate::logs::of(&jobs[job])).await;
        let mut about: Vec<_> = whole.into_iter().filter(|row| row.asset_handle == font).collect();
        about.reverse();
        let part: Vec<_> = part.iter().map(|row| row.detail.clone().unwrap()).collect();
        assert_eq!(part, about);
    }
    for page_size in [1, 2, 3, 4, 6] {
        assert_eq!(rows(&service, &font, page_size).await, found, "by {page_size}");
    }
    assert_eq!(rows(&service, &unused, 0).await, []);

    let mut german =
        Request::new(GetAssetJobLogsRequest { asset_handle: cat, ..Default::default() });
    german.metadata_mut().insert("accept-language", "de".parse().unwrap());
    let answer = service.logs().get_asset_job_logs(german).await.unwrap().into_inner();
    let detail = answer.job_log_array[0].detail.as_ref().unwrap();
    assert_eq!(detail.log_message, "Der Export von cat.png ist beendet.");
}

/// More jobs than are looked up at a time.
#[tokio::test]
async fn an_asset_in_many_jobs() {
    const JOBS: usize = 105;
    let service = Service::start().await;
    let cat = service.upload("cat.png", CAT).await;
    let mut jobs = Vec::new();
    for _ in 0..JOBS {
        jobs.push(service.submit(orig(&[&cat])).await);
    }
    for job in &jobs {
        service.watch(job).await;
    }
    jobs.reverse();
    for page_size in [1000, 100] {
        let found = rows(&service, &cat, page_size).await;
        let handles: Vec<_> = found.chunks(3).map(|rows| rows[0].job_handle.clone()).collect();
        assert_eq!((found.len(), &handles), (JOBS * 3, &jobs));
    }
}
