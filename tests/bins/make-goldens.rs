//! Plays every case on every sample through the Perl collectl, and keeps what it shows: see `tests::goldens`.

use std::io;
use std::path::Path;

use tests::goldens::{self, Golden};

fn main() -> io::Result<()> {
    let cases = goldens::cases()?;
    for sample in goldens::samples()? {
        let play = |case: &String| {
            let output = goldens::play(Path::new("/usr/bin/collectl"), &sample, case)?;
            Ok(Golden { case: case.clone(), status: output.status.code().unwrap_or(-1), text: output.stdout })
        };
        let played: io::Result<Vec<_>> = cases.iter().map(play).collect();
        goldens::write(&sample, &played?)?;
    }
    Ok(())
}
