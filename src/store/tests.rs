use super::*;

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
