//! Files that are extended by one import at a time, and are the old or the new ones whatever happens in between.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::cli::output::{new_file, tell};
use crate::diagnostic::plain_line;

/// Folders in which nobody else imports while this lives.
#[derive(Debug)]
pub struct Locks {
    _held: Vec<File>,
}

impl Locks {
    /// Takes folders, waiting for an import that has them. Always in the same order, so that two imports never wait for
    /// each other.
    ///
    /// # Errors
    /// If a folder cannot be opened.
    pub fn take(folders: &BTreeSet<PathBuf>) -> anyhow::Result<Self> {
        let held = folders.iter().map(|folder| {
            let shown = plain_line(&folder.display().to_string()).into_owned();
            lock(folder, &shown).with_context(|| format!("cannot lock {shown}"))
        });
        Ok(Self { _held: held.collect::<anyhow::Result<_>>()? })
    }
}

fn lock(folder: &Path, shown: &str) -> io::Result<File> {
    // The folder itself can be locked where it can be opened; else a file in it is, and stays there.
    if let Ok(file) = File::open(folder)
        && wait_for(&file, shown).is_ok()
    {
        return Ok(file);
    }
    let file = fs::OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(".clientcheck.lock"))?;
    wait_for(&file, shown)?;
    Ok(file)
}

fn wait_for(file: &File, shown: &str) -> io::Result<()> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => {
            tell(&format!("waiting for another import into {shown} ..."));
            file.lock()
        }
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Puts a text in the place of a file, at once and with the old file's permissions. A new file never takes the place of
/// one that has appeared meanwhile.
///
/// # Errors
/// If it cannot be written; the old file is then untouched.
pub fn replace(path: &Path, is_new: bool, write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    let shown = plain_line(&path.display().to_string()).into_owned();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = || -> io::Result<tempfile::NamedTempFile> {
        let mut file = io::BufWriter::new(new_file(folder, path)?);
        write(&mut file)?;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        Ok(file)
    };
    let mut written = written;
    let file = written().with_context(|| format!("cannot write {shown}"))?;
    let kept = if is_new { file.persist_noclobber(path) } else { file.persist(path) };
    kept.map(drop).with_context(|| format!("cannot write {shown}"))?;
    // The name is on the disk too, where folders can be synced.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// The file that a path leads to, through links; the path itself if there is nothing yet.
#[must_use]
pub fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        match (folder.canonicalize(), path.file_name()) {
            (Ok(folder), Some(name)) => folder.join(name),
            _ => path.to_owned(),
        }
    })
}

/// Whether there is a file that nobody may write to.
#[must_use]
pub fn is_read_only(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().readonly())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_never_takes_the_place_of_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.yaml");
        let mut write = |out: &mut dyn Write| out.write_all(b"one");
        replace(&path, true, &mut write).expect("it is new");
        assert!(replace(&path, true, &mut |out| out.write_all(b"two")).is_err());
        assert_eq!(fs::read_to_string(&path).expect("a file"), "one");
        replace(&path, false, &mut |out| out.write_all(b"two")).expect("it is replaced");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "two");
    }

    #[test]
    fn what_fails_half_way_leaves_the_old_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.yaml");
        fs::write(&path, "old").expect("a file");
        let mut fail = |out: &mut dyn Write| {
            out.write_all(b"half")?;
            Err(io::Error::other("the disk is full"))
        };
        assert!(replace(&path, false, &mut fail).is_err());
        assert_eq!(fs::read_to_string(&path).expect("a file"), "old");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing else is left");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_and_links_stay_links() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (folder.path().join("a.yaml"), folder.path().join("link.yaml"));
        fs::write(&path, "old").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("permissions");
        std::os::unix::fs::symlink(&path, &link).expect("a link");
        replace(&real(&link), false, &mut |out| out.write_all(b"new")).expect("it is replaced");
        assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
        assert!(fs::symlink_metadata(&link).expect("a link").is_symlink());
        assert_eq!(fs::read_to_string(&path).expect("a file"), "new");
    }

    #[test]
    fn a_second_import_waits_for_the_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("count");
        fs::write(&path, "0").expect("a file");
        let folders = BTreeSet::from([folder.path().to_owned()]);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        let _locks = Locks::take(&folders).expect("a lock");
                        let count: u32 = fs::read_to_string(&path).expect("a file").parse().expect("a number");
                        replace(&path, false, &mut |out| write!(out, "{}", count + 1)).expect("it is replaced");
                    }
                });
            }
        });
        assert_eq!(fs::read_to_string(&path).expect("a file"), "20");
    }
}
