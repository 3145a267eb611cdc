package operator

import (
	"container/list"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/outdial/outdial"
	"github.com/outdial/outdial/ports"
)

// Repeat is what makes a request safe to repeat.
type Repeat struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"255" doc:"Makes the request safe to repeat for 24 hours: the same key and body get the same answer, the same key with another body is refused (422). It holds too after a restart of the server, and on others of the same store; but there a new campaign that has been edited since, or a clone that has been renamed, is taken for another request's (422)."`
}

// checkKey refuses a key that no store could keep.
func checkKey(location, key string) error {
	if utf8.RuneCountInString(key) <= outdial.MaxUploadKey && plain(key) {
		return nil
	}
	want := fmt.Sprintf("want at most %d characters of UTF-8 without control characters", outdial.MaxUploadKey)
	return invalidInput(location, want, strings.ToValidUTF8(key, "�"))
}

// plain reports whether a text is one: UTF-8 without control characters.
func plain(s string) bool { return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl) }

// space is the name space of the ids that are made from keys.
var space = uuid.MustParse("4c9dbf0e-92a8-4c0f-8f2e-0d8e1f9a3b57")

// id is the id of what a request creates under this key: the same in every
// process, so that whichever is asked again finds what another has made.
func (k *Repeat) id(operation string) outdial.ID {
	return uuid.NewSHA1(space, []byte(operation+"\x00"+k.IdempotencyKey))
}

// errOtherBody refuses a key that came with another request.
var errOtherBody = problem(http.StatusUnprocessableEntity, "this Idempotency-Key was used for another request",
	fault("header.Idempotency-Key", "want a new key for a new request", nil))

// errOtherOrEdited refuses a key whose answer is not remembered here: what it made
// is known, and is not what the request asks for.
var errOtherOrEdited = problem(http.StatusUnprocessableEntity,
	"this Idempotency-Key was used for another request, or what it made has been edited since",
	fault("header.Idempotency-Key", "want a new key for a new request", nil))

// otherBody is what it means under a key that its id is taken: the refusal.
func otherBody(err error, key string, refusal error) error {
	if key != "" && errors.Is(err, ports.ErrExists) {
		return refusal
	}
	return err
}

// How much is remembered, and how long.
const (
	memoSize = 10_000
	memoTime = 24 * time.Hour
)

// memo remembers answers by key.
type memo struct {
	now func() time.Time

	mu    sync.Mutex
	known map[string]*list.Element
	order *list.List // of *answer, the oldest first
}

// answer is one that was given, or is about to be.
type answer struct {
	name string
	body [sha256.Size]byte
	at   time.Time
	done chan struct{} // closed once value is there, or the request was refused
	// value is the answer; nil: the request was refused, and may be tried anew.
	value any
}

func newMemo() *memo {
	return &memo{now: time.Now, known: map[string]*list.Element{}, order: list.New()}
}

// claim returns the answer under a name, and whether it is the caller's to give.
func (m *memo) claim(name string, body [sha256.Size]byte) (*answer, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	for e := m.order.Front(); e != nil; e = m.order.Front() {
		if old := e.Value.(*answer); m.order.Len() < memoSize && now.Sub(old.at) < memoTime {
			break
		} else {
			m.forget(old)
		}
	}
	if e, ok := m.known[name]; ok {
		return e.Value.(*answer), false
	}
	mine := &answer{name: name, body: body, at: now, done: make(chan struct{})}
	m.known[name] = m.order.PushBack(mine)
	return mine, true
}

// forget drops an answer; the lock is held.
func (m *memo) forget(a *answer) {
	if e, ok := m.known[a.name]; ok && e.Value.(*answer) == a {
		m.order.Remove(e)
		delete(m.known, a.name)
	}
}

// settle gives the answer; nil drops it.
func (m *memo) settle(a *answer, value any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if a.value = value; value == nil {
		m.forget(a)
	}
	close(a.done)
}

// once does something once under a key. Whoever asks again meanwhile waits for
// the answer. What was refused is not remembered.
func once[T any](ctx context.Context, m *memo, operation string, k *Repeat, body []byte, do func() (*T, error)) (*T, error) {
	if k.IdempotencyKey == "" {
		return do()
	}
	if err := checkKey("header.Idempotency-Key", k.IdempotencyKey); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	for {
		a, mine := m.claim(operation+"\x00"+k.IdempotencyKey, sum)
		if mine {
			return give(m, a, do)
		}
		if a.body != sum {
			return nil, errOtherBody
		}
		select {
		case <-a.done:
		case <-ctx.Done():
			return nil, problem(http.StatusServiceUnavailable, "the first request under this key is still being served")
		}
		if v, ok := a.value.(*T); ok {
			return v, nil
		}
	}
}

// give does it, and lets others know, also where it panics.
func give[T any](m *memo, a *answer, do func() (*T, error)) (*T, error) {
	var value any
	defer func() { m.settle(a, value) }()
	v, err := do()
	if err == nil {
		value = v
	}
	return v, err
}
