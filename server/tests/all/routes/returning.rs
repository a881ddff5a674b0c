//! Attempts to come back after a removal or a demotion, and to leave a workspace without an owner.

use domain::{Role, consent::AttemptState, people::Scope};
use store::{Launch, StoreError};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::test_server::TestServer;
use store_testing::{on_both_databases, organisation::arrival};

/// A launch of the host for a person with a role.
fn launch(server: &TestServer, workspace: domain::ids::WorkspaceId, user: &str, role: Role) -> Launch {
    Launch {
        jti: server.state.reference(),
        expires_at: i64::MAX,
        workspace,
        user: user.to_owned(),
        name: user.to_owned(),
        role,
        host: "https://app.example".to_owned(),
    }
}

on_both_databases! {
    async fn a_removed_or_demoted_owner_does_not_come_back_by_what_they_made(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let store = &server.state.store;
        for (removed, role) in [(true, Role::Owner), (false, Role::Viewer), (false, Role::Member)] {
            let (_, ctx, first) = server.session(10).await;
            let token = store.launch(&launch(&server, ctx.workspace(), "Mallory", Role::Owner), arrival()).await.unwrap();
            let theirs = store.session(&token).await.unwrap().unwrap().ctx;
            let mallory = server::services::SignedInCaller::new(server.state.clone(), theirs.clone()).caller();
            let invitation = mallory.people.invite("Mallory again", Role::Owner).await.unwrap();
            let key = mallory.people.new_key("Theirs", &[Scope::Run]).await.unwrap().secret;
            let program = store.program(&key).await.unwrap().unwrap();
            let program = server::services::SignedInCaller::new(server.state.clone(), program).caller();
            let by_program = program.setup.invite().await.unwrap();
            let client = mallory.setup.api_clients().await.unwrap()[0].id;
            let approval = mallory.setup.authorize(client).await.unwrap();
            let kept = first.people.invite("Somebody", Role::Viewer).await.unwrap();

            let member = theirs.member().unwrap();
            match removed {
                true => first.people.remove(member).await.unwrap(),
                false => first.people.change_role(member, role).await.unwrap(),
            }
            let open = first.people.everybody().await.unwrap().invitations;
            assert_eq!(open.iter().map(|one| one.id).collect::<Vec<_>>(), [kept.invitation.id], "{role:?}");
            let join = server.client.get(&invitation.url).send().await.unwrap();
            assert_eq!(join.status(), 410);
            assert!(store.program(&key).await.unwrap().is_none());
            assert_eq!(first.setup.attempt(by_program.attempt.id).await.unwrap().state, AttemptState::Expired);
            // A member may still set the link to Microsoft up.
            let expected = if role == Role::Member { AttemptState::Waiting } else { AttemptState::Expired };
            assert_eq!(first.setup.attempt(approval.attempt.id).await.unwrap().state, expected, "{role:?}");
            let said = first.activity.page(&domain::activity::ActivityQuery::default()).await.unwrap().entries;
            for what in ["member.invitation_revoked", "api_key.revoked", "consent.revoked"] {
                assert!(said.iter().any(|entry| entry.what == what), "{what} is not in the activity");
            }
        }
    }

    async fn a_request_that_is_sent_slowly_does_not_outlive_its_member(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let store = &server.state.store;
        let (_, ctx, first) = server.session(10).await;
        for (removed, what) in [(true, "people/invite_member"), (false, "people/make_api_key"), (true, "people/load_people")] {
            let token = store.launch(&launch(&server, ctx.workspace(), &format!("{removed} {what}"), Role::Owner), arrival()).await.unwrap();
            let member = store.session(&token).await.unwrap().unwrap().ctx.member().unwrap();
            let body = match what {
                "people/invite_member" => "{\"name\":\"Again\",\"role\":\"owner\"}",
                "people/make_api_key" => "{\"name\":\"Again\",\"scopes\":[\"run\"]}",
                _ => "{}                ",
            };
            let address = server.base.strip_prefix("http://").unwrap();
            let mut slow = TcpStream::connect(address).await.unwrap();
            let head = format!(
                "POST /api/app/api/{what} HTTP/1.1\r\nhost: {address}\r\ncookie: sid={token}\r\ncontent-type: application/json\r\n\
                 accept: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{}",
                body.len(),
                &body[..5]
            );
            slow.write_all(head.as_bytes()).await.unwrap();
            match removed {
                true => first.people.remove(member).await.unwrap(),
                false => first.people.change_role(member, Role::Viewer).await.unwrap(),
            }
            slow.write_all(&body.as_bytes()[5..]).await.unwrap();
            let mut answer = String::new();
            slow.read_to_string(&mut answer).await.unwrap();
            let expected = if removed { "signed_out" } else { "forbidden" };
            assert!(answer.contains(expected), "{what}: {answer}");
        }
        assert!(first.people.everybody().await.unwrap().invitations.is_empty());
        assert!(first.people.keys().await.unwrap().is_empty());
    }

    async fn a_write_checks_its_caller_again_in_its_transaction(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let store = &server.state.store;
        let (_, ctx, first) = server.session(10).await;
        let token = store.launch(&launch(&server, ctx.workspace(), "Bob", Role::Owner), arrival()).await.unwrap();
        let bob = store.session(&token).await.unwrap().unwrap().ctx;
        let invite = async || store.people(&bob).invite_member("Again", Role::Owner).await;
        invite().await.unwrap();
        first.people.change_role(bob.member().unwrap(), Role::Member).await.unwrap();
        assert!(matches!(invite().await, Err(StoreError::Forbidden)));
        first.people.remove(bob.member().unwrap()).await.unwrap();
        assert!(matches!(invite().await, Err(StoreError::SignedOut)));
    }

    async fn the_last_owner_stays_whoever_would_take_the_role(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("owner.example", 5).await;
        let store = &server.state.store;
        let (workspace, _) = store.create_workspace("W", "O", &[]).await.unwrap();
        let owner = launch(&server, workspace, "Hanna", Role::Owner);
        let token = store.launch(&owner, arrival()).await.unwrap();
        let ctx = store.session(&token).await.unwrap().unwrap().ctx;
        let made = store.people(&ctx).all().await.unwrap().members.into_iter().find(|one| !one.host).unwrap();
        store.people(&ctx).remove_member(made.id).await.unwrap();
        // Hanna is the only one now. The host says that she is a viewer.
        let demoted = store.launch(&launch(&server, workspace, "Hanna", Role::Viewer), arrival()).await;
        assert!(matches!(demoted, Err(StoreError::LastOwner)));
        // She attaches an account, and accepts an invitation as a viewer with it.
        let account = store::Account { tid: "t", oid: "o", name: "Hanna" };
        store.people(&ctx).attach_account(account).await.unwrap();
        let (_, link) = store.people(&ctx).invite_member("Hanna", Role::Viewer).await.unwrap();
        let accept = async || store.accept_invitation(&store::clock::hash(&link), account, arrival()).await;
        assert!(matches!(accept().await, Err(StoreError::LastOwner)));
        let me = |members: Vec<domain::people::MemberView>| members.into_iter().find(|one| one.you).unwrap().role;
        assert_eq!(me(store.people(&ctx).all().await.unwrap().members), Role::Owner);
        // With a second owner, the same invitation works.
        store.launch(&launch(&server, workspace, "Olaf", Role::Owner), arrival()).await.unwrap();
        accept().await.unwrap();
        assert_eq!(me(store.people(&ctx).all().await.unwrap().members), Role::Viewer);
    }

    async fn a_second_invitation_brings_nobody_back_and_raises_nobody(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let store = &server.state.store;
        let (_, ctx, first) = server.session(10).await;
        let people = store.people(&ctx);
        let account = |oid: &'static str| store::Account { tid: "t", oid, name: "Bob" };
        let accept = async |link: &str, oid| store.accept_invitation(&store::clock::hash(link), account(oid), arrival()).await;
        let links = [people.invite_member("Bob", Role::Owner).await.unwrap().1, people.invite_member("Bob", Role::Owner).await.unwrap().1];
        let token = accept(&links[0], "o").await.unwrap();
        let bob = store.session(&token).await.unwrap().unwrap().ctx.member().unwrap();
        // Demoted: the second link does not make him an owner again, and is used up.
        first.people.change_role(bob, Role::Viewer).await.unwrap();
        let token = accept(&links[1], "o").await.unwrap();
        assert_eq!(store.session(&token).await.unwrap().unwrap().ctx.role(), Role::Viewer);
        // Removed: only an invitation from after the removal lets him in.
        let old = people.invite_member("Bob", Role::Member).await.unwrap().1;
        first.people.remove(bob).await.unwrap();
        assert!(matches!(accept(&old, "o").await, Err(StoreError::NotFound)));
        server.advance_clock(1);
        let new = people.invite_member("Bob", Role::Member).await.unwrap().1;
        // Once, also when two people press the button at the same moment.
        let (one, other) = tokio::join!(accept(&new, "o"), accept(&new, "another"));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    }

    async fn two_owners_who_remove_each_other_leave_one(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let store = &server.state.store;
        for round in 0..3 {
            let (workspace, _) = store.create_workspace("W", "O", &[]).await.unwrap();
            let mut owners = Vec::new();
            for name in ["A", "B"] {
                let token = store.launch(&launch(&server, workspace, name, Role::Owner), arrival()).await.unwrap();
                owners.push(store.session(&token).await.unwrap().unwrap().ctx);
            }
            let third = store.people(&owners[0]).all().await.unwrap().members.into_iter().find(|one| !one.host).unwrap();
            store.people(&owners[0]).remove_member(third.id).await.unwrap();
            let (a, b) = (owners[0].member().unwrap(), owners[1].member().unwrap());
            let (mine, theirs) = (store.people(&owners[0]), store.people(&owners[1]));
            let (first, second) = tokio::join!(mine.remove_member(b), theirs.change_role(a, Role::Viewer));
            assert!(first.is_ok() != second.is_ok(), "round {round}: {first:?}, {second:?}");
            let left = store.people(&owners[0]).all().await.unwrap().members;
            assert_eq!(left.iter().filter(|one| one.role == Role::Owner).count(), 1, "round {round}");
        }
    }
}
