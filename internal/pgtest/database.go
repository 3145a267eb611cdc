package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/jmoiron/sqlx"
)

// Open gives the test a database on this server, a copy of the template or, with
// nil, an empty one. The pool (driver pgx) is closed and the database dropped
// when the test ends.
func (s *Server) Open(t testing.TB, from *Template) *sqlx.DB {
	t.Helper()
	db, err := sqlx.Open("pgx", s.URL(t, from))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close the test's database: %v", err)
		}
	})
	return db
}

// URL is [Server.Open] for whoever connects by an address: another driver,
// another process. When the test ends, whoever is still connected is cut off.
func (s *Server) URL(t testing.TB, from *Template) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	template, err := s.template(from)
	if err != nil {
		t.Fatal(err)
	}
	name := s.name()
	if err := s.create(ctx, name, template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s.keeper != nil && !s.keeper.running() {
			return // a test left it stopped; the folder goes as a whole
		}
		// not the test's context: that has ended
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.drop(ctx, name); err != nil {
			t.Error(err)
		}
	})
	return s.at(name)
}

// template is the name of the database to copy, made by the first who asks.
func (s *Server) template(from *Template) (string, error) {
	if from == nil {
		return "template1", nil // PostgreSQL's own
	}
	s.mu.Lock()
	made, ok := s.templates[from]
	if !ok {
		made = sync.OnceValues(func() (string, error) { return s.fill(from) })
		s.templates[from] = made
	}
	s.mu.Unlock()
	return made()
}

// fill prepares a template and closes it to all: a database in use can't be copied.
func (s *Server) fill(from *Template) (name string, err error) {
	ctx := context.Background() // migrations take what they take; go test has a deadline
	name = s.name() + "_template"
	if err := s.create(ctx, name, "template1"); err != nil {
		return "", err
	}
	db, err := sqlx.Open("pgx", s.at(name))
	if err != nil {
		return "", err
	}
	if err := from.prepare(ctx, db); err != nil {
		_ = db.Close() // the error that brought us here says more
		return "", fmt.Errorf("prepare the template database: %w", err)
	}
	if err := db.Close(); err != nil {
		return "", err
	}
	return name, s.exec(ctx, "ALTER DATABASE "+quote(name)+" ALLOW_CONNECTIONS false")
}

// name is a new database's. It needs no randomness: the prefix is this run's own.
func (s *Server) name() string {
	return fmt.Sprintf("%s_%d", s.prefix, s.serial.Add(1))
}

func (s *Server) create(ctx context.Context, name, template string) error {
	sql := "CREATE DATABASE " + quote(name) + " TEMPLATE " + quote(template)
	if s.keeper != nil {
		sql += " STRATEGY file_copy" // twice as fast as by the log, where nothing waits for a disk
	}
	if err := s.exec(ctx, sql); err != nil {
		return fmt.Errorf("create a test's database: %w", err)
	}
	return nil
}

func (s *Server) drop(ctx context.Context, name string) error {
	if err := s.exec(ctx, "DROP DATABASE IF EXISTS "+quote(name)+" WITH (FORCE)"); err != nil {
		return fmt.Errorf("drop a test's database: %w", err)
	}
	return nil
}

// at is the address of a database of this server.
func (s *Server) at(name string) string {
	address := s.address
	address.Path = "/" + url.PathEscape(name)
	return address.String()
}

// exec runs a statement beside all tests, on a connection of its own: a pool
// would leave goroutines for a test's leak check to find.
func (s *Server) exec(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, s.address.String())
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }() // the statement's error is the one that counts
	_, err = conn.Exec(ctx, sql)
	return err
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
