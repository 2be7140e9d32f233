//! Names of users.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// User names by number, from a file in the format of passwd(5).
#[derive(Debug, Default)]
pub(super) struct Users(HashMap<u32, String>);

impl Users {
    /// The users of a file, or of this machine if the file can't be read.
    pub(super) fn new(path: &Path) -> Self {
        let text = fs::read(path).or_else(|_| fs::read("/etc/passwd"));
        text.map(|text| Self::parse(&text)).unwrap_or_default()
    }

    fn parse(text: &[u8]) -> Self {
        let mut names = HashMap::new();
        for line in String::from_utf8_lossy(text).lines() {
            let mut fields = line.split(':');
            let (name, id) = (fields.next(), fields.nth(1).and_then(|id| id.parse().ok()));
            if let (Some(name), Some(id)) = (name, id) {
                names
                    .entry(id)
                    .or_insert_with(|| collectl_wire::display::sanitize(name.as_bytes()).into_owned());
            }
        }
        Self(names)
    }

    /// The name of a user, or else the number.
    pub(super) fn name(&self, id: u32) -> Cow<'_, str> {
        self.0.get(&id).map_or_else(|| Cow::Owned(id.to_string()), |name| Cow::Borrowed(name.as_str()))
    }

    /// The number of a user.
    pub(super) fn id(&self, name: &str) -> Option<u32> {
        self.0.iter().find(|(_, known)| *known == name).map(|(id, _)| *id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers() {
        let users = Users::parse(b"root:x:0:0:r:/:/bin/sh\ntoor:x:0:0::/:\nbad\nx:y\na:x:7:\n");
        assert_eq!((users.name(0).as_ref(), users.id("a")), ("root", Some(7)));
        assert_eq!(users.name(4_294_967_294), "4294967294");
        assert_eq!(users.id("nobody"), None);
    }
}
