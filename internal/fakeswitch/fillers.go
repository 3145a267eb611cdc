package fakeswitch

// What is the same in every event: the lab's words, as recorded.

var outbound = newFiller("Call-Direction", "outbound", "Presence-Call-Direction", "outbound")

var nowhere = newFiller("Channel-State", "CS_NONE", "Channel-Call-State", "DOWN",
	"Channel-State-Number", "0", "Channel-Name", "N/A")

var codecs = newFiller("Channel-Read-Codec-Name", "PCMU", "Channel-Read-Codec-Rate", "8000",
	"Channel-Read-Codec-Bit-Rate", "64000", "Channel-Write-Codec-Name", "PCMU",
	"Channel-Write-Codec-Rate", "8000", "Channel-Write-Codec-Bit-Rate", "64000")

// callerPart are the headers between those that vary.
type callerPart struct{ directions, source, profile, rest *filler }

var callerParts = map[string]callerPart{
	"Caller":    newCallerPart("Caller-", "outbound"),
	"Other-Leg": newCallerPart("Other-Leg-", "inbound"),
}

func newCallerPart(p, logical string) callerPart {
	part := callerPart{
		directions: newFiller(p+"Direction", "outbound", p+"Logical-Direction", logical),
		source:     newFiller(p+"Source", "src/switch_ivr_originate.c", p+"Context", "default"),
		profile:    newFiller(),
		rest: newFiller(p+"Channel-Last-Hold", "0", p+"Channel-Hold-Accum", "0", p+"Screen-Bit", "true",
			p+"Privacy-Hide-Name", "false", p+"Privacy-Hide-Number", "false"),
	}
	if p == "Caller-" {
		part.profile = newFiller("Caller-Profile-Index", "1")
	}
	return part
}

var directions = newFiller("variable_direction", "outbound", "variable_is_outbound", "true")

var flows = newFiller("variable_sip_profile_name", "gateway", "variable_video_media_flow", "disabled",
	"variable_text_media_flow", "disabled")

var localMedia = newFiller(
	"variable_rtp_use_codec_string", "PCMU,PCMA",
	"variable_local_media_ip", "127.0.0.1", "variable_local_media_port", "24288",
	"variable_advertised_media_ip", "127.0.0.1", "variable_audio_media_flow", "sendrecv",
	"variable_rtp_local_sdp_str", "v=0\r\no=FreeSWITCH 1795188255 1795188256 IN IP4 127.0.0.1\r\n"+
		"s=FreeSWITCH\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 24288 RTP/AVP 0 8 101 13\r\n"+
		"a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"+
		"a=fmtp:101 0-15\r\na=rtpmap:13 CN/8000\r\na=ptime:20\r\na=sendrecv\r\n",
	"variable_sip_outgoing_contact_uri", "<sip:gw+trunk@127.0.0.1:5080;transport=udp;gw=trunk>",
	"variable_sofia_profile_name", "external", "variable_recovery_profile_name", "external",
	"variable_sofia_profile_url", "sip:mod_sofia@127.0.0.1:5080")

var sipLocal = newFiller("variable_sip_local_network_addr", "127.0.0.1")

var sipPeer = newFiller("variable_sip_reply_host", "127.0.0.1",
	"variable_sip_reply_port", "5090", "variable_sip_network_ip", "127.0.0.1",
	"variable_sip_network_port", "5090")

// sipUnheard is what a request knows before anybody has answered it.
var sipUnheard = newFiller("variable_sip_local_network_addr", "127.0.0.1", "variable_sip_to_host", "127.0.0.1:5090", "variable_sip_from_host", "127.0.0.1")

