//! Each program that measures a claim runs, prints all its rows and draws its plot. How fast
//! anything is, is nobody's business here.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs a program with `quick`, and looks for the beginnings of rows, each so many times.
fn prints<const ROWS: usize>(program: &str, rows: [(&str, usize); ROWS]) {
    let plot = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{program}.svg"));
    let _ = fs::remove_file(&plot);
    let output = Command::new(env::var_os("CARGO").expect("cargo runs the tests"))
        .args(["run", "--quiet", "--example", program, "--", "quick"])
        // As `cargo test` does, or some crates would be built once more.
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .env("MEASURE_PLOT", &plot)
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {complaints}\n{text}");
    for (row, times) in rows {
        let found = text.lines().filter(|line| line.starts_with(row)).count();
        assert_eq!(found, times, "{program} prints `{row}`:\n{text}");
    }
    let svg = fs::read_to_string(&plot).expect("the plot is written");
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"), "{svg}");
}

#[test]
#[cfg(target_os = "linux")]
fn the_memory_of_tasks() {
    prints(
        "claim-task-memory-measured",
        [
            ("waits forever ", 1),
            ("sleeps ", 1),
            ("waits for a socket ", 1),
            ("reads into an array of 1 KiB ", 1),
            ("reads through BufReader, 8 KiB ", 1),
            ("always ", 2),
            ("while there is something ", 2),
        ],
    );
}

#[test]
#[cfg(target_os = "linux")]
fn the_memory_of_threads() {
    prints(
        "claim-thread-memory-measured",
        [("10 threads", 2), ("20 threads", 1), ("50 threads", 1), ("100 threads", 1)],
    );
}

#[test]
fn switches() {
    prints(
        "claim-switch-measured",
        [
            ("yield ", 1),
            ("yield, 1000 of them ", 1),
            ("a channel ", 1),
            ("a wake-up (futex) ", 1),
            ("a byte in a socket ", 1),
        ],
    );
}

#[test]
fn echoes() {
    prints(
        "claim-echo-measured",
        [
            ("1  ", 2),
            ("10  ", 2),
            ("100 ", 2),
            ("1000 ", 2),
            ("10, server stops ", 2),
            ("10, 64 at a time ", 1),
        ],
    );
}

#[test]
#[cfg(target_os = "linux")]
fn ten_thousand_connections() {
    prints(
        "claim-ten-thousand-connections-measured",
        [
            ("a task each ", 1),
            ("a thread each ", 1),
            ("a pool of 200 threads ", 1),
            ("one at a time, ", 2),
            ("all at once, ", 2),
        ],
    );
}

#[test]
fn mutexes() {
    prints(
        "claim-mutex-measured",
        [("std ", 2), ("parking_lot ", 2), ("tokio ", 2), ("16 std, sharded ", 2)],
    );
}
