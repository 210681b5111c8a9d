//! The HTML screens: sign-in redirects of protected screens, and what the account screen shows.

use crate::{
    cli::{create_drawn_page, sign_up},
    server_process::{Server, free_port},
};
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use reqwest::{Client, StatusCode, Url, redirect::Policy};

/// Screens that need an account; `{id}` is replaced by a random id.
const PROTECTED_PATHS: [&str; 3] = ["/gallery", "/account", "/pages/{id}"];

#[test]
fn protected_screens_redirect_to_sign_in_with_return_url() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(&folder, free_port());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = Client::builder().redirect(Policy::none()).no_proxy().build().expect("a client");
    let query = prop_oneof![Just(String::new()), "\\?[a-z]{1,8}=[a-zA-Z0-9%20/.-]{0,12}"];
    let cookies = prop_oneof![Just(String::new()), "access=[A-Za-z0-9._-]{1,60}; refresh=[A-Za-z0-9._-]{1,60}"];
    let values = (select(PROTECTED_PATHS.to_vec()), any::<u128>(), query, cookies);
    let config = Config { cases: 100, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&values, |(path, id, query, cookies)| {
        let id = format!("{id:032x}");
        let path = format!("{}{query}", path.replace("{id}", &id));
        let request = client.get(format!("{}{path}", server.base)).header("cookie", cookies);
        let response = runtime.block_on(request.send()).expect("a response");
        prop_assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let target = response.headers()["location"].to_str().expect("text");
        let target = Url::parse(&server.base).expect("an address").join(target).expect("an address");
        prop_assert_eq!(target.path(), "/auth/login");
        let return_url = target.query_pairs().find(|(name, _)| name == "returnTo").map(|(_, value)| value.into_owned());
        prop_assert_eq!(return_url, Some(path));
        Ok(())
    });
    server.kill();
    result.expect("the property holds");
}

#[tokio::test]
async fn account_screen_hides_the_title_of_a_page_in_the_trash() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(&folder, free_port());
    let base = &server.base;
    let client = sign_up(base).await;
    let (_, job) = create_drawn_page(&client, base, "Our secret cat").await;
    let page = job["page_id"].as_str().expect("an id");
    let account_screen = async || {
        let response = client.get(format!("{base}/account")).send().await.expect("a response");
        response.text().await.expect("text")
    };
    assert!(account_screen().await.contains("Our secret cat"));
    let deletion = client.post(format!("{base}/do/gallery/delete")).body(format!("pages%5B%5D={page}"));
    let deletion = deletion.header("content-type", "application/x-www-form-urlencoded").send().await;
    assert_eq!(deletion.expect("a response").status(), StatusCode::OK);
    assert!(!account_screen().await.contains("Our secret cat"));
    server.kill();
}
