//! Backups of a SQLite file, and what does not come back to life.

use std::os::unix::fs::PermissionsExt as _;

use domain::{Role, people::Scope};
use store::{BackupFacts, Db, RestoredFile, Store, StoreError, write_backup};

use store_testing::{
    clock::StoppedClock,
    database::TestDatabase,
    on_both_databases,
    organisation::{organisation, workspace},
};

#[tokio::test]
async fn a_backup_is_private_complete_and_no_database() {
    let clock = StoppedClock::now();
    let database = TestDatabase::sqlite().await;
    let path = database.url.strip_prefix("sqlite://").unwrap().to_owned();
    let store = database.store_at(clock.sources()).await;
    let org = organisation(&store, Some(10), 5).await;
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("backup");
    let facts = BackupFacts { made_at: clock.time(), sealed_keys: Some("sealed".into()) };
    write_backup(&path, &file, &facts).await.unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let again = write_backup(&path, &file, &facts).await;
    assert!(matches!(again, Err(StoreError::Folder(_))), "{again:?}");
    let opened = Db::open(&format!("sqlite://{}", file.display())).await;
    let words = opened.unwrap_err().to_string();
    assert!(words.contains("is a backup") && words.contains("server restore"), "{words}");

    let target = folder.path().join("new/warmy.db");
    let target = target.to_str().unwrap();
    let copy = RestoredFile::copy(&file, target).await.unwrap();
    assert_eq!(copy.facts, facts);
    // Given up: nothing is left.
    drop(copy);
    let left: Vec<_> =
        std::fs::read_dir(folder.path().join("new")).unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(left, ["warmy.db.lock"]);
    let copy = RestoredFile::copy(&file, target).await.unwrap();
    // What is ended is ended before it is a database; nobody else can use the place meanwhile.
    let db = copy.open().await.unwrap();
    let ended =
        Store::new(db.clone(), store::Signals::default(), clock.sources()).end_after_restore().await.unwrap();
    assert!(ended.sessions > 0 && !std::path::Path::new(target).exists(), "{ended:?}");
    assert!(
        Db::open(&format!("sqlite://{target}")).await.unwrap_err().to_string().contains("another process")
    );
    db.close().await.unwrap();
    drop(db);
    copy.publish().await.unwrap();
    let left: Vec<_> =
        std::fs::read_dir(folder.path().join("new")).unwrap().map(|one| one.unwrap().file_name()).collect();
    assert!(left.len() <= 2, "{left:?}");
    let twice = RestoredFile::copy(&file, target).await;
    assert!(twice.unwrap_err().to_string().contains("overwrites no database"));
    let db = Db::open(&format!("sqlite://{target}")).await.unwrap();
    let restored = Store::new(db, store::Signals::default(), clock.sources());
    assert_eq!(restored.mailboxes(&org.ctx).snapshot(org.delegation).await.unwrap().counts.all, 5);
    // Not every file is a backup.
    for (name, bytes) in [
        ("empty", Vec::new()),
        ("text", b"nonsense".to_vec()),
        ("cut", std::fs::read(&file).unwrap()[..8_192].to_vec()),
    ] {
        let wrong = folder.path().join(name);
        std::fs::write(&wrong, bytes).unwrap();
        let other = folder.path().join("other.db");
        let refused = RestoredFile::copy(&wrong, other.to_str().unwrap()).await;
        assert!(refused.unwrap_err().to_string().contains("no backup"), "{name}");
    }
}

on_both_databases! {
    async fn after_a_restore_nothing_works_that_could_have_been_ended_since(database: TestDatabase) {
        let store = database.store().await;
        let org = organisation(&store, Some(10), 3).await;
        let people = store.people(&org.ctx);
        let key = people.new_api_key("Program", &[Scope::Run]).await.unwrap();
        let (_, invitation) = people.invite_member("Ann", Role::Owner).await.unwrap();
        let link = store.create_enter_link(org.workspace, org.ctx.member().unwrap()).await.unwrap();
        let client = store.consent(&org.ctx).api_clients().await.unwrap()[0].id;
        let approval = store.consent(&org.ctx).invite(client).await.unwrap();
        let (_, other) = workspace(&store, None).await;

        let ended = store.end_after_restore().await.unwrap();
        assert!(ended.sessions >= 2 && ended.links >= 1, "{ended:?}");
        assert_eq!((ended.invitations, ended.approvals, ended.keys, ended.webhooks), (1, 1, 1, 0));
        assert!(store.session(&org.session).await.unwrap().is_none());
        assert!(store.enter_request(&link).await.is_err());
        assert!(store.join_request(&invitation).await.is_err());
        assert!(store.approval_request(&approval.link).await.is_err());
        assert!(store.program(&key.secret).await.unwrap().is_none());
        assert!(people.api_keys().await.unwrap()[0].suspended);
        assert!(matches!(store.people(&other).confirm_api_key(key.key.id).await, Err(StoreError::NotFound)));
        people.confirm_api_key(key.key.id).await.unwrap();
        assert!(store.program(&key.secret).await.unwrap().is_some());
        let members = store.restored_members().await.unwrap();
        assert!(members.iter().any(|one| one.name == "Olga Owner" && one.role == "owner"), "{members:?}");
        assert_eq!(store.end_after_restore().await.unwrap(), store::Ended { keys: 1, ..store::Ended::default() });
    }
}
