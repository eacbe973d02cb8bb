//! The file of SQLite's write-ahead log, as the writer uses it: what one commit appends goes out in one write, into space
//! that is there already. SQLite itself writes every page in two calls and lets the file grow by a page at a time, so that
//! each fsync has the file's new length to store as well. What is in the log, and when it is synced, stays SQLite's own.
//!
//! Held-back bytes are never visible as a commit: SQLite publishes a commit in the shared index only after `xSync`, and
//! whatever else it asks of the file is done after they are written. This holds for `synchronous=FULL` alone, therefore a
//! build that breaks that promise does not hold back.
//! See <https://sqlite.org/vfs.html> and <https://sqlite.org/walformat.html>.
#![allow(unsafe_code, reason = "the interface of SQLite's file layer is C")]

use std::ffi::{CStr, c_int, c_void};
use std::mem::size_of;
use std::ptr;
use std::sync::OnceLock;

use rusqlite::ffi;

/// The name under which [`register`] makes it known.
pub(crate) const NAME: &CStr = c"chatdesk-wal";

/// The most that is held back, in bytes.
const HOLD: usize = 1024 * 1024;
/// The most that SQLite's Unix layer writes at once, in bytes: it takes a size modulo 128 KiB.
const MOST: usize = 124 * 1024;
/// The file grows by as much as it holds, at least and at most by this much, in bytes.
const LEAST_STEP: i64 = 256 * 1024;
const MOST_STEP: i64 = 4 * 1024 * 1024;
static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];

/// An open log. `SQLite` allocates it, with the system's own file right behind it.
#[repr(C)]
struct WalFile {
    base: ffi::sqlite3_file,
    tail: *mut Tail,
}

/// What was appended and is not written yet.
#[derive(Default)]
struct Tail {
    start: i64,
    bytes: Vec<u8>,
    /// How long the file is known to be.
    length: Option<i64>,
}

impl Tail {
    const fn end(&self) -> i64 {
        self.start + self.bytes.len() as i64
    }
}

/// Makes the file layer known to SQLite, once per process. False where the system's own has to do.
pub(crate) fn register() -> bool {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    *REGISTERED.get_or_init(|| {
        // SAFETY: the default layer lives as long as the process, and so does the copy of it that is given to SQLite. Apart
        // from `xOpen`, which gets its own layer back, no function of SQLite's Unix layer looks at the layer it is called on.
        unsafe {
            let system = ffi::sqlite3_vfs_find(ptr::null());
            if !cfg!(unix) || system.is_null() || (*system).xOpen.is_none() {
                return false;
            }
            let ours = Box::leak(Box::new(*system));
            ours.zName = NAME.as_ptr();
            ours.pNext = ptr::null_mut();
            ours.pAppData = system.cast();
            ours.szOsFile += size_of::<WalFile>() as c_int;
            ours.xOpen = Some(open);
            ffi::sqlite3_vfs_register(ours, 0) == ffi::SQLITE_OK
        }
    })
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite hands over the layer of `register` and room for `szOsFile` bytes, aligned for any of its structures.
    unsafe {
        let system = (*vfs).pAppData.cast::<ffi::sqlite3_vfs>();
        let Some(system_open) = (*system).xOpen else { return ffi::SQLITE_CANTOPEN };
        if flags & ffi::SQLITE_OPEN_WAL == 0 {
            return system_open(system, name, file, flags, out);
        }
        (*file).pMethods = ptr::null();
        let inner = behind(file);
        (*inner).pMethods = ptr::null();
        let opened = system_open(system, name, inner, flags, out);
        if opened == ffi::SQLITE_OK {
            (*file.cast::<WalFile>()).tail = Box::into_raw(Box::default());
            (*file).pMethods = &METHODS;
        }
        opened
    }
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 1,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: None,
    xUnfetch: None,
};

/// The system's file.
const unsafe fn behind(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: `register` asked for this much room in front of the system's own.
    unsafe { file.cast::<u8>().add(size_of::<WalFile>()).cast() }
}

/// Calls the system's method on the system's file.
macro_rules! system {
    ($file:expr, $method:ident $(, $argument:expr)*) => {{
        let inner = behind($file);
        match (*(*inner).pMethods).$method {
            Some(method) => method(inner $(, $argument)*),
            None => ffi::SQLITE_IOERR,
        }
    }};
}

