//! Checks of the checks: a test is run once more with a broken twin of the code, and must fail.

use std::process::Command;

/// Runs one test of the calling test program again, in a process of its own with the twin switched on, and fails
/// unless that test fails by an assertion of its own.
///
/// `test` is the name as the runner prints it, `module::test`. `environment` makes the second run small enough
/// (numbers of cases) where the guarded test honours such variables.
pub fn assert_twin_is_caught(twin: &str, test: &str, environment: &[(&str, &str)]) {
    assert!(
        twin::TWINS.iter().any(|known| known.name == twin),
        "the twin {twin} is not in the table"
    );
    let program = std::env::current_exe().expect("the test program knows itself");
    let output = Command::new(program)
        .args(["--exact", test, "--test-threads=1"])
        .env("PIAOKU_TWIN", twin)
        .envs(environment.iter().copied())
        .env_remove("RUST_BACKTRACE")
        .output()
        .expect("the test program runs again");
    let said = String::from_utf8_lossy(&output.stdout);
    let said_wrong = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("running 1 test"),
        "there is no test named {test}:\n{said}\n{said_wrong}"
    );
    assert!(
        !output.status.success() && said.contains("1 failed"),
        "the twin {twin} was not caught by {test}:\n{said}\n{said_wrong}"
    );
}
