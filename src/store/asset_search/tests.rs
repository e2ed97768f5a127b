use super::*;
use sqlx::Row as _;

const ORDERS: [AssetOrder; 5] = [
    AssetOrder::Created,
    AssetOrder::Modified,
    AssetOrder::Name,
    AssetOrder::Type,
    AssetOrder::FileSize,
];

fn whole_library() -> AssetSearch {
    AssetSearch {
        company: "c|1".into(),
        folder: String::new(),
        include_subfolders: true,
        name_contains: String::new(),
        types: Vec::new(),
        trash_state: 1,
        order: AssetOrder::Created,
        descending: false,
    }
}

async fn plan(store: &Store, Condition { sql, values }: Condition) -> String {
    let sql = format!("EXPLAIN QUERY PLAN {sql}");
    let rows = bound(&sql, values).fetch_all(store.read()).await.unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.get::<String, _>(3)).collect();
    lines.join("; ")
}

/// Whatever the size of the library, no page sorts more than a small folder.
#[tokio::test]
async fn every_page_is_read_from_an_index() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("offprint.db")).await.unwrap();
    for order in ORDERS {
        for (descending, folder, include_subfolders) in
            [(false, "", true), (true, "", true), (false, "a/", false), (true, "a/", true)]
        {
            let search = AssetSearch {
                order,
                descending,
                folder: folder.into(),
                include_subfolders,
                ..whole_library()
            };
            let place = order.place(&AssetRow { id: 7, ..AssetRow::default() });
            for after in [None, Some(&place)] {
                let found = plan(&store, search.page(1_000_000, after, 100)).await;
                let index = format!("asset_by_{}", order.column().replace("_ms", ""));
                let index = index.replace("file_", "");
                assert!(found.contains(&index), "{search:?}: {found}");
                assert!(!found.contains("TEMP B-TREE"), "{search:?}: {found}");
                if !search.everywhere() {
                    let found = plan(&store, search.page(SMALL, after, 100)).await;
                    assert!(found.contains("asset_folder"), "{search:?}: {found}");
                }
            }
            let count = plan(&store, search.count()).await;
            assert!(count.contains("COVERING INDEX"), "{count}");
        }
    }
    let text = AssetSearch { name_contains: "chair".into(), ..whole_library() };
    let found = plan(&store, text.count()).await;
    assert!(found.contains("COVERING INDEX asset_by_name"), "{found}");
}

/// Both ways of reading a page give the same rows in the same order, page by
/// page, while assets are added.
#[tokio::test]
async fn pages_have_each_asset_once_while_others_come() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("offprint.db")).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let folders = ["", "a/", "a/b/", "a0/", "A/"];
    for n in 0..60i64 {
        let mut asset = AssetRow {
            company: "c|1".into(),
            name: format!("n{:02}", n * 7 % 60),
            file_name: format!("f{n}.png"),
            folder: folders[n as usize % folders.len()].into(),
            trash_state: 1,
            asset_type: (n % 3) as i32,
            file_size: n % 4,
            created_ms: 1000 + n / 10,
            ..AssetRow::default()
        };
        super::super::assets::insert(&mut tx, &mut asset).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut added = 0;
    for order in ORDERS {
        for descending in [false, true] {
            let folder = "a/".to_owned();
            let search = AssetSearch { order, descending, folder, ..whole_library() };
            let all = store.search_assets(&search, 1, None, 1000).await.unwrap();
            assert!(all.iter().all(|asset| asset.folder.starts_with("a/")), "{all:?}");
            assert_eq!(all.len() as i64, store.count_assets(&search).await.unwrap());
            for total in [1, SMALL + 1] {
                let mut paged: Vec<AssetRow> = Vec::new();
                loop {
                    let after = paged.last().map(|row| order.place(row));
                    let page = store.search_assets(&search, total, after.as_ref(), 5).await;
                    let page = page.unwrap();
                    let full = page.len() == 5;
                    paged.extend(page);
                    if !full {
                        break;
                    }
                    // before all others in the order of every key, or after
                    let mut tx = store.begin().await.unwrap();
                    added += 1;
                    let mut asset = AssetRow {
                        company: "c|1".into(),
                        name: format!("a{added:04}"),
                        file_name: format!("new {added}.png"),
                        folder: "a/".into(),
                        trash_state: 2,
                        ..AssetRow::default()
                    };
                    super::super::assets::insert(&mut tx, &mut asset).await.unwrap();
                    asset.trash_state = 1;
                    super::super::assets::update_place(&mut tx, &asset).await.unwrap();
                    tx.commit().await.unwrap();
                }
                let known: Vec<i64> = all.iter().map(|row| row.id).collect();
                let mut seen: Vec<i64> = paged.iter().map(|row| row.id).collect();
                seen.retain(|id| known.contains(id));
                assert_eq!(seen, known, "{order:?} {descending} {total}");
                let mut tx = store.begin().await.unwrap();
                for row in paged.iter().filter(|row| !known.contains(&row.id)) {
                    super::super::assets::remove(&mut tx, row, 1).await.unwrap();
                }
                sqlx::query("DELETE FROM asset WHERE name LIKE 'a%'")
                    .execute(&mut *tx)
                    .await
                    .unwrap();
                tx.commit().await.unwrap();
            }
        }
    }
    assert!(added > 20, "{added}");
}
