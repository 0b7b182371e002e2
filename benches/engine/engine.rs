//! What the engine costs without a network: `cargo bench --bench engine [FILTER]`; `peak` for the memory of a plan.
//!
//! The figures and what bounds them are in docs/performance.md.

mod peak;
mod sample;

use divan::{Bencher, black_box};
use leeward::config::{Inputs, load};
use leeward::estate::Graph;
use leeward::observe::queries;
use leeward::plan::{Options, Plan, from_bytes, plan, to_bytes};
use leeward::policy::check;
use leeward::report;
use leeward::run::Tape;
use leeward::state::{Local, State, Store};
use sample::{Nowhere, Sample, applied, begun, block_on, carry_out, creation};
use std::fmt::Write as _;
use std::path::Path;

/// As leeward itself has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    if !peak::was_asked() {
        divan::main();
    }
}

const TOPICS: [usize; 3] = [1_000, 10_000, 100_000];

/// A plan of an estate that is as declared: the whole, and its parts.
#[divan::bench_group(sample_count = 10, sample_size = 1, max_time = 10)]
mod no_op_plan {
    use super::*;

    #[divan::bench(args = TOPICS)]
    fn whole(bencher: Bencher, topics: usize) {
        let sample = applied(topics);
        bencher.bench(|| sample.plan());
    }

    #[divan::bench(args = TOPICS)]
    fn queries_alone(bencher: Bencher, topics: usize) {
        let sample = applied(topics);
        bencher.bench(|| queries(&sample.estate, &sample.state.resources));
    }

    #[divan::bench(args = TOPICS)]
    fn observation_alone(bencher: Bencher, topics: usize) {
        let sample = applied(topics);
        bencher.bench(|| sample.observe());
    }

    #[divan::bench(args = TOPICS)]
    fn graph_alone(bencher: Bencher, topics: usize) {
        let sample = applied(topics);
        bencher.bench(|| Graph::of(&sample.estate).order());
    }

    #[divan::bench(args = TOPICS)]
    fn planning_alone(bencher: Bencher, topics: usize) {
        let sample = applied(topics);
        let observed = sample.observe();
        bencher.bench(|| plan(&sample.estate, &observed, &sample.state, &Options::default()));
    }

    #[divan::bench(args = TOPICS)]
    fn findings_alone(bencher: Bencher, topics: usize) {
        let sample = applied(topics);
        let (observed, plan) = (sample.observe(), sample.plan());
        bencher.bench(|| check(&plan, &sample.estate, &observed));
    }
}

/// A plan that creates everything.
#[divan::bench(args = TOPICS, sample_count = 5, sample_size = 1, max_time = 10)]
fn creating_plan(bencher: Bencher, topics: usize) {
    let sample = Sample::new(topics);
    bencher.bench(|| sample.plan());
}

/// A run that creates everything, in a world that answers at once.
#[divan::bench_group(sample_count = 5, sample_size = 1, max_time = 10)]
mod run {
    use super::*;

    fn creates(bencher: Bencher, topics: usize, tape: impl Fn(&Path) -> Box<dyn Tape> + Sync) {
        let plan = creation(topics);
        let fresh = || {
            let folder = tempfile::tempdir().expect("a folder");
            let run = begun(plan.clone(), tape(&folder.path().join("journal.jsonl")));
            (Sample::new(topics), run, Local::new(folder.path().join("state.json")), folder)
        };
        bencher.with_inputs(fresh).bench_local_values(|(sample, mut run, store, folder)| {
            let state = carry_out(&mut run, sample.state, &sample.world, &store);
            (state, run, folder)
        });
    }

    #[divan::bench(args = TOPICS)]
    fn with_journal_on_disk(bencher: Bencher, topics: usize) {
        creates(bencher, topics, |path| Box::new(std::fs::File::create(path).expect("a file")));
    }

    #[divan::bench(args = TOPICS)]
    fn without_journal(bencher: Bencher, topics: usize) {
        creates(bencher, topics, |_| Box::new(Nowhere));
    }
}

/// A plan of 10,000 topics to create, in every form that it is shown and kept in.
#[divan::bench_group(sample_count = 10, sample_size = 1)]
mod shown {
    use super::*;

    const SHOWN: [usize; 2] = [10_000, 100_000];

