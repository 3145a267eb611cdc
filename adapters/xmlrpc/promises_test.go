package xmlrpc_test

import (
	"testing"

	"github.com/outdial/outdial/internal/fakeswitch/lab"
)

func TestPromisesOverXMLRPC(t *testing.T) { lab.Promises(t, 6, open) }
