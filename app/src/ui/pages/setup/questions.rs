//! What an administrator asks before accepting: what we can do, how to limit us, how to be rid of us.

use leptos::prelude::*;

const LIMIT: &str = "\
New-ServicePrincipal -AppId <Service Account ID> -ObjectId <object id of Warmy in your organisation>
New-ManagementScope -Name \"Warmy\" -RecipientRestrictionFilter \"MemberOfGroup -eq '<group>'\"
New-ManagementRoleAssignment -App <object id> -Role \"Application Mail.ReadWrite\" -CustomResourceScope \"Warmy\"
New-ManagementRoleAssignment -App <object id> -Role \"Application Mail.Send\" -CustomResourceScope \"Warmy\"";

/// Plain answers.
#[component]
pub(crate) fn Questions() -> impl IntoView {
    view! {
        <section class="questions" aria-labelledby="questions-title">
            <h2 id="questions-title">"Before you accept"</h2>
            <div class="questions-grid">
                <div class="card question">
                    <h3>"What Warmy can do"</h3>
                    <ul>
                        <li>"List your people and shared mailboxes: name, address, department."</li>
                        <li>"In the mailboxes you connect: send warm-up messages, find them and move them out of Junk."</li>
                        <li>"Notice when a mailbox stops working, and say why."</li>
                    </ul>
                </div>
                <div class="card question">
                    <h3>"What Warmy does not do"</h3>
                    <ul>
                        <li>"Ask anybody for a password, or keep one."</li>
                        <li>"Touch mailboxes that you have not connected."</li>
                        <li>"Read messages that are not warm-up messages, calendars, files or chats."</li>
                        <li>"Change users, groups, licences or settings."</li>
                    </ul>
                </div>
                <div class="card question">
                    <h3>"Limit Warmy to some mailboxes"</h3>
                    <p>
                        "Microsoft’s permissions cover the whole organisation. With RBAC for Applications an Exchange administrator narrows them to a group; everything outside shows as “Outside the mailboxes Warmy may use”."
                    </p>
                    <details class="more">
                        <summary>"Commands for Exchange Online PowerShell"</summary>
                        <pre tabindex="0" aria-label="Commands"><code>{LIMIT}</code></pre>
                        <p>"Then remove the tenant-wide Mail permissions of Warmy in Microsoft Entra: the two add up."</p>
                    </details>
                </div>
                <div class="card question">
                    <h3>"Withdraw everything"</h3>
                    <p>
                        "Microsoft Entra › Enterprise applications › Warmy › Delete. Access ends at once for every mailbox, without our help. Warmy notices, says so here and keeps your list."
                    </p>
                </div>
            </div>
        </section>
    }
}
