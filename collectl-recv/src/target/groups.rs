//! Groups of hosts, as ClusterShell's static files define them (groups.conf(5)).
//!
//! These files are read: `groups.d/*.yaml` (sources with their groups), and `groups.d/*.cfg` and `groups` (lines
//! `GROUP: NODESET` of the source that the file is named after; the source of `groups` is `local`). From `groups.conf`
//! only the default source is taken; its commands (`map`, `all`, `list`) are never run. Pure.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser};

/// The source of groups that name none, unless `groups.conf` sets another.
const DEFAULT_SOURCE: &str = "local";

/// All groups.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Groups {
    default: Option<String>,
    sources: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

impl Groups {
    /// Adds `groups.conf`: `default: SOURCE` in its section `[Main]`.
    pub(crate) fn add_conf(&mut self, text: &str) {
        let mut in_main = false;
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])) {
            if line.starts_with('[') {
                in_main = line.eq_ignore_ascii_case("[main]");
            } else if let Some((key, value)) = line.split_once([':', '=']).filter(|_| in_main)
                && key.trim().eq_ignore_ascii_case("default")
            {
                self.default = Some(value.trim().to_owned());
            }
        }
    }

    /// Adds a file of lines `GROUP: NODESET`.
    pub(crate) fn add_lines(&mut self, source: &str, text: &str) {
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            if let Some((name, hosts)) = line.split_once(':') {
                self.group(source, name.trim()).push(hosts.trim().to_owned());
            }
        }
    }

    /// Adds a file in YAML: sources with groups, each of them a nodeset or a list of nodesets. Anything else is
    /// ignored, and so is everything after an error.
    pub(crate) fn add_yaml(&mut self, text: &str) {
        // The keys of all open mappings; none where a key comes next.
        let mut keys: Vec<Option<String>> = Vec::new();
        let mut lists = 0_usize;
        for (event, _) in Parser::new_from_str(text).map_while(Result::ok) {
            match event {
                Event::MappingStart(..) => {
                    keys.push(None);
                    continue;
                }
                Event::SequenceStart(..) => lists += 1,
                Event::MappingEnd => drop(keys.pop()),
                Event::SequenceEnd => lists = lists.saturating_sub(1),
                Event::Scalar(key, ..) if lists == 0 && keys.last() == Some(&None) => {
                    keys.pop();
                    if let [Some(source)] = &keys[..] {
                        self.group(source, &key);
                    }
                    keys.push(Some(key.into_owned()));
                    continue;
                }
                Event::Scalar(hosts, ..) if lists <= 1 => {
                    if let [Some(source), Some(group)] = &keys[..] {
                        self.group(source, group).push(hosts.into_owned());
                    }
                }
                _ => {}
            }
            if let (0, Some(key)) = (lists, keys.last_mut()) {
                // Its value is complete.
                *key = None;
            }
        }
    }

    /// The nodesets of `GROUP`, `SOURCE:GROUP`, `*` or `SOURCE:*`, and the source in which to look up the groups that
    /// they name.
    pub(crate) fn find(&self, name: &str, within: Option<&str>) -> Option<(Vec<String>, String)> {
        let default = within.or(self.default.as_deref()).unwrap_or(DEFAULT_SOURCE);
        let (source, group) = name.split_once(':').unwrap_or((default, name));
        let groups = self.sources.get(source)?;
        let hosts = match group {
            "*" => groups.get("all").cloned().unwrap_or_else(|| groups.values().flatten().cloned().collect()),
            group => groups.get(group)?.clone(),
        };
        Some((hosts, source.to_owned()))
    }

    fn group(&mut self, source: &str, group: &str) -> &mut Vec<String> {
        self.sources.entry(source.to_owned()).or_default().entry(group.to_owned()).or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const YAML: &str = "---\n# racks\nracks:\n    r1: 'n[1-2]'  # left\n    r2: \"n[3-4],n9\"\n    both: '@r1,@r2'\n\
                        \nroles:\n  adm: m1\n  io:\n    - io1\n    - 'io[2-3]'\
                        \n  web: ['w1', 'w2']\n  one: {deep: [x]}\n  last: >-\n    z1,\n    z2\n";

    fn groups() -> Groups {
        let mut groups = Groups::default();
        groups.add_yaml(YAML);
        groups.add_lines("local", "# old\ncompute: n[1-9]\nlogin: l1\ncompute: n11\n");
        groups
    }

    fn of(groups: &Groups, name: &str) -> Option<String> {
        groups.find(name, None).map(|(hosts, _)| hosts.join(" "))
    }

    #[test]
    fn sources_and_groups() {
        let mut groups = groups();
        assert_eq!(of(&groups, "racks:r1").as_deref(), Some("n[1-2]"));
        assert_eq!(of(&groups, "racks:r2").as_deref(), Some("n[3-4],n9"));
        assert_eq!(of(&groups, "roles:io").as_deref(), Some("io1 io[2-3]"));
        assert_eq!(of(&groups, "roles:web").as_deref(), Some("w1 w2"));
        assert_eq!(of(&groups, "roles:one").as_deref(), Some(""));
        assert_eq!(of(&groups, "roles:last").as_deref(), Some("z1, z2"));
        assert_eq!(of(&groups, "compute").as_deref(), Some("n[1-9] n11"));
        assert_eq!(of(&groups, "*").as_deref(), Some("n[1-9] n11 l1"));
        assert_eq!(of(&groups, "roles:nosuch"), None);
        assert_eq!(of(&groups, "nosuch:io"), None);
        groups.add_conf("[Main]\n# default: x\ndefault: roles\n[local]\ndefault: y\nmap: rm -rf /\n");
        assert_eq!(of(&groups, "adm").as_deref(), Some("m1"));
        assert_eq!(groups.find("r1", Some("racks")).unwrap().1, "racks");
    }

    proptest! {
        #[test]
        fn any_file_is_read(text in "[a-c:\\[\\]'\"# \\n@-]{0,80}") {
            let mut groups = Groups::default();
            groups.add_yaml(&text);
            groups.add_lines("x", &text);
            groups.add_conf(&text);
        }
    }
}
