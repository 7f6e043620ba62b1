//! `ibid search` without a query on a terminal, as a person who sits at one: what is typed, what shows, and that the terminal is
//! left as it was.

use crate::support::{Sandbox, article, cramps};
use nix::pty::{OpenptyResult, Winsize, openpty};
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{LocalFlags, tcgetattr};
use nix::unistd::Pid;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Far longer than anything takes: a test that fails ends all the same.
const PATIENCE: Duration = Duration::from_secs(30);

const ENTERED: &str = "\x1b[?1049h";
const LEFT: &str = "\x1b[?1049l";

const ENTER: &str = "\r";
const ESCAPE: &str = "\x1b";
const DOWN: &str = "\x1b[B";
const CONTROL_C: &str = "\x03";

/// A command that runs in a terminal of its own.
struct Terminal {
    child: Child,
    keyboard: File,
    /// The end that the command has, kept to look at.
    line: OwnedFd,
    printed: Receiver<Vec<u8>>,
    seen: String,
}

/// A terminal of the common size, with nobody at it.
fn empty_terminal() -> OpenptyResult {
    let size = Winsize {
        ws_row: 24,
        ws_col: 80,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    let pair = openpty(&size, None).unwrap();
    // A copy is not handed on to commands: one that held both ends would never see its terminal go.
    OpenptyResult {
        master: pair.master.try_clone().unwrap(),
        slave: pair.slave.try_clone().unwrap(),
    }
}

impl Terminal {
    fn open(sandbox: &Sandbox, args: &[&str]) -> Self {
        let pair = empty_terminal();
        let line = || pair.slave.try_clone().unwrap();
        let child = sandbox
            .command(args)
            .env("TERM", "xterm")
            .stdin(line())
            .stdout(line())
            .stderr(line())
            .spawn()
            .unwrap();
        let mut screen = File::from(pair.master.try_clone().unwrap());
        let (print, printed) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length) = screen.read(&mut buffer) {
                if length == 0 || print.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            keyboard: File::from(pair.master),
            line: line(),
            printed,
            seen: String::new(),
        }
    }

    /// A prompt that shows and takes keys.
    fn prompt(sandbox: &Sandbox, args: &[&str]) -> Self {
        let mut terminal = Self::open(sandbox, &[&["search", "--color", "never"], args].concat());
        terminal.wait_for(ENTERED);
        terminal.wait_for("search: ");
        terminal
    }

    fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until this is printed; what was printed before it counts as seen.
    fn wait_for(&mut self, wanted: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.seen.find(wanted) {
                self.seen.drain(..at + wanted.len());
                return;
            }
            let left = end.saturating_duration_since(Instant::now());
            let Ok(more) = self.printed.recv_timeout(left) else {
                let _ended = self.child.kill();
                panic!("{wanted:?} was not printed, but {:?}", self.seen);
            };
            self.seen.push_str(&String::from_utf8_lossy(&more));
        }
    }

    /// Whether lines are typed as a shell wants them: shown, and given when they are ended.
    fn is_as_a_shell_wants_it(&self) -> bool {
        let flags = tcgetattr(&self.line).unwrap().local_flags;
        flags.contains(LocalFlags::ICANON | LocalFlags::ECHO | LocalFlags::ISIG)
    }

    /// Waits for the end; the exit code.
    fn end(mut self) -> i32 {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert!(self.is_as_a_shell_wants_it());
                return status.code().expect("not killed by a signal");
            }
            if Instant::now() > end {
                let _ended = self.child.kill();
                panic!("it did not end");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn library() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("kb/cramps.txt", cramps());
    sandbox.ok(&["index", "kb"]);
    sandbox
}

