use super::diagnostic::Problem;
use super::text::Text;
#[derive(Debug, Clone, PartialEq)]
pub struct PathDefinition(String);
#[derive(Debug, Clone, PartialEq)]
pub struct Segment;
#[derive(Debug, Clone, PartialEq)]
pub struct Subpath;
pub(super) fn path(_c: &str, v: &Text, _cl: bool) -> Result<PathDefinition, Problem> {
    Ok(PathDefinition(v.whole().text.to_string()))
}
impl PathDefinition {
    pub fn text(&self) -> String {
        self.0.clone()
    }
    pub fn is_closed(&self) -> bool {
        true
    }
}
