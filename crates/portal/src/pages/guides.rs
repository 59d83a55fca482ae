//! Guides: the list, and one guide filled with this installation's values.

use askama::Template;
use tillit_guides::{Done, Guide, Summary, Values};

use super::Page;
use crate::frame::{Frame, Nav};
use crate::words::Language;

/// The guides' name of a language.
pub(crate) const fn guide_language(language: Language) -> tillit_guides::Language {
    match language {
        Language::English => tillit_guides::Language::En,
        Language::Norwegian => tillit_guides::Language::Nb,
    }
}

/// The list of guides.
#[derive(Debug, Template)]
#[template(path = "guides.html")]
pub struct GuidesPage {
    /// Frame.
    pub f: Frame,
    /// The guides.
    pub guides: Vec<Summary>,
}

impl GuidesPage {
    fn nav(&self) -> Nav {
        Nav::Guides
    }
}

impl Page for GuidesPage {
    const NAME: &'static str = "guides";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        vec![("", Self { f: f.clone(), guides: tillit_guides::list(guide_language(f.w.language())) })]
    }
}

/// One guide.
#[derive(Debug, Template)]
#[template(path = "guide.html")]
pub struct GuidePage {
    /// Frame.
    pub f: Frame,
    /// The guide; its HTML is safe to show as it is.
    pub guide: Guide,
}

impl GuidePage {
    fn nav(&self) -> Nav {
        Nav::Guides
    }
    fn progress(&self) -> String {
        let done = self.guide.steps.iter().filter(|step| step.done).count();
        self.f.w.t2("guide-progress", "done", done, "all", self.guide.steps.len())
    }
}

impl Page for GuidePage {
    const NAME: &'static str = "guide";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let language = guide_language(f.w.language());
        let done: Done = ["activate"].into_iter().collect();
        let values = Values { who_may: super::who_may(&f.w), ..Values::sample() };
        let first = tillit_guides::list(language).first().map(|first| first.slug.clone());
        [("", first), ("roles", Some("roles".to_owned()))]
            .into_iter()
            .filter_map(|(state, slug)| Some((state, tillit_guides::render(language, &slug?, &values, &done)?)))
            .map(|(state, guide)| (state, Self { f: f.clone(), guide }))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::sources;

    /// What stands on Microsoft's pages, which are practised in English.
    const MICROSOFTS: [&str; 6] = [
        "Microsoft Entra ID",
        "Consent on behalf of your organization",
        "Accept",
        "Enterprise applications",
        "Permissions",
        "Grant admin consent",
    ];

    #[test]
    fn a_guide_names_buttons_as_the_screen_does() {
        let (values, mut seen) = (Values::sample(), 0);
        for language in Language::ALL {
            let words: String = sources(language).into_iter().map(|(_, text)| text).collect();
            for summary in tillit_guides::list(guide_language(language)) {
                let guide = tillit_guides::render(guide_language(language), &summary.slug, &values, &Done::default()).unwrap();
                let bold = guide.html.split("<strong>").skip(1).filter_map(|rest| rest.split("</strong>").next());
                for name in bold.filter(|name| !name.is_empty() && *name != values.app_name && !MICROSOFTS.contains(name)) {
                    seen += 1;
                    assert!(words.contains(name), "{} in {}: nothing on the screen is called {name:?}", summary.slug, language.tag());
                }
            }
        }
        assert!(seen > 30, "only {seen} names were found");
    }
}
