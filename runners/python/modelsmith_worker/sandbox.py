"""Shutting a fork in: namespaces, a root of its own, limits, no privileges, few system calls.

The order matters: the namespaces are made first, by a process that may still do so; the system-call filter comes last,
after which none of this can be undone.
"""

import ctypes
import os
import platform
import resource
import struct

_libc = ctypes.CDLL(None, use_errno=True)

_CLONE = {"user": 0x10000000, "mount": 0x00020000, "pid": 0x20000000, "net": 0x40000000, "ipc": 0x08000000, "uts": 0x04000000}
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
_MNT_DETACH = 2
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _PR_SET_DUMPABLE, _PR_SET_PDEATHSIG, _PR_CAPBSET_DROP = 38, 22, 4, 1, 24
_SECCOMP_MODE_FILTER = 2


class SandboxError(Exception):
    """A step that this machine does not allow; says which."""


def _check(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise SandboxError("%s: %s" % (what, os.strerror(number)))


def _mount(source, target, kind, flags, data=""):
    _check(
        _libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), data.encode()),
        "mount %s on %s" % (source or kind, target),
    )


def die_with_parent():
    """SIGKILL for this process when the one that made it ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0)


# The namespaces that a guard is made of (packages/runner/src/guards.ts).
_GUARDED = {"processes": "pid", "network": "net", "ipc": "ipc"}


def left_out(spec):
    """Guards that are not to be there: the suite of the sandbox leaves them out one by one. A public network is none."""
    return frozenset(spec.get("without", ())) | (frozenset(["network"]) if spec.get("network") == "public" else frozenset())


def has_own_network(without):
    return "network" not in without


def unshare(as_root, without):
    """Leave the host's namespaces; a plain user gets a user namespace, which lets it have the others."""
    kinds = ["mount", "uts"] + [kind for guard, kind in sorted(_GUARDED.items()) if guard not in without] + ([] if as_root else ["user"])
    uid, gid = os.getuid(), os.getgid()
    flags = 0
    for kind in kinds:
        flags |= _CLONE[kind]
    _check(_libc.unshare(flags), "unshare " + ", ".join(kinds))
    if not as_root:
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", "1000 %d 1" % uid)
        _write("/proc/self/gid_map", "1000 %d 1" % gid)


def _write(path, text):
    with open(path, "w") as file:
        file.write(text)


