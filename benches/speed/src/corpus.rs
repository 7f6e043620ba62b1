//! A folder of small articles of any number, the same in every run.

use std::path::{Path, PathBuf};
use std::{fmt::Write, fs, io};

const WORDS: [&str; 40] = [
    "cramp", "calf", "night", "stretch", "water", "salt", "heat", "ice", "rest", "doctor", "weeks", "swelling",
    "magnesium", "potassium", "muscle", "nerve", "shoe", "walk", "sleep", "bed", "bath", "pain", "dull", "sharp",
    "fever", "cough", "rash", "skin", "throat", "ear", "eye", "blink", "screen", "light", "noise", "breath",
    "chest", "heart", "stairs", "smoke",
];

/// How many files a folder has.
const OF_A_FOLDER: usize = 1000;

/// Where the article with this number is.
pub fn path(folder: &Path, number: usize) -> PathBuf {
    folder
        .join(format!("{:04}", number / OF_A_FOLDER))
        .join(format!("{number:07}.txt"))
}

/// Writes so many articles of some thirty words.
pub fn write(folder: &Path, files: usize) -> io::Result<()> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        // xorshift* (Vigna 2016)
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize
    };
    for number in 0..files {
        let path = path(folder, number);
        if number % OF_A_FOLDER == 0 {
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
        }
        let mut text = format!("Article {number}\n\nWhat helps\n\n");
        for _ in 0..30 {
            // The product of two is small more often than not, as the ranks of words in a text are.
            let rank = next() % WORDS.len() * (next() % WORDS.len()) / WORDS.len();
            let _never_fails = write!(text, "{} ", WORDS[rank]);
        }
        let _never_fails = writeln!(text, "number {number}.");
        fs::write(path, text)?;
    }
    Ok(())
}
