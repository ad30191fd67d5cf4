//! Files and folders that only their owner may read. Backups hold whatever secrets the config holds, so they are
//! created closed rather than closed afterwards, and belong to the config's owner even when root makes them.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use super::step::step;

/// Makes a folder of mode 0700 where there is none; one that is a link or a file is refused.
pub(crate) fn make_dir(path: &Path, like: &Metadata) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match step("make a folder", || builder.create(path)) {
        Ok(()) => {
            give_to_owner(path, like);
            // Else the backups could be gone after a loss of power that the new file outlives.
            sync_dir(path.parent().unwrap_or(path))?;
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if !fs::symlink_metadata(path)?.is_dir() {
                return Err(io::Error::new(io::ErrorKind::NotADirectory, "not a plain directory"));
            }
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Creates a new file of mode 0600 and has its bytes on the disk before it returns.
pub(crate) fn create_file(path: &Path, bytes: &[u8], like: &Metadata) -> io::Result<()> {
    let mut file = step("create a backup file", || create_new(path))?;
    give_to_owner(path, like);
    step("write a backup file", || file.write_all(bytes))?;
    step("flush a backup file", || file.sync_all())
}

/// Creates and opens a new file of mode 0600.
pub(crate) fn create_new(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().write(true).create_new(true)).open(path)
}

/// Opens a file of mode 0600 for locking, creating it where there is none.
pub(crate) fn open_lock(path: &Path, like: &Metadata) -> io::Result<File> {
    let open = || private(OpenOptions::new().write(true).create(true).truncate(false)).open(path);
    let file = step("open the lock", open)?;
    give_to_owner(path, like);
    Ok(file)
}

/// The directory of a file.
pub(crate) fn parent(path: &Path) -> &Path {
    path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Has the entries of a folder on the disk.
pub(crate) fn sync_dir(path: &Path) -> io::Result<()> {
    if cfg!(unix) { step("flush a folder", || File::open(path)?.sync_all()) } else { Ok(()) }
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

// Only root can give a file away; for anyone else the owner is the same already or stays.
fn give_to_owner(path: &Path, like: &Metadata) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let _ = std::os::unix::fs::lchown(path, Some(like.uid()), Some(like.gid()));
    }
}