#[test]
fn typing_finds_arrows_move_enter_reads_and_escape_leaves() {
    let library = library();
    let mut terminal = Terminal::prompt(&library, &[]);
    assert!(!terminal.is_as_a_shell_wants_it());
    terminal.wait_for("1 article, 3 passages");
    terminal.press("cramps");
    terminal.wait_for("search: cramps");
    terminal.wait_for("> 1. Night Cramps");
    terminal.wait_for("3 of 3 passages that match");
    terminal.press(DOWN);
    terminal.wait_for("> 2. Night Cramps");
    terminal.press(ENTER);
    terminal.wait_for("kb/cramps.txt:");
    terminal.wait_for("id kb/cramps.txt#");
    terminal.wait_for("Esc back");
    terminal.press("q");
    terminal.wait_for("> 2. Night Cramps");
    terminal.press(ESCAPE);
    terminal.wait_for("Esc leave");
    terminal.press(ESCAPE);
    terminal.wait_for(LEFT);
    assert_eq!(terminal.end(), 0);
}

#[test]
fn control_c_leaves_and_nothing_is_printed_after_it() {
    let library = library();
    let mut terminal = Terminal::prompt(&library, &[]);
    terminal.press("cramps");
    terminal.wait_for("> 1. Night Cramps");
    terminal.press(CONTROL_C);
    terminal.wait_for("\x1b[?2004l");
    terminal.wait_for("\x1b[?25h");
    terminal.wait_for(LEFT);
    while let Ok(more) = terminal.printed.recv_timeout(Duration::from_millis(50)) {
        terminal.seen.push_str(&String::from_utf8_lossy(&more));
    }
    assert_eq!(terminal.seen, "");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn the_terminal_is_given_back_when_the_system_asks_for_an_end() {
    let library = library();
    let mut terminal = Terminal::prompt(&library, &[]);
    let id = i32::try_from(terminal.child.id()).unwrap();
    kill(Pid::from_raw(id), Signal::SIGTERM).unwrap();
    terminal.wait_for(LEFT);
    assert_eq!(terminal.end(), 130);
}

#[test]
fn the_prompt_ends_when_its_terminal_is_gone() {
    let library = library();
    let pair = empty_terminal();
    let line = || pair.slave.try_clone().unwrap();
    let mut child = library
        .command(&["search"])
        .env("TERM", "xterm")
        .stdin(line())
        .stdout(line())
        .stderr(line())
        .spawn()
        .unwrap();
    let mut screen = File::from(pair.master);
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains("Esc leave") {
        let mut byte = [0];
        screen.read_exact(&mut byte).unwrap();
        seen.extend(byte);
    }
    drop(screen);
    let end = Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > end {
            let _ended = child.kill();
            panic!("it goes on without a terminal");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    assert_eq!(status.code(), Some(2));
}

#[test]
fn the_options_of_a_search_hold() {
    let library = library();
    library.write("other/leaflet.txt", cramps().replace("Night", "Daily"));
    library.ok(&["index", "other"]);
    let mut terminal = Terminal::prompt(&library, &["--source", "other", "-n", "1", "--exact"]);
    terminal.press("cramps");
    terminal.wait_for("> 1. Daily Cramps");
    terminal.wait_for("of 3 passages that match");
    terminal.press(ESCAPE);
    terminal.wait_for("Esc leave");
    terminal.press("crampz");
    terminal.wait_for("nothing found");
    terminal.press(CONTROL_C);
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_pasted_paragraph_is_one_query() {
    let library = library();
    let mut terminal = Terminal::prompt(&library, &[]);
    terminal.press("\x1b[200~leg cramps\nat night\x1b[201~");
    terminal.wait_for("search: leg cramps at night");
    terminal.wait_for("> 1. Night Cramps");
    terminal.press(CONTROL_C);
    assert_eq!(terminal.end(), 0);
}

#[test]
fn what_is_indexed_meanwhile_is_found() {
    let library = library();
    let mut terminal = Terminal::prompt(&library, &[]);
    terminal.press("hiccups");
    terminal.wait_for("nothing found");
    library.write(
        "kb/hiccups.txt",
        article(
            "Hiccups",
            &[("What helps", "Hold your breath until the hiccups end.")],
        ),
    );
    library.ok(&["index", "kb"]);
    std::thread::sleep(Duration::from_millis(1100));
    terminal.press(" end");
    terminal.wait_for("> 1. Hiccups");
    terminal.press(CONTROL_C);
    assert_eq!(terminal.end(), 0);
}

#[test]
fn another_size_is_drawn_anew_down_to_the_smallest() {
    let library = library();
    let mut terminal = Terminal::prompt(&library, &[]);
    terminal.press("cramps");
    terminal.wait_for("3 of 3 passages");
    for (columns, rows, shows) in [
        ("20", "5", "/ cramps"),
        ("1", "1", "…"),
        ("90", "30", "search: cramps"),
    ] {
        let resized = Command::new("stty")
            .args(["cols", columns, "rows", rows])
            .stdin(terminal.line.try_clone().unwrap())
            .status()
            .unwrap();
        assert!(resized.success());
        terminal.wait_for(shows);
    }
    terminal.press(CONTROL_C);
    assert_eq!(terminal.end(), 0);
}

#[test]
fn an_article_cannot_speak_to_the_terminal() {
    let sandbox = Sandbox::new();
    let harmless = "Most of what this page says is harmless. ".repeat(20);
    let evil = article(
        "Cramps \x1b]0;owned\x07\x1b[5m and more",
        &[
            ("", &harmless),
            (
                "About \x1b[5mit",
                "A cramp \x1b[5m is \u{9b}5m bad, \u{202E}says the page.",
            ),
        ],
    );
    sandbox.write("kb/evil.txt", evil);
    sandbox.ok(&["index", "kb"]);
    let mut terminal = Terminal::open(&sandbox, &["search", "--color", "never"]);
    let mut all = String::new();
    terminal.wait_for("search: ");
    for (keys, shows) in [
        ("cramp", "passages that match"),
        (ENTER, "Esc back"),
        (CONTROL_C, LEFT),
    ] {
        terminal.press(keys);
        let end = Instant::now() + PATIENCE;
        while !all.contains(shows) {
            let left = end.saturating_duration_since(Instant::now());
            let more = terminal.printed.recv_timeout(left).unwrap();
            all.push_str(&String::from_utf8_lossy(&more));
        }
    }
    assert!(all.contains("owned"), "the letters stay");
    for bad in ["\x1b]", "\x07", "\x1b[5m", "\u{9b}", "\u{202E}"] {
        assert!(!all.contains(bad), "{bad:?} in {all:?}");
    }
    assert_eq!(terminal.end(), 0);
}

#[test]
fn colours_are_there_unless_they_are_not_wanted() {
    let library = library();
    let mark = "\x1b[1;33mcramps\x1b[0m";
    let mut terminal = Terminal::open(&library, &["search"]);
    terminal.wait_for("search: ");
    terminal.press("cramps");
    terminal.wait_for(mark);
    terminal.press(CONTROL_C);
    assert_eq!(terminal.end(), 0);

    let mut terminal = Terminal::prompt(&library, &[]);
    terminal.press("cramps");
    terminal.wait_for("> 1. Night Cramps");
    assert!(!terminal.seen.contains(mark));
    terminal.press(CONTROL_C);
    assert_eq!(terminal.end(), 0);
}

#[test]
fn without_an_index_there_is_no_prompt_but_an_error() {
    let sandbox = Sandbox::new();
    let mut terminal = Terminal::open(&sandbox, &["search"]);
    terminal.wait_for("error: ");
    assert!(!terminal.seen.contains(ENTERED));
    assert_eq!(terminal.end(), 2);
}

#[test]
fn a_fresh_checkout_is_indexed_before_the_prompt_opens() {
    let sandbox = Sandbox::new();
    sandbox.write("corpus/cramps.txt", cramps());
    let mut terminal = Terminal::open(&sandbox, &["search"]);
    terminal.wait_for("indexed 1 article, 3 passages");
    terminal.wait_for(ENTERED);
    terminal.press(CONTROL_C);
    assert_eq!(terminal.end(), 0);
}

#[test]
fn for_a_program_a_search_without_a_query_is_bad_usage() {
    let library = library();
    let ran = library.run(&["search"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("no query"), "{}", ran.stderr);

    let mut terminal = Terminal::open(&library, &["search", "--json"]);
    terminal.wait_for("no query");
    assert_eq!(terminal.end(), 2);
}