var sipDialog = newFiller(
	"variable_sip_recover_contact", "<sip:127.0.0.1:5090;transport=UDP>",
	"variable_sip_full_via", "SIP/2.0/UDP 127.0.0.1:5080;rport;branch=z9hG4bKZN4e7pDr4p2gj",
	"variable_sip_recover_via", "SIP/2.0/UDP 127.0.0.1:5080;rport;branch=z9hG4bKZN4e7pDr4p2gj",
	"variable_sip_from_host", "127.0.0.1", "variable_sip_to_port", "5090",
	"variable_sip_to_host", "127.0.0.1", "variable_sip_contact_params", "transport=UDP",
	"variable_sip_contact_user", "nobody", "variable_sip_contact_port", "5090",
	"variable_sip_contact_uri", "nobody@127.0.0.1:5090", "variable_sip_contact_host", "127.0.0.1",
	"variable_sip_to_tag", "32748c71", "variable_sip_from_tag", "N857BevZr75cH",
	"variable_sip_cseq", "123052479")

var remoteMedia = newFiller(
	"variable_switch_r_sdp", "v=0\r\no=carrier 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\n"+
		"t=0 0\r\nm=audio 41000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\n",
	"variable_ep_codec_string", "CORE_PCM_MODULE.PCMU@8000h@20i@64000b",
	"variable_remote_video_media_flow", "inactive", "variable_remote_text_media_flow", "inactive",
	"variable_remote_audio_media_flow", "sendrecv", "variable_rtp_audio_recv_pt", "0",
	"variable_rtp_use_codec_name", "PCMU", "variable_rtp_use_codec_rate", "8000",
	"variable_rtp_use_codec_ptime", "20", "variable_rtp_use_codec_channels", "1",
	"variable_rtp_last_audio_codec_string", "PCMU@8000h@20i@1c", "variable_read_codec", "PCMU",
	"variable_original_read_codec", "PCMU", "variable_read_rate", "8000",
	"variable_original_read_rate", "8000", "variable_write_codec", "PCMU",
	"variable_write_rate", "8000", "variable_dtmf_type", "info", "variable_rtp_use_timer_name", "soft",
	"variable_rtp_use_pt", "0", "variable_rtp_use_ssrc", "2734851687",
	"variable_remote_media_ip", "127.0.0.1", "variable_remote_media_port", "41000")

var bothMedia = newFiller(
	"variable_switch_m_sdp", "v=0\r\no=carrier 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\n"+
		"t=0 0\r\nm=audio 41000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\n")

var neverHeld = newFiller(
	"variable_last_hold_epoch", "0", "variable_last_hold_uepoch", "0",
	"variable_hold_accum_seconds", "0", "variable_hold_accum_usec", "0", "variable_hold_accum_ms", "0",
	"variable_resurrect_epoch", "0", "variable_resurrect_uepoch", "0")

var rtpFigures = newFiller(rtpNames()...)

// rtpNames are the RTP statistics of a call in which nobody spoke.
func rtpNames() []string {
	in := []string{
		"raw_bytes", "0", "media_bytes", "0", "packet_count", "0", "media_packet_count", "0",
		"skip_packet_count", "101", "jitter_packet_count", "0", "dtmf_packet_count", "0",
		"cng_packet_count", "0", "flush_packet_count", "0", "largest_jb_size", "0",
		"jitter_min_variance", "0.00", "jitter_max_variance", "0.00", "jitter_loss_rate", "0.00",
		"jitter_burst_rate", "0.00", "mean_interval", "0.00", "flaw_total", "0",
		"quality_percentage", "100.00", "mos", "4.50",
	}
	out := []string{
		"raw_bytes", "0", "media_bytes", "0", "packet_count", "0", "media_packet_count", "0",
		"skip_packet_count", "0", "dtmf_packet_count", "0", "cng_packet_count", "0",
	}
	var all []string
	for i := 0; i < len(in); i += 2 {
		all = append(all, "variable_rtp_audio_in_"+in[i], in[i+1])
	}
	for i := 0; i < len(out); i += 2 {
		all = append(all, "variable_rtp_audio_out_"+out[i], out[i+1])
	}
	return append(all, "variable_rtp_audio_rtcp_packet_count", "0", "variable_rtp_audio_rtcp_octet_count", "0")
}

var beeping = newFiller("Beep-Status", "DETECTED", "Frequency", "576.850543",
	"Frequency-variance", "0.000061", "Amplitude", "5156.108472", "Amplitude-variance", "5709.774647",
	"Detection-time", "757305", "Detector-resolution", "1", "Detector-offset", "0", "Detector-index", "0")
