//! `offprint demo`: everything at work, in seconds, with nothing to set up.

use super::client::{self, Client};
use super::contact_sheet::{self, Cell};
use super::follow::{End, News, follow};
use super::job_view::JobView;
use super::output::say;
use super::progress::{self, Transfers};
use super::status::{EXIT_INTERRUPTED, EXIT_WORK, Failure};
use super::{Connection, Outcome, atomic, download, presets, table, upload};
use crate::config::Config;
use crate::proto::submit_job_request::Job;
use crate::proto::watch_job_response::Event;
use crate::proto::{
    Artifact, AssetType, ExportFmt, ExportJob, ExportOptions, HandleArray, PackageMode,
    RegisterAssetRequest, SubmitJobRequest, WatchJobResponse,
};
use clap::Args;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The photographs of `samples/`; their licences are in `samples/LICENSES.md`.
const PHOTOGRAPHS: [(&str, &[u8]); 6] = [
    ("astronaut.png", include_bytes!("../../samples/astronaut.png")),
    ("chelsea.png", include_bytes!("../../samples/chelsea.png")),
    ("coffee.png", include_bytes!("../../samples/coffee.png")),
    ("hubble_deep_field.jpg", include_bytes!("../../samples/hubble_deep_field.jpg")),
    ("rocket.jpg", ROCKET),
    ("logo.png", include_bytes!("../../samples/logo.png")),
];
const ROCKET: &[u8] = include_bytes!("../../samples/rocket.jpg");

/// A JPEG that ends after 60 % of its bytes.
const BROKEN: (&str, &[u8]) = ("broken.jpg", ROCKET.split_at(ROCKET.len() * 6 / 10).0);
/// A set of pictures, which has no file that could be exported.
const SET: &str = "spring-catalogue";

/// Conversions with a name. Each is used in the job.
const MACROS: [(&str, &str); 3] = [
    ("square", "wid=500&hei=500&fit=crop,1"),
    ("crisp", "op_usm=0.8,1,4,0"),
    ("clear", "fmt=png-alpha"),
];
/// Two macros inside the modifier; the third is the job's macro.
const MODIFIER: &str = "$square$&$crisp$";
const MACRO: &str = "$clear$";

/// The sheet of all results.
const CONTACT_SHEET: &str = "contact-sheet.png";

/// Shows everything at work: a server, uploads, macros, a job with a broken file, live progress
///
/// Starts a server inside this process, with a temporary data directory on a
/// free loopback port, and uses it as any client would. Two of its eight assets
/// fail by design, so that you see what errors look like.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offprint demo                  writes ./offprint-demo/ and its contact-sheet.png
  offprint demo --out /tmp/demo")]
pub struct DemoArgs {
    /// The folder for the converted files
    #[arg(long, default_value = "offprint-demo", value_name = "DIR")]
    out: PathBuf,
}

pub async fn run(args: DemoArgs) -> Outcome {
    let data = TemporaryFolder::new()?;
    let config = Config {
        data_dir: data.path.clone(),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        decoder_program: crate::decoding::this_program(),
        ..Config::default()
    };
    let app = crate::app::App::start(config)
        .await
        .map_err(|error| Failure::work(format!("cannot start the server: {error:#}")))?;
    let connection =
        Connection { server: format!("http://{}", app.address()), company: String::new() };
    say!("a server listens on {}", app.address());
    let outcome = show(&connection, &args.out).await;
    let stopped = app.stop().await;
    let exit = outcome?;
    stopped.map_err(|error| Failure::work(format!("the server did not stop well: {error:#}")))?;
    Ok(exit)
}

