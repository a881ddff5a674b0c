//! `/runs/{run}/results.csv`.

use domain::{list::Tab, run::RunKind};

use crate::support::{database::TestDatabase, world::World};

#[tokio::test]
async fn results_are_a_file_for_who_is_signed_in_and_nobody_else() {
    let world = World::start(TestDatabase::sqlite().await).await;
    world.tenant("csv.example", 12).await;
    let (session, _, desk) = world.session(50).await;
    let delegation = world.linked(&desk, "csv.example").await;
    let rows = world.rows(&desk, &delegation, Tab::Available).await;
    let run = world.run_over(&desk, &delegation, RunKind::Connect, rows.clone()).await;

    let get = |path: String, session: Option<String>| {
        let request = world.client.get(format!("{}{path}", world.base));
        let cookie = session.map(|session| format!("sid={session}"));
        async move { cookie.into_iter().fold(request, |r, c| r.header("cookie", c)).send().await.unwrap() }
    };
    let path = format!("/runs/{}/results.csv", run.id);
    assert_eq!(get(path.clone(), None).await.status(), 401);
    let (stranger, _, _) = world.session(1).await;
    assert_eq!(get(path.clone(), Some(stranger)).await.status(), 404);

    let answer = get(path.clone(), Some(session.clone())).await;
    assert_eq!(answer.status(), 200);
    let headers = answer.headers();
    assert_eq!(headers["content-type"], "text/csv; charset=utf-8");
    assert!(headers["content-disposition"].to_str().unwrap().starts_with("attachment;"));
    assert_eq!(
        (&headers["cache-control"], &headers["x-content-type-options"]),
        (&"no-store".parse().unwrap(), &"nosniff".parse().unwrap())
    );
    let text = answer.text().await.unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("\u{feff}\"Name\",\"Address\",\"Result\""), "{}", lines[0]);
    assert_eq!(lines.len(), rows.len() + 1);
    let failed = get(format!("{path}?result=skipped"), Some(session)).await.text().await.unwrap();
    assert_eq!(failed.lines().count(), 1);
}
