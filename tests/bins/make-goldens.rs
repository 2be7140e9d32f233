//! Plays every case for every sample, or for those that are named, with the Perl collectl, and keeps the results: see
//! `tests::goldens`.

use std::path::Path;
use std::{env, io};

use tests::goldens::{self, Golden};

fn main() -> io::Result<()> {
    let cases = goldens::cases()?;
    let named: Vec<String> = env::args().skip(1).collect();
    let wanted = |sample: &String| named.is_empty() || named.contains(sample);
    for sample in goldens::samples()?.into_iter().filter(wanted) {
        let play = |case: &String| {
            let output = goldens::play(Path::new("/usr/bin/collectl"), &sample, case)?;
            Ok(Golden { case: case.clone(), status: output.status.code().unwrap_or(-1), text: output.stdout })
        };
        let played: io::Result<Vec<_>> = cases.iter().map(play).collect();
        goldens::write(&sample, &played?)?;
    }
    Ok(())
}
