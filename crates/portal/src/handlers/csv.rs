//! Tables as files (RFC 4180).

use axum::response::Response;

use crate::web::download;

/// A file called `name` with a heading and rows.
pub(super) fn file<const N: usize>(name: &str, heading: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> Response {
    let mut text = line(heading.map(str::to_owned));
    for row in rows {
        text.push_str(&line(row));
    }
    download(name, "text/csv; charset=utf-8", text)
}

pub(super) fn line<const N: usize>(cells: [String; N]) -> String {
    let mut line = cells.map(|cell| quoted(&cell)).join(",");
    line.push_str("\r\n");
    line
}

/// Always in quotes. What a spreadsheet would take for a formula gets an apostrophe in front
/// (OWASP, CSV Injection): names and addresses come from directories that we do not run.
fn quoted(cell: &str) -> String {
    // Full-width forms too: some programs take them for the plain ones.
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_becomes_a_formula_or_another_cell() {
        assert_eq!(line(["=HYPERLINK(\"x\")".to_owned(), "a,b".to_owned()]), "\"'=HYPERLINK(\"\"x\"\")\",\"a,b\"\r\n");
        for begin in ["\n=1", "＝1", "＋1", "－1", "＠x", "+1", "-1", "@x", "\t=1", "\r=1"] {
            assert!(quoted(begin).starts_with("\"'"), "{begin:?}");
        }
    }
}
