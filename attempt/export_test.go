package attempt

// What the tests look at from inside.
var (
	CauseOutcomes = causeOutcomes
	SIPOutcomes   = sipOutcomes
)

// CheckTable builds the lookup of a table; it panics where the table is bad.
func CheckTable(rows []Row) { indexRows(rows) }

// Taken is the row that Next takes.
func Taken(r *Rules, a Attempt, e Event) (Row, error) {
	row, err := a.move(r, e)
	if err != nil {
		return Row{}, err
	}
	return *row, nil
}
