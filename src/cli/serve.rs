//! `ibid serve`: the index is asked over HTTP, by people, programs and assistants.

use super::Outcome;
use super::args::{RequestLog, Serve};
use super::config::Settings;
use super::output::{Failure, Output, counted, log_line, note};
use ibid::serve::{Requests, ServeOptions, is_public, serve};
use ibid::{Error, ErrorKind, Following};
use std::net::TcpListener;

/// Where the token is that who asks has to know.
const TOKEN: &str = "IBID_TOKEN";

pub(super) fn run(
    command: &Serve,
    settings: &Settings,
    output: &Output,
) -> Result<Outcome, Failure> {
    let token = token()?;
    let following = follow(settings)?;
    let cannot = |error| {
        Error::with_cause(
            ErrorKind::Io,
            format!("cannot listen on {}", command.listen),
            error,
        )
        .with_advice("choose another address with --listen ADDRESS:PORT")
    };
    let listener = TcpListener::bind(command.listen).map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    let commit = following.last().commit();
    if is_public(&address) && token.is_none() {
        output.warning(&format!(
            "{address} is reached from other machines, and anybody may ask; {TOKEN} names a token that has to be given"
        ));
    }
    output.note(&format!(
        "serving {} at http://{address}/; Ctrl-C ends it",
        counted(commit.articles, "article")
    ));
    let options = ServeOptions {
        hosts: command.allow_host.clone(),
        token,
        requests: match command.log {
            RequestLog::Json => Requests::Json,
            RequestLog::Off => Requests::Off,
        },
        ..ServeOptions::default()
    };
    serve(following, listener, options, log_line, note)?;
    Ok(Outcome::Success)
}

/// The index of the settings, whatever is committed to it from now on.
pub(super) fn follow(settings: &Settings) -> Result<Following, Error> {
    let settings = settings.clone();
    Following::new(move || settings.open())
}

/// # Errors
/// `Usage` where the token is one that nobody could give.
fn token() -> Result<Option<String>, Error> {
    let Some(token) = std::env::var_os(TOKEN) else {
        return Ok(None);
    };
    let token = token.into_string().ok();
    let token = token.filter(|token| token.bytes().all(|byte| byte.is_ascii_graphic()));
    match token {
        Some(token) if !token.is_empty() => Ok(Some(token)),
        _ => Err(Error::new(
            ErrorKind::Usage,
            format!("{TOKEN} is empty, or holds something else than visible ASCII characters"),
        )
        .with_advice("unset it to let anybody ask")),
    }
}
