//! Sends mails by SMTP.
//!
//! lettre with rustls and ring: no OpenSSL, and the certificates that the system
//! trusts, so that a company's own authority counts. One connection a mail and one
//! recipient a mail: an address that is refused keeps nobody else from theirs.

#[cfg(test)]
mod tests;

use super::message::MailText;
use jiff::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// How the way to the server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// Not at all: for a relay on the same machine. A password is sent as it is.
    None,
    /// A plain connection that must turn to TLS before anything is said. Port 587.
    StartTls,
    /// TLS from the first byte. Port 465.
    Tls,
}

/// The mail server and how to use it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SmtpSettings {
    /// Name of the server, which its certificate must have. Empty: no mails.
    pub host: String,
    /// 587 for STARTTLS, 465 for TLS, 25 for a relay.
    pub port: u16,
    pub security: Security,
    /// Empty: no authentication.
    pub user: String,
    /// Never shown.
    #[serde(skip_serializing)]
    pub password: String,
    /// Sender: `mail@example.com` or `Name <mail@example.com>`.
    pub from: String,
    /// Seconds that the server may take for one mail.
    pub timeout_seconds: u64,
}

impl Default for SmtpSettings {
    fn default() -> Self {
        SmtpSettings {
            host: String::new(),
            port: 587,
            security: Security::StartTls,
            user: String::new(),
            password: String::new(),
            from: String::new(),
            timeout_seconds: 30,
        }
    }
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("user", &self.user)
            .field("password", &if self.password.is_empty() { "" } else { "…" })
            .field("from", &self.from)
            .field("timeout_seconds", &self.timeout_seconds)
            .finish()
    }
}

/// Why a mail did not go out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Server or network; later it may go.
    #[error("{0}")]
    Transient(String),
    /// Address, settings or content; it will not go as it is.
    #[error("{0}")]
    Permanent(String),
}

impl MailError {
    /// Whether trying again makes sense.
    pub fn is_transient(&self) -> bool {
        matches!(self, MailError::Transient(_))
    }
}

/// A mail that is ready to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The only recipient: `mail@example.com` or `Name <mail@example.com>`.
    pub to: String,
    pub text: MailText,
    /// When the mail came to be, not when it is sent.
    pub date: Timestamp,
    /// The same at every try, such as `j-7-end-1`: mail programs drop the second
    /// copy of a mail whose first one was accepted unheard. Letters, digits, `-`
    /// and `.` only.
    pub id: String,
}

/// A connection to a mail server that is made for each mail.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    host: String,
    timeout: Duration,
}

impl Mailer {
    /// Checks the settings. Does not talk to the server.
    pub fn new(settings: &SmtpSettings) -> Result<Mailer, MailError> {
        let from = mailbox("from", &settings.from)?;
        let timeout = Duration::from_secs(settings.timeout_seconds.max(1));
        let tls = || {
            TlsParameters::new(settings.host.clone())
                .map_err(|error| MailError::Permanent(format!("tls can't be used: {error}")))
        };
        let tls = match settings.security {
            Security::None => Tls::None,
            Security::StartTls => Tls::Required(tls()?),
            Security::Tls => Tls::Wrapper(tls()?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(timeout));
        if !settings.user.is_empty() {
            let credentials = Credentials::new(settings.user.clone(), settings.password.clone());
            builder = builder.credentials(credentials);
        }
        let host = format!("{}:{}", settings.host, settings.port);
        Ok(Mailer { transport: builder.build(), from, host, timeout })
    }

    /// Sends one mail. `Ok` means that the server took it on.
    pub async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = message(&self.from, mail)?;
        match tokio::time::timeout(self.timeout, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(self.classify(&error)),
            Err(_) => Err(MailError::Transient(format!(
                "mail server {} took longer than {} seconds",
                self.host,
                self.timeout.as_secs()
            ))),
        }
    }

    /// A reply of 5xx, missing STARTTLS and a certificate that is not trusted stay
    /// what they are; a reply of 4xx and everything about the connection passes.
    fn classify(&self, error: &lettre::transport::smtp::Error) -> MailError {
        let text = format!("mail server {}: {error}", self.host);
        // lettre has no other sign of it than rustls's words.
        let untrusted = error.status().is_none() && text.contains("certificate");
        if error.is_permanent() || error.is_client() || error.is_tls() || untrusted {
            MailError::Permanent(text)
        } else {
            MailError::Transient(text)
        }
    }
}

fn mailbox(field: &str, text: &str) -> Result<Mailbox, MailError> {
    text.parse().map_err(|error| {
        let shown: String = text.chars().take(100).collect();
        MailError::Permanent(format!("{field} {shown:?} is not a mail address: {error}"))
    })
}

/// The message with its headers.
fn message(from: &Mailbox, mail: &Mail) -> Result<lettre::Message, MailError> {
    let wrong =
        |what: &dyn fmt::Display| MailError::Permanent(format!("mail can't be made: {what}"));
    let to = mailbox("to", &mail.to)?;
    let safe_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if mail.id.is_empty() || !mail.id.chars().all(safe_id) {
        return Err(wrong(&format_args!(
            "the id {:?} has other letters than a-z, 0-9, - and .",
            mail.id
        )));
    }
    let domain = from.email.domain();
    let date = std::time::SystemTime::try_from(mail.date).map_err(|error| wrong(&error))?;
    // RFC 3834: no holiday replies, please.
    let automatic = HeaderValue::new(
        HeaderName::new_from_ascii_str("Auto-Submitted"),
        "auto-generated".to_owned(),
    );
    lettre::Message::builder()
        .from(from.clone())
        .to(to)
        .subject(mail.text.subject.as_str())
        .date(date)
        .message_id(Some(format!("<{}@{domain}>", mail.id)))
        .raw_header(automatic)
        .multipart(MultiPart::alternative_plain_html(
            mail.text.text.clone(),
            mail.text.html.clone(),
        ))
        .map_err(|error| wrong(&error))
}
