//! How does an assistant ask? By the Model Context Protocol: four tools that read and change nothing.
//!
//! `tools` says what they are, `answers` what they give back. No state is kept from one call to the next.

mod answers;
mod tools;

use crate::Following;
use crate::error::{Error, ErrorKind, Result};
use crate::serve::{App, Log, Requests, ServeOptions};
use answers::Refusal;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorCode, ErrorData,
    Implementation, JsonObject, ListToolsResult, PaginatedRequestParams, ServerCapabilities,
    ServerConfig,
};
use rmcp::service::{RequestContext, RoleServer, ServiceExt};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tools::{INSTRUCTIONS, ToolName};

/// Answers an assistant on standard input and output until it closes them. `note` takes messages for who runs the program.
///
/// # Errors
/// Where the two cannot be read and written.
pub fn serve_stdio(following: Following, note: impl Fn(&str) + Send + 'static) -> Result<()> {
    let failed =
        |error: &dyn std::fmt::Display| Error::new(ErrorKind::Io, format!("cannot serve: {error}"));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| failed(&error))?;
    let (log, written) = Log::new(|_| {}, note, Requests::Off);
    let app = Arc::new(App::new(following, ServeOptions::default(), log));
    let done = runtime.block_on(async {
        let service = match Assistant::new(app).serve(rmcp::transport::stdio()).await {
            Ok(service) => service,
            // Whoever started it went away without a word: that is an end like any other.
            Err(rmcp::service::ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
            Err(error) => return Err(failed(&error)),
        };
        service.waiting().await.map_err(|error| failed(&error))?;
        Ok(())
    });
    // The thread that reads standard input may still wait for it.
    runtime.shutdown_timeout(Duration::from_millis(100));
    written.wait(Duration::from_millis(100));
    done
}

/// Answers assistants over HTTP, one message a request, without sessions.
pub(crate) fn http_service(
    app: Arc<App>,
    most_body: usize,
) -> StreamableHttpService<Assistant, NeverSessionManager> {
    // Names and origins are looked at for all of the server.
    let config = StreamableHttpServerConfig::default()
        .disable_allowed_hosts()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(most_body);
    StreamableHttpService::new(
        move || Ok(Assistant::new(Arc::clone(&app))),
        Arc::new(NeverSessionManager::default()),
        config,
    )
}

/// Answers the calls of an assistant.
#[derive(Clone)]
pub(crate) struct Assistant {
    app: Arc<App>,
}

impl Assistant {
    fn new(app: Arc<App>) -> Self {
        Self { app }
    }

    async fn call(&self, tool: ToolName, arguments: JsonObject) -> Result<String, Refusal> {
        match tool {
            ToolName::Search => {
                let wanted = read(arguments)?;
                self.ask(move |library| answers::search(library, &wanted))
                    .await
            }
            ToolName::GetPassage => {
                let wanted = read(arguments)?;
                self.ask(move |library| answers::passage(library, &wanted))
                    .await
            }
            ToolName::GetArticle => {
                let wanted = read(arguments)?;
                self.ask(move |library| answers::article(library, &wanted))
                    .await
            }
            ToolName::ListSources => {
                let wanted = read(arguments)?;
                self.ask(move |library| answers::sources(library, &wanted))
                    .await
            }
        }
    }

    async fn ask(
        &self,
        question: impl FnOnce(&crate::KnowledgeBase) -> Result<String, Refusal> + Send + 'static,
    ) -> Result<String, Refusal> {
        let answered = self.app.ask(|library| Ok(question(library))).await;
        answered.map_err(|problem| Refusal(problem.detail))?
    }
}

fn read<T: DeserializeOwned>(arguments: JsonObject) -> Result<T, Refusal> {
    serde_json::from_value(Value::Object(arguments))
        .map_err(|error| Refusal(format!("the arguments cannot be understood: {error}")))
}

impl rmcp::ServerHandler for Assistant {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("ibid", env!("CARGO_PKG_VERSION")))
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = ToolName::ALL.into_iter().map(ToolName::describe);
        Ok(ListToolsResult::with_all_items(tools.collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = ToolName::named(&request.name) else {
            let message = format!("there is no tool {:?}", request.name);
            return Err(ErrorData::new(ErrorCode::INVALID_PARAMS, message, None));
        };
        let answered = self.call(tool, request.arguments.unwrap_or_default()).await;
        // What went wrong is told as an answer, so that the model reads it and can ask better.
        Ok(match answered {
            Ok(document) => {
                let structured = serde_json::from_str(&document).ok();
                let mut result = CallToolResult::success(vec![ContentBlock::text(document)]);
                result.structured_content = structured;
                result
            }
            Err(Refusal(reason)) => CallToolResult::error(vec![ContentBlock::text(reason)]),
        }
        .into())
    }
}
