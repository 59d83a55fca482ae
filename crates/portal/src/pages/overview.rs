//! Overview: what is to do next.

use askama::Template;

use super::Page;
use crate::frame::{Frame, Nav};

/// Something to do, done or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Todo {
    /// Title.
    pub title: String,
    /// One sentence.
    pub text: String,
    /// Whether it is done.
    pub done: bool,
    /// Where it is done: path and words of the button.
    pub link: Option<(String, String)>,
}

/// First page after signing in.
#[derive(Debug, Template)]
#[template(path = "overview.html")]
pub struct OverviewPage {
    /// Frame.
    pub f: Frame,
    /// First name, to greet.
    pub first_name: String,
    /// What to do (administrators).
    pub todos: Vec<Todo>,
    /// Figures: words, number, path.
    pub figures: Vec<(String, String, String)>,
}

impl OverviewPage {
    fn nav(&self) -> Nav {
        Nav::Overview
    }
    fn done_count(&self) -> String {
        let done = self.todos.iter().filter(|todo| todo.done).count();
        self.f.w.t2("overview-done", "done", done, "all", self.todos.len())
    }
}

impl Page for OverviewPage {
    const NAME: &'static str = "overview";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let w = &f.w;
        let todo = |key: &str, done: bool, path: &str| Todo {
            title: w.t(&format!("todo-{key}")),
            text: w.t(&format!("todo-{key}-text")),
            done,
            link: (!done).then(|| (path.to_owned(), w.t(&format!("todo-{key}-button")))),
        };
        let page = Self {
            f: f.clone(),
            first_name: "Ingrid".to_owned(),
            todos: vec![
                todo("kit", true, "/settings/security/recovery-kit"),
                todo("sso", false, "/settings/security"),
                todo("consent", false, "/settings/security"),
                todo("ways-back", false, "/settings/ways-back"),
            ],
            figures: vec![
                (w.t("figure-people"), "42".to_owned(), "/people".to_owned()),
                (w.t("figure-sign-ins"), "148".to_owned(), "/settings/security/sign-ins".to_owned()),
            ],
        };
        let employee = Self {
            f: Frame {
                person: f.person.clone().map(|person| crate::frame::FramePerson { role: tillit_accounts::Role::Employee, ..person }),
                ..f.clone()
            },
            first_name: "Kari".to_owned(),
            todos: vec![],
            figures: vec![],
        };
        vec![("", page), ("employee", employee)]
    }
}