def build_root(spec):
    """Mount a root that holds the system read-only, the given folders, and nothing else; move into it."""
    root, without = spec["root"], left_out(spec)
    _mount("", "/", "", _MS_REC | _MS_PRIVATE)
    if "files" in without:
        return
    readonly = "readOnly" not in without
    tmp_mb = spec["tmpMb"] * (64 if "tmpSize" in without else 1)
    _mount("tmpfs", root, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=64m,mode=755")
    for name in ("usr", "bin", "sbin", "lib", "lib64", "lib32", "libx32"):
        _place_system(root, "/" + name, readonly)
    for path in ("/etc/ld.so.cache", "/etc/alternatives", "/etc/ssl/certs", "/etc/localtime", "/etc/fonts", "/etc/R", "/sys/devices/system/cpu"):
        if os.path.exists(path):
            _bind(root, path, readonly)
    # Before the given folders, which may lie below them.
    _mount_tmpfs(root + "/tmp", tmp_mb)
    _make_dev(root, tmp_mb, "devices" not in without)
    for path in spec["readable"]:
        _bind(root, path, readonly, "noNewPrivileges" not in without)
    for path in spec["writable"]:
        _bind(root, path, False)
    _make_etc(root, spec.get("uid"))
    if spec.get("network") == "public":
        _show_names(root)
    os.makedirs(root + "/proc", exist_ok=True)
    if "processes" in without:
        # Without a process namespace of its own a new /proc is refused to plain users; the host's shows the same.
        _mount("/proc", root + "/proc", "", _MS_BIND | _MS_REC)
    else:
        _mount("proc", root + "/proc", "proc", _MS_NOSUID | _MS_NODEV)
    _pivot(root, readonly)


def _place_system(root, path, readonly):
    if os.path.islink(path):
        os.symlink(os.readlink(path), root + path)
    elif os.path.isdir(path):
        _bind(root, path, readonly)


def _show_names(root):
    """How the machine finds others by name; in a network of its own there is nobody to find."""
    for path in ("/etc/hosts", "/etc/resolv.conf"):
        if os.path.exists(path):
            with open(path) as file:
                _write(root + path, file.read())
    _write(root + "/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n")


def _bind(root, path, readonly, nosuid=True):
    target = root + path
    if os.path.isdir(path):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if not os.path.exists(target):
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    _mount(path, target, "", _MS_BIND | _MS_REC)
    flags = _MS_BIND | _MS_REMOUNT | (_MS_NOSUID if nosuid else 0) | _MS_NODEV | (_MS_RDONLY if readonly else 0)
    try:
        _mount("", target, "", flags)
    except SandboxError:
        # In a user namespace flags that the host's mount has are locked: they must be repeated.
        _mount("", target, "", flags | _locked_flags(path))


def _locked_flags(path):
    flags = os.statvfs(path).f_flag
    return (8 if flags & 8 else 0) | (1024 if flags & 1024 else 0) | (2048 if flags & 2048 else 0) | (1 << 21 if flags & 4096 else 0)


def _mount_tmpfs(path, megabytes):
    os.makedirs(path, exist_ok=True)
    _mount("tmpfs", path, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=%dm,mode=1777" % megabytes)


def _make_dev(root, megabytes, own):
    os.makedirs(root + "/dev", exist_ok=True)
    if not own:
        _mount("/dev", root + "/dev", "", _MS_BIND | _MS_REC)
        return
    for name in ("null", "zero", "full", "random", "urandom"):
        target = root + "/dev/" + name
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o666))
        _mount("/dev/" + name, target, "", _MS_BIND)
    _mount_tmpfs(root + "/dev/shm", megabytes)
    os.symlink("/proc/self/fd", root + "/dev/fd")


def _make_etc(root, uid):
    number = 1000 if uid is None else uid
    os.makedirs(root + "/etc", exist_ok=True)
    _write(root + "/etc/passwd", "user:x:%d:%d:user:/tmp:/bin/sh\n" % (number, number))
    _write(root + "/etc/group", "user:x:%d:\n" % number)
    _write(root + "/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n")
    _write(root + "/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n")


def _pivot(root, readonly):
    os.makedirs(root + "/.old", exist_ok=True)
    number = {"x86_64": 155, "aarch64": 41}[platform.machine()]
    _check(_libc.syscall(number, root.encode(), (root + "/.old").encode()), "pivot_root")
    os.chdir("/")
    _check(_libc.umount2(b"/.old", _MNT_DETACH), "leave the host's files")
    os.rmdir("/.old")
    if readonly:
        _mount("", "/", "", _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID | _MS_NODEV)


def loopback_up():
    """The namespace's own loopback device, for libraries that talk to themselves."""
    import fcntl
    import socket

    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        request = struct.pack("16sH14s", b"lo", 0x1 | 0x40, b"")
        fcntl.ioctl(probe.fileno(), 0x8914, request)
    except OSError:
        pass
    finally:
        probe.close()


def set_limits(limits, without=frozenset()):
    """Limits that the kernel keeps for each process. Those of all processes together are the host's; time is bounded step by step."""
    mega = 2**20
    if "memory" not in without:
        _limit_data(limits["memoryMb"] * mega)
    for guard, kind, value in (
        ("processCount", resource.RLIMIT_NPROC, limits["processes"]),
        ("fileSize", resource.RLIMIT_FSIZE, limits["fileSizeMb"] * mega),
        (None, resource.RLIMIT_NOFILE, 1024),
        (None, resource.RLIMIT_CORE, 0),
    ):
        if guard in without:
            continue
        hard = resource.getrlimit(kind)[1]
        wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (wanted, wanted))


