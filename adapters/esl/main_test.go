package esl_test

import (
	"testing"

	"github.com/outdial/outdial/internal/leaks"
)

// TestMain checks that no test leaves a goroutine behind.
func TestMain(m *testing.M) { leaks.Main(m) }
