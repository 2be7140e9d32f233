//! Documents that are made from the programs are up to date.

use std::fs;

use collectl::cli::config::Config;
use collectl::cli::literal::Literal;
use collectl_docs as docs;

#[test]
fn documents_are_up_to_date() {
    for (path, made) in docs::documents().expect("documents can be made") {
        let kept = fs::read(docs::folder().join(&path)).unwrap_or_default();
        assert!(kept == made, "docs/{}: run 'cargo make-docs'", path.display());
    }
}

#[test]
fn examples_are_command_lines() {
    for example in docs::examples() {
        let words = shell_words::split(example).expect("quotes are closed");
        let read = match words[0].as_str() {
            "collectl" => Literal::parse_from_args(&words[1..]).map(drop).map_err(|error| error.0),
            _ => {
                let read = collectl_recv::command().try_get_matches_from(&words);
                read.map(drop).map_err(|error| error.to_string())
            }
        };
        assert_eq!(read, Ok(()), "{example}");
    }
}

#[test]
fn the_commented_configuration_has_all_keys_and_says_nothing_new() {
    let text = fs::read_to_string(docs::folder().join("collectl.conf")).expect("it is there");
    let (config, complaints) = Config::parse(&text);
    assert_eq!(complaints, []);
    assert_eq!(config.defaults, Config::default().defaults);
    let is_key = |line: &&str| !line.starts_with("# ") && line.contains(" =");
    let values: String =
        text.lines().filter(is_key).map(|line| format!("{}\n", line.trim_start_matches('#'))).collect();
    assert_eq!(values.lines().count(), collectl::cli::config::keys::KEYS.len());
    let with_value = |line: &&str| !line.ends_with('=');
    let values: String = values.lines().filter(with_value).map(|line| format!("{line}\n")).collect();
    assert_eq!(Config::parse(&values).1, []);
}
