package web

import (
	"encoding/json"
	"net/http"
)

// Fault is one thing that is wrong with a request.
type Fault struct {
	// Location is where: body.name, query.limit, header.X-API-Key.
	Location string `json:"location,omitempty"`
	// Message says what is wanted.
	Message string `json:"message"`
	// Value is what came, where it may be repeated.
	Value any `json:"value,omitempty"`
}

// problem is the body of RFC 9457, with the guide's two members beside it, so
// that clients of either surface understand a refusal that comes from here.
type problem struct {
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail,omitempty"`
	Errors []Fault `json:"errors,omitempty"`

	Code    string `json:"code"`
	Message string `json:"message"`
}

// codes are the guide's, and such as it would have.
var codes = map[int]string{
	http.StatusUnauthorized:          "UNAUTHORIZED",
	http.StatusForbidden:             "FORBIDDEN",
	http.StatusNotFound:              "NOT_FOUND",
	http.StatusMethodNotAllowed:      "METHOD_NOT_ALLOWED",
	http.StatusRequestEntityTooLarge: "TOO_LARGE",
	http.StatusUnsupportedMediaType:  "UNSUPPORTED_MEDIA_TYPE",
	http.StatusMisdirectedRequest:    "MISDIRECTED",
	http.StatusTooManyRequests:       "TOO_MANY_REQUESTS",
	http.StatusServiceUnavailable:    "UNAVAILABLE",
	http.StatusInternalServerError:   "INTERNAL_ERROR",
}

// Problem refuses a request, as application/problem+json. An empty title is the
// status's own.
func Problem(w http.ResponseWriter, status int, title, detail string, errors ...Fault) {
	if title == "" {
		title = http.StatusText(status)
	}
	code, named := codes[status]
	if !named {
		code = "VALIDATION_ERROR"
	}
	p := problem{Title: title, Status: status, Detail: detail, Errors: errors, Code: code, Message: detail}
	if p.Message == "" {
		p.Message = title
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(p) // a client that has gone needs no answer
}
