//! One JSON object a mail. The names are promised to scripts (README).

use serde_json::{Value, json};
use tillit_mailrisk::facts::request::Source as Words;
use tillit_mailrisk::signals::Evidence;
use tillit_mailrisk::verdict::Reason;
use tillit_mailrisk::{Assessment, Language, advice};

use super::explain;
use super::sources::Source;

/// The row of a mail.
pub fn row(source: &Source, assessment: &Assessment, language: Language, explained: bool) -> Value {
    let mut row = json!({
        "file": source.file,
        "score": (assessment.score() * 10_000.0).round() / 10_000.0,
        "verdict": assessment.verdict.id(),
        "category": assessment.category.id(),
        "reasons": assessment.reasons(language).iter().map(|reason| reason_of(reason, assessment)).collect::<Vec<_>>(),
        "advice": advice(assessment, language),
        "not_checked": assessment.not_checked.iter().map(|not_checked| not_checked.text(language)).collect::<Vec<_>>(),
    });
    if let (Some(number), Some(row)) = (source.message, row.as_object_mut()) {
        row.insert("message".to_owned(), json!(number));
    }
    if let (true, Some(row)) = (explained, row.as_object_mut()) {
        row.insert("explanation".to_owned(), json!(explain::lines(assessment, language)));
    }
    row
}

fn reason_of(reason: &Reason, assessment: &Assessment) -> Value {
    json!({
        "id": reason.id,
        "weight": reason.weight,
        "text": reason.text,
        "evidence": reason.evidence.iter().map(|evidence| evidence_of(evidence, assessment)).collect::<Vec<_>>(),
    })
}

fn evidence_of(evidence: &Evidence, assessment: &Assessment) -> Value {
    match evidence {
        Evidence::Header { name, line } => json!({ "kind": "header", "name": name, "line": line }),
        Evidence::Words(span) => json!({
            "kind": "words",
            "in": match span.source { Words::Subject => "subject", Words::Text => "text" },
            "start": span.start,
            "end": span.end,
        }),
        Evidence::Link(number) => {
            let host = assessment.facts.links.iter().find(|link| link.number == *number).map(|link| link.host.clone());
            json!({ "kind": "link", "number": number, "host": host })
        }
        Evidence::Attachment(name) => json!({ "kind": "attachment", "name": name }),
    }
}
