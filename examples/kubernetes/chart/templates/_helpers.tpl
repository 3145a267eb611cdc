{{/* Names of the server's objects. */}}
{{- define "outdial.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{/* What every object carries, but no pod: with the chart's version in it, each upgrade would
     replace the switch and end its calls. */}}
{{- define "outdial.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: outdial
{{- end }}

{{/* The server's pods, and nobody else's: the NetworkPolicy of the switch lets these in. */}}
{{- define "outdial.server" -}}
app: outdial
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* The switch's pods. */}}
{{- define "outdial.freeswitch" -}}
app: {{ .Values.freeswitch.name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Where the switch answers. */}}
{{- define "outdial.switchHost" -}}
{{- .Values.switch.host | default .Values.freeswitch.name -}}
{{- end }}

{{/* Not empty if two servers must never run at once: each would have a memory of its own, or
     the two would need more than the 16 connections that mod_xml_rpc serves. */}}
{{- define "outdial.single" -}}
{{- if or (eq .Values.store.kind "memory") (eq .Values.switch.protocol "xmlrpc") -}}yes{{- end -}}
{{- end }}

{{/* The files of the switch as a map from path to content, in YAML. */}}
{{- define "outdial.freeswitchFiles" -}}
{{- $root := . -}}
{{- range $path, $file := .Files.Glob "files/freeswitch/**.xml" }}
{{ trimPrefix "files/freeswitch/" $path }}: {{ tpl (toString $file) $root | trim | quote }}
{{- end }}
{{- end }}
