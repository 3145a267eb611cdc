// Command readme writes into README.md what other files say: the diagrams of
// the two machines, and the example that is tested. It runs from the module's
// top:
//
//	go run ./internal/readme
//
// A block stands between two comments, <!-- name --> and <!-- /name -->.
package main

import (
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/outdial/outdial/attempt"
	"github.com/outdial/outdial/campaign"
)

const (
	readme  = "README.md"
	example = "example_run_test.go"
)

func main() {
	log.SetFlags(0)
	if err := rewrite(); err != nil {
		log.Fatal("readme: ", err)
	}
}

func rewrite() error {
	source, err := os.ReadFile(example)
	if err != nil {
		return err
	}
	body, err := bodyOf(string(source), "func Example() {\n")
	if err != nil {
		return err
	}
	before, err := os.ReadFile(readme)
	if err != nil {
		return err
	}
	text := string(before)
	for _, block := range []struct{ name, language, body string }{
		{"example", "go", body},
		{"attempt diagram", "mermaid", attempt.Diagram()},
		{"campaign diagram", "mermaid", campaign.Diagram()},
	} {
		if text, err = replace(text, block.name, "```"+block.language+"\n"+block.body+"```"); err != nil {
			return err
		}
	}
	if text == string(before) {
		return nil
	}
	return os.WriteFile(readme, []byte(text), 0o666)
}

// replace puts the content into the block of that name.
func replace(text, name, content string) (string, error) {
	from, to := "<!-- "+name+" -->", "<!-- /"+name+" -->"
	head, rest, opened := strings.Cut(text, from)
	_, tail, closed := strings.Cut(rest, to)
	if !opened || !closed {
		return "", fmt.Errorf("there is no block from %s to %s", from, to)
	}
	return head + from + "\n" + content + "\n" + to + tail, nil
}

// bodyOf is the body of a function, without its output and one tab to the left.
func bodyOf(source, signature string) (string, error) {
	_, rest, found := strings.Cut(source, signature)
	body, _, ended := strings.Cut(rest, "\n}\n")
	if !found || !ended {
		return "", fmt.Errorf("%s has no %s", example, signature)
	}
	body, _, _ = strings.Cut(body, "\t// Output:")
	lines := strings.SplitAfter(body, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "\t")
	}
	return strings.Join(lines, ""), nil
}
