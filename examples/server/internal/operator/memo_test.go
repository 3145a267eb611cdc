package operator

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheSameKeyAndBodyGetTheSameAnswer(t *testing.T) {
	m := newMemo()
	calls := 0
	do := func() (*int, error) { calls++; return &calls, nil }
	for range 3 {
		v, err := once(t.Context(), m, "op", &Repeat{"k"}, []byte("a"), do)
		if err != nil || *v != 1 {
			t.Fatalf("got %v, %v", v, err)
		}
	}
	if _, err := once(t.Context(), m, "op", &Repeat{"k"}, []byte("b"), do); !errors.Is(err, errOtherBody) || calls != 1 {
		t.Errorf("another body: %v after %d calls", err, calls)
	}
	for _, other := range []struct{ op, key string }{{"other", "k"}, {"op", "k2"}, {"op", ""}, {"op", ""}} {
		if _, err := once(t.Context(), m, other.op, &Repeat{other.key}, []byte("a"), do); err != nil {
			t.Error(err)
		}
	}
	if calls != 5 {
		t.Errorf("it was done %d times, want 5", calls)
	}
}

func TestWhatWasRefusedMayBeTriedAgain(t *testing.T) {
	m := newMemo()
	refusal := errors.New("refused")
	if _, err := once(t.Context(), m, "op", &Repeat{"k"}, []byte("a"), func() (*int, error) { return nil, refusal }); !errors.Is(err, refusal) {
		t.Fatal(err)
	}
	n := 1
	if v, err := once(t.Context(), m, "op", &Repeat{"k"}, []byte("b"), func() (*int, error) { return &n, nil }); err != nil || *v != 1 {
		t.Errorf("got %v, %v", v, err)
	}
}

func TestWhoAsksMeanwhileWaitsForTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemo()
		begun, finish := make(chan struct{}), make(chan struct{})
		calls := 0
		slow := func() (*int, error) { calls++; close(begun); <-finish; return &calls, nil }
		answers := make(chan *int, 2)
		ask := func() {
			v, err := once(context.Background(), m, "op", &Repeat{"k"}, []byte("a"), slow)
			if err != nil {
				t.Error(err)
			}
			answers <- v
		}
		go ask()
		<-begun
		go ask()
		gone, leave := context.WithCancel(context.Background())
		leave()
		if _, err := once(gone, m, "op", &Repeat{"k"}, []byte("a"), slow); err == nil {
			t.Error("who has gone got an answer")
		}
		synctest.Wait()
		close(finish)
		if a, b := <-answers, <-answers; a != b || *a != 1 {
			t.Errorf("the answers are %v and %v", a, b)
		}
	})
}

func TestAPanicDoesNotKeepOthersWaiting(t *testing.T) {
	m := newMemo()
	func() {
		defer func() { _ = recover() }()
		_, _ = once(t.Context(), m, "op", &Repeat{"k"}, nil, func() (*int, error) { panic("no") })
	}()
	n := 1
	if _, err := once(t.Context(), m, "op", &Repeat{"k"}, nil, func() (*int, error) { return &n, nil }); err != nil {
		t.Error(err)
	}
}

func TestAnswersAreForgottenByAgeAndNumber(t *testing.T) {
	m := newMemo()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	m.now = func() time.Time { return now }
	calls := 0
	do := func() (*int, error) { calls++; return new(int), nil }
	ask := func(key string) {
		if _, err := once(t.Context(), m, "op", &Repeat{key}, nil, do); err != nil {
			t.Fatal(err)
		}
	}
	ask("k")
	now = now.Add(memoTime - 1)
	ask("k")
	if calls != 1 {
		t.Errorf("it was done %d times within a day", calls)
	}
	now = now.Add(1)
	ask("k")
	if calls != 2 {
		t.Errorf("it was done %d times after a day, want 2", calls)
	}
	for i := range 2 * memoSize {
		ask(fmt.Sprint(i))
	}
	if len(m.known) != memoSize || m.order.Len() != memoSize {
		t.Errorf("%d answers are kept, %d in order", len(m.known), m.order.Len())
	}
}
