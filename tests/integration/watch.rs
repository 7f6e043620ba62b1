//! Does a watched index follow its folders, whatever happens to them, and does the watch live on?

use crate::support::{Sandbox, article, cramps};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long something that must happen may take on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// Ends a process that is still running.
fn terminate(child: &Child) {
    let process = child.id().to_string();
    let signal = std::process::Command::new("kill")
        .args(["-TERM", &process])
        .status();
    assert!(signal.unwrap().success());
}

/// Waits till something is so.
fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < until, "not within {PATIENCE:?}: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The command at work in a sandbox; it is killed with the test.
struct Watch<'a> {
    sandbox: &'a Sandbox,
    child: Child,
    stdout: Arc<Mutex<String>>,
    stderr: Arc<Mutex<String>>,
}

impl<'a> Watch<'a> {
    /// Begins to watch, and waits till it says so.
    fn begin(sandbox: &'a Sandbox, args: &[&str]) -> Self {
        let watch = Self::spawn(sandbox, args);
        watch.wait_for_note("Ctrl-C ends it");
        watch
    }

    fn spawn(sandbox: &'a Sandbox, args: &[&str]) -> Self {
        let mut child = sandbox
            .command(&[&["watch", "-j1", "--debounce", "50"], args].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = gather(child.stdout.take().unwrap());
        let stderr = gather(child.stderr.take().unwrap());
        Self {
            sandbox,
            child,
            stdout,
            stderr,
        }
    }

    fn stdout(&self) -> String {
        self.stdout.lock().unwrap().clone()
    }

    fn stderr(&self) -> String {
        self.stderr.lock().unwrap().clone()
    }

    fn wait_for_note(&self, note: &str) {
        let until = Instant::now() + PATIENCE;
        while !self.stderr().contains(note) {
            assert!(
                Instant::now() < until,
                "{note:?} is not in: {}",
                self.stderr()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits till the index holds these articles and no others.
    fn wait_for_ids(&self, ids: &[&str]) {
        let wanted: BTreeSet<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        let until = Instant::now() + PATIENCE;
        loop {
            let there = ids_of(self.sandbox);
            if there == wanted {
                return;
            }
            assert!(
                Instant::now() < until,
                "{there:?} in place of {wanted:?}; said: {}{}",
                self.stdout(),
                self.stderr()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn wait_for_hit(&self, word: &str) {
        wait_for(&format!("a hit for {word}"), || {
            self.sandbox.run(&["search", "--exact", word]).code == 0
        });
    }

    /// Asks it to end, which it has to do well, and gives what it printed.
    fn end(mut self) -> (String, String) {
        terminate(&self.child);
        let code = self.child.wait().unwrap().code();
        assert_eq!(code, Some(0), "{}", self.stderr());
        (self.stdout(), self.stderr())
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _waited_already = self.child.wait();
    }
}

/// Reads a stream as it comes.
fn gather(stream: impl Read + Send + 'static) -> Arc<Mutex<String>> {
    let text = Arc::new(Mutex::new(String::new()));
    let gathered = Arc::clone(&text);
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let mut text = gathered.lock().unwrap();
            text.push_str(&line);
            text.push('\n');
        }
    });
    text
}

fn list(sandbox: &Sandbox) -> Value {
    sandbox.json(&["list", "--json"])
}

fn ids_of(sandbox: &Sandbox) -> BTreeSet<String> {
    list(sandbox)["articles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|article| article["id"].as_str().unwrap().to_owned())
        .collect()
}

fn generation(sandbox: &Sandbox) -> u64 {
    list(sandbox)["index"]["generation"].as_u64().unwrap()
}

fn about(word: &str) -> String {
    article(
        "A Note",
        &[(
            "What it says",
            &format!("This note speaks of {word} and of nothing else."),
        )],
    )
}

/// Puts a file in its place in one step, so that nobody sees a half of it.
fn put(sandbox: &Sandbox, name: &str, contents: impl AsRef<[u8]>) {
    let new = sandbox.write("new", contents);
    fs::rename(new, sandbox.path().join(name)).unwrap();
}

#[test]
fn new_changed_and_deleted_files_are_followed() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    let watch = Watch::begin(&sandbox, &["kb"]);
    assert_eq!(
        watch.stdout(),
        "1 added, 0 updated, 0 unchanged, 0 removed, 0 skipped\n"
    );
    put(&sandbox, "kb/b.txt", about("walnuts"));
    watch.wait_for_ids(&["kb/a.txt", "kb/b.txt"]);
    put(&sandbox, "kb/b.txt", about("hazelnuts"));
    watch.wait_for_hit("hazelnuts");
    assert_eq!(sandbox.run(&["search", "--exact", "walnuts"]).code, 1);
    fs::remove_file(sandbox.path().join("kb/b.txt")).unwrap();
    watch.wait_for_ids(&["kb/a.txt"]);
    let (stdout, stderr) = watch.end();
    assert!(stdout.contains("\n1 added, 0 updated, 0 unchanged, 0 removed, 0 skipped\n"));
    assert!(stdout.contains("\n0 added, 1 updated, 0 unchanged, 0 removed, 0 skipped\n"));
    assert!(stdout.ends_with("\n0 added, 0 updated, 0 unchanged, 1 removed, 0 skipped\n"));
    assert_eq!(stderr, "ibid: watching kb; Ctrl-C ends it\n");
    assert_eq!(sandbox.run(&["check"]).code, 0);
}

#[test]
fn a_file_that_an_editor_saves_by_renaming_is_followed() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    sandbox.write("kb/b.txt", cramps());
    let watch = Watch::begin(&sandbox, &["kb"]);
    for word in ["walnuts", "hazelnuts", "chestnuts"] {
        let new = sandbox.write("kb/.a.txt.new", about(word));
        fs::rename(new, sandbox.path().join("kb/a.txt")).unwrap();
        watch.wait_for_hit(word);
    }
    watch.wait_for_ids(&["kb/a.txt", "kb/b.txt"]);
}

#[test]
fn a_file_that_was_named_itself_is_followed_and_its_neighbours_are_not() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    let watch = Watch::begin(&sandbox, &["kb/a.txt"]);
    sandbox.write("kb/b.txt", cramps());
    let new = sandbox.write("kb/new", about("walnuts"));
    fs::rename(new, sandbox.path().join("kb/a.txt")).unwrap();
    watch.wait_for_hit("walnuts");
    sandbox.write("kb/a.txt", about("hazelnuts"));
    watch.wait_for_hit("hazelnuts");
    watch.wait_for_ids(&["kb/a.txt"]);
}

#[test]
fn folders_that_come_are_renamed_and_go_are_followed_with_all_that_is_in_them() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    sandbox.write("outside/deep/b.txt", about("walnuts"));
    sandbox.write("outside/deep/er/c.txt", about("hazelnuts"));
    let at = |name: &str| sandbox.path().join(name);
    let watch = Watch::begin(&sandbox, &["kb"]);
    fs::rename(at("outside/deep"), at("kb/deep")).unwrap();
    watch.wait_for_ids(&["kb/a.txt", "kb/deep/b.txt", "kb/deep/er/c.txt"]);
    fs::rename(at("kb/deep"), at("kb/far")).unwrap();
    watch.wait_for_ids(&["kb/a.txt", "kb/far/b.txt", "kb/far/er/c.txt"]);
    // What is in a folder that came later is watched as well.
    sandbox.write("kb/far/er/c.txt", about("chestnuts"));
    watch.wait_for_hit("chestnuts");
    sandbox.write("kb/far/er/and/er/d.txt", about("peanuts"));
    watch.wait_for_hit("peanuts");
    fs::rename(at("kb/far"), at("outside/far")).unwrap();
    watch.wait_for_ids(&["kb/a.txt"]);
    fs::rename(at("outside/far/b.txt"), at("kb/b.txt")).unwrap();
    watch.wait_for_ids(&["kb/a.txt", "kb/b.txt"]);
    // A file becomes a folder.
    fs::remove_file(at("kb/b.txt")).unwrap();
    sandbox.write("kb/b.txt/e.txt", cramps());
    watch.wait_for_ids(&["kb/a.txt", "kb/b.txt/e.txt"]);
    fs::remove_dir_all(at("kb/b.txt")).unwrap();
    watch.wait_for_ids(&["kb/a.txt"]);
    let (_, stderr) = watch.end();
    assert!(!stderr.contains("error"), "{stderr}");
}

#[test]
fn a_given_folder_that_vanishes_keeps_its_articles_and_is_read_when_it_is_back() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    sandbox.write("other/b.txt", cramps());
    let at = |name: &str| sandbox.path().join(name);
    let watch = Watch::begin(&sandbox, &["kb", "other"]);
    fs::rename(at("kb"), at("away")).unwrap();
    watch.wait_for_note("its articles (1) are kept");
    sandbox.write("away/c.txt", cramps());
    sandbox.write("other/d.txt", cramps());
    watch.wait_for_ids(&["kb/a.txt", "other/b.txt", "other/d.txt"]);
    fs::rename(at("away"), at("kb")).unwrap();
    watch.wait_for_ids(&["kb/a.txt", "kb/c.txt", "other/b.txt", "other/d.txt"]);
    sandbox.write("kb/a.txt", about("walnuts"));
    watch.wait_for_hit("walnuts");
    // Another folder of the same name.
    fs::rename(at("kb"), at("away")).unwrap();
    sandbox.write("kb/new.txt", about("hazelnuts"));
    watch.wait_for_ids(&["kb/new.txt", "other/b.txt", "other/d.txt"]);
    sandbox.write("kb/newer.txt", about("chestnuts"));
    watch.wait_for_hit("chestnuts");
    let (_, stderr) = watch.end();
    assert!(stderr.contains("kb is back"), "{stderr}");
    assert!(stderr.matches("are kept").count() <= 4, "{stderr}");
}

