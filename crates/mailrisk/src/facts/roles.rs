//! Words by which a sender's name is of a role or company and not of a person.

use crate::text::Folded;

/// Words of roles and companies in a sender's name, folded.
const ROLES: [&str; 72] = [
    "support",
    "service",
    "services",
    "team",
    "admin",
    "administrator",
    "billing",
    "security",
    "helpdesk",
    "desk",
    "notification",
    "notifications",
    "alert",
    "alerts",
    "department",
    "bank",
    "account",
    "accounts",
    "customer",
    "invoice",
    "payment",
    "payments",
    "payroll",
    "hr",
    "noreply",
    "office",
    "center",
    "centre",
    "verification",
    "rewards",
    "delivery",
    "webmail",
    "mailbox",
    "voicemail",
    "fax",
    "legal",
    "copyright",
    "compliance",
    "fraud",
    "kundeservice",
    "brukerstotte",
    "sikkerhet",
    "varsel",
    "levering",
    "kundtjanst",
    "kundendienst",
    "sicherheit",
    "rechnung",
    "assistance",
    "securite",
    "livraison",
    "facturation",
    "soporte",
    "servicio",
    "seguridad",
    "facturacion",
    "suporte",
    "atendimento",
    "seguranca",
    "fatura",
    "update",
    "sikkerhetsavdelingen",
    "ministry",
    "foundation",
    "banco",
    "banque",
    "banca",
    "cobranca",
    "juridico",
    "informe",
    "protocolo",
    "central",
];

/// Names of departments and machines that every organisation has of its own, folded: who writes so to somebody speaks from inside.
const INSIDE: [&str; 84] = [
    "hr",
    "human resources",
    "payroll",
    "payroll team",
    "people team",
    "employee benefits",
    "helpdesk",
    "help desk",
    "servicedesk",
    "service desk",
    "it support",
    "it helpdesk",
    "it help",
    "it desk",
    "it department",
    "it team",
    "it service",
    "it services",
    "it security",
    "it rollout",
    "it admin",
    "it drift",
    "it avdelingen",
    "it avdeling",
    "it brukerstotte",
    "it sikkerhet",
    "itsikkerhet",
    "itdrift",
    "itavdelingen",
    "it afdelingen",
    "itafdelingen",
    "it afdeling",
    "it abteilung",
    "itabteilung",
    "it sicherheit",
    "it service center",
    "it sakerhet",
    "itsakerhet",
    "it stod",
    "itstod",
    "scanner",
    "copier",
    "office printer",
    "voicemail",
    "voice mail",
    "voice service",
    "voice gateway",
    "voice message",
    "pbx",
    "phone system",
    "telephony",
    "telefonanlage",
    "telefonie",
    "personalavdelingen",
    "personalavdelning",
    "personalavdelningen",
    "personaleafdelingen",
    "lonnsavdelingen",
    "lonavdelningen",
    "lonkontoret",
    "lonn",
    "personalabteilung",
    "personalburo",
    "lohnburo",
    "lohnbuchhaltung",
    "ressources humaines",
    "service rh",
    "service paie",
    "service informatique",
    "recursos humanos",
    "rrhh",
    "nominas",
    "servicio de informatica",
    "servico de informatica",
    "departamento de ti",
    "suporte ti",
    "mail administrator",
    "mail admin",
    "email admin",
    "webmail admin",
    "webmail",
    "system administrator",
    "administrador del sistema",
    "administrador do sistema",
];

/// Whether a folded name is of a department or machine of the reader's own house.
#[must_use]
pub fn is_inside(name: &Folded) -> bool {
    let words: Vec<&str> = name.words.iter().map(|word| word.text.as_str()).collect();
    // "Hr. Hansen" and "Atea Servicedesk" are somebody else: one word must be the whole name, several must begin it.
    (1..=4)
        .filter(|count| *count > 1 || words.len() == 1)
        .any(|count| words.get(..count).is_some_and(|part| INSIDE.contains(&part.join(" ").as_str())))
}

/// Whether a name as written reads as a person's: two to four words with capital letters, and none of a role.
#[must_use]
pub fn reads_as_person(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().take(6).collect();
    let of_a_name = |word: &&str| {
        word.starts_with(char::is_uppercase)
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '.' | '\'' | '’' | ','))
            && !is_role(&crate::text::fold_line(word))
    };
    (2..=4).contains(&words.len()) && words.iter().all(of_a_name)
}

/// Whether a folded word is of a role.
#[must_use]
pub fn is_role(word: &str) -> bool {
    ROLES.contains(&word)
}
