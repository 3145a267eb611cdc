package fakeswitch

import (
	"strconv"
	"strings"
	"time"
)

// showFields are the columns of show channels.
var showFields = strings.Split("uuid,direction,created,created_epoch,name,state,cid_name,cid_num,ip_addr,dest,"+
	"application,application_data,dialplan,context,read_codec,read_rate,read_bit_rate,write_codec,write_rate,"+
	"write_bit_rate,secure,hostname,presence_id,presence_data,accountcode,callstate,callee_name,callee_num,"+
	"callee_direction,call_uuid,sent_callee_name,sent_callee_num,initial_cid_name,initial_cid_num,"+
	"initial_ip_addr,initial_dest,initial_dialplan,initial_context", ",")

// show lists channels and calls; with Faults.Lag it shows how things were.
func (s *Switch) show(args string) string {
	argv := strings.Fields(args)
	if len(argv) == 0 {
		return "-USAGE: codec|endpoint|application|channels|calls\n"
	}
	kind, asJSON, count, like := argv[0], false, false, false
	for i, a := range argv[1:] {
		asJSON = asJSON || a == "json"
		count = count || a == "count"
		like = like || (a == "like" && i == 0)
	}
	var rows []*channel
	if !like || len(argv) < 3 {
		rows = s.rows(kind)
	} else {
		for _, c := range s.rows(kind) {
			if strings.Contains(c.uuid+" "+c.name+" "+c.leg.Number+" "+c.cidName, argv[2]) {
				rows = append(rows, c)
			}
		}
	}
	switch {
	case asJSON && len(rows) == 0:
		return "{\"row_count\": 0}\n"
	case asJSON && count:
		return `{"row_count":` + itoa(len(rows)) + `,"rows":[]}`
	case asJSON:
		return showJSON(kind, rows)
	case count:
		return "\n" + itoa(len(rows)) + " total.\n"
	}
	return showTable(rows)
}

// rows are the channels that the database knows: calls are pairs, or single ones.
func (s *Switch) rows(kind string) []*channel {
	visible := s.now() - s.faults.Lag.Microseconds()
	var rows []*channel
	for _, c := range s.order {
		gone := c.state >= stateHungUp && (c.ended <= visible || s.faults.Lag == 0)
		if gone || c.created > visible {
			continue
		}
		if kind != "channels" && c.peer != nil && c.bridgedBy == "" {
			continue // shown with its partner
		}
		if kind == "bridged_calls" && c.peer == nil {
			continue
		}
		rows = append(rows, c)
	}
	return rows
}

// columns are the values of showFields.
func (c *channel) columns() []string {
	state, call, _ := c.states(evData)
	name, number, callee, calleeNumber := c.cidName, c.cidNum, calleeName, c.leg.Number
	direction := ""
	if c.flipped {
		name, number, callee, calleeNumber = callee, calleeNumber, name, number
		direction = "RECV"
	}
	codec, rate, bits := "", "", ""
	if c.answered > 0 || c.media > 0 {
		codec, rate, bits = "PCMU", "8000", "64000"
	}
	created := time.UnixMicro(c.created)
	return []string{
		c.uuid, "outbound", created.Format(time.DateTime), strconv.FormatInt(created.Unix(), 10),
		c.name, state, name, number, "", c.leg.Number, c.app.Name, c.app.Args, "", "default",
		codec, rate, bits, codec, rate, bits, "", "fslab", "", "", "", call, callee, calleeNumber,
		direction, c.callUUID(evData), "", "", c.cidName, c.cidNum, "", c.leg.Number, "", "default",
	}
}

func showJSON(kind string, rows []*channel) string {
	b := append([]byte(`{"row_count":`), itoa(len(rows))...)
	b = append(b, `,"rows":[`...)
	for i, c := range rows {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '{')
		b = appendColumns(b, "", c)
		if kind != "channels" && c.peer != nil {
			b = append(b, ',')
			b = appendColumns(b, "b_", c.peer)
			b = append(b, `,"call_created_epoch":"`...)
			b = strconv.AppendInt(b, c.bridged/1_000_000, 10)
			b = append(b, '"')
		}
		b = append(b, '}')
	}
	return string(append(b, `]}`...))
}

func appendColumns(b []byte, prefix string, c *channel) []byte {
	for i, v := range c.columns() {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, prefix...)
		b = append(b, showFields[i]...)
		b = append(b, `":"`...)
		b = appendJSON(b, v)
		b = append(b, '"')
	}
	return b
}

func showTable(rows []*channel) string {
	var b strings.Builder
	if len(rows) > 0 {
		b.WriteString(strings.Join(showFields, ",") + "\n")
	}
	for _, c := range rows {
		b.WriteString(strings.Join(c.columns(), ",") + "\n")
	}
	b.WriteString("\n" + itoa(len(rows)) + " total.\n")
	return b.String()
}
