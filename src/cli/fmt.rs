//! `leeward fmt`.

use super::Failure;
use super::configuration::tell;
use super::stream;
use crate::config::{SourceFile, format, hcl_files};
use similar::TextDiff;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// The exit code of `-check` when a file is not in normal layout, as Terraform has it.
const DIFFERS: u8 = 3;

/// Rewrites *.hcl files in normal layout and lists the ones that it changes.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  leeward fmt -check -diff -recursive")]
pub struct Fmt {
    /// Changes nothing and ends with exit code 3 if a file would be changed.
    #[arg(long)]
    check: bool,
    /// Shows what changes.
    #[arg(long)]
    diff: bool,
    /// Whether files are written.
    #[arg(long, value_name = "BOOL", default_value_t = true, num_args = 0..=1, default_missing_value = "true", action = clap::ArgAction::Set)]
    write: bool,
    /// Whether the names of files that change are listed.
    #[arg(long, value_name = "BOOL", default_value_t = true, num_args = 0..=1, default_missing_value = "true", action = clap::ArgAction::Set)]
    list: bool,
    /// Goes into the folders below, too.
    #[arg(long)]
    recursive: bool,
    /// Files or folders; `-` reads from standard input and writes to standard output.
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
}

/// What came of the files so far.
#[derive(Default)]
struct Outcome {
    changed: bool,
    broken: bool,
}

impl Fmt {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let mut outcome = Outcome::default();
        if self.paths.iter().any(|path| path.as_os_str() == "-") {
            self.standard_input(&mut outcome)?;
        } else {
            for path in self.files()? {
                self.file(&path, &mut outcome)?;
            }
        }
        Ok(match outcome {
            Outcome { broken: true, .. } => ExitCode::FAILURE,
            Outcome { changed: true, .. } if self.check => ExitCode::from(DIFFERS),
            _ => ExitCode::SUCCESS,
        })
    }

    fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        let mut files = Vec::new();
        for path in &self.paths {
            if path.is_dir() {
                self.folder(path, &mut files)?;
            } else if path.is_file() {
                files.push(path.clone());
            } else {
                return Err(Failure::new(std::format!("there is no file or folder {}", path.display())));
            }
        }
        Ok(files)
    }

    fn folder(&self, folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
        files.extend(hcl_files(folder)?);
        if self.recursive {
            let mut inner: Vec<PathBuf> =
                std::fs::read_dir(folder)?.flatten().map(|entry| entry.path()).collect();
            inner.sort();
            let hidden =
                |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            for path in inner.iter().filter(|path| path.is_dir() && !path.is_symlink() && !hidden(path)) {
                self.folder(path, files)?;
            }
        }
        Ok(())
    }

    fn file(&self, path: &Path, outcome: &mut Outcome) -> Result<(), Failure> {
        let shown = path.strip_prefix(".").unwrap_or(path).display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::new(std::format!("{shown} cannot be read: {error}")))?;
        let file = SourceFile::new(shown, text);
        let formatted = match format(&file) {
            Ok(formatted) => formatted,
            Err(diagnostics) => {
                tell(&diagnostics);
                outcome.broken = true;
                return Ok(());
            }
        };
        if formatted == file.text {
            return Ok(());
        }
        outcome.changed = true;
        if self.list {
            println!("{}", file.path);
        }
        if self.diff {
            print!("{}", difference(&file, &formatted));
        }
        if self.write && !self.check {
            std::fs::write(path, formatted)
                .map_err(|error| Failure::new(std::format!("{} cannot be written: {error}", file.path)))?;
        }
        Ok(())
    }

    fn standard_input(&self, outcome: &mut Outcome) -> Result<(), Failure> {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        let file = SourceFile::new("standard input", text);
        match format(&file) {
            Err(diagnostics) => {
                tell(&diagnostics);
                outcome.broken = true;
            }
            Ok(formatted) => {
                outcome.changed = formatted != file.text;
                if self.diff {
                    print!("{}", difference(&file, &formatted));
                } else if !self.check {
                    stream::copy(formatted.as_bytes());
                }
            }
        }
        Ok(())
    }
}

fn difference(file: &Arc<SourceFile>, formatted: &str) -> String {
    let (old, new) = (std::format!("old/{}", file.path), std::format!("new/{}", file.path));
    TextDiff::from_lines(file.text.as_str(), formatted).unified_diff().header(&old, &new).to_string()
}