async fn show(connection: &Connection, out: &Path) -> Outcome {
    let mut client = client::connect(connection).await?;
    let handles = fill_library(&mut client).await?;
    let mut known = client.image_formats().await?;
    for (name, commands) in MACROS {
        presets::save(&mut client, &mut known, name, commands).await?;
    }
    let names: Vec<String> = MACROS.map(|(name, _)| format!("${name}$")).to_vec();
    say!("{} assets uploaded, macros saved: {}\n", handles.len(), names.join(" "));

    let export = ExportJob {
        asset_handle_array: Some(HandleArray { items: handles.clone() }),
        fmt: ExportFmt::Convert.into(),
        is_modifier: MODIFIER.to_string(),
        r#macro: MACRO.to_string(),
        options: Some(ExportOptions {
            package_mode: PackageMode::Files.into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let request = SubmitJobRequest {
        job_name: "demo".to_string(),
        job: Some(Job::ExportJob(export)),
        ..Default::default()
    };
    let job = client.jobs.submit_job(request).await?.into_inner().job_handle;

    let live = progress::is_live();
    let mut view = JobView::new(live);
    let mut results = Results::default();
    let end = follow(&mut client, &job, 0, live, &mut |news| match news {
        News::Event(event) => {
            results.event(event);
            view.event(event);
        }
        News::Reconnecting(text) => view.note(&text),
    })
    .await;
    view.clear();
    if let End::Interrupted { .. } = end? {
        return Ok(ExitCode::from(EXIT_INTERRUPTED));
    }
    say!("\n{}\n", view.table());

    let files = client.artifacts(&job).await?;
    let sheet = save(&mut client, &job, &files, &results, out).await?;
    say!("{} in {}", table::count(files.len() as i64, "file"), out.display());
    say!("all on one picture: {}\n", sheet.display());
    say!("the same job with grpcurl, against `offprint serve`:");
    say!("{}", grpcurl(&handles));

    if files.len() == PHOTOGRAPHS.len() && results.failures.len() == 2 {
        return Ok(ExitCode::SUCCESS);
    }
    say!("\nsix files and two failures were expected");
    Ok(ExitCode::from(EXIT_WORK))
}

/// Puts everything into the library and gives the handles.
async fn fill_library(client: &mut Client) -> Result<Vec<String>, Failure> {
    let mut handles = Vec::new();
    for (name, bytes) in PHOTOGRAPHS.into_iter().chain([BROKEN]) {
        let asset = upload::upload_bytes(client, name, bytes).await?;
        handles.push(asset.asset_handle);
    }
    let set = RegisterAssetRequest {
        r#type: AssetType::ImageSet.into(),
        name: SET.to_string(),
        ..Default::default()
    };
    let answer = client.assets.register_asset(set).await?.into_inner();
    handles.extend(answer.asset.map(|asset| asset.asset_handle));
    Ok(handles)
}

/// What the contact sheet says of the assets.
#[derive(Default)]
struct Results {
    /// Output name -> its size in words.
    outputs: BTreeMap<String, String>,
    /// Asset name and reason.
    failures: Vec<(String, String)>,
}

impl Results {
    fn event(&mut self, response: &WatchJobResponse) {
        match &response.event {
            Some(Event::AssetCompleted(done)) => {
                for file in &done.files {
                    let pixels = table::pixels(file.width, file.height);
                    let note = format!("{pixels}  {}", table::size(file.size_bytes));
                    self.outputs.insert(file.name.clone(), note);
                }
            }
            Some(Event::AssetFailed(failed)) => {
                let name = failed.asset.as_ref().map(|asset| asset.asset_name.clone());
                let reason = failed.error.as_ref().and_then(super::status::event_reason);
                self.failures.push((name.unwrap_or_default(), reason.unwrap_or_default()));
            }
            _ => {}
        }
    }
}

/// Downloads all files and draws the contact sheet; gives its path.
async fn save(
    client: &mut Client,
    job: &str,
    files: &[Artifact],
    results: &Results,
    out: &Path,
) -> Result<PathBuf, Failure> {
    let transfers = Transfers::new(progress::is_live());
    let mut cells = Vec::new();
    for file in files {
        let path = download::save_one(client, job, file, out, &transfers).await?;
        let picture = image::open(&path).map_err(|error| {
            Failure::work(format!("'{}' cannot be read back: {error}", path.display()))
        })?;
        cells.push(Cell {
            picture: Some(picture),
            name: file.file_name.clone(),
            note: results.outputs.get(&file.file_name).cloned().unwrap_or_default(),
        });
    }
    transfers.clear();
    for (name, reason) in &results.failures {
        cells.push(Cell {
            picture: None,
            name: name.clone(),
            note: reason.to_lowercase().replace('_', " "),
        });
    }
    let sheet = contact_sheet::draw(&format!("{MODIFIER}  {MACRO}"), &cells);
    let mut png = std::io::Cursor::new(Vec::new());
    sheet
        .write_to(&mut png, image::ImageFormat::Png)
        .map_err(|error| Failure::work(format!("cannot draw the contact sheet: {error}")))?;
    let path = out.join(CONTACT_SHEET);
    atomic::write(&path, png.get_ref())?;
    Ok(path)
}

/// The command that submits the same job.
fn grpcurl(handles: &[String]) -> String {
    let quoted: Vec<String> = handles.iter().map(|handle| format!("\"{handle}\"")).collect();
    format!(
        "  grpcurl -plaintext -d '{{\"job_name\": \"demo\", \"export_job\": {{\"fmt\": \"EXPORT_FMT_CONVERT\",\n    \
         \"asset_handle_array\": {{\"items\": [{}]}},\n    \
         \"is_modifier\": \"{MODIFIER}\", \"macro\": \"{MACRO}\"}}}}' \\\n    \
         127.0.0.1:50051 offprint.v1.JobService/SubmitJob",
        quoted.join(", ")
    )
}

/// A folder that is gone when the demo is over.
struct TemporaryFolder {
    path: PathBuf,
}

impl TemporaryFolder {
    fn new() -> Result<TemporaryFolder, Failure> {
        let path = std::env::temp_dir().join(format!("offprint-demo-{}", std::process::id()));
        std::fs::create_dir(&path).map_err(|error| {
            Failure::work(format!("cannot create '{}': {error}", path.display()))
        })?;
        Ok(TemporaryFolder { path })
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // Nobody is left to tell, and a temporary folder is swept by the system.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_broken_file_is_cut_at_60_percent() {
        assert_eq!(BROKEN.1.len(), ROCKET.len() * 60 / 100);
        assert!(ROCKET.starts_with(BROKEN.1));
    }

    #[test]
    fn the_grpcurl_line_is_valid_json_for_the_same_job() {
        let line = grpcurl(&["a|1".to_string(), "a|2".to_string()]);
        let json: serde_json::Value =
            serde_json::from_str(line.split('\'').nth(1).unwrap()).unwrap();
        assert_eq!(json["export_job"]["asset_handle_array"]["items"][1], "a|2");
        assert_eq!(json["export_job"]["is_modifier"], "$square$&$crisp$");
        assert_eq!(json["export_job"]["macro"], "$clear$");
    }
}
