//! JSON lines.
use super::Parsed;
/// x
pub struct JsonArticle {
    /// x
    pub id: String,
    /// x
    pub parsed: Parsed,
}
/// x
pub fn parse_line(_line: &[u8]) -> Result<JsonArticle, String> {
    Err(String::new())
}
