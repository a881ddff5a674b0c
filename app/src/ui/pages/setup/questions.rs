//! An administrator's questions before accepting: what Warmy can do, how to limit it, how to withdraw it.

use leptos::prelude::*;

use super::text;

/// The questions with their answers.
#[component]
pub(crate) fn Questions() -> impl IntoView {
    view! {
        <section class="questions" translate="yes" aria-labelledby="questions-title">
            <h2 id="questions-title">{text::BEFORE}</h2>
            <div class="questions-grid">
                <div class="card question">
                    <h3>{text::CAN}</h3>
                    <ul>
                        <li>{text::can_list()}</li>
                        <li>{text::CAN_WARM_UP}</li>
                        <li>{text::CAN_NOTICE}</li>
                    </ul>
                </div>
                <div class="card question">
                    <h3>{text::CANNOT}</h3>
                    <ul>
                        <li>{text::NO_PASSWORD}</li>
                        <li>{text::NO_OTHERS}</li>
                        <li>{text::NO_READING}</li>
                        <li>{text::NO_CHANGES}</li>
                    </ul>
                </div>
                <div class="card question">
                    <h3>{text::LIMIT}</h3>
                    <p>
                        {text::LIMIT_TEXT}
                    </p>
                    <details class="more">
                        <summary>{text::COMMANDS_TITLE}</summary>
                        <pre tabindex="0" aria-label=text::COMMANDS><code>{text::limit_commands()}</code></pre>
                        <p>{text::LIMIT_THEN}</p>
                    </details>
                </div>
                <div class="card question">
                    <h3>{text::WITHDRAW}</h3>
                    <p>
                        {text::WITHDRAW_TEXT}
                    </p>
                </div>
            </div>
        </section>
    }
}
