package operator_test

import (
	"context"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/internal/pgtest"
	"github.com/outdial/outdial/ports"
)

var schema = pgtest.NewTemplate(func(ctx context.Context, db *sqlx.DB) error {
	return postgres.New(db).Migrate(ctx)
})

func TestActionsAreAllowedAndRefusedOnPostgreSQLToo(t *testing.T) {
	store := postgres.New(schema.Open(t))
	actionsAre(t, func(*testing.T) ports.Store { return store })
}

func TestAttemptsAreFilteredOnPostgreSQLToo(t *testing.T) {
	attemptsAreFiltered(t, func(how *setup) { how.store = postgres.New(schema.Open(t)) })
}

func TestBadInputIsRefusedOnPostgreSQLToo(t *testing.T) {
	s := open(t, func(how *setup) { how.store = postgres.New(schema.Open(t)) })
	keysAreRefused(t, s)
	badQuestionsAreRefused(t, s)
}

func TestAKeyHoldsForEachServerOnOneDatabase(t *testing.T) {
	url := schema.URL(t)
	connect := func(how *setup) {
		db, err := sqlx.Open("pgx", url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		how.store = postgres.New(db)
	}
	one, two := open(t, connect), open(t, connect)
	id := one.ask(201, "POST", "/v1/campaigns", everythingPlain, "Idempotency-Key: k1").object()["id"].(string)
	if got := two.ask(201, "POST", "/v1/campaigns", everythingPlain, "Idempotency-Key: k1").object()["id"]; got != id {
		t.Errorf("the other server has made %v, want %s", got, id)
	}
	two.refused(422, two.send("POST", "/v1/campaigns", springOffer, "Idempotency-Key: k1"), "header.Idempotency-Key")
	path := "/v1/campaigns/" + id + "/contacts?key=u1"
	one.ask(200, "POST", path, `[{"number":"+331"},{"number":"+331"}]`)
	if got := two.ask(200, "POST", path, `[{"number":"+331"},{"number":"+331"}]`).object(); got["added"] != 2.0 || got["total"] != 2.0 {
		t.Errorf("the other server says %v", got)
	}
	for _, other := range []string{`[{"number":"+332"}]`, `[{"number":"+331"},{"number":"+332"}]`} {
		two.refused(422, two.send("POST", path, other), "was used for another", "query.key")
	}
}

// everythingPlain is a campaign with settings of every kind.
const everythingPlain = `{"name":"All","destination":"1000","retry_rules":{"busy":{"delay":60,"max":2}},"zone":"Europe/Paris",
	"ring_timeout":15.5,"windows":[{"days":"mon,tue","from":"09:00","to":"24:00"}]}`
