//go:build unix

package main

import (
	"os"
	"testing"

	"github.com/outdial/outdial/internal/killtest/stage"
	"github.com/outdial/outdial/internal/leaks"
)

// roleEnv tells a process that is made of this test's binary what it is.
const roleEnv = "OUTDIAL_SERVER_ROLE" // server or switch

// TestMain is also the beginning of the other processes.
func TestMain(m *testing.M) {
	switch os.Getenv(roleEnv) {
	case "server":
		beServer()
	case "switch":
		stage.Be(stage.BeSwitch)
	}
	leaks.Main(m)
}

// beServer is the program, with the process's arguments. It is told to stop when
// its input ends.
func beServer() {
	wanted, signals := stage.Wanted(), make(chan os.Signal, 2)
	go func() {
		<-wanted.Done()
		signals <- os.Interrupt
	}()
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr, signals))
}
