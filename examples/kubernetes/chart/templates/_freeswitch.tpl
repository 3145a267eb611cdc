{{/* Where FreeSWITCH reads and writes: all but the configuration in one volume. */}}
{{- define "outdial.freeswitchArgs" -}}
- -nonat
- -c
- -conf
- /etc/freeswitch
{{- range list "log" "db" "run" "temp" "storage" "cache" "recordings" "certs" }}
- -{{ . }}
- /run/freeswitch/{{ . }}
{{- end }}
{{- end }}

{{/* A probe or hook that gives FreeSWITCH a command over its event socket. */}}
{{- define "outdial.freeswitchAsked" -}}
exec:
  command: [sh, -c, 'exec fs_cli -H "$POD_IP" -p "$SWITCH_PASSWORD" -x "{{ . }}"']
{{- end }}
