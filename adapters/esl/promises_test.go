package esl_test

import (
	"testing"

	"github.com/outdial/outdial/internal/fakeswitch/lab"
)

func TestPromisesOverTheEventSocket(t *testing.T) { lab.Promises(t, 10, open) }
