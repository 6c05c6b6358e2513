package syncserver

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
)

// Handoff is a script that a person runs on the sync server, and whose answer
// comes back as a file or pasted. To read an answer after this program was ended,
// keep it as JSON: it holds no secrets.
type Handoff struct {
	Script Script `json:"script"`
	Ask    Ask    `json:"ask"`
}

// The lines around an answer that is shown to be copied. It is in base64 between
// them, because consoles break long lines.
const (
	beginAnswer = "-----BEGIN WRITEBACK ANSWER-----"
	endAnswer   = "-----END WRITEBACK ANSWER-----"
)

const handoffHead = `# writeback, hand-off "%s".
# %s
# Save it on the sync server as writeback.ps1, and run it in an elevated Windows PowerShell:
#   powershell.exe -NoProfile -ExecutionPolicy Bypass -File .\writeback.ps1
# Where a policy refuses script files: paste all of it into that window, and press Enter.
`

// Text is the script to hand over: constant but for the Ask, which stands in a
// single-quoted here-string, from which nothing is expanded, and which ends with
// a quote and an at sign at the beginning of a line. JSON of one line in ASCII
// has neither.
func (h Handoff) Text() (string, error) {
	input, err := ascii(h.Ask)
	if err != nil {
		return "", fmt.Errorf("write the script to hand over: %w", err)
	}
	return fmt.Sprintf(handoffHead, h.Script.name, h.Script.does) +
		"$writebackAnswer = & {\n" + dense(h.Script.Text()) + "} @'\n" + input + "\n'@\n" +
		"& {\n" + dense(showText) + "} $writebackAnswer\n\n", nil // the empty line ends what is pasted
}

// dense is a script without empty lines: a console without PSReadLine takes one
// for the end of what is pasted.
func dense(script string) string {
	var out strings.Builder
	for line := range strings.Lines(script) {
		if strings.TrimSpace(line) != "" {
			out.WriteString(line)
		}
	}
	return out.String()
}

// Read reads the answer: the file that the script leaves, or what it shows,
// between other text or not. What follows the shown answer is not read.
// Errors: [AnswerError], [StaleError], and the reader's.
func (h Handoff) Read(r io.Reader) (Document, error) {
	d, err := ReadDocument(r)
	if err != nil {
		return Document{}, err
	}
	if err := d.answers(h.Script, h.Ask); err != nil {
		return Document{}, fmt.Errorf("read the sync server's answer: %w", err)
	}
	return d, nil
}

// ReadDocument is [Handoff.Read] for an answer to whatever question. How old it
// is, is the caller's to judge: [Document.At].
func ReadDocument(r io.Reader) (Document, error) {
	raw, err := readAnswer(r)
	if err != nil {
		return Document{}, fmt.Errorf("read the sync server's answer: %w", err)
	}
	d, err := Decode(raw)
	if err != nil {
		return Document{}, fmt.Errorf("read the sync server's answer: %w", err)
	}
	return d, nil
}

// readAnswer reads up to the line that ends a shown answer, so that a terminal
// needs no end of file; without such a line, all.
func readAnswer(r io.Reader) ([]byte, error) {
	lines := bufio.NewReader(io.LimitReader(r, 2*longestDocument+1))
	var all []byte
	for {
		line, err := lines.ReadBytes('\n')
		all = append(all, line...)
		if len(all) > 2*longestDocument {
			return nil, &AnswerError{"it is too long"}
		}
		if strings.TrimSpace(string(line)) == endAnswer || err == io.EOF {
			return unwrap(decodeText(all))
		}
		if err != nil {
			return nil, err
		}
	}
}

// unwrap takes the JSON out of a shown answer, or off the spaces around it.
func unwrap(text string) ([]byte, error) {
	_, shown, is := strings.Cut(text, beginAnswer)
	if !is {
		if strings.TrimSpace(text) == "" {
			return nil, &AnswerError{"there is none"}
		}
		return []byte(strings.TrimSpace(text)), nil
	}
	shown, _, whole := strings.Cut(shown, endAnswer)
	if !whole {
		return nil, &AnswerError{"its end is missing: copy all the lines"}
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(shown), ""))
	if err != nil {
		return nil, &AnswerError{"lines of it are missing or damaged: copy all the lines"}
	}
	return raw, nil
}