#[test]
fn an_empty_folder_keeps_its_articles_until_something_is_in_it_again() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    let watch = Watch::begin(&sandbox, &["kb"]);
    fs::remove_file(sandbox.path().join("kb/a.txt")).unwrap();
    watch.wait_for_note("its articles (1) are kept");
    sandbox.write("kb/b.txt", cramps());
    watch.wait_for_ids(&["kb/b.txt"]);
}

#[test]
fn articles_of_a_vanished_folder_are_taken_out_where_that_is_asked_for() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    sandbox.write("other/b.txt", cramps());
    let watch = Watch::begin(&sandbox, &["kb", "other", "--prune"]);
    fs::rename(sandbox.path().join("kb"), sandbox.path().join("away")).unwrap();
    watch.wait_for_ids(&["other/b.txt"]);
}

#[test]
fn thousands_of_files_at_once_are_all_read_in_a_few_commits() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/first.txt", cramps());
    let watch = Watch::begin(&sandbox, &["kb"]);
    let before = generation(&sandbox);
    for number in 0..2000 {
        let name = format!("kb/{}/{}/{number}.txt", number % 7, number % 50);
        sandbox.write(&name, about(&format!("nut{number}")));
    }
    wait_for("2001 articles", || {
        list(&sandbox)["index"]["articles"] == 2001
    });
    let commits = generation(&sandbox) - before;
    assert!(commits <= 200, "{commits} commits");
    watch.end();
    assert_eq!(sandbox.run(&["check"]).code, 0);
}

