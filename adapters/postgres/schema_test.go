package postgres_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"github.com/outdial/outdial/internal/pgtest"
)

// The schema as one file is written from the migrations.
//
//go:generate go run ../../internal/schema migrations ../../docs/schema.sql

// catalogue is what a database has: columns, checks and keys, indexes, settings
// of tables, and rows that a migration may have put there.
const catalogue = `
	SELECT format('%s.%s %s null=%s default=%s collation=%s', table_name, column_name, data_type,
			is_nullable, column_default, collation_name) FROM information_schema.columns
		WHERE table_schema = 'public' AND table_name NOT LIKE 'outdial\_version%'
	UNION ALL
	SELECT format('%s %s: %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
		WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE 'outdial\_version%'
	UNION ALL
	SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE 'outdial\_version%'
	UNION ALL
	SELECT format('%s with %s', relname, reloptions) FROM pg_class
		WHERE relnamespace = 'public'::regnamespace AND reloptions IS NOT NULL
	UNION ALL
	SELECT format('change %s', seq) FROM outdial_change
	ORDER BY 1`

func has(t *testing.T, db *sqlx.DB) (lines []string) {
	t.Helper()
	if err := db.SelectContext(t.Context(), &lines, catalogue); err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestTheWrittenSchemaIsWhatMigrateMakes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	written := pgtest.Open(t)
	if _, err := written.ExecContext(t.Context(), string(text)); err != nil {
		t.Fatalf("docs/schema.sql: %v", err)
	}
	if diff := cmp.Diff(has(t, schema.Open(t)), has(t, written)); diff != "" {
		t.Errorf("docs/schema.sql is behind the migrations: make generate (-migrated +written)\n%s", diff)
	}
}
