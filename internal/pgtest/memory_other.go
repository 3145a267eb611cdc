//go:build !linux

package pgtest

// memoryFolder is "", a disk: other systems have no /dev/shm.
func memoryFolder() string { return "" }
