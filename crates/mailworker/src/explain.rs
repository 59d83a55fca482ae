//! `--explain`: the facts, every signal considered, and its weight.

use tillit_mailrisk::words::harmless;
use tillit_mailrisk::{Assessment, Language};

/// The explanation, a line each.
pub fn lines(assessment: &Assessment, language: Language) -> Vec<String> {
    let facts = &assessment.facts;
    let who = &facts.who;
    let mut out = vec![
        format!("who: {} <{}>, line {:?}", harmless(&who.from.name, 100), harmless(&who.from.address, 100), who.line),
        format!(
            "authentication: spf {:?}, dkim {:?}, dmarc {:?}, from a trusted receiver: {}",
            facts.authentication.spf, facts.authentication.dkim, facts.authentication.dmarc, facts.authentication.trusted
        ),
        format!("relation: {:?}", facts.relation),
    ];
    for claim in &who.claims {
        out.push(format!("claims to be: {} ({:?}), its own address: {}", claim.brand.name, claim.place, claim.own));
    }
    for link in facts.links.iter().take(50) {
        let address = harmless(&link.raw, 120).replacen("http", "hxxp", 1);
        out.push(format!(
            "link {}: {address} -> {} ({:?}), shown as {:?}",
            link.number,
            harmless(&link.host, 100),
            link.place,
            harmless(&link.shown, 60)
        ));
    }
    for attachment in &facts.attachments {
        out.push(format!("attachment: {} ({:?}, {} bytes)", harmless(&attachment.name, 100), attachment.kind, attachment.size));
    }
    for (intent, asked) in &facts.request.asked {
        out.push(format!("asked: {intent:?}, {} clear, {} weak", asked.strong, asked.weak));
    }
    out.push(format!("presentation: {:?}", facts.presentation));
    for hit in &assessment.hits {
        out.push(format!("signal {:+4} {}: {}", hit.points, hit.signal.id, hit.text(language)));
    }
    let silent: Vec<_> = tillit_mailrisk::signals::all()
        .into_iter()
        .filter(|signal| !assessment.hits.iter().any(|hit| hit.signal == *signal))
        .map(|signal| signal.id)
        .collect();
    out.push(format!("signals that said nothing: {}", silent.join(", ")));
    out.push(format!(
        "total {} of {} for caution, {} for dangerous",
        assessment.total,
        tillit_mailrisk::verdict::CAUTION,
        tillit_mailrisk::verdict::DANGEROUS
    ));
    out
}
