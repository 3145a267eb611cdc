// Package arrows holds no code. Its tests hold the direction of the library's
// imports, each with its reason, and keep clocks, goroutines and randomness out
// of the packages that are a function of what happened.
//
// The arrows are the table in rules_test.go. To draw a new one, add a row there
// and an import that breaks it to matcher_test.go.
package arrows
