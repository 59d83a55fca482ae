use proptest::prelude::*;

use super::read;
use crate::text::slice;

#[test]
fn a_page_is_read_as_a_reader_meets_it() {
    let page = read(
        "<style>p{}</style><p>Hello&nbsp;&amp; <b>welcome</b></p><div style='display:none'>poison <span>words</span></div>\
         <a href='https://a.example/x?y=1&amp;z=2'>Click <i>here</i></a> after<!-- comment --><br><a href=https://b.example><img src=b.png></a>",
        1 << 20,
        10,
    );
    assert_eq!(page.text, "Hello & welcome\nClick here after\n");
    assert_eq!(page.hidden, 11);
    assert_eq!(page.anchors.len(), 2);
    assert_eq!(page.anchors[0].href, "https://a.example/x?y=1&z=2");
    assert_eq!(slice(&page.text, page.anchors[0].start, page.anchors[0].end), "Click here");
    assert!(page.anchors[1].picture && !page.anchors[0].picture);
}

#[test]
fn scripts_forms_and_redirections_are_seen_and_not_run() {
    let page = read(
        "<form action=https://x.example/p><input type=password><input type=hidden></form><script>location='https://y.example/z';var b=atob('x')</script>\
         <meta http-equiv=refresh content='0; url=https://z.example'><iframe src=https://w.example></iframe>",
        1 << 20,
        10,
    );
    assert!(page.forms[0].password && page.forms[0].fields == 1);
    assert!(page.active.script && page.active.builds && page.active.redirects && page.active.frame);
    assert_eq!(page.targets, ["https://y.example/z", "https://z.example", "https://w.example"]);
}

#[test]
fn what_is_over_the_limit_is_cut_and_said() {
    assert!(read(&"<a href=x>y</a>".repeat(20), 1 << 20, 10).cut);
    assert!(read(&"word ".repeat(2_000), 1_000, 10).cut);
}

/// The texts of the links, as they stand in the text.
fn shown(html: &str) -> Vec<String> {
    let page = read(html, 1 << 20, 100);
    page.anchors.iter().map(|anchor| slice(&page.text, anchor.start, anchor.end)).collect()
}

fn seen(html: &str) -> String {
    read(html, 1 << 20, 100).text.trim_end().replace('\n', " ")
}

#[test]
fn the_text_of_a_link_has_its_first_letter_wherever_the_link_stands() {
    for html in [
        "<table><tr><td><a href=x>https://www.dnb.no</a></td><td><a href=x>https://www.dnb.no</a>",
        "<p>Hi</p>\n  <a href=x>\n https://www.dnb.no \n</a>\n<p>there",
        "Hi <a href=x>https://www.dnb.no</a>",
        "Hi<br>\n<a href=x><b> https://www.dnb.no</b></a>",
        "Hi <a href=x><div>https://www.dnb.no</div></a> there",
        "<p>one</p> <ul>\n<li>\n<a href=x>https://www.dnb.no</a>\n</ul>",
    ] {
        for text in shown(html) {
            assert_eq!(text, "https://www.dnb.no", "{html}");
        }
    }
}

