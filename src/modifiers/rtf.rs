use super::diagnostic::Problem;
use super::text::Text;
#[derive(Debug, Clone, PartialEq)]
pub struct Rtf(String);
pub enum Renderer {
    Text,
    TextPs,
}
pub(super) fn rtf(_c: &str, v: &Text, _r: Renderer, _w: &mut Vec<Problem>) -> Result<Rtf, Problem> {
    Ok(Rtf(v.untrimmed().text.to_string()))
}
impl Rtf {
    pub fn text(&self) -> String {
        self.0.clone()
    }
    pub fn alignments(&self) -> usize {
        0
    }
}
