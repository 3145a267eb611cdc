// Command schema writes down what the migrations of a database make, as one SQL
// file that is read without knowing how it came about: the Up part of each
// migration, in order. It needs no server:
//
//	go run ./internal/schema FOLDER_OF_MIGRATIONS FILE
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
)

const header = `-- The tables of adapters/postgres, for reading: what Store.Migrate makes, which
-- is the way to make them. Written by go generate from the migrations; a change
-- goes there, as a new one. Beside these, Migrate keeps outdial_version, which
-- says what has been applied.
`

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: schema FOLDER_OF_MIGRATIONS FILE")
	}
	if err := write(os.Args[1], os.Args[2]); err != nil {
		log.Fatal("schema: ", err)
	}
}

func write(folder, file string) error {
	text, err := schema(folder)
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o666)
}

// schema joins what the migrations of a folder do.
func schema(folder string) (string, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.sql")) // in order
	if err != nil {
		return "", err
	}
	if len(names) == 0 {
		return "", fmt.Errorf("%s has no migrations", folder)
	}
	text := header
	for _, name := range names {
		migration, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		up, err := upOf(string(migration))
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		text += "\n-- " + filepath.Base(name) + "\n\n" + up + "\n"
	}
	return text, nil
}

// upOf is the part between the comments that goose knows as Up and Down, less
// its other comments.
func upOf(migration string) (string, error) {
	_, rest, found := strings.Cut(migration, "-- +goose Up\n")
	if !found {
		return "", fmt.Errorf(`there is no line "-- +goose Up"`)
	}
	up, _, _ := strings.Cut(rest, "-- +goose Down\n")
	var lines []string
	for line := range strings.Lines(up) {
		if !strings.HasPrefix(line, "-- +goose ") {
			lines = append(lines, line)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "")), nil
}
