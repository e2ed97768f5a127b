//! Against a mail server of a few lines, which answers as it is told.

use super::*;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

/// How the server answers.
#[derive(Clone, Copy)]
struct Answers {
    greeting: &'static str,
    /// Extensions that it names.
    offers: &'static [&'static str],
    auth: &'static str,
    recipient: &'static str,
    /// After the content.
    content: &'static str,
}

const POLITE: Answers = Answers {
    greeting: "220 fake ESMTP",
    offers: &["8BITMIME", "SMTPUTF8", "AUTH PLAIN LOGIN"],
    auth: "235 welcome",
    recipient: "250 ok",
    content: "250 queued",
};

/// Serves one connection. Gives the port, and then the lines that came.
fn serve(answers: Answers) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    (port, std::thread::spawn(move || talk(listener.accept().unwrap().0, answers)))
}

fn talk(mut stream: TcpStream, answers: Answers) -> Vec<String> {
    let mut lines = Vec::new();
    let reader = BufReader::new(stream.try_clone().unwrap());
    let _ = stream.write_all(format!("{}\r\n", answers.greeting).as_bytes());
    let mut in_content = false;
    for line in reader.lines() {
        let Ok(line) = line else { break };
        lines.push(line.clone());
        let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match word.as_str() {
            _ if in_content && line != "." => continue,
            "." => {
                in_content = false;
                answers.content.to_owned()
            }
            "EHLO" => {
                let mut lines: Vec<String> =
                    answers.offers.iter().map(|offer| format!("250-{offer}\r\n")).collect();
                lines.push("250 SIZE 10000000".into());
                format!("250-fake\r\n{}", lines.concat())
            }
            "AUTH" => answers.auth.to_owned(),
            "RCPT" => answers.recipient.to_owned(),
            "DATA" => {
                in_content = true;
                "354 go on".to_owned()
            }
            "QUIT" => "221 bye".to_owned(),
            _ => "250 ok".to_owned(),
        };
        if stream.write_all(format!("{answer}\r\n").as_bytes()).is_err() || word == "QUIT" {
            break;
        }
    }
    lines
}

fn settings(port: u16) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".into(),
        port,
        security: Security::None,
        from: "Export <export@example.com>".into(),
        timeout_seconds: 5,
        ..SmtpSettings::default()
    }
}

fn mail() -> Mail {
    Mail {
        to: "Ana <ana@example.com>".into(),
        text: MailText {
            subject: "[Acme] export « été » : réussi".into(),
            text: "Début\n.\nfin\n".into(),
            html: "<p>Début</p>".into(),
        },
        date: "2026-11-25T13:05:09Z".parse().unwrap(),
        id: "j-7-end-1".into(),
    }
}

fn send(settings: &SmtpSettings, mail: &Mail) -> Result<(), MailError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { Mailer::new(settings)?.send(mail).await })
}

#[test]
fn a_mail_goes_out_whole() {
    let (port, server) = serve(POLITE);
    let with_user =
        SmtpSettings { user: "user".into(), password: "secret".into(), ..settings(port) };
    send(&with_user, &mail()).unwrap();
    let lines = server.join().unwrap();
    let all = lines.join("\n");
    // base64 of "\0user\0secret".
    assert!(all.contains("AUTH PLAIN AHVzZXIAc2VjcmV0"), "{all}");
    for line in [
        "MAIL FROM:<export@example.com>",
        "RCPT TO:<ana@example.com>",
        "Auto-Submitted: auto-generated",
        "Date: Wed, 25 Nov 2026 13:05:09 +0000",
        "Message-ID: <j-7-end-1@example.com>",
        "To: Ana <ana@example.com>",
        "MIME-Version: 1.0",
    ] {
        assert!(lines.iter().any(|found| found.starts_with(line)), "{line}\n{all}");
    }
    assert!(all.contains("multipart/alternative"), "{all}");
    let plain = all.find("text/plain; charset=utf-8").unwrap();
    assert!(plain < all.find("text/html; charset=utf-8").unwrap());
    // The subject is an encoded word, its bytes are ASCII.
    assert!(lines.iter().any(|line| line.starts_with("Subject: ") && line.is_ascii()));
}

