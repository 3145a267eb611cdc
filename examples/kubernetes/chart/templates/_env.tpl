{{/* A variable from a Secret: name, secret, key. */}}
{{- define "outdial.secretEnv" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end }}

{{/* The server's settings. */}}
{{- define "outdial.serverEnv" -}}
- name: OUTDIAL_LISTEN
  value: ":8080"
- name: OUTDIAL_LOG_FORMAT
  value: json
- name: OUTDIAL_SHUTDOWN_PATIENCE
  value: {{ printf "%ds" (int .Values.server.shutdownPatience) }}
{{ include "outdial.secretEnv" (dict "name" "OUTDIAL_API_KEY" "secret" .Values.server.apiKeys.secret "key" .Values.server.apiKeys.key) }}
{{- if eq .Values.store.kind "memory" }}
- name: OUTDIAL_STORE
  value: memory
{{- else }}
{{ include "outdial.secretEnv" (dict "name" "OUTDIAL_STORE" "secret" .Values.store.secret "key" .Values.store.key) }}
{{- end }}
{{ include "outdial.switchEnv" . }}
{{- range $name, $value := .Values.server.env }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end }}

{{/* The allow-list of gateways, with commas between. */}}
{{- define "outdial.trunkNames" -}}
{{- range $i, $trunk := .Values.trunks }}{{ if $i }},{{ end }}{{ $trunk.name }}{{ end -}}
{{- end }}

{{/* Who places the calls. XML-RPC goes under the guide's names, as a password needs no escapes there. */}}
{{- define "outdial.switchEnv" -}}
{{- if eq .Values.switch.protocol "simulated" -}}
- name: OUTDIAL_SWITCH
  value: simulated
{{- else }}
{{- if eq .Values.switch.protocol "esl" -}}
{{ include "outdial.secretEnv" (dict "name" "SWITCH_PASSWORD" "secret" .Values.switch.secret "key" .Values.switch.key) }}
- name: OUTDIAL_SWITCH
  value: {{ printf "esl://:$(SWITCH_PASSWORD)@%s:8021" (include "outdial.switchHost" .) | quote }}
{{- else -}}
- name: CAMPAIGN_XMLRPC_URL
  value: {{ printf "http://%s:8080/RPC2" (include "outdial.switchHost" .) }}
- name: CAMPAIGN_XMLRPC_USERNAME
  value: {{ .Values.switch.username }}
{{ include "outdial.secretEnv" (dict "name" "CAMPAIGN_XMLRPC_PASSWORD" "secret" .Values.switch.secret "key" .Values.switch.key) }}
{{- end }}
- name: OUTDIAL_TRUNK
  value: {{ include "outdial.trunkNames" . | quote }}
{{- with .Values.server.destination }}
- name: OUTDIAL_DESTINATION
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}
