//! Many ask a server at once while articles change: everybody is answered, and nobody with half a commit.

use crate::server::Server;
use crate::support::{Sandbox, article};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

const ARTICLES: usize = 40;
const CLIENTS: usize = 50;
const REQUESTS: usize = 10_000;
const FEWEST_COMMITS: usize = 10;

fn write_reading(sandbox: &Sandbox, number: usize) {
    for at in 0..ARTICLES {
        let text = format!("common words of reading{number}, about subject {at}.");
        let sections = [("One", text.as_str()), ("Two", &text)];
        let title = format!("Article {at}");
        sandbox.write(&format!("kb/{at:02}.txt"), article(&title, &sections));
    }
}

#[test]
fn ten_thousand_requests_fifty_at_once_are_answered_while_articles_change() {
    let sandbox = Sandbox::new();
    write_reading(&sandbox, 0);
    sandbox.ok(&["index", "kb"]);
    let server = Server::start(&sandbox, &["--log", "off"]);
    let is_done = AtomicBool::new(false);
    let commits = AtomicUsize::new(0);
    let asked = AtomicUsize::new(0);
    let last_generation = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut number = 0;
            while !is_done.load(Ordering::SeqCst) {
                number += 1;
                write_reading(&sandbox, number);
                sandbox.ok(&["index", "kb"]);
                commits.fetch_add(1, Ordering::SeqCst);
            }
        });
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let mut client = server.client();
                let (asked, commits, last_generation) = (&asked, &commits, &last_generation);
                scope.spawn(move || {
                    let mut generation = 0;
                    let mut own = 0;
                    while own < REQUESTS / CLIENTS
                        || commits.load(Ordering::SeqCst) < FEWEST_COMMITS
                    {
                        let subject = (number + own) % ARTICLES;
                        let target = match own % 4 {
                            0 => "/api/search?q=common+words&n=100&no_fold&exact".to_owned(),
                            1 => format!("/api/search?q=subject+{subject}&facets"),
                            2 => format!("/api/articles/kb/{subject:02}.txt"),
                            _ => "/api/status".to_owned(),
                        };
                        let answer = client.get(&target, &[]);
                        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
                        let document = answer.json();
                        if own % 4 == 0 {
                            let texts = document["hits"].as_array().unwrap().iter();
                            let words = |text: &str| text.split(',').next().unwrap().to_owned();
                            let texts: Vec<String> = texts
                                .map(|hit| words(hit["text"].as_str().unwrap()))
                                .collect();
                            assert_eq!(texts.len(), 2 * ARTICLES);
                            assert!(texts.iter().all(|text| *text == texts[0]), "{texts:?}");
                        }
                        if let Some(seen) = document["index"]["generation"].as_u64() {
                            // Whoever asks again may get what was there before only while it is opened anew; never what is older
                            // than that.
                            assert!(seen + 1 >= generation, "{seen} after {generation}");
                            generation = generation.max(seen);
                            last_generation.fetch_max(seen, Ordering::SeqCst);
                        }
                        own += 1;
                        asked.fetch_add(1, Ordering::SeqCst);
                    }
                })
            })
            .collect();
        let results: Vec<_> = clients.into_iter().map(|client| client.join()).collect();
        is_done.store(true, Ordering::SeqCst);
        writer.join().unwrap();
        for result in results {
            result.unwrap();
        }
    });
    let (asked, commits) = (asked.into_inner(), commits.into_inner());
    println!("{asked} requests of {CLIENTS} clients during {commits} commits");
    assert!(asked >= REQUESTS);
    assert!(commits >= FEWEST_COMMITS);
    // All were followed: the last one is what is answered with now.
    let now = server.get("/api/status").json()["index"]["generation"]
        .as_u64()
        .unwrap();
    assert_eq!(now, commits as u64 + 1);
    assert!(last_generation.into_inner() > 1);
    assert_eq!(sandbox.run(&["check"]).code, 0);
}
