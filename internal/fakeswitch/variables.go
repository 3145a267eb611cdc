package fakeswitch

import (
	"strconv"
	"time"
)

// variable writes one of the host's variables.
func (w *writer) variable(v Var) {
	if w.format == formatFind {
		if len(w.want) > 9 && w.want[:9] == "variable_" && w.want[9:] == v.Name {
			w.got, w.found = v.Value, true
		}
		return
	}
	w.str("variable_"+v.Name, v.Value)
}

// variables writes what the channel carries: more, the further it has got.
func (c *channel) variables(w *writer, event int) {
	w.fill(directions)
	w.str("variable_uuid", c.uuid)
	w.str("variable_call_uuid", c.callUUID(event))
	w.num("variable_session_id", c.session)
	if c.leg.Gateway != "" {
		w.str("variable_sip_gateway_name", c.leg.Gateway)
	}
	w.fill(flows)
	w.str("variable_channel_name", c.name)
	if c.sip {
		w.str("variable_sip_destination_url", "sip:"+c.leg.Number+"@"+c.host())
	}
	if p := c.parent; p != nil {
		w.safe("variable_max_forwards", "70")
		w.safe("variable_originator_codec", "PCMU@8000h@20i")
		w.str("variable_originator", p.uuid)
		w.str("variable_originating_leg_uuid", p.uuid)
	}
	for _, v := range c.vars {
		w.variable(v)
	}
	w.safe("variable_originate_early_media", boolText(!c.waitsForAnswer()))
	w.str("variable_originate_endpoint", c.leg.Endpoint)
	c.signalling(w)
	c.story(w, event)
	if event == evComplete || event == evDestroy {
		c.account(w)
	}
}

// host is where the SIP request goes.
func (c *channel) host() string {
	if c.leg.Host != "" {
		return c.leg.Host
	}
	return "127.0.0.1:5090"
}

// callID is the SIP Call-ID.
func (c *channel) callID() string {
	id := strconv.FormatUint(0xd6aa0000+uint64(c.created)%7919*65536+uint64(c.session), 16) //nolint:gosec // both are positive
	return id[len(id)-8:] + "-5fd1-1240-2f8f-3a8301ea635c"
}

// signalling writes what SIP has left behind.
func (c *channel) signalling(w *writer) {
	if !c.sip {
		return
	}
	number := c.leg.Number
	w.fill(localMedia)
	w.str("variable_sip_req_uri", number+"@"+c.host())
	refused := c.termSIP > 0 && !c.invited
	if !c.invited {
		if refused {
			w.str("variable_sip_call_id", c.callID())
			w.fill(sipPeer)
		}
		w.fill(sipUnheard)
		return
	}
	w.str("variable_sip_call_id", c.callID())
	w.fill(sipLocal)
	w.fill(sipPeer)
	w.fill(sipDialog)
	from := "<sip:" + c.cidNum + "@127.0.0.1>;tag=N857BevZr75cH"
	if c.cidName != "" {
		w.str("variable_sip_from_display", c.cidName)
		from = `"` + c.cidName + `" ` + from
	}
	w.str("variable_sip_full_from", from)
	w.str("variable_sip_full_to", "<sip:"+number+"@127.0.0.1:5090>;tag=32748c71")
	w.str("variable_sip_from_user", c.cidNum)
	w.str("variable_sip_from_uri", c.cidNum+"@127.0.0.1")
	w.str("variable_sip_to_user", number)
	w.str("variable_sip_to_uri", number+"@127.0.0.1:5090")
	if c.answered > 0 || c.media > 0 {
		w.fill(remoteMedia)
	}
}

// story writes what has happened to the call.
func (c *channel) story(w *writer, event int) {
	switch {
	case c.answered > 0 && event != evAnswer:
		w.safe("variable_endpoint_disposition", "ANSWER")
	case c.media > 0:
		w.safe("variable_endpoint_disposition", "EARLY MEDIA")
	}
	if c.flipped {
		if c.cidName != "" {
			w.str("variable_pre_transfer_caller_id_name", c.cidName)
		}
		w.str("variable_pre_transfer_caller_id_number", c.cidNum)
		w.safe("variable_channel_cid_flipped", "yes")
	}
	app := c.app
	if app.Name == "" {
		app = c.lastApp
	}
	optionalText(w, "variable_current_application", app.Name)
	optionalText(w, "variable_current_application_data", app.Args)
	optionalText(w, "variable_transfer_source", c.source)
	if c.bridged > 0 && c.other != nil {
		w.safe("variable_last_sent_callee_id_name", calleeName)
		w.str("variable_last_sent_callee_id_number", c.other.leg.Number)
		w.str("variable_signal_bond", c.other.uuid)
		w.str("variable_last_bridge_to", c.other.uuid)
		w.str("variable_bridge_channel", c.other.name)
		w.str("variable_bridge_uuid", c.other.uuid)
		w.fill(bothMedia)
	}
	optional(w, "variable_originate_disposition", c.outcome)
	optional(w, "variable_DIALSTATUS", dialStatus(c.outcome))
	optional(w, "variable_sip_hangup_disposition", c.disposition)
	if c.failSIP > 0 {
		w.num("variable_sip_invite_failure_status", int64(c.failSIP))
		w.str("variable_sip_invite_failure_phrase", phrase(c.failSIP))
	}
	if c.termSIP > 0 {
		w.num("variable_sip_term_status", int64(c.termSIP))
		w.safe("variable_proto_specific_hangup_cause", c.proto())
		w.num("variable_sip_term_cause", int64(q850[c.cause]))
	}
	optional(w, "variable_last_bridge_hangup_cause", c.lastCause)
	optional(w, "variable_last_bridge_proto_specific_hangup_cause", c.lastProto)
	optional(w, "variable_bridge_hangup_cause", c.bridgeCause)
}

