//! The library after the upload: trash, folders, names, versions, quotas, and
//! files that go when nothing needs them.

use crate::harness::*;
use offprint::proto::*;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tonic::Code;

impl Service {
    async fn put(&self, path: &str, bytes: &[u8], overwrite: bool) -> Asset {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let header = UploadHeader {
            file_name: name.into(),
            dest_folder: folder.into(),
            overwrite,
            ..Default::default()
        };
        self.try_upload(header, bytes).await.unwrap()
    }

    async fn delete(&self, handles: &[&str], permanently: bool) -> Vec<AssetResult> {
        let request = DeleteAssetsRequest {
            asset_handle_array: owned(handles),
            permanently,
            ..Default::default()
        };
        self.assets().delete_assets(request).await.unwrap().into_inner().result_array
    }

    async fn restore(&self, handles: &[&str]) -> Vec<AssetResult> {
        let request =
            RestoreAssetsRequest { asset_handle_array: owned(handles), ..Default::default() };
        self.assets().restore_assets(request).await.unwrap().into_inner().result_array
    }

    async fn asset(&self, handle: &str) -> Option<Asset> {
        let request =
            GetAssetsRequest { asset_handle_array: owned(&[handle]), ..Default::default() };
        self.assets().get_assets(request).await.unwrap().into_inner().asset_array.pop()
    }

    fn originals(&self) -> Vec<PathBuf> {
        let originals = self.data().join("originals");
        self.files().into_iter().filter(|path| path.starts_with(&originals)).collect()
    }

