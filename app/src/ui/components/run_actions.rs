//! The actions on a run that is not over: undo, pause, resume, cancel.

use domain::run::{RunState, RunView};
use leptos::prelude::*;

use super::text;
use crate::ui::{
    components::button::{Button, Variant},
    console::{Console, RunAction},
};

/// The buttons of a run that apply in its current state. `brief` leaves out *Cancel run*, which is on the run's own
/// page.
#[component]
pub(crate) fn RunActions(
    #[prop(into)] run: Signal<Option<RunView>>,
    #[prop(optional)] brief: bool,
) -> impl IntoView {
    let console = Console::here();
    let busy = RwSignal::new(false);
    let act = move |action: RunAction| {
        move |()| {
            let Some(id) = run.with_untracked(|run| run.as_ref().map(|run| run.id)) else { return };
            busy.set(true);
            console.act(action, id, move || _ = busy.try_set(false));
        }
    };
    // Rebuilt only when the set of buttons changes, so that the keyboard focus is not lost.
    let due = Memo::new(move |_| due(run.read().as_ref(), brief));
    move || {
        let due = due.get();
        due.iter()
            .map(|action| {
                let (label, icon) = match action {
                    RunAction::Undo => (text::UNDO, Some("undo")),
                    RunAction::Pause => (text::PAUSE, None),
                    RunAction::Resume => (text::RESUME, None),
                    RunAction::Cancel => (text::CANCEL_RUN, None),
                };
                match icon {
                    Some(icon) => view! {
                        <Button label=label variant=Variant::Plain icon=icon busy=busy changes=true on_press=act(*action)/>
                    }
                    .into_any(),
                    None => view! { <Button label=label variant=Variant::Plain busy=busy changes=true on_press=act(*action)/> }
                        .into_any(),
                }
            })
            .collect_view()
    }
}

fn due(run: Option<&RunView>, brief: bool) -> Vec<RunAction> {
    let Some(run) = run.filter(|run| !run.state.is_over()) else { return Vec::new() };
    if run.undo_until().is_some() {
        return vec![RunAction::Undo];
    }
    let mut due = Vec::new();
    if run.may_pause() {
        due.push(RunAction::Pause);
    }
    if run.state == RunState::Paused || run.is_pausing() {
        due.push(RunAction::Resume);
    }
    if !brief {
        due.push(RunAction::Cancel);
    }
    due
}