#[test]
fn a_watch_that_is_ended_while_it_writes_leaves_a_whole_index() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/first.txt", cramps());
    let watch = Watch::begin(&sandbox, &["kb"]);
    for number in 0..1000 {
        sandbox.write(&format!("kb/{number}.txt"), about(&format!("nut{number}")));
    }
    watch.end();
    let checked = sandbox.run(&["check", "--json"]).json();
    assert_eq!(checked["damaged"], serde_json::json!([]));
    let report = sandbox.json(&["index", "--json", "kb"]);
    assert_eq!(report["index"]["articles"], 1001);
    assert_eq!(sandbox.run(&["check"]).code, 0);
}

#[test]
fn an_index_inside_the_watched_folder_is_no_change_of_it() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    let watch = Watch::begin(&sandbox, &["kb", "--index", "kb/index"]);
    let generation = || {
        let report = sandbox.json(&["list", "--json", "--index", "kb/index"]);
        report["index"]["generation"].as_u64().unwrap()
    };
    put(&sandbox, "kb/b.txt", cramps());
    wait_for("the second commit", || generation() == 2);
    // What the commit itself writes has had its time to be taken for a change once another change was seen.
    for number in 3..6 {
        put(&sandbox, "kb/b.txt", about(&format!("nut{number}")));
        wait_for("the next commit", || generation() >= number);
    }
    assert_eq!(generation(), 5);
    let (stdout, _) = watch.end();
    assert_eq!(stdout.lines().count(), 5, "{stdout}");
}

