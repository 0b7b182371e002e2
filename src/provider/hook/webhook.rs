//! Posting to a URL.

use super::fault::{refused, unanswered};
use super::hooks::Answer;
use super::mask::Mask;
use super::message::Message;
use super::tail::Tail;
use crate::estate::{Fault, Secret};
use crate::provider::http;
use std::time::Duration;

/// Posts the message as JSON; success is a 2xx answer.
pub(super) async fn post(
    url: &Secret,
    message: &Message,
    timeout: Duration,
    mask: &Mask,
) -> Result<Answer, Fault> {
    let host = host(url.expose());
    let client = http::client(timeout, None)?;
    let lost = |error: reqwest::Error| unanswered(&host, &error.without_url(), timeout);
    let mut response = client.post(url.expose()).json(message).send().await.map_err(lost)?;
    let status = response.status();
    let mut tail = Tail::new(mask.longest());
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        tail.push(&chunk);
    }
    let output = tail.printed();
    if !status.is_success() {
        return Err(refused(&host, status, &output, mask));
    }
    Ok(Answer { code: i32::from(status.as_u16()), output })
}

/// The host and port of a URL: all of it that is shown.
fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned()
}
