//! The disk is full, or may only be read.

use crate::support::{Ran, Sandbox, article};
use std::process::{Command, Stdio};

fn write_articles(sandbox: &Sandbox, word: &str, count: usize) {
    for number in 0..count {
        // Words that compress badly, so that the index takes some space.
        let text: Vec<String> = (0..120)
            .map(|n| format!("{word}{:x}", (number * 7919 + n * 104_729) % 1_000_003))
            .collect();
        sandbox.write(
            &format!("kb/{number:04}.txt"),
            article(&format!("Article {number}"), &[(word, &text.join(" "))]),
        );
    }
}

fn found(sandbox: &Sandbox, word: &str) -> u64 {
    sandbox
        .run(&["search", "--exact", "--json", "-n1", word])
        .json()["total"]
        .as_u64()
        .unwrap()
}

/// At whichever step the disk is full, from then on nothing can be written.
#[test]
fn on_a_disk_that_is_full_from_any_step_on_the_last_commit_stays() {
    let sandbox = Sandbox::new();
    write_articles(&sandbox, "alpha", 6);
    sandbox.ok(&["index", "kb"]);
    write_articles(&sandbox, "beta", 6);
    let mut failed = 0;
    for step in 1.. {
        let output = sandbox
            .command(&["index", "kb", "-j1"])
            .env("IBID_FAULT", format!("full@{step}"))
            .output()
            .unwrap();
        let ran = Ran::from(output);
        let when = format!("step {step}: {}{}", ran.stdout, ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{when}");
        let check = sandbox.run(&["check", "--json"]);
        assert_eq!(check.json()["damaged"], serde_json::json!([]), "{when}");
        let seen = (found(&sandbox, "alpha"), found(&sandbox, "beta"));
        if ran.code == 0 {
            assert_eq!(seen, (0, 6), "{when}");
            break;
        }
        failed += 1;
        assert_eq!(seen, (6, 0), "{when}");
        assert!(ran.stderr.contains("no storage space"), "{when}");
        assert!(
            ran.stderr
                .contains("the last commit is whole and searchable"),
            "{when}"
        );
        assert!(ran.stderr.contains("make room"), "{when}");
    }
    assert!(failed > 20, "only {failed} steps failed");
    sandbox.ok(&["index", "kb"]);
    assert_eq!((found(&sandbox, "alpha"), found(&sandbox, "beta")), (0, 6));
}

/// Runs a script as a user who may mount file systems that nobody else sees; `None` where the system does not allow that.
#[cfg(target_os = "linux")]
fn with_mounts(sandbox: &Sandbox, script: &str) -> Option<String> {
    let run = |script: &str| {
        Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh", "-euc", script])
            .current_dir(sandbox.path())
            .env("IBID", env!("CARGO_BIN_EXE_ibid"))
            .env_remove("IBID_INDEX")
            .stdin(Stdio::null())
            .output()
            .ok()
    };
    let probe = run("mkdir -p probe && mount -t tmpfs -o size=64k none probe")?;
    if !probe.status.success() {
        return None;
    }
    let output = run(script)?;
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{text}");
    Some(text)
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_small_disk_that_fills_up_the_last_commit_stays_and_room_mends_it() {
    let sandbox = Sandbox::new();
    write_articles(&sandbox, "alpha", 20);
    // 600 articles take more than the disk has; 20 do not.
    let script = r#"
        mkdir -p disk more
        mount -t tmpfs -o size=600k none disk
        "$IBID" --index disk/index index kb > /dev/null
        before=$("$IBID" --index disk/index search --json -n3 alpha0)
        cp -r kb/. more/
        n=0; while [ $n -lt 600 ]; do n=$((n+1))
            { echo "Extra $n"; echo; seq $((n*1000)) $((n*1000+150)) | sed 's/^/word/'; } > more/extra$n.txt; done
        if "$IBID" --index disk/index index --source more more > out 2>&1; then echo "it fitted"; exit 1; fi
        cat out
        "$IBID" --index disk/index check
        after=$("$IBID" --index disk/index search --json -n3 alpha0)
        [ "$before" = "$after" ]
        mount -o remount,size=64m disk
        "$IBID" --index disk/index index --source more more
        "$IBID" --index disk/index check
    "#;
    match with_mounts(&sandbox, script) {
        None => println!("skipped: this system lets nobody mount a small disk"),
        Some(text) => {
            assert!(
                text.contains("the last commit is whole and searchable; make room"),
                "{text}"
            );
            assert!(!text.contains("panicked"), "{text}");
            assert!(text.contains("620 added"), "{text}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_index_on_a_file_system_that_may_only_be_read_is_searched() {
    let sandbox = Sandbox::new();
    write_articles(&sandbox, "alpha", 5);
    sandbox.ok(&["index", "kb"]);
    let script = r#"
        mount --bind index index
        mount -o remount,ro,bind index
        if touch index/x 2> /dev/null; then echo "it can be written"; exit 1; fi
        "$IBID" search alpha0 || [ $? = 1 ]
        "$IBID" list > /dev/null
        "$IBID" status --json > /dev/null
        "$IBID" check
        "$IBID" export alpha0 --format csv > /dev/null
        rm kb/0000.txt
        if "$IBID" index kb 2> refused; then echo "it was written"; exit 1; fi
        cat refused
    "#;
    match with_mounts(&sandbox, script) {
        None => println!("skipped: this system lets nobody mount a file system to read only"),
        Some(text) => {
            assert!(text.contains("the index is whole: 5 articles"), "{text}");
            assert!(text.contains("ead-only file system"), "{text}");
        }
    }
}

/// Where the user is not root, the permissions of a folder do the same.
#[cfg(unix)]
#[test]
fn an_index_in_a_folder_that_may_only_be_read_is_searched() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    write_articles(&sandbox, "alpha", 5);
    sandbox.ok(&["index", "kb"]);
    let folders = ["index", "index/data-1"].map(|name| sandbox.path().join(name));
    let set = |mode: u32| {
        for folder in &folders {
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    set(0o555);
    let is_allowed_everything = std::fs::write(folders[0].join("probe"), "x").is_ok();
    let search = sandbox.run(&["search", "alpha"]);
    let check = sandbox.run(&["check"]);
    sandbox.write("kb/new.txt", article("New", &[("New", "gamma")]));
    let index = sandbox.run(&["index", "kb"]);
    set(0o755);
    assert_eq!(search.code, 0, "{}", search.stderr);
    assert_eq!(check.code, 0, "{}{}", check.stdout, check.stderr);
    if is_allowed_everything {
        println!("skipped in part: this user may write where nobody may");
    } else {
        assert_eq!(index.code, 2);
        assert!(
            index.stderr.to_lowercase().contains("permission denied"),
            "{}",
            index.stderr
        );
    }
}
