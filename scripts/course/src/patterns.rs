//! Regular expressions.

/// Regular expressions that are compiled once, when they are first used.
macro_rules! patterns {
    ($($visible:vis $name:ident = $pattern:literal;)*) => {$(
        $visible static $name: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| {
                regex::Regex::new($pattern).expect("the pattern is one of ours")
            });
    )*};
}
pub(crate) use patterns;
