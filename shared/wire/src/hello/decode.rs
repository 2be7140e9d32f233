//! Decodes the lines of a hello.

use super::{Hello, Interval, Launched, MAX_MESSAGE, MAX_WORD, Message, Position, RunId, Speaker, Welcome};
use crate::secret::Secret;

/// Decodes a line without host and line end. None for anything but a complete message: data, noise, or a message with a
/// missing or invalid word.
///
/// Any bytes are accepted.
#[must_use]
pub fn decode(line: &[u8]) -> Option<Message> {
    if line.len() > MAX_MESSAGE {
        return None;
    }
    let mut words = std::str::from_utf8(line.strip_prefix(b"##")?).ok()?.split(' ');
    let verb = words.next()?;
    let words = Words(words.filter_map(|word| word.split_once('=')).collect());
    Some(match verb {
        "hello" => {
            let last = if words.has("run") { Some(words.position()?) } else { None };
            Message::Hello(Hello { speaker: words.speaker()?, last })
        }
        "welcome" => Message::Welcome(Welcome {
            speaker: words.speaker()?,
            run: words.run()?,
            began: seconds(words.get("began")?)?,
            next: number(words.get("next")?)?,
            plain: if words.has("plain") { Some(words.plain()?) } else { None },
        }),
        "interval" => {
            let (headers, lines) = words.get("lines")?.split_once('+')?;
            Message::Interval(Interval {
                at: words.position()?,
                headers: number(headers)?.try_into().ok()?,
                lines: number(lines)?.try_into().ok()?,
            })
        }
        "launched" => Message::Launched(Launched {
            speaker: words.speaker()?,
            secret: Secret::parse(words.get("secret")?)?,
        }),
        _ => return None,
    })
}

/// The `key=value` words of a line.
struct Words<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Words<'a> {
    /// The value of the first word with this key.
    fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
    }

    fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    fn speaker(&self) -> Option<Speaker> {
        let word = |key| self.get(key).filter(|value| is_plain_word(value)).map(str::to_owned);
        Some(Speaker { name: word("name")?, version: word("version")? })
    }

    fn run(&self) -> Option<RunId> {
        let digits = self.get("run")?;
        let valid = digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u64::from_str_radix(digits, 16).ok().filter(|_| valid).map(RunId)
    }

    fn position(&self) -> Option<Position> {
        let (seq, time) = (number(self.get("seq")?)?, seconds(self.get("time")?)?);
        Some(Position { run: self.run()?, seq, time })
    }

    fn plain(&self) -> Option<(u64, u64)> {
        let (first, last) = self.get("plain")?.split_once('-')?;
        Some((number(first)?, number(last)?)).filter(|(first, last)| first <= last)
    }
}

/// True for a valid name or version, which is safe to print.
fn is_plain_word(word: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+');
    !word.is_empty() && word.len() <= MAX_WORD && word.bytes().all(allowed)
}

fn number(digits: &str) -> Option<u64> {
    digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Seconds with six decimals, as microseconds.
fn seconds(text: &str) -> Option<u64> {
    let (whole, micros) = text.split_once('.')?;
    if micros.len() != 6 {
        return None;
    }
    number(whole)?.checked_mul(1_000_000)?.checked_add(number(micros)?)
}
