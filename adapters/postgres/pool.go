package postgres

import (
	"context"
	"database/sql"
	"runtime"
	"sync"
	"weak"

	"github.com/jmoiron/sqlx"
)

// pool counts the connections of a host's pool that are kept for long: by Listen,
// and by uploads and imports until their iterators end. Of these no more run at
// once than leave a connection to others: an iterator may ask the store, and
// workers' hearts beat. One may always run.
type pool struct {
	mu        sync.Mutex
	listening int
	staged    int
	freed     chan struct{} // closed when one of staged has ended; nil: nobody waits
}

// pools are those of the hosts' databases that are in use: several stores may share
// one.
var pools = struct {
	sync.Mutex
	of map[weak.Pointer[sql.DB]]*pool
}{of: map[weak.Pointer[sql.DB]]*pool{}}

func poolOf(db *sql.DB) *pool {
	pools.Lock()
	defer pools.Unlock()
	key := weak.Make(db)
	if p := pools.of[key]; p != nil {
		return p
	}
	runtime.AddCleanup(db, func(key weak.Pointer[sql.DB]) {
		pools.Lock()
		defer pools.Unlock()
		delete(pools.of, key)
	}, key)
	p := &pool{}
	pools.of[key] = p
	return p
}

// keep takes a connection for an upload or import, and waits while others have
// all that can be spared. Done is called once it is closed.
func (s *Store) keep(ctx context.Context) (conn *sqlx.Conn, done func(), err error) {
	pool := poolOf(s.db.DB)
	for {
		freed := pool.admit(s.db.Stats().MaxOpenConnections)
		if freed == nil {
			break
		}
		select {
		case <-freed:
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
	if conn, err = s.db.Connx(ctx); err != nil {
		pool.leave()
		return nil, nil, err
	}
	return conn, pool.leave, nil
}

// admit counts one more, or says what to wait for. Most is 0 for a pool without
// bound.
func (p *pool) admit(most int) (freed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if most > 0 && p.staged >= max(1, most-p.listening-1) {
		if p.freed == nil {
			p.freed = make(chan struct{})
		}
		return p.freed
	}
	p.staged++
	return nil
}

func (p *pool) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.staged--
	if p.freed != nil {
		close(p.freed)
		p.freed = nil
	}
}

// listens counts a connection of Listen, until done.
func (p *pool) listens() (done func()) {
	count := func(n int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.listening += n
	}
	count(1)
	return func() { count(-1) }
}
