package pgtest

import (
	"context"
	"os"
	"testing"
)

// Doors for the tests, which otherwise stand outside.
var (
	ErrNothingFound   = errNothingFound
	FirstWithPrograms = firstWithPrograms
	NewestFirst       = newestFirst
	GiveUp            = giveUp
)

// Visit is the [Shared] server of a test binary whose OUTDIAL_POSTGRES is address;
// the run's sign of life lasts as long as the test.
func Visit(t testing.TB, address string) *Server {
	t.Helper()
	s, err := visit(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.sign.Close(context.Background()) }) // the test's context has ended
	return s
}

// Die ends the run of a server from [Visit], as the end of its test binary would.
func (s *Server) Die(t testing.TB) {
	t.Helper()
	if err := s.sign.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Folders are those that the server may leave behind.
func (s *Server) Folders() []string { return []string{s.keeper.folder, s.keeper.data} }

// KeeperComplainsHere has a reader of this process's errors see the end of the
// keeper: it holds them open.
func KeeperComplainsHere() { keeperErrors = os.Stderr }

// Reach is where an unprivileged account finds the programs in bin.
func Reach(bin, folder string) (string, error) {
	who, err := unprivileged()
	if err != nil {
		return "", err
	}
	if err := who.own(folder); err != nil {
		return "", err
	}
	return who.reach(bin, folder)
}
