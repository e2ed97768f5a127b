//! `offprint serve`: the server.

use super::Outcome;
use super::status::Failure;
use crate::config::Config;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

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
  OFFPRINT_JOBS__WORKERS=2 offprint serve")]
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
    let config = settings(args, std::env::vars())?;
    crate::app::serve(config).await.map_err(|error| Failure::work(error.to_string()))?;
    Ok(ExitCode::SUCCESS)
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
