//! The permission checklist: whether each permission is granted and works.

use domain::{
    delegation::{Answer, Check},
    permissions::REQUIRED,
};
use leptos::prelude::*;

use super::text;
use crate::ui::{components::icon::Icon, links};

/// Why the answer about a permission is still missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Checking {
    #[default]
    Now,
    /// Microsoft does not answer, or asked to wait.
    Waiting,
    /// Nothing checks them at present.
    Stopped,
}

/// A table with a row per permission, updated as the results arrive.
#[component]
pub(crate) fn Checklist(
    #[prop(into)] checks: Signal<Vec<Check>>,
    #[prop(optional, into)] checking: Signal<Checking>,
) -> impl IntoView {
    let row = move |name: &'static str, why: &'static str| {
        let check = Memo::new(move |_| checks.read().iter().find(|c| c.permission == name).cloned());
        let granted = move || check.read().as_ref().map_or(Answer::Pending, |c| c.granted);
        let works = move || check.read().as_ref().map_or(Answer::Pending, |c| c.works);
        let reason = move || check.read().as_ref().and_then(|c| c.reason);
        view! {
            <tr>
                <th scope="row">
                    <code>{name}</code>
                    <small>{why}</small>
                    {move || reason().map(|reason| {
                        let help = reason.help();
                        view! {
                            <small class="checklist-reason">
                                <a href=links::help(reason)>{reason.title()}</a>
                                " " {help.who.sentence()}
                            </small>
                        }
                    })}
                </th>
                <td>{move || answer((granted(), checking.get()), text::GRANTED, text::MISSING, (text::IN_EXCHANGE, text::IN_EXCHANGE_WHY))}</td>
                <td>{move || answer((works(), checking.get()), text::WORKS, text::WORKS_NOT, (text::NOT_TRIED, text::NOT_TRIED_WHY))}</td>
            </tr>
        }
    };
    view! {
        <table class="checklist">
            <caption class="visually-hidden">{text::CHECKLIST}</caption>
            <thead>
                <tr>
                    <th scope="col">{text::PERMISSION}</th>
                    <th scope="col">{text::GRANTED}</th>
                    <th scope="col">{text::WORKS}</th>
                </tr>
            </thead>
            <tbody>
                {REQUIRED.iter().map(|p| row(p.name, p.why)).collect_view()}
            </tbody>
        </table>
    }
}

/// The label of an answer. `unknown` is the label of an answer that cannot be determined, and the reason.
fn answer(
    (answer, checking): (Answer, Checking),
    yes: &'static str,
    no: &'static str,
    unknown: (&'static str, &'static str),
) -> AnyView {
    let (tone, icon, words, class) = match answer {
        Answer::Pending => match checking {
            Checking::Now => ("busy", "busy", text::CHECKING, "spin"),
            Checking::Waiting => ("attention", "clock", text::WAITS, ""),
            Checking::Stopped => ("quiet", "ring", text::NOT_CHECKED, ""),
        },
        Answer::Yes => ("good", "check", yes, ""),
        Answer::No => ("bad", "stop", no, ""),
        Answer::NotTried => ("quiet", "ring", unknown.0, ""),
    };
    view! {
        <span class="status" data-tone=tone>
            <Icon name=icon class=class/>
            {words}
        </span>
        {(answer == Answer::NotTried).then(|| view! {
            <small>{unknown.1}</small>
        })}
    }
    .into_any()
}
