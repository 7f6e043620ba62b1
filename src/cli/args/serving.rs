//! What can be said of a server?

use clap::{Args as ClapArgs, ValueEnum};
use std::net::SocketAddr;

const SERVE_HELP: &str = "\
The page is at http://ADDRESS:PORT/, the API under /api/ (described by /api/openapi.json), the tools for assistants (MCP) at
/mcp. Where IBID_TOKEN is set, who asks has to give it: as a bearer token, or as the password that a browser asks for.";

#[derive(Debug, ClapArgs)]
#[command(args_override_self = true, after_help = SERVE_HELP)]
pub(in crate::cli) struct Serve {
    /// The address and port to listen on; 0.0.0.0:PORT or [::]:PORT is reached from other machines, port 0 is any free one
    #[arg(
        short = 'l',
        long,
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:8017"
    )]
    pub(in crate::cli) listen: SocketAddr,
    /// A name that the server may be called by, besides its address and localhost (may be given more than once)
    #[arg(long, value_name = "NAME", value_parser = host_name)]
    pub(in crate::cli) allow_host: Vec<String>,
    /// What is written of each request to standard error; what was searched for never is
    #[arg(long, value_enum, value_name = "FORM", default_value_t = RequestLog::Json)]
    pub(in crate::cli) log: RequestLog,
}

/// A name that a server may be called by: without what stands before and after it in an address.
fn host_name(text: &str) -> Result<String, String> {
    let name = text.split_once(':').map_or(text, |(name, _)| name);
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let is_name = name.trim_end_matches('.').split('.').all(is_label);
    if is_name && !text.contains('/') {
        return Ok(text.to_owned());
    }
    Err("a name is written as in kb.example.org, without http:// and without *".to_owned())
}

/// What is written of each request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum RequestLog {
    /// A line of JSON
    Json,
    /// Nothing
    Off,
}
