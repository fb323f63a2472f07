//! A check whose answer does the worst things there are: the watchdog's own tests run it.
//!
//! `MISBEHAVE=exit cargo run --example misbehaving-check` shows one of them.

use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Duration;
use std::{env, io::Write, process, thread};

use probe::{Case, Finding, Verdict};

fn main() -> ExitCode {
    if misbehavior() == "be-left-behind" {
        thread::sleep(Duration::from_secs(3600));
    }
    if env::var_os("PROBE_CHILD").is_none() && misbehavior() == "not-there" {
        let exe = env::current_exe().expect("this program has a path");
        std::fs::remove_file(exe).expect("it is a copy");
    }
    if env::var_os("PROBE_CHILD").is_some() && misbehavior() == "end-too-soon" {
        process::exit(7);
    }
    probe::run(
        "00-misbehaving-check",
        &[
            Case { name: "does_well_first", run: || Ok(()) },
            Case { name: "misbehaves", run: misbehave },
        ],
    )
}

fn misbehavior() -> String {
    env::var("MISBEHAVE").unwrap_or_default()
}

fn misbehave() -> Verdict {
    match misbehavior().as_str() {
        "exit" => process::exit(0),
        "abort" => process::abort(),
        "loop" => loop {
            std::hint::spin_loop();
        },
        "deadlock" => {
            probe::if_it_hangs("stuck");
            probe::if_it_hangs(Finding::mistake("guard-across-await").saw("it was held"));
            let mutex = Mutex::new(());
            let _first = mutex.lock();
            let _second = mutex.lock();
        }
        "draw" => {
            let picture = probe::picture("main", "Nothing", |_| async {});
            return Err(Finding::mistake("copied-counter")
                .saw("nothing")
                .picture(picture));
        }
        "sleep" | "sleep-on" => thread::sleep(Duration::from_secs(3600)),
        "spin-where-a-wait-is-foreseen" => {
            probe::if_it_waits("guard-across-await");
            loop {
                std::hint::spin_loop();
            }
        }
        "spin-as-foreseen" => {
            probe::if_it_hangs("guard-across-await");
            probe::if_it_spins("copied-counter");
            loop {
                std::hint::spin_loop();
            }
        }
        "wait-as-foreseen" => {
            probe::if_it_spins("copied-counter");
            probe::if_it_waits("guard-across-await");
            loop {
                thread::park();
            }
        }
        "take-a-second" => thread::sleep(Duration::from_secs(1)),
        "read-standard-input" => {
            let mut text = String::new();
            std::io::stdin().read_line(&mut text).expect("nothing is there to read");
            let mut cat = process::Command::new("cat");
            if cfg!(unix) && !cat.status().is_ok_and(|status| status.success()) {
                return Err(Finding::unnamed("A program could not read to the end"));
            }
        }
        "be-killed" => kill("KILL"),
        "be-asked-to-end" => kill("TERM"),
        "panic-at-length" => {
            let (left, right) = (vec![7u8; 1 << 20], vec![8u8; 1 << 20]);
            assert_eq!(left, right);
        }
        "say-much" => {
            return Err(Finding::mistake("copied-counter").saw("x".repeat(1 << 20)));
        }
        "print-much" => {
            println!("{}", "x".repeat(1 << 20));
            return Err(Finding::from("copied-counter"));
        }
        "drive-the-terminal" => {
            println!("\x1b[2Jprinted\rhidden");
            panic!("\x1b]0;title\x07");
        }
        "poll-after-the-end" => {
            let run = probe::virtual_time(|| async {
                let mut service = probe::Strict::new("the service", async {});
                (&mut service).await;
                tokio::spawn(service).await
            });
            if run.done()?.0.is_err() {
                return Err(Finding::unnamed("A task failed"));
            }
        }
        "leave-a-thread" => {
            thread::spawn(|| thread::sleep(Duration::from_secs(3600)));
        }
        "leave-a-process" => {
            let exe = env::current_exe().expect("this program has a path");
            let child = process::Command::new(exe)
                .env_remove("PROBE_CHILD")
                .env_remove("PROBE_REPORT")
                .env("MISBEHAVE", "be-left-behind")
                .stdin(process::Stdio::null())
                .spawn();
            println!("{}", child.expect("this program can be started again").id());
        }
        "flood" => {
            let line = [b'x'; 1 << 16];
            for _ in 0..1 << 14 {
                let _ = std::io::stdout().write_all(&line);
            }
        }
        "overflow" => {
            fn deeper(n: u64) -> u64 {
                std::hint::black_box(if n == u64::MAX { 0 } else { 1 + deeper(n + 1) })
            }
            println!("{}", deeper(0));
        }
        "panic" => panic!("out\tof\ncheese"),
        "todo" => todo!(),
        "block-in-a-task" => {
            let run = probe::virtual_time(|| async {
                let task = tokio::spawn(async {
                    tokio::runtime::Handle::current().block_on(async {});
                });
                task.await.is_err()
            });
            run.done()?;
            return Err(Finding::unnamed("Something is missing"));
        }
        "todo-in-a-task" => {
            async fn unfinished() -> u32 {
                todo!()
            }
            let run = probe::virtual_time(|| tokio::spawn(unfinished()));
            if run.done()?.0.is_err() {
                return Err(Finding::unnamed("A task failed"));
            }
        }
        "stuck" => probe::virtual_time(std::future::pending::<()>).done().map(drop)?,
        "find" => {
            println!("a line of the answer's own");
            return Err(Finding::mistake("copied-counter").saw("tabs\tand \\ and\nlines"));
        }
        _ => {}
    }
    Ok(())
}

fn kill(signal: &str) {
    let this = process::id().to_string();
    let _ = process::Command::new("kill").args(["-s", signal, &this]).status();
    thread::sleep(Duration::from_secs(3600));
}
