//! `offprint serve`: the server.

use super::Outcome;
use super::status::Failure;
use crate::config::Config;
use clap::Args;
use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Runs a server until Ctrl-C or SIGTERM
///
/// All data lives in one directory, which is created on first start. The server
/// does not ask anybody who they are yet, so it listens only where no other
/// machine can reach it. Settings come from the file of --config, then from
/// OFFPRINT_* variables, then from these flags.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  offprint serve
  offprint serve --data /var/lib/offprint --listen 127.0.0.1:50051
  offprint serve --config offprint.toml
  offprint serve --listen 127.0.0.1:0              takes a free port and prints it
  OFFPRINT_JOBS__WORKERS=2 OFFPRINT_LOG=debug offprint serve")]
pub struct ServeArgs {
    /// Where all data lives [default: ./offprint-data]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to listen [default: 127.0.0.1:50051]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// A TOML file with settings
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Allow an address that other machines can reach, although nobody is asked who they are
    #[arg(long)]
    insecure: bool,
}

pub async fn run(args: ServeArgs) -> Outcome {
    let mut config = settings(args, std::env::vars())?;
    config.decoder_program = crate::decoding::this_program();
    log()?;
    crate::app::serve(config).await.map_err(|error| Failure::work(format!("{error:#}")))?;
    Ok(ExitCode::SUCCESS)
}

/// What a drawing has wrong is told to who exports it; its parser's lines would only fill
/// the log.
const QUIET: &str = "info,usvg=error";

/// Log lines go to standard error; OFFPRINT_LOG chooses which.
fn log() -> Result<(), Failure> {
    let wanted = std::env::var("OFFPRINT_LOG").unwrap_or_else(|_| QUIET.to_string());
    let filter = EnvFilter::try_new(&wanted).map_err(|error| {
        Failure::request(format!(
            "OFFPRINT_LOG is '{wanted}' ({error}); it looks like info or offprint=debug"
        ))
    })?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    Ok(())
}

/// File, then variables, then flags; checked again when a flag changed something.
fn settings(
    args: ServeArgs,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Config, Failure> {
    let mut config = Config::load(args.config.as_deref(), variables)
        .map_err(|error| Failure::request(error.to_string()))?;
    if let Some(data) = args.data {
        config.data_dir = data;
    }
    if let Some(listen) = args.listen {
        config.listen = listen;
    }
    config.insecure |= args.insecure;
    config.check().map_err(|error| Failure::request(error.to_string()))?;
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args() -> ServeArgs {
        ServeArgs { data: None, listen: None, config: None, insecure: false }
    }

    #[test]
    fn flags_win_over_variables() {
        let variables = [("OFFPRINT_LISTEN".to_string(), "127.0.0.1:1".to_string())];
        let config = settings(args(), variables.clone()).unwrap();
        assert_eq!(config.listen.port(), 1);
        let listen = Some(SocketAddr::from(([127, 0, 0, 1], 2)));
        let config = settings(ServeArgs { listen, ..args() }, variables).unwrap();
        assert_eq!(config.listen.port(), 2);
    }

    #[test]
    fn an_address_that_others_can_reach_is_refused_unless_insecure() {
        let listen = Some(SocketAddr::from(([0, 0, 0, 0], 50051)));
        let failure = settings(ServeArgs { listen, ..args() }, []).unwrap_err();
        assert!(failure.text().contains("--insecure"), "{}", failure.text());
        assert_eq!(failure.exit(), 2);
        assert!(settings(ServeArgs { listen, insecure: true, ..args() }, []).is_ok());
    }
}
