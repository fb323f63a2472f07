//! What the chapter claims, proved: for the library, for the stage's loop on a paused clock, and for the
//! stage as it runs.

// The stage itself: its loop is what is to be proved.
#[allow(dead_code)]
#[path = "../../examples/08-select.rs"]
mod select_stage;

mod clients;
mod idle;
mod library;
mod shutdown;
#[cfg(unix)]
mod signals;

use conform::stage::Stage;

/// What the proofs start.
static STAGE: Stage = Stage::new("08-select");

#[test]
fn a_request_is_answered_and_nonsense_on_the_command_line_is_not() {
    STAGE.start_with(&["--timeout", "300"]).still_serves();
    for options in [&["--timeout"][..], &["--timeout", "-1"], &["--timeout", "soon"]] {
        let output = std::process::Command::new(STAGE.program())
            .args(["serve", "127.0.0.1:0"])
            .args(options)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{options:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr).lines().count(), 1);
    }
}
