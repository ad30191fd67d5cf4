//! Files and folders that only their owner may read. Backups hold whatever secrets the config holds, so they are
//! created closed rather than closed afterwards, and belong to the config's owner even when root makes them.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::read::open_plain;
use super::step::step;

/// Makes a folder of mode 0700 where there is none; one that is a link or a file is refused.
pub(crate) fn make_dir(path: &Path, like: &Metadata) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match step("make a folder", path, || builder.create(path)) {
        Ok(()) => {
            give_folder_to_owner(path, like);
            // Else the backups could be gone after a loss of power that the new file outlives.
            sync_dir(path.parent().unwrap_or(path))?;
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if !fs::symlink_metadata(path)?.is_dir() {
                return Err(not_a_folder());
            }
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// What is said of a link or a file in a folder's place.
pub(crate) fn not_a_folder() -> io::Error {
    io::Error::new(io::ErrorKind::NotADirectory, "not a plain directory")
}

/// A new file of mode 0600, which goes away with this value unless it is kept: only who made a file removes it.
#[derive(Debug)]
pub(crate) struct Created {
    path: PathBuf,
    kept: bool,
}

impl Created {
    /// Creates it and has its bytes on the disk.
    pub(crate) fn new(path: &Path, bytes: &[u8], like: &Metadata) -> io::Result<Self> {
        let mut file = step("create a backup file", path, || create_new(path))?;
        let created = Created { path: path.to_owned(), kept: false };
        // Only root can give a file away; for anyone else the owner is the same already or stays.
        let _ = own_as(&file, like);
        step("write a backup file", path, || file.write_all(bytes))?;
        step("flush a backup file", path, || file.sync_all())?;
        Ok(created)
    }

    /// Lets it stay.
    pub(crate) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Created {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Creates and opens a new file of mode 0600.
pub(crate) fn create_new(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().write(true).create_new(true)).open(path)
}

/// Opens a file of mode 0600 for locking, creating it where there is none. What lies there already is not trusted.
pub(crate) fn open_lock(path: &Path, like: &Metadata) -> io::Result<File> {
    step("open the lock", path, || match create_new(path) {
        Ok(file) => {
            let _ = own_as(&file, like);
            Ok(file)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => open_plain(path, OpenOptions::new().write(true)),
        Err(error) => Err(error),
    })
}

/// The directory of a file.
pub(crate) fn parent(path: &Path) -> &Path {
    path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Has the entries of a folder on the disk.
pub(crate) fn sync_dir(path: &Path) -> io::Result<()> {
    if cfg!(unix) { step("flush a folder", path, || File::open(path)?.sync_all()) } else { Ok(()) }
}

/// The permission bits of a file, where the system has them.
pub(crate) fn mode(metadata: &Metadata) -> Option<u32> {
    #[cfg(unix)]
    return Some(std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7777);
    #[cfg(not(unix))]
    return None;
}

/// Sets the permission bits of an open file, where the system has them.
pub(crate) fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(mode))?;
    Ok(())
}

/// Gives an open file the owner and group of another, where the system has them and they differ.
pub(crate) fn own_as(file: &File, like: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        let now = file.metadata()?;
        let differing = |wanted: u32, is: u32| (wanted != is).then_some(wanted);
        let (user, group) = (differing(like.uid(), now.uid()), differing(like.gid(), now.gid()));
        if user.is_some() || group.is_some() {
            fchown(file, user, group)?;
        }
    }
    Ok(())
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

// Only root can give a folder away; for anyone else the owner is the same already or stays.
fn give_folder_to_owner(path: &Path, like: &Metadata) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let _ = std::os::unix::fs::lchown(path, Some(like.uid()), Some(like.gid()));
    }
}
