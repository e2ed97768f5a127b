//! Compiles `proto/` in Rust and writes the descriptor set that reflection serves.

use prost::Message as _;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=proto");
    let files = [
        "offprint/v1/asset_service.proto",
        "offprint/v1/image_format_service.proto",
        "offprint/v1/job_log_service.proto",
        "offprint/v1/job_service.proto",
    ];
    let mut compiler = protox::Compiler::new(["proto"])?;
    compiler.include_source_info(true).include_imports(true).open_files(files)?;
    let descriptors = compiler.file_descriptor_set();

    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("offprint.bin"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure()
        // The details of a stored error and of a stream's status are the same type.
        .extern_path(".google.rpc.Status", "::tonic_types::Status")
        .bytes(".")
        .compile_fds(descriptors)?;
    Ok(())
}
