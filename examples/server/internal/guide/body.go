package guide

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"
)

// maxOrder bounds the body that creates a campaign, in bytes: names and
// addresses have 255 characters.
const maxOrder = 1 << 20

// mediaError is a body that says it is no JSON.
type mediaError struct{ media string }

// Error implements error.
func (e *mediaError) Error() string {
	return fmt.Sprintf("Content-Type is %q: want application/json", cut(e.media))
}

// checkMedia takes JSON in UTF-8, and what does not say what it is.
func checkMedia(h http.Header) error {
	said := h.Get("Content-Type")
	if said == "" {
		return nil
	}
	media, params, err := mime.ParseMediaType(said)
	isJSON := media == "application/json" || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")
	charset := params["charset"]
	if err != nil || !isJSON || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return &mediaError{media: said}
	}
	return nil
}

// readBody reads a body that is held in memory.
func readBody(w http.ResponseWriter, r *http.Request, most int64) ([]byte, error) {
	if err := checkMedia(r.Header); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if err != nil {
		return nil, unread(err)
	}
	return body, nil
}

// unread tells a body that is too large from one that broke off.
func unread(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return invalid{fault(kindJSON, "the body broke off")}
}

// malformed is what a decoder says of a body, at its byte.
func malformed(err error, at int64) invalid {
	msg := strings.TrimPrefix(err.Error(), "json: ")
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		msg = "unexpected end of JSON input"
	}
	return invalid{fault(kindJSON, msg, at)}
}

// object reads the fields of a body. Names are matched exactly, and of a field
// that comes twice the last counts.
func object(body []byte) (map[string]json.RawMessage, error) {
	if len(body) == 0 {
		return nil, invalid{fault(kindMissing, "field required")}
	}
	if !utf8.Valid(body) {
		return nil, invalid{fault(kindJSON, "not UTF-8")}
	}
	var fields map[string]json.RawMessage
	err := json.Unmarshal(body, &fields)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, malformed(err, syntax.Offset)
	case err != nil || fields == nil: // another type, or null
		return nil, invalid{fault("type_error.dict", "value is not a valid dict")}
	}
	return fields, nil
}
