//! Tests of nodesets.

use proptest::prelude::*;

use super::*;

fn expand(text: &str) -> String {
    let terms = parse(text).unwrap_or_else(|error| panic!("{error}"));
    let names = terms.iter().flat_map(|term| match term {
        Term::Group(name) => vec![format!("@{name}")],
        Term::Hosts(pattern) => pattern.expand(),
    });
    names.collect::<Vec<_>>().join(" ")
}

#[test]
fn nothing_in_a_name_or_an_error_steers_a_terminal() {
    for text in ["n\u{1b}", "[::\u{1b}[2J]", "n[1-\u{202e}2]"] {
        let error = parse(text).unwrap_err().to_string();
        assert_eq!(sanitize(error.as_bytes()), error);
    }
}

fn error(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn ranges_lists_and_steps() {
    assert_eq!(expand("n[1-3]"), "n1 n2 n3");
    assert_eq!(expand("n[1-9/4],m"), "n1 n5 n9 m");
    assert_eq!(expand("a,b[1,3-4]c"), "a b1c b3c b4c");
    assert_eq!(expand("r[1-2]n[08-10]"), "r1n08 r1n09 r1n10 r2n08 r2n09 r2n10");
    assert_eq!(expand("10.0.0.[9-11]"), "10.0.0.9 10.0.0.10 10.0.0.11");
    assert_eq!(expand(" n1  n2,,n3, "), "n1 n2 n3");
}

#[test]
fn padding_is_kept() {
    assert_eq!(expand("n[008-010]"), "n008 n009 n010");
    assert_eq!(expand("n[098-101]"), "n098 n099 n100 n101");
    assert_eq!(expand("n[09-100/91]"), "n09 n100");
    assert_eq!(expand("n[9-10,01]"), "n9 n10 n01");
    assert_eq!(expand("n[0-1]"), "n0 n1");
}

#[test]
fn users_ports_addresses_and_groups() {
    assert_eq!(expand("me@n[1-2]:22"), "me@n1:22 me@n2:22");
    assert_eq!(expand("n1:[7-8]"), "n1:7 n1:8");
    assert_eq!(expand("[::1]:2655,::1,me@[fe80::1%eth0]"), "[::1]:2655 ::1 me@[fe80::1%eth0]");
    assert_eq!(expand("@gpu,@racks:r1"), "@gpu @racks:r1");
}

#[test]
fn errors_name_their_position() {
    for (text, expected) in [
        ("n[1-3", "'n[1-3', character 2: '[' is not closed"),
        ("a,n1]", "'a,n1]', character 5: ']' has no '['"),
        ("n[[1]]", "'n[[1]]', character 3: brackets can't be nested"),
        ("n[]", "'n[]', character 3: a number is missing"),
        ("n[1-]", "'n[1-]', character 5: a number is missing"),
        ("n[1,x]", "'n[1,x]', character 5: 'x' is not a number of at most 18 digits"),
        ("n[1-9/0]", "'n[1-9/0]', character 7: the step must be a number greater than 0"),
        ("n[5-1]", "'n[5-1]', character 3: the range runs backwards"),
        ("n[1-010]", "'n[1-010]', character 3: its two ends have different numbers of leading zeros"),
        ("n[01-2]", "'n[01-2]', character 3: its two ends have different numbers of leading zeros"),
        ("a;é", "'a;é', character 3: 'é' is not allowed in a host name"),
        ("a!b", "'a!b', character 2: '!' is not supported: exclude hosts with -x"),
        ("@", "'@', character 1: a group has no name"),
    ] {
        assert_eq!(error(text), expected);
    }
    assert!(error(&"x".repeat(500)).ends_with("a name is longer than 400 characters"));
    assert!(error(&"[1]".repeat(500)).contains("a name is longer"));
}

#[test]
fn how_many_is_known_before() {
    let count = |text: &str| match &parse(text).unwrap()[0] {
        Term::Hosts(pattern) => pattern.count(),
        Term::Group(_) => 0,
    };
    assert_eq!(count("r[1-2]n[08-11,20]"), 10);
    assert_eq!(count("n[0-999999999999999999][0-999999999999999999]"), u64::MAX);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[nab0-9\\[\\],/@:.! é-]{0,40}") {
        for term in parse(&text).unwrap_or_default() {
            if let Term::Hosts(pattern) = term && pattern.count() < 10_000 {
                prop_assert_eq!(pattern.expand().len() as u64, pattern.count());
            }
        }
    }

    #[test]
    fn any_garbage_is_no_panic(text in "\\PC{0,60}") {
        let _ = parse(&text);
    }

    #[test]
    fn a_range_is_what_it_says(first in 0_u64..2000, more in 0_u64..300, step in 1_u64..9, width in 1_usize..6) {
        let last = first + more;
        prop_assume!(first.to_string().len() <= width);
        let names = expand(&format!("n[{first:0width$}-{last:0width$}/{step}]"));
        let expected: Vec<_> = (first..=last).step_by(usize::try_from(step).unwrap()).map(|n| format!("n{n:0width$}")).collect();
        prop_assert_eq!(names, expected.join(" "));
    }
}
