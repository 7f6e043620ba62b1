//! Does an index on a cluster hold, whatever happens to the cluster? Nodes that die and halt, shards that are gone, full disks, other
//! writers. `tests/opensearch/cluster run -- cargo test --test cluster` starts a cluster for it, with `--secure` one with passwords;
//! without one every test is skipped, and says so.
#![allow(clippy::unwrap_used, clippy::print_stdout, unreachable_pub)]

mod access;
mod articles;
mod conformance;
mod forms;
mod medqa;
mod nodes;
mod same;
mod shards;
mod support;
mod writers;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;
use support::Cluster;

/// A test: its name, and what it does with the cluster.
type Test = (&'static str, fn(&Cluster) -> Done);

/// How a test that did not fail ended.
enum Done {
    Passed,
    /// For lack of something that is no part of the project.
    Skipped(String),
}

const TESTS: &[Test] = &[
    ("the_engine_conforms", conformance::conforms),
    ("both_engines_answer_alike", conformance::answers_alike),
    ("a_cluster_answers_as_a_folder_does", same::answers),
    ("an_index_of_an_older_form_is_rebuilt", forms::rebuilt),
    ("whole_pages_can_be_asked_for", forms::long_questions),
    (
        "where_no_cluster_answers_it_is_said_in_seconds",
        access::nobody_answers,
    ),
    ("who_is_not_known_or_not_trusted_is_told", access::refused),
    (
        "one_writes_and_another_waits_or_is_refused",
        writers::two_at_once,
    ),
    (
        "a_writer_that_is_killed_leaves_the_last_commit",
        writers::killed,
    ),
    (
        "a_full_disk_is_said_and_nothing_is_committed",
        shards::full_disk,
    ),
    (
        "a_node_that_dies_while_indexing_costs_nothing",
        nodes::killed_while_indexing,
    ),
    (
        "a_node_that_dies_or_halts_changes_no_answer",
        nodes::searched_meanwhile,
    ),
    ("a_shard_that_is_gone_is_said_to_be", shards::gone),
    (
        "nodes_killed_at_random_lose_and_double_nothing",
        nodes::killed_at_random,
    ),
    ("judged_questions_find_the_same", medqa::answers_alike),
    ("no_section_is_lost_with_a_node", medqa::nodes_killed),
];

fn main() -> ExitCode {
    let cluster = match Cluster::of_environment() {
        Ok(cluster) => cluster,
        Err(why) => {
            println!("skipped: all {} tests on a cluster ({why})", TESTS.len());
            return ExitCode::SUCCESS;
        }
    };
    let filter = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for (name, test) in TESTS {
        if filter
            .as_ref()
            .is_some_and(|filter| !name.contains(filter.as_str()))
        {
            continue;
        }
        let start = Instant::now();
        let done = catch_unwind(AssertUnwindSafe(|| {
            // Whatever the test before it left.
            cluster.mend();
            test(&cluster)
        }));
        let took = start.elapsed().as_secs_f32();
        match done {
            Ok(Done::Passed) => {
                passed += 1;
                println!("test {name} ... ok ({took:.0} s)");
            }
            Ok(Done::Skipped(why)) => {
                skipped += 1;
                println!("test {name} ... skipped: {why}");
            }
            Err(_) => {
                failed += 1;
                println!("test {name} ... FAILED ({took:.0} s)");
            }
        }
    }
    let mended = catch_unwind(AssertUnwindSafe(|| cluster.mend())).is_ok();
    println!("\n{passed} passed, {failed} failed, {skipped} skipped");
    if failed == 0 && mended {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
