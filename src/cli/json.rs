//! Messages as JSON, exactly as grpcurl and every other proto3 JSON printer
//! writes them, from the descriptors that the server reflects.

use super::status::Failure;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage};
use prost_types::FileDescriptorSet;
use std::sync::LazyLock;

/// The contract and the error details that its statuses carry.
static POOL: LazyLock<Result<DescriptorPool, String>> = LazyLock::new(|| {
    let mut files = FileDescriptorSet::default();
    for bytes in [crate::proto::DESCRIPTORS, tonic_types::pb::FILE_DESCRIPTOR_SET] {
        let set = FileDescriptorSet::decode(bytes).map_err(|error| error.to_string())?;
        for file in set.file {
            if !files.file.iter().any(|known| known.name == file.name) {
                files.file.push(file);
            }
        }
    }
    DescriptorPool::from_file_descriptor_set(files).map_err(|error| error.to_string())
});

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
