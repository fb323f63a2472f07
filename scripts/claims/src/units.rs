//! Numbers as people read them: three digits that count, and a unit.

/// A size in bytes, in decimal units as the claims use them: `326 B`, `2.10 MB`.
pub fn bytes(value: f64) -> String {
    scaled(value, &[(1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1.0, "B")])
}

/// A time in nanoseconds: `57 ns`, `1.30 µs`.
pub fn time(nanoseconds: f64) -> String {
    scaled(nanoseconds, &[(1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns")])
}

/// A plain number: `0.02`, `1.05`, `41,200`.
pub fn number(value: f64) -> String {
    if value.abs() < 100.0 {
        return digits(value);
    }
    // What is after the third digit is noise.
    let step = 10_f64.powf(value.abs().log10().floor() - 2.0);
    let mut rest = format!("{:.0}", (value / step).round() * step);
    let mut groups = Vec::new();
    while rest.len() > 3 {
        groups.insert(0, rest.split_off(rest.len() - 3));
    }
    groups.insert(0, rest);
    groups.join(",")
}

fn scaled(value: f64, units: &[(f64, &str)]) -> String {
    let last = units.last().expect("there is a smallest unit");
    // What would be rounded up to a thousand has the next unit.
    let (size, unit) =
        units.iter().find(|(size, _)| value >= size * 0.9995).unwrap_or(last);
    match *size == last.0 && (value >= 10.0 || value == 0.0) {
        true => format!("{value:.0} {unit}"),
        false => format!("{} {unit}", digits(value / size)),
    }
}

fn digits(value: f64) -> String {
    match value.abs() {
        size if size >= 99.95 => format!("{value:.0}"),
        size if size >= 9.995 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{bytes, number, time};

    #[test]
    fn three_digits_count() {
        assert_eq!(bytes(326.0), "326 B");
        assert_eq!(bytes(0.0), "0 B");
        assert_eq!(bytes(2_101_248.0), "2.10 MB");
        assert_eq!(bytes(999.9), "1.00 kB");
        assert_eq!(time(57.3), "57 ns");
        assert_eq!(time(6.25), "6.25 ns");
        assert_eq!(time(12_345.0), "12.3 µs");
        assert_eq!(number(0.0213), "0.02");
        assert_eq!(number(41_234.0), "41,200");
        assert_eq!(number(1_234_567.0), "1,230,000");
        assert_eq!(number(100.0), "100");
    }
}