#[test]
fn an_index_inside_a_folder_that_vanishes_is_not_in_the_way_of_its_coming_back() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    let at = |name: &str| sandbox.path().join(name);
    let watch = Watch::begin(&sandbox, &["kb", "--index", "kb/index"]);
    fs::rename(at("kb"), at("away")).unwrap();
    watch.wait_for_note("is gone, with the folder that held it");
    assert!(!at("kb").exists());
    sandbox.write("away/b.txt", cramps());
    fs::rename(at("away"), at("kb")).unwrap();
    wait_for("both articles", || {
        let list = sandbox.json(&["list", "--json", "--index", "kb/index"]);
        list["index"]["articles"] == 2
    });
}

#[test]
fn an_index_that_is_deleted_is_made_again_from_everything() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    let watch = Watch::begin(&sandbox, &["kb"]);
    fs::remove_dir_all(sandbox.path().join("index")).unwrap();
    sandbox.write("kb/b.txt", cramps());
    wait_for("a new index", || {
        let ran = sandbox.run(&["list", "--json"]);
        ran.code == 0 && ran.json()["index"]["articles"] == 2
    });
    watch.end();
}

#[test]
fn another_process_that_writes_is_waited_for_and_survived() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    let watch = Watch::begin(&sandbox, &["kb", "--wait", "0"]);
    let index = sandbox.path().join("index");
    let engine = ibid::engine::tantivy::TantivyEngine::open(&index).unwrap();
    let writer = ibid::engine::Engine::writer(&engine, 1, PATIENCE).unwrap();
    sandbox.write("kb/b.txt", cramps());
    watch.wait_for_note("is being written by process");
    sandbox.write("kb/c.txt", cramps());
    drop(writer);
    watch.wait_for_ids(&["kb/a.txt", "kb/b.txt", "kb/c.txt"]);
    watch.wait_for_note("could be written again");
    // And between two batches others may write.
    sandbox.ok(&["remove", "kb/c.txt"]);
    sandbox.write("kb/d.txt", cramps());
    watch.wait_for_ids(&["kb/a.txt", "kb/b.txt", "kb/d.txt"]);
    let (_, stderr) = watch.end();
    let us = format!("is being written by process {} ", std::process::id());
    assert_eq!(stderr.matches(&us).count(), 1, "{stderr}");
}

#[test]
fn a_watch_that_waits_for_another_writer_ends_when_asked() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    sandbox.ok(&["index", "kb"]);
    let index = sandbox.path().join("index");
    let engine = ibid::engine::tantivy::TantivyEngine::open(&index).unwrap();
    let writer = ibid::engine::Engine::writer(&engine, 1, PATIENCE).unwrap();
    let watch = Watch::spawn(&sandbox, &["kb", "--wait", "100000"]);
    watch.wait_for_note("waiting: ");
    watch.end();
    drop(writer);
}

#[test]
fn a_change_of_what_is_ignored_takes_effect() {
    let sandbox = Sandbox::new();
    for name in ["a.txt", "drafts/b.txt", "drafts/deep/c.txt"] {
        sandbox.write(&format!("kb/{name}"), cramps());
    }
    let watch = Watch::begin(&sandbox, &["kb"]);
    sandbox.write("kb/.ibidignore", "drafts\n");
    watch.wait_for_ids(&["kb/a.txt"]);
    sandbox.write("kb/drafts/b.txt", about("walnuts"));
    fs::remove_file(sandbox.path().join("kb/.ibidignore")).unwrap();
    watch.wait_for_ids(&["kb/a.txt", "kb/drafts/b.txt", "kb/drafts/deep/c.txt"]);
    // What was ignored before is watched too.
    sandbox.write("kb/drafts/deep/c.txt", about("hazelnuts"));
    watch.wait_for_hit("hazelnuts");
}