#[test]
fn replies_of_4xx_pass_and_those_of_5xx_stay() {
    for (answers, transient) in [
        (Answers { greeting: "421 too busy", ..POLITE }, true),
        (Answers { greeting: "554 go away", ..POLITE }, false),
        (Answers { recipient: "450 mailbox busy", ..POLITE }, true),
        (Answers { recipient: "550 no such user", ..POLITE }, false),
        (Answers { content: "452 disk full", ..POLITE }, true),
        (Answers { content: "552 too big", ..POLITE }, false),
        (Answers { greeting: "what do you want?", ..POLITE }, true),
    ] {
        let (port, server) = serve(answers);
        let error = send(&settings(port), &mail()).unwrap_err();
        assert_eq!(error.is_transient(), transient, "{error}");
        assert!(error.to_string().contains(&format!("127.0.0.1:{port}")), "{error}");
        server.join().unwrap();
    }
}

#[test]
fn a_wrong_password_stays_wrong() {
    let (port, server) = serve(Answers { auth: "535 authentication failed", ..POLITE });
    let with_user =
        SmtpSettings { user: "user".into(), password: "hunter2".into(), ..settings(port) };
    let error = send(&with_user, &mail()).unwrap_err();
    assert!(!error.is_transient() && error.to_string().contains("535"), "{error}");
    assert!(!error.to_string().contains("hunter2"));
    server.join().unwrap();
}

#[test]
fn no_mail_goes_out_in_the_clear_when_tls_is_asked_for() {
    let (port, server) = serve(POLITE);
    let start_tls = SmtpSettings { security: Security::StartTls, ..settings(port) };
    let error = send(&start_tls, &mail()).unwrap_err();
    assert!(!error.is_transient(), "{error}");
    let lines = server.join().unwrap();
    assert!(!lines.iter().any(|line| line.starts_with("MAIL")), "{lines:?}");
}

#[test]
fn a_server_that_is_not_there_may_come_back() {
    let unused = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let error = send(&settings(unused), &mail()).unwrap_err();
    assert!(error.is_transient(), "{error}");
}

#[test]
fn a_silent_server_is_not_waited_for() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let started = std::time::Instant::now();
    let hurried = SmtpSettings { timeout_seconds: 1, ..settings(port) };
    let error = send(&hurried, &mail()).unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
}

#[test]
fn addresses_and_ids_cannot_smuggle_headers() {
    let (port, _server) = serve(POLITE);
    for to in ["", "nobody", "a@b@c", "a@example.com\r\nBcc: x@example.com", "<a@example.com"] {
        let error = send(&settings(port), &Mail { to: to.into(), ..mail() }).unwrap_err();
        assert!(!error.is_transient(), "{to:?}: {error}");
    }
    for id in ["", "a b", "a>\r\nBcc: x", "é"] {
        let error = send(&settings(port), &Mail { id: id.into(), ..mail() }).unwrap_err();
        assert!(!error.is_transient(), "{id:?}: {error}");
    }
    let wrong_from = SmtpSettings { from: "nobody".into(), ..settings(port) };
    let error = Mailer::new(&wrong_from).err().unwrap();
    assert!(error.to_string().starts_with("from \"nobody\" is not a mail address"), "{error}");
}

#[test]
fn the_password_is_never_shown() {
    let settings = SmtpSettings { password: "hunter2".into(), ..settings(25) };
    assert!(!format!("{settings:?}").contains("hunter2"));
    assert!(!serde_json::to_string(&settings).unwrap().contains("hunter2"));
    let read: SmtpSettings =
        toml::from_str("host = \"m\"\nsecurity = \"starttls\"\npassword = \"hunter2\"").unwrap();
    assert_eq!(
        (read.security, read.password.as_str(), read.port),
        (Security::StartTls, "hunter2", 587)
    );
    assert!(toml::from_str::<SmtpSettings>("hots = \"m\"").is_err());
}

/// Sends one mail through a real server: `tests/reference/mails.py` starts one
/// and says where it is.
#[test]
#[ignore = "needs the server of tests/reference/mails.py"]
fn through_a_real_server() {
    let settings: SmtpSettings =
        toml::from_str(&std::env::var("OFFPRINT_SMTP").expect("settings as TOML")).unwrap();
    let to = std::env::var("OFFPRINT_SMTP_TO").expect("a recipient");
    match send(&settings, &Mail { to, ..mail() }) {
        Ok(()) => println!("verdict: sent"),
        Err(MailError::Transient(why)) => println!("verdict: transient {why}"),
        Err(MailError::Permanent(why)) => println!("verdict: permanent {why}"),
    }
}
