package postgres

// writeSums writes the limits that have changed, and adds to counters what has
// moved: others may have added to the same since they were read. These are the
// rows for which all workers of a campaign wait, so it is one statement, the
// last before the commit.
func (u *unit) writeSums() error {
	keys, pers, helds, logs, err := u.changedLimits()
	if err != nil {
		return err
	}
	var ids, numbers, added array
	n := 0
	for _, r := range u.runs {
		now := tallyOf(&r.counters)
		more := now.less(&r.written)
		if !more.counts() {
			continue
		}
		ids.id(r.Campaign)
		numbers.number(int64(r.Number))
		added.quoted(more.String())
		r.written = now
		n++
	}
	if n == 0 && keys.empty() {
		return nil
	}
	if n > 1 {
		if err := u.exec(`SELECT FROM outdial_runs WHERE (campaign, number) IN (SELECT * FROM unnest($1::uuid[], $2::integer[]))
			ORDER BY campaign, number FOR NO KEY UPDATE`, ids.String(), numbers.String()); err != nil {
			return err
		}
	}
	return u.exec(`WITH changed AS (
			UPDATE outdial_limits l SET held = n.held, log = n.log
			FROM unnest($4::text[], $5::bigint[], $6::integer[], $7::json[]) AS n(key, per, held, log)
			WHERE l.key = n.key AND l.per = n.per
		)
		UPDATE outdial_runs r SET counters = ARRAY(SELECT coalesce(h, 0) + coalesce(d, 0)
			FROM unnest(r.counters, n.added::bigint[]) WITH ORDINALITY AS pair(h, d, place) ORDER BY place)
		FROM unnest($1::uuid[], $2::integer[], $3::text[]) AS n(campaign, number, added)
		WHERE r.campaign = n.campaign AND r.number = n.number`,
		ids.String(), numbers.String(), added.String(), keys.String(), pers.String(), helds.String(), logs.String())
}