#[test]
fn where_the_system_is_not_asked_everything_is_looked_at_again_and_again() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    // A line that is malformed, and stays so, is no reason to write the index anew each time.
    let line = r#"{"id": "x", "title": "X", "sections": [{"text": "Rest helps."}]}"#;
    sandbox.write("kb/b.jsonl", format!("{line}\nnot json\n"));
    let watch = Watch::begin(&sandbox, &["kb", "--poll", "1", "--json"]);
    sandbox.write("kb/deep/c.txt", about("walnuts"));
    watch.wait_for_hit("walnuts");
    fs::remove_file(sandbox.path().join("kb/a.txt")).unwrap();
    watch.wait_for_ids(&["kb/deep/c.txt", "x"]);
    fs::rename(sandbox.path().join("kb"), sandbox.path().join("away")).unwrap();
    watch.wait_for_note("are kept");
    fs::rename(sandbox.path().join("away"), sandbox.path().join("kb")).unwrap();
    sandbox.write("kb/d.txt", about("hazelnuts"));
    watch.wait_for_hit("hazelnuts");
    let generation = generation(&sandbox);
    let (stdout, stderr) = watch.end();
    let reports: Vec<Value> = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(reports[0]["added"], 2);
    assert_eq!(reports.last().unwrap()["index"]["generation"], generation);
    // One for each change; and one more, as what was taken out might have left its id to what was refused it.
    assert!((4..=6).contains(&generation), "{stdout}");
    assert!(stderr.contains("looking every 1 s at kb"), "{stderr}");
}

#[test]
fn an_id_that_becomes_free_goes_to_the_file_that_was_refused_it() {
    let sandbox = Sandbox::new();
    let line = r#"{"id": "x", "title": "X", "sections": [{"text": "Rest helps."}]}"#;
    sandbox.write("kb/a.jsonl", line);
    sandbox.write("kb/b.jsonl", line.replace("Rest", "Walking"));
    let watch = Watch::begin(&sandbox, &["kb"]);
    assert!(watch.stderr().contains("is taken by"), "{}", watch.stderr());
    assert_eq!(sandbox.run(&["search", "--exact", "walking"]).code, 1);
    fs::remove_file(sandbox.path().join("kb/a.jsonl")).unwrap();
    watch.wait_for_hit("walking");
}

#[test]
fn what_is_skipped_is_said_once_and_again_when_it_was_put_right_between() {
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    sandbox.write("kb/bad.txt", b"\0\x01\x02\x03");
    let watch = Watch::begin(&sandbox, &["kb"]);
    let times = || watch.stderr().matches("kb/bad.txt").count();
    wait_for("a reason", || times() == 1);
    put(&sandbox, "kb/bad.txt", b"\0\x01\x02\x04");
    sandbox.write("kb/b.txt", cramps());
    watch.wait_for_ids(&["kb/a.txt", "kb/b.txt"]);
    sandbox.write("kb/.ibidignore", "nothing\n");
    sandbox.write("kb/c.txt", cramps());
    watch.wait_for_ids(&["kb/a.txt", "kb/b.txt", "kb/c.txt"]);
    assert_eq!(times(), 1);
    put(&sandbox, "kb/bad.txt", about("walnuts"));
    watch.wait_for_hit("walnuts");
    put(&sandbox, "kb/bad.txt", b"\0\x01\x02\x03");
    wait_for("the reason again", || times() == 2);
}

#[test]
fn what_cannot_be_watched_at_all_is_refused() {
    let sandbox = Sandbox::new();
    for args in [&["watch", "nowhere"][..], &["watch", "-"], &["watch"]] {
        let ran = sandbox.run(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    }
    sandbox.write("one/kb/a.txt", cramps());
    sandbox.write("two/kb/a.txt", cramps());
    let ran = sandbox.run(&["watch", "one/kb", "two/kb"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--source"), "{}", ran.stderr);
    assert!(!sandbox.path().join("index").join("data-1").exists() || ids_of(&sandbox).is_empty());
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_read_costs_no_other_and_is_followed_when_it_may() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    sandbox.write("kb/a.txt", cramps());
    sandbox.write("kb/b/b.txt", cramps());
    sandbox.write("kb/c/c.txt", cramps());
    let folder = sandbox.path().join("kb/b");
    let allow = |mode| fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
    allow(0);
    if fs::read_dir(&folder).is_ok() {
        // Nothing is forbidden to who runs this test.
        return allow(0o755);
    }
    let watch = Watch::begin(&sandbox, &["kb"]);
    sandbox.write("kb/c/c.txt", about("walnuts"));
    watch.wait_for_hit("walnuts");
    allow(0o755);
    watch.wait_for_ids(&["kb/a.txt", "kb/b/b.txt", "kb/c/c.txt"]);
    sandbox.write("kb/b/b.txt", about("hazelnuts"));
    watch.wait_for_hit("hazelnuts");
}