#[test]
fn what_follows_a_hidden_element_that_browsers_close_is_seen() {
    for html in [
        "<p style='display:none'>x<p>lure",
        "<p style='display:none'>x<div>lure</div>",
        "<p style='display:none'>x<table><tr><td>lure",
        "<ul><li style='display:none'>x<li>lure</ul>",
        "<table><tr><td style='display:none'>x<td>lure</table>",
        "<table><tr style='display:none'><td>x<tr><td>lure</table>",
        "<table><tbody style='display:none'><tr><td>x<tbody><tr><td>lure</table>",
        "<dl><dt style='display:none'>x<dd>lure</dl>",
        "<select><option style='display:none'>x<option>lure</select>",
        "<h1 style='display:none'>x<h2>lure</h2>",
        "<div style='display:none'><td>x</div>lure",
        "<a style='display:none'>x<a href=y>lure</a>",
        "<div style='font-size:0'>x<span style='font-size:14px'>lure</span></div>",
        "<div style='visibility:hidden'>x<b style='visibility:visible'>lure</b></div>",
        "<style>.h{display:none}.h{display:block}</style><p class=h>lure",
        "<style>.h{display:none}</style><p class=h style='display:block'>lure",
        "<style>@media (max-width:600px){.h{display:none}}</style><p class=h>lure",
        "<p style='mso-hide:all'>lure",
    ] {
        assert_eq!(seen(html), "lure", "{html}");
    }
    let deep = format!("<p style='display:none'>x{}<p>lure", "<b>".repeat(300));
    assert_eq!(seen(&deep), "lure");
    for depth in [300, 700] {
        let ended = format!("<div style='display:none'>x{}</div>lure", "<b>".repeat(depth));
        assert_eq!(seen(&ended), "lure");
    }
}

#[test]
fn what_stays_hidden_is_not_seen() {
    for html in [
        "<p style='display:none'>x <b>y</b> <span>z</span>",
        "<div style='display:none'><p>x<p>y<ul><li>z</ul></div>",
        "<div style='display:none'><table><tr><td>x</div>y<td>z</table></div>",
        "<ul><li style='display:none'>x<ul><li>y</ul></ul>",
        "<div style='font-size:0'>x<b style='font-size:120%'>y</b></div>",
        "<div style='display:none'>x<b style='display:block'>y</b></div>",
        "<style>.h{display:none}</style><p class='g h'>x <b>y</b>",
    ] {
        assert_eq!(seen(html), "", "{html}");
    }
}

#[test]
fn what_only_some_programs_show_is_kept_beside_the_text() {
    let page = read(
        "<p class=h>poison</p><p>Hello</p><!--[if mso]><p>For Outlook</p><v:roundrect href='https://a.example'><center>Go on</center></v:roundrect>\
         <a href=https://b.example>https://www.dnb.no</a><![endif]--><!--[if !mso]><!--><p>there</p><!--<![endif]--><style>.h{display:none}</style>",
        1 << 20,
        10,
    );
    assert_eq!(page.text, "Hello\nthere\n");
    assert!(page.aside.contains("poison") && page.aside.contains("For Outlook"), "{}", page.aside);
    let beside: Vec<_> = page.beside.iter().map(|link| (link.href.as_str(), link.shown.as_str())).collect();
    assert_eq!(beside, [("https://a.example", "Go on"), ("https://b.example", "https://www.dnb.no")]);
}

proptest! {
    #[test]
    fn anchors_hold_exactly_the_words_between_their_tags(
        html in "(<a href=x>|</a>|<p>|</p>|<td>|<tr>|<table>|</table>|<li>|<br>|<b style='display:none'>|</b>|&amp;|\n|[a-zæ ]){0,60}"
    ) {
        let page = read(&html, 1_000, 100);
        let length = u32::try_from(page.text.chars().count()).unwrap();
        for anchor in &page.anchors {
            prop_assert!(anchor.start <= anchor.end && anchor.end <= length);
            let text = slice(&page.text, anchor.start, anchor.end);
            prop_assert_eq!(text.trim(), text.as_str());
        }
    }

    #[test]
    fn every_link_keeps_its_word_whatever_stands_around_it(
        around in proptest::collection::vec(("(|<td>|<tr><td>|<p>|</p>|<br>|<li>|text|<div>|</table><table>)", "[ \n]{0,2}", "[ \n]{0,2}"), 1..20)
    ) {
        let html: String = around.iter().zip(0..).map(|((tags, before, after), at)| format!("{tags}{before}<a href=x>{after}word{at}{before}</a>{after}")).collect();
        for (text, at) in shown(&html).iter().zip(0..) {
            prop_assert_eq!(text, &format!("word{at}"), "{}", html);
        }
    }
}
