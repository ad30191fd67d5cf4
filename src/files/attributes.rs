//! Extended attributes, access control lists among them: a file that takes another's place has the same ones.

use std::fs::File;
use std::io;

/// An attribute that the new file could not be given.
#[derive(Debug)]
pub(crate) struct Lost {
    /// Its name, as `security.selinux`.
    pub(crate) name: String,
    /// What the operating system said.
    pub(crate) source: io::Error,
}

/// The access control list of a file, which it may also inherit from its folder.
#[cfg(any(target_os = "linux", target_os = "android"))]
const ACL: &str = "system.posix_acl_access";

/// What the system itself writes about the contents or the origin of a file, and what would be wrong for another.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
const OF_THE_SYSTEM: [&str; 3] = ["security.ima", "security.evm", "com.apple.provenance"];

/// Gives `new` the attributes of `old`.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(crate) fn copy(old: &File, new: &File) -> Result<(), Lost> {
    use rustix::fs::{XattrFlags, fsetxattr};

    let names = names(old).map_err(|source| Lost { name: "any".to_owned(), source })?;
    // A list that the new file inherits would let in whom the old one kept out.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if !names.iter().any(|name| name == ACL) && value(new, ACL).is_ok() {
        rustix::fs::fremovexattr(new, ACL).map_err(|errno| Lost { name: ACL.to_owned(), source: errno.into() })?;
    }
    for name in names.into_iter().filter(|name| !OF_THE_SYSTEM.contains(&name.as_str())) {
        let lost = |source: io::Error| Lost { name: name.clone(), source };
        let wanted = value(old, &name).map_err(lost)?;
        // Some are set by the system, alike for both, and by nobody else.
        if value(new, &name).is_ok_and(|is| is == wanted) {
            continue;
        }
        fsetxattr(new, name.as_str(), &wanted, XattrFlags::empty()).map_err(|errno| lost(errno.into()))?;
    }
    Ok(())
}

/// Systems whose attributes are not known here.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(crate) fn copy(_: &File, _: &File) -> Result<(), Lost> {
    Ok(())
}

/// The names of a file's attributes; a file system without attributes has none.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn names(file: &File) -> io::Result<Vec<String>> {
    use rustix::fs::{flistxattr, flistxattr_query};
    use rustix::io::Errno;

    let len = match flistxattr_query(file) {
        Ok(len) => len,
        Err(Errno::NOTSUP | Errno::NOSYS) => 0,
        Err(errno) => return Err(errno.into()),
    };
    let mut list = vec![0; len];
    let filled = if len == 0 { 0 } else { flistxattr(file, &mut list[..])? };
    list.truncate(filled);
    let names = list.split(|&byte| byte == 0).filter(|name| !name.is_empty());
    Ok(names.map(|name| String::from_utf8_lossy(name).into_owned()).collect())
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn value(file: &File, name: &str) -> io::Result<Vec<u8>> {
    use rustix::fs::{fgetxattr, fgetxattr_query};

    let mut value = vec![0; fgetxattr_query(file, name)?];
    let filled = if value.is_empty() { 0 } else { fgetxattr(file, name, &mut value[..])? };
    value.truncate(filled);
    Ok(value)
}
