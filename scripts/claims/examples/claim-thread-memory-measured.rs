//! "A thread costs 2 MB": what threads that wait reserve, and what they take.
//!
//! ```console
//! $ cargo run --release --example claim-thread-memory-measured
//! $ cargo run --release --example claim-thread-memory-measured -- quick
//! ```
//!
//! Each case is measured in a process of its own, from `/proc`. The kernel's share is that of
//! the whole machine.

use std::fmt;
use std::hint::black_box;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use claims::{
    Child, Effort, Memory, Panel, Plot, Spread, Table, bytes, interleaved, kernel_memory,
    memory,
};

/// How deep a thread has been down its stack that once did something.
const USED: usize = 64 * 1024;

struct Case {
    threads: usize,
    used: bool,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let used = if self.used { ", once 64 KiB deep" } else { "" };
        write!(f, "{} threads{used}", self.threads)
    }
}

fn main() -> Result<()> {
    if let Some(role) = Child::role() {
        let [threads, used] = &role[..] else { bail!("unknown role: {role:?}") };
        return threads_that_wait(threads.parse()?, used == "true");
    }
    let effort = Effort::from_args();
    let numbers = effort.pick([1000, 2000, 5000, 10_000], [10, 20, 50, 100]);
    let mut cases: Vec<Case> =
        numbers.iter().map(|&threads| Case { threads, used: false }).collect();
    cases.push(Case { threads: numbers[0], used: true });
    let trials = interleaved(effort.rounds(), &cases, Case::measure)?;

    println!(
        "{} rounds; ± is how far the farthest was from the median\n",
        effort.rounds()
    );
    let mut table =
        Table::new(["each of", "reserved", "resident", "in the kernel", "together"]);
    let mut panel = Panel::new("bytes a thread", bytes).claim("2 MB", 2e6);
    for (case, trials) in cases.iter().zip(&trials) {
        let reserved = Spread::of(trials, |one| one.memory.reserved);
        let resident = Spread::of(trials, |one| one.memory.resident);
        let kernel = Spread::of(trials, |one| one.kernel);
        let threads = case.threads as f64;
        let all = Spread::of(trials, |one| (one.memory.resident + one.kernel) * threads);
        table.row([
            case.to_string(),
            reserved.show(bytes),
            resident.show(bytes),
            kernel.show(bytes),
            all.show(bytes),
        ]);
        if case.used || [numbers[0], numbers[3]].contains(&case.threads) {
            panel.group(&case.to_string());
            panel.case("reserved", reserved);
            panel.case("resident", resident);
            panel.case("in the kernel", kernel);
        }
    }
    table.print();
    println!("together: resident and kernel of all threads of the row");
    Plot::new("A thread reserves 2 MB of addresses and takes a small part of it")
        .panel(panel)
        .write()
}

/// Bytes a thread.
struct Trial {
    memory: Memory,
    kernel: f64,
}

impl Case {
    fn measure(&self) -> Result<Trial> {
        let mut child =
            Child::start(&[&self.threads.to_string(), &self.used.to_string()])?;
        let [reserved, resident, kernel] = child.numbers()?;
        Ok(Trial { memory: Memory { reserved, resident }, kernel })
    }
}

/// The role of a process with that many threads.
fn threads_that_wait(count: usize, used: bool) -> Result<()> {
    static UP: AtomicUsize = AtomicUsize::new(0);
    let (before, kernel_before) = (memory(process::id())?, kernel_memory()?);
    for nth in 0..count {
        let body = move || {
            if used {
                use_the_stack();
            }
            UP.fetch_add(1, Ordering::Relaxed);
            loop {
                thread::park();
            }
        };
        thread::Builder::new()
            .spawn(body)
            .with_context(|| format!("this machine allows {nth} threads, not {count}"))?;
    }
    while UP.load(Ordering::Relaxed) < count {
        thread::sleep(Duration::from_millis(1));
    }
    // The last have counted themselves, and are about to wait.
    thread::sleep(Duration::from_millis(20));
    let (now, kernel) = (memory(process::id())?, kernel_memory()?);
    let count = count as f64;
    Child::say(&format!(
        "{} {} {}",
        (now.reserved - before.reserved) / count,
        (now.resident - before.resident) / count,
        (kernel - kernel_before) / count
    ))
}

#[inline(never)]
fn use_the_stack() {
    black_box([1_u8; USED]);
}
