package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/adapters/postgres"
	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// crowd is a campaign with so many contacts that a bad plan would be chosen if
// it were the best there is.
type crowd struct {
	t    *testing.T
	ear  *ear
	s    *postgres.Store
	db   *sqlx.DB // another pool, which nobody listens to
	id   ports.ID
	side ports.ID // a smaller campaign beside it
	now  time.Time
	dead ports.Worker
	me   ports.ID
}

const many = 50_000

// gather makes a running campaign where a fifth each of the contacts is pending,
// waits for its time, for a retry and for a callback, half of those due; and
// where a dead worker holds a thousand. Everybody has been called once.
func gather(t *testing.T) *crowd {
	t.Helper()
	url := schema.URL(t)
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	c := &crowd{t: t, ear: &ear{}, dead: ports.Worker{ID: uuid.New(), Beat: 1}, me: uuid.New()}
	config.Tracer = c.ear
	c.s = postgres.New(pool(t, sqlx.NewDb(stdlib.OpenDB(*config), "pgx")))
	quiet, err := sqlx.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	c.db = pool(t, quiet)
	c.side = c.campaign(1000) // so that an id chooses something
	c.id = c.campaign(many)
	c.now = noon.Add(many / 2 * time.Second)
	// How retries and callbacks come to wait is not what is tried here.
	for _, sql := range []string{
		`UPDATE outdial_attempts SET state = 'retry_scheduled', queue = 'retry_scheduled', due_running = arrival * 1000000000
			WHERE arrival % 5 = 1`,
		fmt.Sprintf(`UPDATE outdial_attempts a SET state = 'callback_scheduled', queue = 'callback_scheduled',
			due = p.created + make_interval(secs => arrival + %d) FROM outdial_campaigns p
			WHERE p.id = a.campaign AND arrival %% 5 = 2`, many/4),
		`UPDATE outdial_runs r SET counters[1:4] = ARRAY(SELECT count(a) FROM unnest(ARRAY['pending', 'scheduled', 'retry_scheduled',
			'callback_scheduled']) WITH ORDINALITY AS s(state, place)
			LEFT JOIN outdial_attempts a ON a.campaign = r.campaign AND a.state = s.state GROUP BY place ORDER BY place)`,
		`INSERT INTO outdial_calls (id, campaign, run, contact, number, outcome, record)
			SELECT gen_random_uuid(), campaign, run, contact, 1, 'no_answer', '{}' FROM outdial_attempts`,
	} {
		if _, err := c.db.ExecContext(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	_, err = c.s.Beat(t.Context(), c.dead)
	c.must(err)
	c.lease(c.dead.ID, 1000, 0, 0)
	_, err = c.db.ExecContext(t.Context(), `VACUUM ANALYZE`)
	c.must(err)
	return c
}

func pool(t *testing.T, db *sqlx.DB) *sqlx.DB {
	t.Helper()
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func (c *crowd) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// campaign starts one with n contacts, of which every fifth has to wait.
func (c *crowd) campaign(n int) ports.ID {
	c.t.Helper()
	spec := campaign.Defaults()
	spec.Name = "spring"
	it := campaign.New(uuid.New(), spec, noon)
	c.must(c.s.CreateCampaign(c.t.Context(), it))
	_, err := c.s.AddContacts(c.t.Context(), it.ID, ports.Batch{At: noon}, func(yield func(campaign.Contact, error) bool) {
		for i := range n {
			one := campaign.Contact{ID: uuid.New(), Address: fmt.Sprintf("+331%08d", i), Priority: int32(i % 3)}
			if i%5 == 0 {
				one.NotBefore = noon.Add(time.Duration(i) * time.Second)
			}
			if !yield(one, nil) {
				return
			}
		}
	})
	c.must(err)
	decide(c.t, c.s, it.ID, campaign.Start)
	return it.ID
}

// lease takes so many, at a time after the beginning and in the running time.
func (c *crowd) lease(worker ports.ID, most int, after, running time.Duration) {
	c.t.Helper()
	ls, err := c.s.Lease(c.t.Context(), worker, []ports.LeaseRequest{{
		Campaign: c.id, Run: 1, Now: noon.Add(after), Running: running, Max: most,
	}})
	c.must(err)
	if len(ls[0].Items) != most {
		c.t.Fatalf("%d of %d were leased", len(ls[0].Items), most)
	}
}

// hot is what workers and operators do all day, in this order, and the indexes
// that must have a part in it.
var hot = []struct {
	name string
	do   func(*crowd)
	by   []string
}{
	{"a lease of callbacks", func(c *crowd) { c.lease(c.me, 100, many/2*time.Second, 0) },
		[]string{"outdial_attempts_callbacks", "outdial_contacts_pkey"}},
	{"a lease of retries", func(c *crowd) { c.lease(c.me, 100, 0, many/2*time.Second) },
		[]string{"outdial_attempts_retries", "outdial_contacts_pkey"}},
	{"a lease of first calls", func(c *crowd) { c.lease(c.me, 100, 0, 0) },
		[]string{"outdial_attempts_pending", "outdial_contacts_pkey"}},
	{"a lease when the time of some has come", func(c *crowd) { c.lease(c.me, 100, many/8*time.Second, 0) },
		[]string{"outdial_attempts_scheduled", "outdial_attempts_pending", "outdial_contacts_pkey"}},
	{"a lease of more than there is", func(c *crowd) {
		id := c.campaign(100)
		c.ear.since()
		ls, err := c.s.Lease(c.t.Context(), uuid.New(), []ports.LeaseRequest{{Campaign: id, Run: 1, Now: noon, Max: 100}})
		c.must(err)
		if n := len(ls[0].Items); n == 0 || n == 100 {
			c.t.Fatalf("%d of 100 were leased", n)
		}
	}, []string{"outdial_attempts_pending", "outdial_attempts_scheduled", "outdial_attempts_retries", "outdial_attempts_callbacks"}},
	{"saves of a batch, half of them with a record", (*crowd).save, []string{"outdial_attempts_pkey"}},
	{"what a worker holds", func(c *crowd) { c.adopt(ports.Worker{ID: c.me}) }, []string{"outdial_attempts_held"}},
	{"an adoption", func(c *crowd) { c.adopt(c.dead) }, []string{"outdial_attempts_held"}},
	{"a heartbeat", func(c *crowd) {
		_, err := c.s.Beat(c.t.Context(), ports.Worker{ID: c.me, Beat: 1})
		c.must(err)
	}, []string{"outdial_attempts_held"}},
	{"all changes", func(c *crowd) {
		_, err := c.s.Changes(c.t.Context(), 0)
		c.must(err)
	}, nil},
	{"the figures", func(c *crowd) {
		_, err := c.s.Metrics(c.t.Context(), c.id, 0, c.now)
		c.must(err)
	}, []string{"outdial_attempts_waiting", "outdial_attempts_held"}},
	{"the figures of many campaigns", func(c *crowd) {
		_, err := c.s.MetricsOf(c.t.Context(), []ports.ID{c.id, c.side}, c.now)
		c.must(err)
	}, []string{"outdial_attempts_waiting", "outdial_attempts_held"}},
	{"a page of the report", func(c *crowd) {
		for _, err := range c.s.Report(c.t.Context(), c.id, 0) {
			c.must(err)
			break
		}
	}, []string{"outdial_contacts_campaign_arrival_key", "outdial_attempts_pkey", "outdial_calls_of_attempt"}},
	{"a page of contacts", func(c *crowd) {
		for _, err := range c.s.Contacts(c.t.Context(), c.id) {
			c.must(err)
			break
		}
	}, []string{"outdial_contacts_campaign_arrival_key"}},
	{"a sweep after a stop", func(c *crowd) {
		decide(c.t, c.s, c.id, campaign.Stop)
		c.ear.since() // a stop costs the same for any number
		_, err := c.s.Sweep(c.t.Context(), c.id, 100)
		c.must(err)
	}, []string{"outdial_attempts_waiting", "outdial_attempts_pkey"}},
	{"the attempts of a new run", func(c *crowd) {
		decide(c.t, c.s, c.id, campaign.Restart)
		c.ear.since() // it counts those who have to wait, once
		for _, err := range c.s.Attempts(c.t.Context(), ports.Filter{Campaign: c.id}) {
			c.must(err)
			break
		}
	}, []string{"outdial_contacts_campaign_arrival_key"}},
	{"a purge", (*crowd).purge, []string{
		"outdial_contacts_campaign_arrival_key", "outdial_attempts_pkey", "outdial_calls_of_attempt", "outdial_attempts_doubt",
	}},
	{"a purge of a contact with more calls than fit", (*crowd).purgeOne, []string{"outdial_calls_of_attempt"}},
}

func (c *crowd) adopt(from ports.Worker) {
	c.t.Helper()
	got, err := c.s.Adopt(c.t.Context(), c.me, from, c.now, 100)
	c.must(err)
	if len(got) != 100 {
		c.t.Fatalf("%d rows are got", len(got))
	}
}

// purge begins to forget the first run of the campaign beside, of which nobody
// holds anything.
func (c *crowd) purge() {
	c.t.Helper()
	decide(c.t, c.s, c.side, campaign.Stop)
	decide(c.t, c.s, c.side, campaign.Restart)
	for _, err := range c.s.Attempts(c.t.Context(), ports.Filter{Campaign: c.side}) {
		c.must(err)
		break // the new run has its rows
	}
	c.ear.since()
	c.purgeBatch(1000)
}

// purgeOne has room for one of two rows.
func (c *crowd) purgeOne() {
	c.t.Helper()
	c.purgeBatch(1)
}

func (c *crowd) purgeBatch(most int) {
	c.t.Helper()
	more, err := c.s.Purge(c.t.Context(), ports.Purge{Campaign: c.side, Before: c.now, At: c.now, Max: most})
	c.must(err)
	if !more {
		c.t.Fatal("that was all")
	}
}

func (c *crowd) save() {
	c.t.Helper()
	items, err := c.s.Adopt(c.t.Context(), c.me, ports.Worker{ID: c.me}, c.now, 100)
	c.must(err)
	var ts []ports.Transition
	for i, it := range items {
		a := it.Attempt
		a.Call.ID, a.Call.Number, a.Call.Outcome = uuid.New(), 2, attempt.OutcomeBusy
		ts = append(ts, ports.Transition{Attempt: a, Before: campaign.FactsOf(&it.Attempt), Record: i%2 == 0})
	}
	no, err := c.s.Save(c.t.Context(), c.me, ts)
	c.must(err)
	if len(no) > 0 {
		c.t.Fatalf("%d are refused, the first: %v", len(no), no[0].Err)
	}
}

// No statement that the store sends reads a table of contacts whole, or sorts
// who waits: what it costs does not grow with the campaign.
func TestPlansUseIndexes(t *testing.T) {
	t.Parallel()
	c := gather(t)
	for _, step := range hot {
		c.ear.since()
		step.do(c)
		said := c.ear.since()
		t.Run(step.name, func(t *testing.T) {
			var first, last []*plan
			for _, h := range said {
				p, q := explain(t, c.db, h)
				first, last = append(first, p), append(last, q)
			}
			judge(t, "at first", said, first, step.by)
			judge(t, "in the end", said, last, step.by)
		})
	}
}

// judge wants plans without fault in which all the indexes have a part.
func judge(t *testing.T, when string, said []heard, plans []*plan, by []string) {
	t.Helper()
	used := map[string]bool{}
	for i, p := range plans {
		p.walk(func(n *plan) { used[n.Index] = true })
		if fault := faultOf(p); fault != "" {
			t.Errorf("%s %s:\n%s\n%s", when, fault, said[i].sql, p)
		}
	}
	for _, index := range by {
		if !used[index] {
			t.Errorf("%s %s is not used", when, index)
		}
	}
}

// faultOf says what is wrong with a plan; empty for nothing.
func faultOf(p *plan) (fault string) {
	p.walk(func(n *plan) {
		switch {
		case n.Type == "Seq Scan" && slices.Contains(grows, n.Relation):
			fault = "all of " + n.Relation + " is read"
		case strings.HasSuffix(n.Type, "Sort") && waits(n.Plans):
			fault = "who waits is sorted"
		}
	})
	return fault
}

var grows = []string{"outdial_attempts", "outdial_contacts", "outdial_calls"}

// waits reports whether the rows that a node gets are any number of those that
// wait: they come by an index in the order of work, and no limit stands between.
func waits(from []plan) bool {
	for i := range from {
		switch n := &from[i]; {
		case n.Type == "Limit":
		case slices.Contains(queues, n.Index), waits(n.Plans):
			return true
		}
	}
	return false
}

var queues = []string{
	"outdial_attempts_callbacks", "outdial_attempts_retries", "outdial_attempts_pending", "outdial_attempts_scheduled", "outdial_attempts_waiting",
	"outdial_contacts_campaign_arrival_key",
}
