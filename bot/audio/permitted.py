"""
Which system calls the walls let through: a list of what the decoder may, and a list of what the worker may not.

Code of strangers may come to run in the decoder, so that all it may is named: reading, memory, threads, time, an end.
All else "does not exist" (ENOSYS), and a C library falls back to what it did on older kernels. The worker runs our own
Python, over whatever C library the host has: what it never needs is named, and refused.
"""

from __future__ import annotations

import os

from bot.kernel import seccomp

CLONE_THREAD, CLONE_NEW = 0x00010000, 0x7E020080  # sched.h: all CLONE_NEW* flags together
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
FCNTL = (0, 1, 2, 3, 4, 1030)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC
IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX
PRCTL = (3, 15, 16, 23, 0x53564D41)  # PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_CAPBSET_READ, PR_SET_VMA

DECODER_HAS = """
read write readv writev pread64 preadv preadv2 lseek close close_range dup dup2 dup3 pipe pipe2 poll ppoll select
pselect6 epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd2 fstat stat lstat newfstatat statx statfs
fstatfs access faccessat faccessat2 readlink readlinkat getcwd getdents getdents64 fadvise64 readahead mmap munmap
mprotect mremap madvise brk membarrier futex futex_waitv set_robust_list get_robust_list rseq set_tid_address
arch_prctl exit exit_group rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend
sigaltstack pause restart_syscall nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time times
getrusage alarm setitimer getitimer getpid gettid getppid getpgrp getpgid getsid getuid geteuid getgid getegid
getresuid getresgid getgroups uname sysinfo getrandom getrlimit getpriority getcpu sched_yield sched_getaffinity
sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min wait4 execve
"""

WORKER_LACKS = """
socket socketpair bind connect listen accept accept4 sendto sendmsg sendmmsg recvmmsg ptrace process_vm_readv
process_vm_writev process_madvise process_mrelease kcmp pidfd_open pidfd_getfd pidfd_send_signal io_uring_setup
io_uring_enter io_uring_register io_setup io_submit bpf perf_event_open userfaultfd memfd_create memfd_secret execveat
keyctl add_key request_key unshare setns mount umount2 pivot_root chroot open_tree open_tree_attr move_mount fsopen
fsconfig fsmount fspick mount_setattr name_to_handle_at open_by_handle_at fanotify_init fanotify_mark mknod mknodat
chown fchown lchown fchownat setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr swapon swapoff
quotactl quotactl_fd acct setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid init_module
finit_module delete_module kexec_load kexec_file_load reboot syslog sethostname setdomainname settimeofday
clock_settime clock_adjtime adjtimex iopl ioperm modify_ldt personality lookup_dcookie vhangup nfsservctl move_pages
migrate_pages mbind set_mempolicy shmget shmat shmctl msgget msgsnd msgrcv msgctl semget semop semctl mq_open
mq_unlink
"""


def of_decoder(pid: int) -> dict[str, seccomp.Check]:
    """What the decoder may call, as process `pid`; by their arguments it opens nothing to write and forks nothing."""
    return {
        **dict.fromkeys(DECODER_HAS.split(), seccomp.verdict(seccomp.ALLOWED)),
        "open": seccomp.no_bits(1, WRITING),
        "openat": seccomp.no_bits(2, WRITING),
        "fcntl": seccomp.one_of(1, FCNTL),
        "ioctl": seccomp.one_of(1, IOCTL),
        "prctl": seccomp.one_of(0, PRCTL),
        "prlimit64": seccomp.nothing(2),
        "clone": seccomp.exactly(0, CLONE_THREAD | CLONE_NEW, CLONE_THREAD),
        "kill": seccomp.one_of(0, (pid,)),
        "tgkill": seccomp.one_of(0, (pid,)),  # how a program ends itself: abort(3)
    }


def of_worker() -> dict[str, seccomp.Check]:
    """What the worker may not call."""
    return {
        **dict.fromkeys(WORKER_LACKS.split(), seccomp.verdict(seccomp.REFUSED)),
        "clone": seccomp.no_bits(0, CLONE_NEW),
        "clone3": seccomp.verdict(seccomp.ABSENT),  # its flags lie where no filter can look
    }
