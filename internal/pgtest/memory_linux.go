package pgtest

import "syscall"

// memoryFolder is a folder in memory with room for a test binary's databases, or
// "". Making a database is writing some 300 files: a fifth of the time it takes on
// a disk. Containers often have a small one, of no use.
func memoryFolder() string {
	const folder, room = "/dev/shm", 4 << 30
	var fs syscall.Statfs_t
	if syscall.Statfs(folder, &fs) != nil || fs.Bavail*uint64(fs.Bsize) < room {
		return ""
	}
	return folder
}