func optionalText(w *writer, name, value string) {
	if value != "" {
		w.str(name, value)
	}
}

func optional(w *writer, name, value string) {
	if value != "" {
		w.safe(name, value)
	}
}

// dialStatus is the variable DIALSTATUS, coarser than the disposition.
func dialStatus(disposition string) string {
	switch disposition {
	case "SUCCESS", "":
		return disposition
	case "USER_BUSY":
		return "BUSY"
	case "NO_ANSWER", "ALLOTTED_TIMEOUT", "NO_USER_RESPONSE":
		return "NOANSWER"
	case "ORIGINATOR_CANCEL":
		return "CANCEL"
	}
	return disposition
}

func phrase(sip int) string {
	switch sip {
	case 486:
		return "Busy Here"
	case 487:
		return "CANCEL"
	}
	return "SIP " + itoa(sip)
}

// account writes the times and durations of an ended call.
func (c *channel) account(w *writer) {
	w.safe("variable_hangup_cause", c.cause)
	w.num("variable_hangup_cause_q850", int64(q850[c.cause]))
	w.safe("variable_digits_dialed", "none")
	stamp(w, "variable_start_stamp", c.created)
	stamp(w, "variable_profile_start_stamp", c.created)
	stamp(w, "variable_answer_stamp", c.answered)
	stamp(w, "variable_bridge_stamp", c.bridged)
	stamp(w, "variable_progress_stamp", c.progress)
	stamp(w, "variable_progress_media_stamp", c.media)
	stamp(w, "variable_end_stamp", c.ended)
	epochs(w, "variable_start_epoch", "variable_start_uepoch", c.created)
	epochs(w, "variable_profile_start_epoch", "variable_profile_start_uepoch", c.created)
	epochs(w, "variable_answer_epoch", "variable_answer_uepoch", c.answered)
	epochs(w, "variable_bridge_epoch", "variable_bridge_uepoch", c.bridged)
	w.fill(neverHeld)
	epochs(w, "variable_progress_epoch", "variable_progress_uepoch", c.progress)
	epochs(w, "variable_progress_media_epoch", "variable_progress_media_uepoch", c.media)
	epochs(w, "variable_end_epoch", "variable_end_uepoch", c.ended)
	optionalText(w, "variable_last_app", c.lastApp.Name)
	optionalText(w, "variable_last_arg", c.lastApp.Args)
	if c.flipped {
		w.str("variable_caller_id", `"Outbound Call" <`+c.leg.Number+">")
	} else {
		w.str("variable_caller_id", `"`+c.cidName+`" <`+c.cidNum+">")
	}
	spans := [...]int64{
		c.ended - c.created, since(c.ended, c.answered), since(c.progress, c.created),
		since(c.answered, c.created), since(c.bridged, c.created), since(c.media, c.created),
		since(c.ended, c.answered),
	}
	for i, span := range spans {
		w.num(spanNames[0][i], (span+500_000)/1_000_000)
		w.num(spanNames[1][i], span/1000)
		w.num(spanNames[2][i], span)
	}
	if c.answered > 0 && c.sip {
		w.fill(rtpFigures)
	}
}

var spanNames = [3][7]string{
	{"variable_duration", "variable_billsec", "variable_progresssec", "variable_answersec",
		"variable_waitsec", "variable_progress_mediasec", "variable_flow_billsec"},
	{"variable_mduration", "variable_billmsec", "variable_progressmsec", "variable_answermsec",
		"variable_waitmsec", "variable_progress_mediamsec", "variable_flow_billmsec"},
	{"variable_uduration", "variable_billusec", "variable_progressusec", "variable_answerusec",
		"variable_waitusec", "variable_progress_mediausec", "variable_flow_billusec"},
}

// since is the time between, or 0 if one of them never came.
func since(later, earlier int64) int64 {
	if later == 0 || earlier == 0 {
		return 0
	}
	return later - earlier
}

func epochs(w *writer, seconds, micros string, at int64) {
	w.num(seconds, at/1_000_000)
	w.num(micros, at)
}

func stamp(w *writer, name string, at int64) {
	if at > 0 {
		w.str(name, time.UnixMicro(at).Format(time.DateTime))
	}
}
