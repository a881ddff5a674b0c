//! Tests of `/runs/{run}/results.csv`, `/runs/{run}/print` and `/mailboxes/print`.

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
    let failed = get(format!("{path}?result=skipped"), Some(session.clone())).await.text().await.unwrap();
    assert_eq!(failed.lines().count(), 1);

    // The same for paper, with all its rows.
    let page = get(format!("/runs/{}/print", run.id), Some(session.clone())).await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-")
            && policy.contains("frame-ancestors 'self'")
    );
    let page = page.text().await.unwrap();
    assert!(page.contains(&format!("<h1>Connect · {} mailboxes · Completed</h1>", rows.len())), "{page}");
    assert_eq!(page.matches("<tr><td>").count(), rows.len());
    let list = format!("/mailboxes/print?d={}&tab=all", delegation.id);
    let all = server.rows(&caller, &delegation, Tab::All).await.len();
    let page = get(list.clone(), Some(session.clone())).await.text().await.unwrap();
    assert_eq!(page.matches("<tr><td>").count(), all);
    let page = get(format!("{list}&q=adele&kind=user"), Some(session.clone())).await.text().await.unwrap();
    assert_eq!(page.matches("<tr><td>").count(), 1);
    assert!(page.contains("1 mailbox · Search: adele · Kind: User · Printed on "), "{page}");
    assert_eq!(get("/mailboxes/print".to_owned(), Some(session)).await.status(), 404);
}