    fn of(bencher: Bencher, topics: usize, show: impl Fn(&Plan) -> usize + Sync) {
        let plan = creation(topics);
        bencher.bench(|| show(&plan));
    }

    #[divan::bench(args = SHOWN)]
    fn as_text(bencher: Bencher, topics: usize) {
        of(bencher, topics, |plan| report::text::plan_in(plan, &report::text::View::default(), 100).len());
    }

    #[divan::bench(args = SHOWN)]
    fn as_json(bencher: Bencher, topics: usize) {
        of(bencher, topics, |plan| report::json::plan(plan).expect("it is plain data").len());
    }

    #[divan::bench(args = SHOWN)]
    fn as_markdown(bencher: Bencher, topics: usize) {
        of(bencher, topics, |plan| report::markdown::plan(plan, None).len());
    }

    #[divan::bench(args = SHOWN)]
    fn to_file(bencher: Bencher, topics: usize) {
        of(bencher, topics, |plan| to_bytes(plan).len());
    }

    #[divan::bench(args = SHOWN)]
    fn from_file(bencher: Bencher, topics: usize) {
        let bytes = to_bytes(&creation(topics));
        bencher.bench(|| from_bytes(&bytes));
    }
}

/// The state's file, with its syncs.
#[divan::bench_group(sample_count = 10, sample_size = 1)]
mod state {
    use super::*;

    fn saved(topics: usize) -> (tempfile::TempDir, Local, State) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Local::new(folder.path().join("state.json"));
        let mut state = applied(topics).state.clone();
        block_on(store.save(&mut state)).expect("it can be written");
        (folder, store, state)
    }

    #[divan::bench(args = TOPICS)]
    fn save(bencher: Bencher, topics: usize) {
        let (_folder, store, mut state) = saved(topics);
        bencher.bench_local(|| block_on(store.save(&mut state)));
    }

    #[divan::bench(args = TOPICS)]
    fn load(bencher: Bencher, topics: usize) {
        let (_folder, store, _) = saved(topics);
        bencher.bench_local(|| block_on(store.load()));
    }
}

/// A configuration of 100,000 lines, read, parsed and evaluated.
#[divan::bench_group(sample_count = 5, sample_size = 1)]
mod configuration {
    use super::*;

    const PLACES: &str = "
cluster \"hangzhou\" { bootstrap = [\"hz:9092\"] }
cluster \"shanghai\" { bootstrap = [\"sh:9092\"] }
pair \"orders\" {
  primary   = cluster.hangzhou
  secondary = cluster.shanghai
}
locals {
  day = 24 * 60 * 60 * 1000
}
";

    fn loaded(bencher: Bencher, text: &str) {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("main.hcl"), text).expect("a file");
        bencher.bench(|| load(black_box(folder.path()), &Inputs::default()).expect("it is valid"));
    }

    /// A block of eight lines for each topic.
    #[divan::bench(args = [100_000])]
    fn of_blocks(bencher: Bencher, lines: usize) {
        let mut text = PLACES.to_owned();
        for number in 0..lines / 8 {
            let days = number % 30 + 1;
            let _ = writeln!(
                text,
                "topic \"topic-{number:06}\" {{\n  pair               = pair.orders\n  partitions         = 3\n  \
                 replication_factor = 3\n  config = {{\n    \"retention.ms\" = {days} * local.day\n  }}\n}}"
            );
        }
        loaded(bencher, &text);
    }

    /// One map with a line for each topic, and one block for all of them.
    #[divan::bench(args = [100_000])]
    fn of_one_map(bencher: Bencher, lines: usize) {
        let mut text = PLACES.to_owned();
        text.push_str("locals {\n  topics = {\n");
        for number in 0..lines {
            let _ =
                writeln!(text, "    topic-{number:06} = {{ partitions = {}, days = 7 }}", number % 12 + 1);
        }
        text.push_str(
            "  }\n}\ntopic \"each\" {\n  for_each           = local.topics\n  pair               = pair.orders\n  \
             name               = each.key\n  partitions         = each.value.partitions\n  \
             replication_factor = 3\n  config             = { \"retention.ms\" = each.value.days * local.day }\n}\n",
        );
        loaded(bencher, &text);
    }
}
