//! What holds for every screen that is somebody's, spoken to as a browser would.

use crate::process::{Server, free_port};
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use reqwest::{Client, StatusCode, Url, redirect::Policy};

/// `{id}` stands for any.
const PROTECTED: [&str; 3] = ["/gallery", "/account", "/pages/{id}"];

#[test]
fn every_protected_screen_sends_a_stranger_to_sign_in_and_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(&folder, free_port());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = Client::builder().redirect(Policy::none()).no_proxy().build().expect("a client");
    let query = prop_oneof![Just(String::new()), "\\?[a-z]{1,8}=[a-zA-Z0-9%20/.-]{0,12}"];
    let cookies = prop_oneof![Just(String::new()), "access=[A-Za-z0-9._-]{1,60}; refresh=[A-Za-z0-9._-]{1,60}"];
    let values = (select(PROTECTED.to_vec()), any::<u128>(), query, cookies);
    let config = Config { cases: 100, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&values, |(path, id, query, cookies)| {
        let id = format!("{id:032x}");
        let path = format!("{}{query}", path.replace("{id}", &id));
        let request = client.get(format!("{}{path}", server.base)).header("cookie", cookies);
        let answer = runtime.block_on(request.send()).expect("an answer");
        prop_assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let led = answer.headers()["location"].to_str().expect("text");
        let led = Url::parse(&server.base).expect("an address").join(led).expect("an address");
        prop_assert_eq!(led.path(), "/auth/login");
        let back = led.query_pairs().find(|(name, _)| name == "returnTo").map(|(_, value)| value.into_owned());
        prop_assert_eq!(back, Some(path));
        Ok(())
    });
    server.kill();
    outcome.expect("holds");
}
