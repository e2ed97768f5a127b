//! Messages as JSON, exactly as grpcurl and every other proto3 JSON printer
//! writes them, from the descriptors that the server reflects.

use super::status::Failure;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage};
use prost_types::{FileDescriptorProto, FileDescriptorSet};
use std::sync::LazyLock;

/// The contract and the error details that its statuses carry.
static POOL: LazyLock<Result<DescriptorPool, String>> = LazyLock::new(|| {
    let mut files = FileDescriptorSet::default();
    for bytes in [crate::proto::DESCRIPTORS, tonic_types::pb::FILE_DESCRIPTOR_SET] {
        let set = FileDescriptorSet::decode(bytes).map_err(|error| error.to_string())?;
        for file in set.file {
            // Both bring google.rpc.Status, in files of different names.
            if !files.file.iter().any(|known| same_messages(known, &file)) {
                files.file.push(file);
            }
        }
    }
    DescriptorPool::from_file_descriptor_set(files).map_err(|error| error.to_string())
});

/// Whether two files define messages of the same names.
fn same_messages(one: &FileDescriptorProto, other: &FileDescriptorProto) -> bool {
    let name = |file: &FileDescriptorProto| {
        (file.package.clone(), file.message_type.first().and_then(|message| message.name.clone()))
    };
    one.name == other.name || (!one.message_type.is_empty() && name(one) == name(other))
}

/// One line of JSON. `name` is the message's name in the contract, such as `Asset`.
pub fn line(name: &str, message: &impl Message) -> Result<String, Failure> {
    let render = || -> Result<String, String> {
        let pool = POOL.as_ref().map_err(Clone::clone)?;
        let descriptor = pool
            .get_message_by_name(&format!("offprint.v1.{name}"))
            .ok_or("the contract has no such message")?;
        let dynamic = DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice())
            .map_err(|error| error.to_string())?;
        serde_json::to_string(&dynamic).map_err(|error| error.to_string())
    };
    render().map_err(|error| Failure::work(format!("cannot write {name} as JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::watch_job_response::Event;
    use crate::proto::{Asset, AssetFailed, AssetRef, AssetType, WatchJobResponse};

    #[test]
    fn fields_are_named_as_grpcurl_names_them() {
        let asset = Asset {
            asset_handle: "a|1".into(),
            r#type: AssetType::Image.into(),
            file_size: 5_000_000_000,
            width: 640,
            ..Default::default()
        };
        assert_eq!(
            line("Asset", &asset).unwrap(),
            r#"{"assetHandle":"a|1","type":"ASSET_TYPE_IMAGE","fileSize":"5000000000","width":640}"#
        );
    }

    #[test]
    fn the_details_of_an_error_are_readable() {
        let info = tonic_types::pb::ErrorInfo {
            reason: "DECODE_FAILED".into(),
            domain: "offprint".into(),
            ..Default::default()
        };
        let failed = AssetFailed {
            asset: Some(AssetRef { index: 2, ..Default::default() }),
            error: Some(tonic_types::Status {
                code: 3,
                message: "cut".into(),
                details: vec![prost_types::Any {
                    type_url: "type.googleapis.com/google.rpc.ErrorInfo".into(),
                    value: info.encode_to_vec(),
                }],
            }),
            ..Default::default()
        };
        let event = WatchJobResponse {
            sequence: 7,
            event: Some(Event::AssetFailed(failed)),
            ..Default::default()
        };
        assert_eq!(
            line("WatchJobResponse", &event).unwrap(),
            r#"{"sequence":"7","assetFailed":{"asset":{"index":2},"error":{"code":3,"message":"cut","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"DECODE_FAILED","domain":"offprint"}]}}}"#
        );
    }
}
