//! pending
use crate::{Checked, diagnostic::Source};
pub fn syntax(_: &Checked) -> String {
    String::new()
}
pub fn prose(_: &Checked) -> String {
    String::new()
}
pub fn procedure_of(_: &Checked) -> String {
    String::new()
}
pub fn procedure(_: &Source) -> String {
    String::new()
}
