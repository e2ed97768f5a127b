//! What people are told about their jobs, in their language: the mails of 03
//! §2.5 and the texts of job logs of 03 §3.2.
//!
//! Everything but `smtp` is pure: when a mail is due, what stands in it.

pub mod catalogue;
pub mod locale;
pub mod message;
pub mod smtp;
pub mod when;
