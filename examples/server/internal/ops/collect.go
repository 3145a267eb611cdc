package ops

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/outdial/outdial/campaign"
	"github.com/outdial/outdial/ports"
)

// Sources are what is read when somebody scrapes. Store is required.
type Sources struct {
	Store ports.Store
	// Now is the time that ages are counted to. Default: the machine's.
	Now func() time.Time
	// Agents is how many agents of the pool are idle and how many talk. Nil:
	// agents are not counted.
	Agents func() (idle, talking, total int)
	// SwitchUp reports whether the switch can be reached. Nil: always.
	SwitchUp func() bool
	// Dropped is how many events subscribers have lost. Nil: nobody counts.
	Dropped func() uint64
}

const (
	// scrapeWithin bounds a scrape's questions to the store.
	scrapeWithin = 5 * time.Second
	// keepEnded is how long a campaign's closing figures go on being shown.
	keepEnded = time.Hour
	// maxShown bounds the campaigns in one scrape.
	maxShown = 1000
)

// Watch lets the metrics show what the sources say: the seed's figures of each
// campaign that runs or is paused, and for an hour of those that this process has
// seen end. A campaign is a label, so what was over before is left to the store.
func (m *Metrics) Watch(s Sources) {
	if s.Now == nil {
		s.Now = time.Now
	}
	m.registry.MustRegister(&collector{Sources: s, ended: map[ports.ID]time.Time{}})
}

type collector struct {
	Sources
	mu    sync.Mutex
	shown map[ports.ID]bool      // that were not over at the last scrape
	ended map[ports.ID]time.Time // and until when they are shown since
}

// Describe implements [prometheus.Collector]: unchecked, as most depends on what there is.
func (c *collector) Describe(chan<- *prometheus.Desc) {}

// Collect implements [prometheus.Collector].
func (c *collector) Collect(out chan<- prometheus.Metric) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), scrapeWithin)
	defer cancel()
	err := c.campaigns(ctx, out)
	gauge(out, storeUpDesc, flag(err == nil))
	gauge(out, switchUpDesc, flag(c.SwitchUp == nil || c.SwitchUp()))
	if c.Agents != nil {
		idle, talking, total := c.Agents()
		gauge(out, agentsDesc, float64(idle), "idle")
		gauge(out, agentsDesc, float64(talking), "talking")
		gauge(out, agentsDesc, float64(total-idle-talking), "other")
	}
	if c.Dropped != nil {
		out <- prometheus.MustNewConstMetric(droppedDesc, prometheus.CounterValue, float64(c.Dropped()))
	}
}

func (c *collector) campaigns(ctx context.Context, out chan<- prometheus.Metric) error {
	live, err := c.live(ctx)
	if err != nil {
		return err
	}
	statuses := map[campaign.Status]int{}
	var shown []*campaign.Campaign
	var ids []ports.ID
	for i := range live {
		at := &live[i]
		statuses[at.Status]++
		if at.Status != campaign.Draft && i < maxShown {
			shown, ids = append(shown, at), append(ids, at.ID)
		}
	}
	all, err := ports.MetricsOf(ctx, c.Store, ids, c.Now())
	if err != nil {
		return err
	}
	lines, leases := 0, 0
	for _, at := range shown {
		m := all[at.ID]
		lines += m.Lines
		leases += held(&m)
		show(out, at, &m)
	}
	for _, s := range campaign.Statuses() {
		gauge(out, statusDesc, float64(statuses[s]), string(s))
	}
	gauge(out, linesDesc, float64(lines))
	gauge(out, leasesDesc, float64(leases))
	workers, err := c.Store.Workers(ctx)
	if err != nil {
		return err
	}
	gauge(out, workersDesc, float64(len(workers)))
	return nil
}

// live is what the store says is not settled, and what was so a while ago.
func (c *collector) live(ctx context.Context) ([]campaign.Campaign, error) {
	changes, err := c.Store.Changes(ctx, 0)
	if err != nil {
		return nil, err
	}
	now, was := time.Now(), c.shown
	c.shown = make(map[ports.ID]bool, len(changes.Campaigns))
	var live []campaign.Campaign
	for i := range changes.Campaigns {
		at := &changes.Campaigns[i].Campaign
		c.shown[at.ID] = true
		delete(c.ended, at.ID)
		live = append(live, *at)
	}
	for id := range was {
		if !c.shown[id] {
			c.ended[id] = now.Add(keepEnded)
		}
	}
	for id, until := range c.ended {
		if !now.Before(until) {
			delete(c.ended, id)
			continue
		}
		at, err := c.Store.Campaign(ctx, id)
		if err != nil {
			return nil, err
		}
		live = append(live, at)
	}
	return live, nil
}

// show tells one campaign's figures.
func show(out chan<- prometheus.Metric, c *campaign.Campaign, m *campaign.Metrics) {
	id := c.ID.String()
	gauge(out, infoDesc, 1, id, c.Spec.Name, string(c.Status), strconv.Itoa(c.Run.Number))
	for _, f := range figures {
		if v := f.value(m); v != nil {
			gauge(out, f.desc, *v, id)
		}
	}
	for s, n := range m.States {
		gauge(out, stateDesc, float64(n), id, s.String())
	}
	for o, n := range m.Outcomes {
		gauge(out, outcomeDesc, float64(n), id, o.String())
	}
	for s, age := range m.Oldest {
		gauge(out, oldestDesc, age.Seconds(), id, s.String())
	}
}

func gauge(out chan<- prometheus.Metric, desc *prometheus.Desc, v float64, labels ...string) {
	out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, v, labels...)
}

func flag(on bool) float64 {
	if on {
		return 1
	}
	return 0
}