/// Writes what is held back. On an error it stays held, so that nothing after it is taken for complete.
unsafe fn flush(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: the tail belongs to this open file, which one connection on one thread uses at a time.
    unsafe {
        let tail = &mut *(*file.cast::<WalFile>()).tail;
        if tail.bytes.is_empty() {
            return ffi::SQLITE_OK;
        }
        let mut at = tail.start;
        for piece in tail.bytes.chunks(MOST) {
            let written = system!(file, xWrite, piece.as_ptr().cast::<c_void>(), piece.len() as c_int, at);
            if written != ffi::SQLITE_OK {
                return written;
            }
            at += piece.len() as i64;
        }
        tail.length = tail.length.map(|length| length.max(at));
        tail.bytes.clear();
        ffi::SQLITE_OK
    }
}

/// Lengthens the file beyond what was just written, if that reached its end. A disk without room for it is no error yet.
unsafe fn reserve(file: *mut ffi::sqlite3_file, end: i64) {
    // SAFETY: as in `flush`.
    unsafe {
        let tail = &mut *(*file.cast::<WalFile>()).tail;
        let length = match tail.length {
            Some(length) => length,
            None => {
                let mut length = 0;
                if system!(file, xFileSize, &raw mut length) != ffi::SQLITE_OK {
                    return;
                }
                length
            }
        };
        tail.length = Some(length);
        if end < length {
            return;
        }
        let wanted = end + end.clamp(LEAST_STEP, MOST_STEP);
        let mut at = end.max(length);
        while at < wanted {
            let size = (wanted - at).min(ZEROS.len() as i64);
            if system!(file, xWrite, ZEROS.as_ptr().cast::<c_void>(), size as c_int, at) != ffi::SQLITE_OK {
                break;
            }
            at += size;
        }
        tail.length = Some(at);
    }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, from: *const c_void, size: c_int, at: i64) -> c_int {
    // SAFETY: SQLite gives `size` readable bytes; the tail as in `flush`.
    unsafe {
        let tail = &mut *(*file.cast::<WalFile>()).tail;
        let follows = tail.bytes.is_empty() || (at == tail.end() && tail.bytes.len() + size as usize <= HOLD);
        if !follows {
            let written = flush(file);
            if written != ffi::SQLITE_OK {
                return written;
            }
        }
        let tail = &mut *(*file.cast::<WalFile>()).tail;
        if tail.bytes.is_empty() {
            tail.start = at;
        }
        tail.bytes.extend_from_slice(std::slice::from_raw_parts(from.cast::<u8>(), size as usize));
        if cfg!(break_fsync) { flush(file) } else { ffi::SQLITE_OK }
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: as in `flush`.
    unsafe {
        let tail = &*(*file.cast::<WalFile>()).tail;
        let (appended, end) = (!tail.bytes.is_empty(), tail.end());
        let written = flush(file);
        if written != ffi::SQLITE_OK {
            return written;
        }
        // only with something appended is this a commit, and only in a commit is nobody else writing here
        if appended {
            reserve(file, end);
        }
        system!(file, xSync, flags)
    }
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, into: *mut c_void, size: c_int, at: i64) -> c_int {
    // SAFETY: as in `flush`; SQLite gives room for `size` bytes.
    unsafe {
        let written = flush(file);
        if written == ffi::SQLITE_OK { system!(file, xRead, into, size, at) } else { written }
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    // SAFETY: as in `flush`.
    unsafe {
        let written = flush(file);
        (*(*file.cast::<WalFile>()).tail).length = None;
        if written == ffi::SQLITE_OK { system!(file, xTruncate, size) } else { written }
    }
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, size: *mut i64) -> c_int {
    // SAFETY: as in `flush`; SQLite gives a place for the size.
    unsafe {
        let written = flush(file);
        if written == ffi::SQLITE_OK { system!(file, xFileSize, size) } else { written }
    }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: SQLite closes a file once and does not use it afterwards.
    unsafe {
        let written = flush(file);
        drop(Box::from_raw((*file.cast::<WalFile>()).tail));
        let closed = system!(file, xClose);
        if written == ffi::SQLITE_OK { closed } else { written }
    }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: handed on as it came.
    unsafe { system!(file, xLock, level) }
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: handed on as it came.
    unsafe { system!(file, xUnlock, level) }
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: handed on as it came.
    unsafe { system!(file, xCheckReservedLock, out) }
}

unsafe extern "C" fn file_control(file: *mut ffi::sqlite3_file, what: c_int, argument: *mut c_void) -> c_int {
    // SAFETY: handed on as it came.
    unsafe { system!(file, xFileControl, what, argument) }
}

unsafe extern "C" fn sector_size(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: handed on as it came.
    unsafe { system!(file, xSectorSize) }
}

unsafe extern "C" fn device_characteristics(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: handed on as it came.
    unsafe { system!(file, xDeviceCharacteristics) }
}