    /// Waits until there are so many originals.
    async fn originals_become(&self, count: usize) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.originals().len() != count {
            assert!(Instant::now() < deadline, "{count}: {:?}", self.originals());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn owned(handles: &[&str]) -> Vec<String> {
    handles.iter().map(|handle| handle.to_string()).collect()
}

/// A server that removes files as soon as nothing needs them.
async fn without_grace() -> Service {
    Service::with(|config| {
        config.library.sweep_seconds = 1;
        config.library.grace_seconds = 0;
    })
    .await
}

#[tokio::test]
async fn assets_go_into_the_trash_and_come_back() {
    let service = Service::start().await;
    let cat = service.put("a/cat.png", CAT, false).await.asset_handle;
    let dog = service.put("a/dog.png", ASTRONAUT, false).await.asset_handle;
    let results = service.delete(&[&cat, "a|99", "24265|1|17061", &cat], false).await;
    let handles: Vec<&str> = results.iter().map(|result| result.asset_handle.as_str()).collect();
    assert_eq!(handles, [cat.as_str(), "a|99", "24265|1|17061", cat.as_str()]);
    assert_eq!(results[0].asset.as_ref().unwrap().trash_state(), TrashState::InTrash);
    assert_eq!(results[3].asset, results[0].asset);
    for unknown in &results[1..3] {
        let error = unknown.error.as_ref().unwrap();
        assert_eq!((reason(error).as_str(), unknown.asset.as_ref()), ("ASSET_NOT_FOUND", None));
    }
    let everything = SearchAssetsRequest { include_subfolders: true, ..Default::default() };
    let found = service.assets().search_assets(everything.clone()).await.unwrap().into_inner();
    assert_eq!(found.total_rows, 1);
    let trash = SearchAssetsRequest { trash_state: TrashState::InTrash.into(), ..everything };
    let found = service.assets().search_assets(trash).await.unwrap().into_inner();
    assert_eq!(found.asset_array[0].asset_handle, cat);

    let (events, _) = service.export(orig(&[&cat, &dog])).await;
    assert_eq!(failures(&events), [(0, "ASSET_IN_TRASH".to_owned())]);
    // its name stays taken
    assert_eq!(service.put("a/cat.png", CAT, false).await.file_name, "cat-1.png");

    let restored = service.restore(&[&cat, &dog]).await;
    assert!(
        restored.iter().all(|result| {
            result.asset.as_ref().unwrap().trash_state() == TrashState::NotInTrash
        })
    );
    let (events, outputs) = service.export(orig(&[&cat, &dog])).await;
    assert_eq!((failures(&events), outputs.len()), (vec![], 2));
}

#[tokio::test]
async fn an_upload_over_an_asset_in_the_trash_takes_it_out() {
    let service = Service::start().await;
    let cat = service.put("cat.png", CAT, false).await;
    assert_eq!(cat.version, 1);
    service.delete(&[&cat.asset_handle], false).await;
    let again = service.put("cat.png", ASTRONAUT, true).await;
    assert_eq!((again.asset_handle, again.version), (cat.asset_handle.clone(), 2));
    let now = service.asset(&cat.asset_handle).await.unwrap();
    assert_eq!((now.trash_state(), now.version, now.width), (TrashState::NotInTrash, 2, 512));
    let set = service.register("set", AssetType::ImageSet).await;
    assert_eq!(service.asset(&set).await.unwrap().version, 0);
}

/// Equal bytes are one file, which goes with the last asset that has it.
#[tokio::test]
async fn a_file_goes_with_the_last_asset_that_has_it() {
    let service = without_grace().await;
    let first = service.put("a.png", CAT, false).await.asset_handle;
    let second = service.put("b.png", CAT, false).await.asset_handle;
    let other = service.put("c.png", ASTRONAUT, false).await.asset_handle;
    assert_eq!(service.originals().len(), 2);
    let removed = service.delete(&[&first], true).await;
    let shown = removed[0].asset.as_ref().unwrap();
    assert_eq!(shown.trash_state(), TrashState::InEmptiedTrash);
    assert_eq!(service.asset(&first).await, None);
    service.delete(&[&other], true).await;
    service.originals_become(1).await;
    let (_, outputs) = service.export(orig(&[&second])).await;
    assert!(outputs[0].1 == CAT);
    service.put("b.png", ASTRONAUT, true).await;
    service.originals_become(1).await;
    service.delete(&[&second], true).await;
    service.originals_become(0).await;
    // an output is a file of its own
    assert_eq!(service.files().len(), 1);
}

#[tokio::test]
async fn a_released_file_stays_for_the_time_of_grace() {
    let mut service = Service::with(|config| {
        config.library.sweep_seconds = 1;
        config.library.grace_seconds = 3600;
    })
    .await;
    let cat = service.put("a.png", CAT, false).await.asset_handle;
    service.delete(&[&cat], true).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(service.originals().len(), 1);
    // uploaded again before its time is over: it is no longer to be removed
    let again = service.put("a.png", CAT, false).await.asset_handle;
    service.reconfigure(|config| config.library.grace_seconds = 0).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (_, outputs) = service.export(orig(&[&again])).await;
    assert!(outputs[0].1 == CAT);
}

/// A crash between the bytes and the row leaves a file that no row ever named.
#[tokio::test]
async fn a_file_without_a_row_is_removed_after_the_time_of_grace() {
    let mut service = Service::start().await;
    service.put("cat.png", CAT, false).await;
    let stray = service.data().join("originals/ab").join("ab".repeat(32));
    let foreign = service.data().join("originals/ab/README");
    std::fs::create_dir_all(stray.parent().unwrap()).unwrap();
    std::fs::write(&stray, b"cut off").unwrap();
    std::fs::write(&foreign, b"not ours").unwrap();
    service.restart(async |_| {}).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(stray.exists(), "the time of grace counts from its last change");
    service.reconfigure(|config| config.library.grace_seconds = 0).await;
    service.originals_become(2).await;
    assert!(!stray.exists() && foreign.exists());
}

/// Replaced and swept all the time: an export takes the old bytes or the new
/// ones, whole, and never fails.
#[tokio::test(flavor = "multi_thread")]
async fn exports_of_an_asset_that_is_being_replaced_have_one_of_its_versions() {
    let service = without_grace().await;
    let cat = service.put("cat.png", CAT, false).await.asset_handle;
    let deadline = Instant::now() + Duration::from_secs(4);
    let replacing = async {
        let mut turn = 0;
        while Instant::now() < deadline {
            turn += 1;
            let bytes = if turn % 2 == 0 { CAT } else { ASTRONAUT };
            service.put("cat.png", bytes, true).await;
        }
        turn
    };
    let exporting = async {
        let mut exports = 0;
        while Instant::now() < deadline {
            let (events, outputs) = service.export(orig(&[&cat])).await;
            assert_eq!(failures(&events), []);
            assert!(outputs[0].1 == CAT || outputs[0].1 == ASTRONAUT);
            let (events, _) = service.export(convert(&[&cat], "wid=20&fmt=png")).await;
            assert_eq!(failures(&events), []);
            exports += 2;
        }
        exports
    };
    let (turns, exports) = tokio::join!(replacing, exporting);
    assert!(turns > 3 && exports > 3, "{turns} {exports}");
    assert_eq!(service.asset(&cat).await.unwrap().version, turns + 1);
}

/// An item whose file went while it waited for memory takes the new one.
#[tokio::test(flavor = "multi_thread")]
async fn an_item_that_waited_for_memory_takes_the_file_that_came_meanwhile() {
    let service = Service::with(|config| {
        config.jobs.workers = 2;
        config.jobs.memory_bytes = 1; // one at a time
        config.library.sweep_seconds = 1;
        config.library.grace_seconds = 0;
    })
    .await;
    let first = service.put("first.png", ASTRONAUT, false).await.asset_handle;
    let second = service.put("second.png", CAT, false).await.asset_handle;
    let long = service.submit(convert(&[&first], "wid=5000&fit=fit,1&fmt=jpeg")).await;
    while service.get(&long).await.state() != ActiveJobState::Running {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let job = service.submit(convert(&[&second], "wid=20&fmt=png")).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    service.put("second.png", &png(40, 10, [9, 9, 9]), true).await;
    service.originals_become(2).await;
    let waited = service.get(&long).await.state() == ActiveJobState::Running;
    let events = service.watch(&job).await;
    check_events(&events);
    assert_eq!(failures(&events), []);
    let output = &service.artifacts(&job).await[0];
    let picture = image::load_from_memory(&service.download(&job, output).await).unwrap();
    if waited {
        assert_eq!((picture.width(), picture.height()), (20, 5));
    }
}

/// What a ZIP file has is listed without unpacking it.
#[tokio::test]
async fn entries_of_zip_files_are_listed() {
    const PLAIN: &[u8] = include_bytes!("../golden/zip/plain.zip");
    let service = Service::start().await;
    let zip = service.put("shoes.zip", PLAIN, false).await;
    assert_eq!(zip.r#type(), AssetType::Zip);
    let cut = service.put("cut.zip", &PLAIN[..200], false).await.asset_handle;
    let cat = service.put("cat.png", CAT, false).await.asset_handle;
    let set = service.register("set", AssetType::ImageSet).await;
    let entries = async |handle: &str| {
        let request = GetZipEntriesRequest { asset_handle: handle.into(), ..Default::default() };
        let answer = service.assets().get_zip_entries(request).await;
        answer.map(|answer| answer.into_inner().zip_array)
    };
    let found = entries(&zip.asset_handle).await.unwrap();
    let names: Vec<&str> = found.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["shoes/", "shoes/rot.txt", "grün.txt", "Café.txt"]);
    assert!(found[0].is_directory && !found[1].is_directory);
    assert_eq!((found[2].compressed_size, found[2].uncompressed_size), (5, 10));
    assert_eq!(found[2].last_modified.unwrap().seconds, 1_709_210_096);
    for (handle, code, why) in [
        (&cut, Code::InvalidArgument, "DECODE_FAILED"),
        (&cat, Code::InvalidArgument, "UNSUPPORTED_ASSET_TYPE"),
        (&set, Code::NotFound, "NO_ORIGINAL"),
        (&"a|99".to_owned(), Code::NotFound, "ASSET_NOT_FOUND"),
    ] {
        let refused = refusal(&entries(handle).await.unwrap_err());
        assert_eq!((refused.0, refused.1.as_str()), (code, why), "{handle}");
    }
}

/// 03 §4.2.
#[tokio::test]
async fn an_asset_removed_after_submit_fails_alone() {
    let service = Service::with(|config| config.jobs.workers = 1).await;
    let slow = service.put("slow.png", CAT, false).await.asset_handle;
    let gone = service.put("gone.png", ASTRONAUT, false).await.asset_handle;
    let job = service.submit(convert(&[&slow, &gone], crate::job::SLOW)).await;
    service.delete(&[&gone], true).await;
    let events = service.watch(&job).await;
    check_events(&events);
    assert_eq!(failures(&events), [(1, "ASSET_NOT_FOUND".to_owned())]);
}

#[tokio::test]
async fn moved_assets_get_a_number_where_their_name_is_taken() {
    let service = Service::start().await;
    let here = service.put("chair.png", CAT, false).await.asset_handle;
    let there = service.put("shop/chair.png", ASTRONAUT, false).await.asset_handle;
    let set = service.register("set", AssetType::ImageSet).await;
    let request = MoveAssetsRequest {
        asset_handle_array: owned(&[&here, &set, &there, "a|99"]),
        folder: "/shop".into(),
        ..Default::default()
    };
    let results = service.assets().move_assets(request.clone()).await.unwrap().into_inner();
    let paths: Vec<String> = results
        .result_array
        .iter()
        .map(|result| match &result.asset {
            Some(asset) => format!("{}:{}", asset.folder, asset.file_name),
            None => reason(result.error.as_ref().unwrap()),
        })
        .collect();
    assert_eq!(paths, ["shop/:chair-1.png", "shop/:", "shop/:chair.png", "ASSET_NOT_FOUND"]);
    // moving to where they are changes nothing
    let again = service.assets().move_assets(request).await.unwrap().into_inner();
    assert_eq!(again, results);

    let wrong = MoveAssetsRequest {
        asset_handle_array: owned(&["chair", &here]),
        folder: "a/../b".into(),
        ..Default::default()
    };
    let status = service.assets().move_assets(wrong).await.unwrap_err();
    assert_eq!(refusal(&status).2, ["folder", "asset_handle_array[0]"]);
    let nothing = service.assets().delete_assets(DeleteAssetsRequest::default()).await;
    assert_eq!(refusal(&nothing.unwrap_err()).2, ["asset_handle_array"]);
}

#[tokio::test]
async fn assets_get_other_names_unless_those_are_taken() {
    let service = Service::start().await;
    let cat = service.put("a/cat.png", CAT, false).await.asset_handle;
    let dog = service.put("a/dog.png", ASTRONAUT, false).await.asset_handle;
    let set = service.register("set", AssetType::ImageSet).await;
    let rename = async |handle: &str, name: &str, file_name: &str| {
        let request = RenameAssetRequest {
            asset_handle: handle.into(),
            name: name.into(),
            file_name: file_name.into(),
            ..Default::default()
        };
        match service.assets().rename_asset(request).await {
            Ok(answer) => {
                let asset = answer.into_inner().asset.unwrap();
                Ok((asset.name, asset.original_path))
            }
            Err(status) => Err(refusal(&status)),
        }
    };
    let named = |name: &str, path: &str| Ok((name.to_owned(), path.to_owned()));
    assert_eq!(rename(&cat, "", "tom.png").await, named("cat", "a/tom.png"));
    assert_eq!(rename(&cat, "tom", "").await, named("tom", "a/tom.png"));
    assert_eq!(rename(&cat, "tom", "tom.png").await, named("tom", "a/tom.png"));
    let (_, outputs) = service.export(orig(&[&cat])).await;
    assert_eq!(outputs[0].0.file_name, "tom.png");
    for (handle, name, file_name, code, reason) in [
        (&cat, "dog", "", Code::AlreadyExists, "NAME_TAKEN"),
        (&cat, "", "dog.png", Code::AlreadyExists, "NAME_TAKEN"),
        (&set, "", "x.png", Code::NotFound, "NO_ORIGINAL"),
        (&"a|99".to_owned(), "x", "", Code::NotFound, "ASSET_NOT_FOUND"),
    ] {
        let (got, why, _) = rename(handle, name, file_name).await.unwrap_err();
        assert_eq!((got, why.as_str()), (code, reason), "{handle} {name} {file_name}");
    }
    assert_eq!(rename(&dog, "a/b", "..").await.unwrap_err().2, ["name", "file_name"]);
    assert_eq!(rename(&dog, "", "").await.unwrap_err().2, ["name"]);
}

#[tokio::test]
async fn assets_are_found_by_name_and_by_path() {
    let service = Service::start().await;
    let cat = service.put("a/cat.png", CAT, false).await.asset_handle;
    let set = service.register("set", AssetType::ImageSet).await;
    let request = GetAssetsByNameRequest {
        name_array: owned(&["set", "Cat", "nobody", "cat", "set"]),
        ..Default::default()
    };
    let found = async |request| {
        let found = service.assets().get_assets_by_name(request).await.unwrap().into_inner();
        let names: Vec<String> = found.asset_array.into_iter().map(|asset| asset.name).collect();
        names.join(" ")
    };
    assert_eq!(found(request.clone()).await, "set cat set");
    let images = GetAssetsByNameRequest {
        asset_type_array: vec![AssetType::Image.into()],
        ..request.clone()
    };
    assert_eq!(found(images).await, "cat");
    let wrong = GetAssetsByNameRequest {
        asset_type_array: vec![999],
        read_mask: Some(prost_types::FieldMask { paths: vec!["nmae".into()] }),
        ..request
    };
    let status = service.assets().get_assets_by_name(wrong).await.unwrap_err();
    assert_eq!(refusal(&status).2, ["asset_type_array[0]", "read_mask"]);

    let request = GetOriginalFilePathsRequest {
        asset_handle_array: owned(&[&set, &cat, "a|99"]),
        ..Default::default()
    };
    let paths = service.assets().get_original_file_paths(request).await.unwrap().into_inner();
    let paths: Vec<(String, String)> = paths
        .original_file_array
        .into_iter()
        .map(|file| (file.path, file.error.as_ref().map(reason).unwrap_or_default()))
        .collect();
    let expected = [("", "NO_ORIGINAL"), ("a/cat.png", ""), ("", "ASSET_NOT_FOUND")];
    assert_eq!(paths, expected.map(|(path, why)| (path.to_owned(), why.to_owned())));
}

#[tokio::test]
async fn folders_are_listed_a_level_and_a_page_at_a_time() {
    let service = Service::start().await;
    for path in ["r.png", "b/1.png", "b/2.png", "b/c/3.png", "b/c/d/4.png", "a/x/5.png", "B/6.png"]
    {
        service.put(path, CAT, false).await;
    }
    // neither the trash nor another company counts
    let trashed = service.put("t/7.png", CAT, false).await.asset_handle;
    service.delete(&[&trashed], false).await;
    let list = async |folder: &str, page_size: i32| {
        let mut all = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = ListFoldersRequest {
                folder: folder.into(),
                page_size,
                page_token,
                ..Default::default()
            };
            let page = service.assets().list_folders(request).await.unwrap().into_inner();
            for folder in page.folder_array {
                let (path, here) = (folder.path, folder.asset_count);
                all.push(format!("{path} {here} {}", folder.total_asset_count));
            }
            page_token = page.next_page_token;
            if page_token.is_empty() {
                return all;
            }
        }
    };
    for page_size in [0, 1, 2, 3] {
        assert_eq!(list("", page_size).await, ["B/ 1 1", "a/ 0 1", "b/ 2 4"]);
        assert_eq!(list("/b", page_size).await, ["b/c/ 1 2"]);
        assert_eq!(list("b/c/", page_size).await, ["b/c/d/ 1 1"]);
        assert_eq!(list("b/c/d/", page_size).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_quota_of_bytes_is_kept_from_the_announcement_on() {
    let service = Service::with(|config| {
        config.limits.max_library_bytes = CAT.len() as u64 + 100;
    })
    .await;
    let announced = CAT.len() as i64;
    let upload = async |name: &str, bytes: &[u8], size_bytes: i64, overwrite: bool| {
        let header =
            UploadHeader { file_name: name.into(), size_bytes, overwrite, ..Default::default() };
        service.try_upload(header, bytes).await
    };
    let cat = upload("cat.png", CAT, announced, false).await.unwrap().asset_handle;
    // by the announcement alone, then by the bytes that come
    for (bytes, size) in [(&b""[..], 101), (&[0; 101][..], 0)] {
        let status = upload("more.png", bytes, size, false).await.unwrap_err();
        let (code, why, _) = refusal(&status);
        assert_eq!((code, why.as_str()), (Code::ResourceExhausted, "QUOTA_EXCEEDED"), "{status}");
        let total = (CAT.len() + 101).to_string();
        for part in [&total, &(CAT.len() + 100).to_string(), "limits.max_library_bytes"] {
            assert!(status.message().contains(part), "{part}: {status}");
        }
    }
    assert_eq!(service.originals().len(), 1);
    // what is replaced makes room; equal bytes of two assets count twice
    upload("cat.png", CAT, announced, true).await.unwrap();
    assert!(upload("copy.png", CAT, 0, false).await.is_err());
    upload("small.txt", b"text", 4, false).await.unwrap();
    // the trash counts until it is emptied
    service.delete(&[&cat], false).await;
    assert!(upload("other.png", CAT, announced, false).await.is_err());
    service.delete(&[&cat], true).await;
    upload("other.png", CAT, announced, false).await.unwrap();
}

#[tokio::test]
async fn a_quota_of_assets_counts_registered_ones_too() {
    let service = Service::with(|config| config.limits.max_library_assets = 2).await;
    service.put("cat.png", CAT, false).await;
    service.register("set", AssetType::ImageSet).await;
    let header = UploadHeader { file_name: "dog.png".into(), ..Default::default() };
    let status = service.try_upload(header, CAT).await.unwrap_err();
    assert_eq!(refusal(&status).1, "QUOTA_EXCEEDED");
    assert!(status.message().contains("limits.max_library_assets"), "{status}");
    let request = RegisterAssetRequest {
        name: "set 2".into(),
        r#type: AssetType::ImageSet.into(),
        ..Default::default()
    };
    let status = service.assets().register_asset(request).await.unwrap_err();
    assert_eq!(refusal(&status).1, "QUOTA_EXCEEDED");
    // no new asset
    service.put("cat.png", ASTRONAUT, true).await;
}

/// Uploads at the same time must not pass the quota together.
#[tokio::test(flavor = "multi_thread")]
async fn uploads_side_by_side_keep_the_quota() {
    let service = Service::with(|config| {
        config.limits.max_library_bytes = 2500;
        config.library.sweep_seconds = 1;
        config.library.grace_seconds = 0;
    })
    .await;
    let uploads: Vec<_> = (0..8u8)
        .map(|n| {
            let mut client = service.assets();
            let header = UploadHeader { file_name: format!("{n}.bin"), ..Default::default() };
            let messages = upload_messages(header, &[n; 1000]);
            tokio::spawn(async move { client.upload_asset(messages).await.is_ok() })
        })
        .collect();
    let mut stored = 0;
    for upload in uploads {
        stored += usize::from(upload.await.unwrap());
    }
    assert_eq!(stored, 2);
    // nor do the files of the others stay
    service.originals_become(2).await;
}
