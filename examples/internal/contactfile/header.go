package contactfile

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/campaign"
)

// column is what the header says about one column.
type column struct {
	name     string // as it stands in the file
	field    string // as campaign.Contact.Validate names it
	variable string // the variable it becomes, if it is none of the known fields
}

// columns reads the header row. All its faults are told at once: a file whose
// columns are not understood is not read any further.
func (t *table) columns(header []string) error {
	var faults []error
	variables := 0
	for i, cell := range header {
		col, err := readColumn(cell)
		if other, twice := t.places[col.field]; err == nil && twice {
			err = fmt.Errorf("%q and %q say the same; leave one out or rename it", t.header[other].name, col.name)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("column %d: %w", i+1, err))
		} else {
			t.places[col.field] = i
		}
		if col.variable != "" {
			variables++
		}
		t.header = append(t.header, col)
	}
	if _, ok := t.places["Address"]; !ok {
		faults = append(faults, fmt.Errorf("there is no column address (or number, or phone), only %s", shown(strings.Join(header, ", "))))
	}
	if variables > campaign.MaxVariables {
		faults = append(faults, fmt.Errorf("%d columns become variables, a contact has at most %d", variables, campaign.MaxVariables))
	}
	return errors.Join(faults...)
}

func readColumn(cell string) (column, error) {
	name := strings.TrimSpace(cell)
	id := identifier(name)
	if field, known := fields[id]; known {
		return column{name: name, field: field}, nil
	}
	if rest, ok := strings.CutPrefix(strings.ToLower(name), "variables."); ok {
		id = identifier(rest)
	}
	col := column{name: name, field: "Variables[" + id + "]", variable: id}
	switch {
	case !utf8.ValidString(name):
		return column{}, fmt.Errorf("%s is not UTF-8", shown(name))
	case id == "":
		return column{}, fmt.Errorf("%s has no letter or digit to name it by", shown(name))
	case len(id) > campaign.MaxVariableName:
		return column{}, fmt.Errorf("its name is longer than %d characters", campaign.MaxVariableName)
	}
	return col, nil
}
