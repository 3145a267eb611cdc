package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestMigrationsAreJoinedInOrder(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"00002_b.sql": "-- +goose Up\nALTER TABLE a ADD b int;\n\n-- +goose Down\nALTER TABLE a DROP b;\n",
		"00001_a.sql": "-- +goose NO TRANSACTION\n-- +goose Up\n\n-- +goose StatementBegin\nCREATE TABLE a ();\n-- +goose StatementEnd\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := schema(folder)
	want := header + "\n-- 00001_a.sql\n\nCREATE TABLE a ();\n\n-- 00002_b.sql\n\nALTER TABLE a ADD b int;\n"
	if err != nil || got != want {
		t.Errorf("they make (%v)\n%s", err, got)
	}
}

func TestAMigrationWithoutUpIsRefused(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "00001_a.sql"), []byte("CREATE TABLE a ();\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if text, err := schema(folder); err == nil {
		t.Errorf("it makes\n%s", text)
	}
}

func TestAFolderWithoutMigrationsIsRefused(t *testing.T) {
	if text, err := schema(t.TempDir()); err == nil {
		t.Errorf("it makes\n%s", text)
	}
}