def _limit_data(size):
    """
    Code that takes too much meets an error where it stands, with its line, before the host must kill it: an eighth is left for
    pages that are shared with the zygote until they are written. What the soft limit withholds of the hard one is for saying so.
    """
    with open("/proc/self/status") as file:
        held = next(int(line.split()[1]) for line in file if line.startswith("VmData:")) * 1024
    soft = held + size * 7 // 8
    resource.setrlimit(resource.RLIMIT_DATA, (soft, soft + size // 16))


def drop_privileges(uid, without=frozenset()):
    """Become a user without rights, for good."""
    if "user" in without:
        pass
    elif os.getuid() == 0 and uid is not None:
        for capability in range(64):
            _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    else:
        for capability in range(64):
            _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
        _drop_capabilities()
    if "noNewPrivileges" not in without:
        _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def hide_memory():
    """Of this process from others of the same user."""
    _check(_libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "dumpable")


class _CapHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


def _drop_capabilities():
    header = _CapHeader(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)()
    _check(_libc.capset(ctypes.byref(header), ctypes.byref(data)), "capset")


# System calls that task code never needs, by architecture: mounting, tracing, keys, modules, clocks, new namespaces.
_DENIED = {
    "x86_64": [
        101, 310, 311, 165, 166, 155, 161, 167, 168, 169, 175, 313, 176, 246, 320, 248, 249, 250, 321, 298, 323, 272, 308,
        304, 303, 425, 426, 427, 428, 429, 430, 431, 432, 433, 442, 163, 179, 103, 164, 227, 159, 135, 312, 212, 153, 172,
        173, 154, 438, 440,
    ],
    "aarch64": [
        117, 270, 271, 40, 39, 41, 51, 224, 225, 142, 105, 273, 106, 104, 294, 217, 218, 219, 280, 241, 282, 97, 268, 265,
        264, 425, 426, 427, 428, 429, 430, 431, 432, 433, 442, 89, 60, 116, 170, 112, 171, 92, 272, 18, 58, 438, 440,
    ],
}
_ARCH = {"x86_64": (0xC000003E, 56, 41, 16), "aarch64": (0xC00000B7, 220, 198, 29)}
_CLONE3 = 435
_NEW_NAMESPACES = 0x7E020000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS, _EAFNOSUPPORT = 1, 38, 97


def _filter_program(machine, without):
    audit, clone, socket_call, ioctl = _ARCH[machine]
    program = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, audit), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    if machine == "x86_64":
        program += [(_AT_LEAST, 0, 1, 0x40000000), (_RETURN, 0, 0, _KILL)]
    if "systemCalls" not in without:
        for number in _DENIED[machine]:
            program += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE | _EPERM)]
        program += [(_EQUAL, 0, 1, _CLONE3), (_RETURN, 0, 0, _REFUSE | _ENOSYS)]
        program += [(_EQUAL, 0, 4, clone), (_LOAD, 0, 0, 16), (_ANY_BIT, 0, 1, _NEW_NAMESPACES), (_RETURN, 0, 0, _REFUSE | _EPERM), (_LOAD, 0, 0, 0)]
        program += [(_EQUAL, 0, 3, ioctl), (_LOAD, 0, 0, 24), (_EQUAL, 0, 1, 0x5412), (_RETURN, 0, 0, _REFUSE | _EPERM), (_LOAD, 0, 0, 0)]
    # Sockets only of the families unix, inet and inet6.
    if "socketFamilies" not in without:
        program += [(_EQUAL, 0, 6, socket_call), (_LOAD, 0, 0, 16), (_EQUAL, 3, 0, 1), (_EQUAL, 2, 0, 2), (_EQUAL, 1, 0, 10), (_RETURN, 0, 0, _REFUSE | _EAFNOSUPPORT), (_LOAD, 0, 0, 0)]
    return program + [(_RETURN, 0, 0, _ALLOW)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def filter_system_calls(without=frozenset()):
    """Refuse the system calls above, in this process and all that it starts (seccomp)."""
    if without.issuperset(("systemCalls", "socketFamilies")):
        return
    program = _filter_program(platform.machine(), without)
    code = b"".join(struct.pack("<HBBI", *instruction) for instruction in program)
    _check(
        _libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(_Program(len(program), code)), 0, 0),
        "seccomp",
    )
