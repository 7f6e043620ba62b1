//! What is said where no cluster answers, or where it refuses who asks?

use crate::Done;
use crate::articles;
use crate::support::{Cluster, Ran, Running, Site};
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

pub(crate) fn nobody_answers(cluster: &Cluster) -> Done {
    let site = Site::new(cluster, "nobody", "");
    articles::write(&site, "first", 0, 1);
    // A port that nobody listens at, as it was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let address = format!("http://127.0.0.1:{port}/name");
    for args in [
        &["search", "leg"][..],
        &["search", "leg", "--json"],
        &["status"],
        &["check"],
        &["list"],
        &["index", "articles"],
    ] {
        let ran = Running::start(&mut site.command(&address, args)).wait();
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.stderr);
        assert!(
            ran.took < Duration::from_secs(15),
            "{args:?}: {:?}",
            ran.took
        );
        assert!(
            ran.stderr.contains("connection refused"),
            "{args:?}: {}",
            ran.stderr
        );
        assert!(
            ran.stderr.contains(&format!("127.0.0.1:{port}")),
            "{}",
            ran.stderr
        );
        assert_eq!(ran.stdout, "", "{args:?}");
    }
    // One of the nodes is enough.
    let beside = format!(
        "{},{}/ibid-test-nobody",
        address.trim_end_matches("/name"),
        cluster.nodes[0]
    );
    if !cluster.is_secure() {
        let ran = Running::start(&mut site.command(&beside, &["index", "articles"])).wait();
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        articles::all_are_there_once(&site, 1);
    }
    Done::Passed
}

pub(crate) fn refused(cluster: &Cluster) -> Done {
    if !cluster.is_secure() {
        return Done::Skipped("the cluster was started without --secure".to_owned());
    }
    let site = Site::new(cluster, "refused", "patience = 5");
    articles::write(&site, "first", 0, 1);
    site.ok(&["index", "articles"]);
    let other = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls/other-ca.pem");
    let other = other.to_str().unwrap();
    let refused = |ran: &Ran, says: &[&str]| {
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.took < Duration::from_secs(20), "{:?}", ran.took);
        for says in says {
            assert!(ran.stderr.contains(says), "{says}: {}", ran.stderr);
        }
        assert!(
            !ran.stderr.contains("for-tests") && !ran.stderr.contains("wrong-one"),
            "{}",
            ran.stderr
        );
    };
    for args in [&["search", "leg"][..], &["index", "articles"]] {
        let with = |name: &str, value: &str| {
            let mut command = site.command(&site.address, args);
            Running::start(command.env(name, value)).wait()
        };
        refused(
            &with("IBID_OPENSEARCH_PASSWORD", "wrong-one"),
            &["401", "IBID_OPENSEARCH_PASSWORD"],
        );
        refused(&with("IBID_OPENSEARCH_USER", "nobody"), &["403", "nobody"]);
        refused(
            &with("IBID_OPENSEARCH_CA", ""),
            &["is not trusted", "IBID_OPENSEARCH_CA"],
        );
        refused(
            &with("IBID_OPENSEARCH_CA", other),
            &["is not trusted", "IBID_OPENSEARCH_CA"],
        );
        refused(&with("IBID_OPENSEARCH_USER", ""), &["no user"]);
        let plain = site.address.replace("https://", "http://");
        let ran = Running::start(&mut site.command(&plain, args)).wait();
        refused(&ran, &["http or https"]);
    }
    articles::all_are_there_once(&site, 1);
    Done::Passed
}
