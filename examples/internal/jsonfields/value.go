package jsonfields

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Value reads a JSON document as [json.Unmarshal] reads one into an any. But a
// number that is too large for a float64 is infinite, and so beyond every bound,
// where encoding/json says that it cannot be unmarshalled, and not in which field
// it stands.
func Value(text []byte) (v any, err error) {
	tooLarge := (*json.UnmarshalTypeError)(nil)
	if err = json.Unmarshal(text, &v); !errors.As(err, &tooLarge) {
		return v, err
	}
	in := json.NewDecoder(bytes.NewReader(text)) // of JSON: Unmarshal has looked
	in.UseNumber()
	if err := in.Decode(&v); err != nil {
		return nil, err
	}
	return float(v), nil
}

// float is a value with its numbers as float64.
func float(v any) any {
	switch v := v.(type) {
	case json.Number:
		n, _ := v.Float64() // fails by its size alone, and is infinite then
		return n
	case []any:
		for i := range v {
			v[i] = float(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = float(v[name])
		}
	}
	return v
}
