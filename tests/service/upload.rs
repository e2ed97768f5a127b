//! Uploads: whole or not at all, under safe names, with the right type.

use crate::harness::*;
use offprint::proto::*;
use sha2::{Digest as _, Sha256};
use tonic::Code;

/// The server removes what it had written once it has seen the end of the call.
async fn nothing_is_left(service: &Service) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while !service.files().is_empty() {
        assert!(std::time::Instant::now() < deadline, "{:?}", service.files());
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn an_upload_says_what_it_got() {
    let service = Service::start().await;
    let header = UploadHeader {
        file_name: "chair.final.png".into(),
        dest_folder: "/Acme//chairs".into(),
        size_bytes: ASTRONAUT.len() as i64,
        sha256: Sha256::digest(ASTRONAUT).to_vec().into(),
        ..Default::default()
    };
    let asset = service.try_upload(header, ASTRONAUT).await.unwrap();
    assert_eq!(asset.asset_handle, "a|1");
    assert_eq!(asset.r#type(), AssetType::Image);
    assert_eq!((asset.width, asset.height), (512, 512));
    assert_eq!(asset.name, "chair.final");
    assert_eq!(
        (asset.folder.as_str(), asset.file_name.as_str()),
        ("Acme/chairs/", "chair.final.png")
    );
    assert_eq!(asset.original_path, "Acme/chairs/chair.final.png");
    assert_eq!(asset.file_size, ASTRONAUT.len() as i64);
    assert_eq!(asset.sha256, Sha256::digest(ASTRONAUT).to_vec());
    assert_eq!(asset.trash_state(), TrashState::NotInTrash);
}

#[tokio::test]
async fn a_wrong_sha256_or_size_is_data_loss_and_leaves_nothing() {
    let service = Service::start().await;
    for header in [
        UploadHeader { sha256: vec![7; 32].into(), ..Default::default() },
        UploadHeader { size_bytes: CAT.len() as i64 + 1, ..Default::default() },
        UploadHeader { size_bytes: CAT.len() as i64 - 1, ..Default::default() },
    ] {
        let header = UploadHeader { file_name: "cat.png".into(), ..header };
        let status = service.try_upload(header, CAT).await.unwrap_err();
        assert_eq!(refusal(&status).0, Code::DataLoss, "{status}");
    }
    nothing_is_left(&service).await;
}

/// Twenty times, since a server may see the end of the call before or after
/// the end of its messages.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_cut_off_in_the_middle_leaves_nothing() {
    let service = Service::start().await;
    for _ in 0..20 {
        let (sender, receiver) = tokio::sync::mpsc::channel(4);
        let stream = tokio_stream::wrappers::ReceiverStream::new(receiver);
        let mut client = service.assets();
        let call = tokio::spawn(async move { client.upload_asset(stream).await });
        let header = UploadHeader { file_name: "cat.png".into(), ..Default::default() };
        for data in [
            upload_asset_request::Data::Header(header),
            upload_asset_request::Data::Chunk(CAT[..100_000].to_vec().into()),
        ] {
            sender.send(UploadAssetRequest { data: Some(data) }).await.unwrap();
        }
        while service.files().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        call.abort();
        nothing_is_left(&service).await;
    }
    let search = SearchAssetsRequest { include_subfolders: true, ..Default::default() };
    let found = service.assets().search_assets(search).await.unwrap().into_inner();
    assert_eq!(found.total_rows, 0);
}

#[tokio::test]
async fn names_with_a_path_are_refused_all_fields_at_once() {
    let service = Service::start().await;
    for name in ["../x.png", "a/b.png", "..", "", "a\\b.png", "a\u{0}.png"] {
        let header = UploadHeader {
            file_name: name.into(),
            dest_folder: "a/../b".into(),
            sha256: vec![1].into(),
            ..Default::default()
        };
        let (code, _, fields) = refusal(&service.try_upload(header, CAT).await.unwrap_err());
        assert_eq!(code, Code::InvalidArgument);
        assert_eq!(fields, ["header.file_name", "header.dest_folder", "header.sha256"]);
    }
}

#[tokio::test]
async fn fields_of_a_later_version_are_unimplemented_by_name() {
    let service = Service::start().await;
    for (header, field) in [
        (UploadHeader { job_name: "x".into(), ..Default::default() }, "header.job_name"),
        (UploadHeader { job_handle: "x".into(), ..Default::default() }, "header.job_handle"),
        (UploadHeader { end_job: true, ..Default::default() }, "header.end_job"),
        (UploadHeader { request_id: "x".into(), ..Default::default() }, "header.request_id"),
        (
            UploadHeader { email_setting: EmailSetting::All.into(), ..Default::default() },
            "header.email_setting",
        ),
    ] {
        let header = UploadHeader { file_name: "x.png".into(), ..header };
        let status = service.try_upload(header, CAT).await.unwrap_err();
        assert_eq!(
            refusal(&status),
            (Code::Unimplemented, "UNIMPLEMENTED_FIELD".into(), vec![field.to_owned()])
        );
    }
}

#[tokio::test]
async fn a_name_that_is_taken_gets_a_number() {
    let service = Service::start().await;
    let mut names = Vec::new();
    for bytes in [CAT, ASTRONAUT, CAT] {
        let header = UploadHeader { file_name: "chair.png".into(), ..Default::default() };
        let asset = service.try_upload(header, bytes).await.unwrap();
        names.push((asset.file_name, asset.name));
    }
    let expected = [("chair.png", "chair"), ("chair-1.png", "chair-1"), ("chair-2.png", "chair-2")];
    assert_eq!(names, expected.map(|(file, name)| (file.to_owned(), name.to_owned())));
    // Equal bytes are stored once.
    assert_eq!(service.files().len(), 2);

    let header =
        UploadHeader { file_name: "chair-1.png".into(), overwrite: true, ..Default::default() };
    let messages = upload_messages(header, CAT);
    let answer = service.assets().upload_asset(messages).await.unwrap().into_inner();
    let asset = answer.asset.unwrap();
    assert!(answer.updated);
    assert_eq!((asset.asset_handle.as_str(), asset.width), ("a|2", 451));
}

#[tokio::test]
async fn content_decides_the_type_unless_one_is_told() {
    let service = Service::start().await;
    for (name, bytes, told, expected) in [
        ("a.jpg", ASTRONAUT, AssetType::Unspecified, AssetType::Image),
        ("b.jpg", &b"this is text"[..], AssetType::Unspecified, AssetType::Image),
        ("c.jpg", b"", AssetType::Unspecified, AssetType::Image),
        ("d.ttf", b"\0\x01\0\0\0\x01 a font", AssetType::Unspecified, AssetType::Font),
        ("e.txt", b"notes", AssetType::Unspecified, AssetType::Asset),
        ("f.bin", b"????", AssetType::MasterVideo, AssetType::MasterVideo),
    ] {
        let header =
            UploadHeader { file_name: name.into(), asset_type: told.into(), ..Default::default() };
        let asset = service.try_upload(header, bytes).await.unwrap();
        assert_eq!(asset.r#type(), expected, "{name}");
    }
}

#[tokio::test]
async fn messages_out_of_order_are_refused() {
    use upload_asset_request::Data::{Chunk, Header};
    let service = Service::start().await;
    let header = UploadHeader { file_name: "x.png".into(), ..Default::default() };
    let chunk = |size: usize| Chunk(vec![0; size].into());
    for data in [
        vec![],
        vec![chunk(1)],
        vec![Header(header.clone()), Header(header.clone())],
        vec![Header(header), chunk((1 << 20) + 1)],
    ] {
        let messages: Vec<_> =
            data.into_iter().map(|data| UploadAssetRequest { data: Some(data) }).collect();
        let status = service.assets().upload_asset(tokio_stream::iter(messages)).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    }
    nothing_is_left(&service).await;
}

#[tokio::test]
async fn a_file_above_the_limit_is_refused_by_its_announcement_and_by_its_bytes() {
    let service = Service::with(|config| config.limits.max_upload_bytes = 150_000).await;
    for size in [CAT.len() as i64, 0] {
        let header =
            UploadHeader { file_name: "x.png".into(), size_bytes: size, ..Default::default() };
        let status = service.try_upload(header, CAT).await.unwrap_err();
        assert_eq!(refusal(&status).1, "FILE_TOO_LARGE");
        assert!(status.message().contains("limits.max_upload_bytes"), "{status}");
    }
}

#[tokio::test]
async fn assets_are_found_again() {
    let service = Service::start().await;
    for (folder, name) in [("", "a.png"), ("x/", "b.png"), ("x/y/", "c_1.png"), ("xy/", "d%.png")] {
        let header = UploadHeader {
            file_name: name.into(),
            dest_folder: folder.into(),
            ..Default::default()
        };
        service.try_upload(header, CAT).await.unwrap();
    }
    service.register("set", AssetType::ImageSet).await;
    let all = SearchAssetsRequest { include_subfolders: true, ..Default::default() };
    let search = async |change: SearchAssetsRequest| {
        let found = service.assets().search_assets(change).await.unwrap().into_inner();
        let names: Vec<String> = found.asset_array.into_iter().map(|a| a.name).collect();
        (names.join(" "), found.total_rows, found.next_page_token)
    };
    let found = |names: &str, total| (names.to_owned(), total, String::new());
    assert_eq!(search(all.clone()).await, found("a b c_1 d% set", 5));
    let root = SearchAssetsRequest::default();
    assert_eq!(search(root).await, found("a set", 2));
    let x = SearchAssetsRequest { folder: "x".into(), ..all.clone() };
    assert_eq!(search(x).await, found("b c_1", 2));
    // Wildcards of SQL are letters here.
    for (text, names) in [("_", "c_1"), ("%", "d%"), ("PNG", "a b c_1 d%")] {
        let contains = SearchAssetsRequest { name_contains: text.into(), ..all.clone() };
        assert_eq!(search(contains).await.0, names);
    }
    let sets =
        SearchAssetsRequest { asset_type_array: vec![AssetType::ImageSet.into()], ..all.clone() };
    assert_eq!(search(sets).await, found("set", 1));
    let page = SearchAssetsRequest {
        sort_by: AssetSortField::Name.into(),
        sort_direction: SortDirection::Descending.into(),
        page_size: 3,
        ..all
    };
    let (names, total, token) = search(page.clone()).await;
    assert_eq!((names.as_str(), total), ("set d% c_1", 5));
    let rest = SearchAssetsRequest { page_token: token, ..page };
    assert_eq!(search(rest.clone()).await, found("b a", 5));
    let other = SearchAssetsRequest { name_contains: "x".into(), ..rest };
    let status = service.assets().search_assets(other).await.unwrap_err();
    assert_eq!(refusal(&status).2, ["page_token"]);
}

#[tokio::test]
async fn originals_come_back_byte_for_byte_from_any_offset() {
    let service = Service::start().await;
    let handle = service.upload("cat.png", CAT).await;
    for offset in [0, 1, CAT.len() as i64 - 1, CAT.len() as i64] {
        let request =
            DownloadAssetRequest { asset_handle: handle.clone(), offset, ..Default::default() };
        let mut stream = service.assets().download_asset(request).await.unwrap().into_inner();
        let mut bytes = Vec::new();
        let header = stream.message().await.unwrap().unwrap();
        assert!(matches!(header.data, Some(download_asset_response::Data::Header(_))));
        while let Some(message) = stream.message().await.unwrap() {
            if let Some(download_asset_response::Data::Chunk(chunk)) = message.data {
                bytes.extend_from_slice(&chunk);
            }
        }
        assert!(bytes == CAT[offset as usize..], "from {offset}");
    }
    let beyond = DownloadAssetRequest {
        asset_handle: handle,
        offset: CAT.len() as i64 + 1,
        ..Default::default()
    };
    let status = service.assets().download_asset(beyond).await.unwrap_err();
    assert_eq!(refusal(&status).0, Code::OutOfRange);
}
