use super::*;
use sqlx::Row as _;

/// A database of the version before opens, and its rows have empty fields.
#[tokio::test]
async fn a_database_of_the_first_version_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("offprint.db");
    sqlx::any::install_default_drivers();
    let pool = AnyPool::connect(&sqlite_url(&file)).await.unwrap();
    let mut first = sqlx::migrate!();
    first.migrations.to_mut().retain(|migration| migration.version == 1);
    first.run(&pool).await.unwrap();
    for row in [
        "INSERT INTO asset VALUES (7, 'c|1', 1, '', 'chair', 'chair.jpg', '', 1, 5, 3, 2, 7200, \
         'ab', 0, '', 10, 11)",
        "INSERT INTO item VALUES (1, 0, 'a|7', 7, 'waiting', 0, 0, 0, 'chair.png', '')",
    ] {
        sqlx::query(row).execute(&pool).await.unwrap();
    }
    pool.close().await;

    let store = Store::open(&file).await.unwrap();
    let asset = store.asset("c|1", 7).await.unwrap().unwrap();
    assert_eq!((asset.name.as_str(), asset.modified_ms), ("chair", 11));
    let fields = (asset.url_modifier.as_str(), asset.url_post_apply_modifier.as_str());
    assert_eq!((fields, asset.anchor.as_str()), (("", ""), ""));
    assert_eq!((asset.object_resolution_mdpi, asset.print_resolution, asset.mask), (0, 0, 0));
    assert_eq!(asset.version, 1);
    assert_eq!(store.usage("c|1").await.unwrap(), usage::Usage { assets: 1, bytes: 5 });
    let item = store.item(1, 0).await.unwrap().unwrap();
    assert_eq!(item.output_name, "chair.png");
    assert_eq!((item.effective.as_str(), item.warnings.as_str()), ("", ""));
    store.close().await;
    Store::open(&file).await.unwrap().close().await;
}

/// Events of a version without kinds get theirs, as the version of today writes them.
#[tokio::test]
async fn events_of_earlier_versions_are_indexed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("offprint.db");
    sqlx::any::install_default_drivers();
    let pool = AnyPool::connect(&sqlite_url(&file)).await.unwrap();
    let mut earlier = sqlx::migrate!();
    earlier.migrations.to_mut().retain(|migration| migration.version < 4);
    earlier.run(&pool).await.unwrap();
    // payloads as a server of that version wrote them
    let asset = r#""asset":{"index":12345,"handle":"a|7","name":"c.png","asset_type":16}"#;
    let counts = r#""counts":{"total":2,"success":1,"error":0,"warning":1,"duplicate":1,"cancelled":0,"bytes_out":5}"#;
    let odd = r#""warning":{"reason":"ODD","message":"odd"}"#;
    let events = [
        (r#"{"event":"job_accepted","original_name":"x","total":2}"#.to_owned(), "job_accepted", -1),
        (
            r#"{"event":"job_warning","warning":{"reason":"DUPLICATE_HANDLE","message":"twice","metadata":{"index":"1"}}}"#.into(),
            "duplicate_skipped",
            -1,
        ),
        (format!(r#"{{"event":"job_warning",{odd}}}"#), "job_warning", -1),
        (
            r#"{"event":"job_started","run_name":"x","total":2,"resolved_macro":""}"#.into(),
            "job_started",
            -1,
        ),
        (
            format!(r#"{{"event":"asset_started",{asset},"attempt":1,"effective_request":""}}"#),
            "asset_started",
            12345,
        ),
        (format!(r#"{{"event":"asset_warning",{asset},{odd}}}"#), "asset_warning", 12345),
        (
            format!(r#"{{"event":"asset_completed",{asset},"files":[],"elapsed_ms":3,{counts}}}"#),
            "asset_warned",
            12345,
        ),
        (
            format!(r#"{{"event":"asset_completed",{asset},"files":[],"elapsed_ms":3,{counts}}}"#),
            "asset_completed",
            12345,
        ),
        (
            format!(r#"{{"event":"asset_failed",{asset},"error":{{"reason":"A","message":"b"}},{counts}}}"#),
            "asset_failed",
            12345,
        ),
        (format!(r#"{{"event":"asset_cancelled",{asset}}}"#), "asset_cancelled", 12345),
        (
            r#"{"event":"artifact_ready","index":3,"file":{"name":"c","mime_type":"","size":1,"width":0,"height":0,"sha256":""}}"#.into(),
            "artifact_ready",
            -1,
        ),
        (
            r#"{"event":"job_state_changed","from":"running","to":"stopping","actor":"client"}"#.into(),
            "job_state_changed",
            -1,
        ),
        (
            format!(r#"{{"event":"job_finished","outcome":"stopped",{counts},"error":null,"elapsed_ms":9}}"#),
            "job_finished",
            -1,
        ),
    ];
    for (seq, (payload, ..)) in (1i64..).zip(&events) {
        let sql = "INSERT INTO event (job_id, seq, time_ms, payload) VALUES (1, $1, 0, $2)";
        sqlx::query(sql).bind(seq).bind(payload).execute(&pool).await.unwrap();
    }
    pool.close().await;

    let store = Store::open(&file).await.unwrap();
    let sql = "SELECT kind, idx, payload FROM event ORDER BY seq";
    let rows = sqlx::query(sql).fetch_all(store.read()).await.unwrap();
    for (row, (payload, kind, idx)) in rows.iter().zip(&events) {
        let found: (String, i64) = (row.get(0), row.get(1));
        assert_eq!((found.0.as_str(), found.1), (*kind, *idx), "{payload}");
        let read = crate::jobs::event::Event::from_payload(payload);
        assert!(read.is_ok(), "no server wrote {payload}: {read:?}");
    }
    assert_eq!(rows.len(), events.len());
    store.close().await;
}
