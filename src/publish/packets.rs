//! What is made for one audience: written outside of the published tree, and never by way of it.

use std::fs;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use crate::bundle::name::PathName;
use crate::model::visibility::Audience;
use crate::publish::Places;
use crate::publish::commit;
use crate::publish::disk::Disk;
use crate::publish::disk::NoHook;
use crate::publish::error::PublishError;
use crate::publish::lock;

/// A packet and the signature beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketFiles {
    /// The packet.
    pub packet: PathBuf,
    /// Its signature.
    pub signature: PathBuf,
}

/// The place of a file for `audience`: `name` in `folder`, or in the project's `packets/`.
///
/// # Errors
/// [`PublishError::WouldBePublic`] when that lies in the published tree or in what becomes it, by whatever links and dots it is
/// reached, or when the audience is the public, which has no place here.
pub fn restricted_path(
    places: &Places,
    audience: &Audience,
    folder: Option<&Path>,
    name: &PathName,
) -> Result<PathBuf, PublishError> {
    let folder = folder.unwrap_or(&places.packets);
    let path = folder.join(name.as_str());
    let real = resolve(folder).map_err(PublishError::machine("resolve", folder))?;
    let shared = [&places.public, &places.work, &places.history];
    for place in shared {
        let place = resolve(place).map_err(PublishError::machine("resolve", place))?;
        if real.starts_with(&place) {
            return Err(PublishError::WouldBePublic { audience: audience.name().to_owned(), path });
        }
    }
    Ok(path)
}

/// Writes a packet for `audience` and the signature that `fill` returns, lets `verify` judge both, and moves them to their place over
/// what was there. `verify` gets the path of the packet; the signature stands beside it.
///
/// # Errors
/// [`PublishError`] when the place is public, the machine cannot or `verify` refuses; inside it the error of `fill`.
pub fn write_restricted<E>(
    places: &Places,
    audience: &Audience,
    folder: Option<&Path>,
    name: &PathName,
    fill: impl FnOnce(&mut dyn Write) -> Result<String, E>,
    verify: &dyn Fn(&Path) -> Result<(), String>,
) -> Result<Result<PacketFiles, E>, PublishError> {
    let packet = restricted_path(places, audience, folder, name)?;
    let signature = beside(&packet);
    let disk = Disk { hook: &NoHook };
    disk.create_folders(&places.work).map_err(PublishError::machine("make", &places.work))?;
    let _lock = lock::take(&places.lock())?;
    commit::recover(places, disk)?;
    let staged = places.staged_packet();
    let outcome = stage(&disk, &staged, name, fill, verify).and_then(|outcome| match outcome {
        Err(error) => Ok(Err(error)),
        Ok(from) => {
            let to = packet.parent().unwrap_or(&places.packets);
            disk.create_folders(to).map_err(PublishError::machine("make", to))?;
            // The folder may be another one by now than the one that was looked at before it was there.
            restricted_path(places, audience, folder, name)?;
            move_over(&disk, &beside(&from), &signature)?;
            move_over(&disk, &from, &packet)?;
            Ok(Ok(PacketFiles { packet, signature }))
        }
    });
    let _ = disk.remove(&staged);
    outcome
}

fn stage<E>(
    disk: &Disk<'_>,
    staged: &Path,
    name: &PathName,
    fill: impl FnOnce(&mut dyn Write) -> Result<String, E>,
    verify: &dyn Fn(&Path) -> Result<(), String>,
) -> Result<Result<PathBuf, E>, PublishError> {
    disk.create_folder(staged).map_err(PublishError::machine("make", staged))?;
    let path = staged.join(name.file_name());
    let file = disk.create_file(&path).map_err(PublishError::machine("make", &path))?;
    let mut out = io::BufWriter::with_capacity(256 * 1024, file);
    let signature = match fill(&mut out) {
        Ok(signature) => signature,
        Err(error) => return Ok(Err(error)),
    };
    out.flush().map_err(PublishError::machine("write", &path))?;
    drop(out);
    let beside = beside(&path);
    disk.write_file(&beside, signature.as_bytes()).map_err(PublishError::machine("write", &beside))?;
    verify(&path).map_err(|why| PublishError::Unverified { path: path.clone(), why })?;
    Ok(Ok(path))
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".minisig");
    PathBuf::from(name)
}

/// Moves a file over another; copies it first where the place is on another file system.
fn move_over(disk: &Disk<'_>, from: &Path, to: &Path) -> Result<(), PublishError> {
    let failed = || PublishError::machine("write", to);
    match disk.replace(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let mut name = to.as_os_str().to_owned();
            name.push(".new");
            let new = PathBuf::from(name);
            disk.remove(&new).map_err(failed())?;
            let mut source = fs::File::open(from).map_err(failed())?;
            let mut file = disk.create_file(&new).map_err(failed())?;
            io::copy(&mut source, &mut file).and_then(|_| disk.replace(&new, to)).map_err(failed())
        }
        other => other.map_err(failed()),
    }
}

/// The path with every link and dot resolved, as far as it exists.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let mut rest = Vec::new();
    let mut at = path.as_path();
    loop {
        match fs::canonicalize(at) {
            Ok(real) => return Ok(rest.iter().rev().fold(real, |path, name| path.join(name))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => match (at.parent(), at.file_name()) {
                (Some(parent), Some(name)) => {
                    rest.push(name.to_owned());
                    at = parent;
                }
                // `..` below a folder that is not there, or no root: such a path cannot be judged.
                _ => return Err(error),
            },
            Err(error) => return Err(error),
        }
    }
}
