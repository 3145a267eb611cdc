package postgres

import (
	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/ports"
)

// Store is a [ports.Store] on PostgreSQL. Make one with [New]. It keeps nothing
// in memory: any number of them, in any number of processes, share a database.
type Store struct {
	db     *sqlx.DB
	notify chan struct{} // see Listen
	copies copies        // see ByCopy
}

var _ ports.Store = (*Store)(nil)

// New returns a store on a database whose schema [Store.Migrate] has brought up
// to date. The driver, the pool and its closing are the host's.
func New(db *sqlx.DB, with ...Option) *Store { return build(&Store{db: db}, with) }
