// Package contactfile reads files of contacts, as people upload them: CSV, a JSON
// object per line, or a JSON array. It reads row by row and holds one row, so a
// million contacts cost no more memory than ten; what is wrong with a row is told
// with its place, and reading goes on with the next one.
//
// # CSV
//
// RFC 4180 in UTF-8 with a header row, with or without a byte order mark, lines
// ending in LF or CRLF, values separated by commas, or by semicolons or tabs
// where the header has no comma. These columns are known, whatever their case:
//
//	address (or number, phone, phone_number, telephone)   required
//	key (or id)
//	name
//	priority     a whole number, higher is earlier
//	not_before   RFC 3339, or "2006-01-02 15:04" in the campaign's zone
//
// Every other column becomes a variable of the contact, named after its header in
// lower case with an underscore for whatever is neither letter nor digit:
// "Preferred language" is preferred_language, and so is "variables.preferred
// language". Cells are trimmed, empty ones left out.
//
// # JSON
//
// An object per contact with the same names and synonyms, and its variables
// under "variables": an object whose values are texts, numbers or truth values.
// Other fields are refused by their name, as they are more often a slip of the
// pen than a wish.
//
// # Bounds
//
// A row takes at most [MaxRow] bytes: an unclosed quote must not swallow a file.
// Files in UTF-16 or UTF-32, or with lines that end in CR alone, are refused with
// a word on what to do: a guess would dial wrong numbers.
package contactfile
