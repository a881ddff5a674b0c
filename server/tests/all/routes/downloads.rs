//! Tests of `/runs/{run}/results.csv`.

use domain::{list::Tab, run::RunKind};

use crate::support::test_server::TestServer;
use store_testing::database::TestDatabase;

#[tokio::test]
async fn results_are_a_file_for_members_of_the_workspace_only() {
    let server = TestServer::start(TestDatabase::sqlite().await).await;
    server.tenant("csv.example", 12).await;
    let (session, _, caller) = server.session(50).await;
    let delegation = server.linked(&caller, "csv.example").await;
    let rows = server.rows(&caller, &delegation, Tab::Available).await;
    let run = server.run_over(&caller, &delegation, RunKind::Connect, rows.clone()).await;

    let get = |path: String, session: Option<String>| {
        let request = server.client.get(format!("{}{path}", server.base));
        let cookie = session.map(|session| format!("sid={session}"));
        async move { cookie.into_iter().fold(request, |r, c| r.header("cookie", c)).send().await.unwrap() }
    };
    let path = format!("/runs/{}/results.csv", run.id);
    assert_eq!(get(path.clone(), None).await.status(), 401);
    let (stranger, _, _) = server.session(1).await;
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
