{{/* What values.schema.json cannot say: rules over several values. */}}
{{- define "outdial.check" -}}
{{- if and (include "outdial.single" .) (gt (int .Values.server.replicas) 1) -}}
{{- fail (printf "server.replicas is %d: with store.kind memory or switch.protocol xmlrpc it must be 1" (int .Values.server.replicas)) -}}
{{- end -}}
{{- $real := ne .Values.switch.protocol "simulated" -}}
{{- if and $real (not .Values.freeswitch.enabled) (not .Values.switch.host) -}}
{{- fail (printf "switch.host is empty: with freeswitch.enabled false, switch.protocol %s wants the host of a switch" .Values.switch.protocol) -}}
{{- end -}}
{{- if and .Values.freeswitch.enabled .Values.switch.host -}}
{{- fail (printf "switch.host is %s: with freeswitch.enabled true the switch is the chart's own; set one of the two" .Values.switch.host) -}}
{{- end -}}
{{- if and .Values.freeswitch.enabled (not $real) -}}
{{- fail "switch.protocol is simulated: then nothing would use the campaign pod; set freeswitch.enabled to false" -}}
{{- end -}}
{{- if and (not $real) (eq .Values.store.kind "postgres") (not .Values.switch.simulatedOnDatabase) -}}
{{- fail "switch.protocol is simulated and store.kind postgres: to run a demo on that database, and call nobody for its campaigns, set switch.simulatedOnDatabase" -}}
{{- end -}}
{{- if and $real (not .Values.trunks) -}}
{{- fail (printf "trunks is empty: switch.protocol %s wants at least one" .Values.switch.protocol) -}}
{{- end -}}
{{- if and .Values.server.destination (not $real) -}}
{{- fail (printf "server.destination is %s: in the simulation the demo's agents take the calls" .Values.server.destination) -}}
{{- end -}}
{{- $names := dict -}}
{{- range $i, $trunk := .Values.trunks -}}
{{- if hasKey $names $trunk.name -}}
{{- fail (printf "trunks[%d].name is %s, as is another's: each once" $i $trunk.name) -}}
{{- end -}}
{{- $_ := set $names $trunk.name true -}}
{{- if and $trunk.register (not (and $trunk.username $trunk.passwordKey)) -}}
{{- fail (printf "trunks[%d].register is true: then %s wants username and passwordKey" $i $trunk.name) -}}
{{- end -}}
{{- end -}}
{{- if lt (int .Values.freeswitch.rtp.last) (int .Values.freeswitch.rtp.first) -}}
{{- fail (printf "freeswitch.rtp.last is %d: want freeswitch.rtp.first (%d) or more" (int .Values.freeswitch.rtp.last) (int .Values.freeswitch.rtp.first)) -}}
{{- end -}}
{{- range $name := list "LISTEN" "LOG_FORMAT" "SHUTDOWN_PATIENCE" "API_KEY" "STORE" "SWITCH" "TRUNK" "DESTINATION" -}}
{{- if hasKey $.Values.server.env (print "OUTDIAL_" $name) -}}
{{- fail (printf "server.env has OUTDIAL_%s: the chart sets it from its other values, passwords from Secrets" $name) -}}
{{- end -}}
{{- end -}}
{{- $modules := .Files.Get "files/freeswitch/autoload_configs/modules.conf.xml" -}}
{{- range $i, $module := .Values.freeswitch.modules -}}
{{- if contains (printf "%q" $module) $modules -}}
{{- fail (printf "freeswitch.modules[%d] is %s: it is always loaded" $i $module) -}}
{{- end -}}
{{- end -}}
{{- end }}
