package syncserver

import (
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

const handoffHead = `# writeback, hand-off "%s"%s.
# It reads %s
# It %s
# It writes its answer to a file in your TEMP folder, and puts it on the clipboard.
# Save it on the sync server as writeback.ps1, and run it in an elevated Windows PowerShell:
#   powershell.exe -NoProfile -ExecutionPolicy Bypass -File .\writeback.ps1
# Where a policy refuses script files: paste all of it into that window, and press Enter.
`

// Text is the script to hand over: constant but for the Ask, which stands in a
// single-quoted here-string, from which nothing is expanded, and which ends with
// a quote and an at sign at the beginning of a line. JSON of one line in ASCII
// has neither. All of it is one statement, and nothing is kept in the session: what an
// earlier run left there cannot be taken for its answer.
func (h Handoff) Text() (string, error) {
	h.Ask.Shown, h.Ask.Length = true, h.Script.length()
	input, err := ascii(h.Ask)
	if err != nil {
		return "", fmt.Errorf("write the script to hand over: %w", err)
	}
	of := ""
	if h.Ask.ChangeID != "" {
		of = ", a part of change " + h.Ask.ChangeID
	}
	return fmt.Sprintf(handoffHead, h.Script.name, of, h.Script.reads, h.Script.does) +
		"& {\nparam([string]$Json)\n$answers = @()\n$fault = $null\ntry {\n$answers = @(& {\n" + dense(h.Script.Text()) + "} $Json)\n} catch { $fault = $_ }\nfinally {\n" + // also where a cmdlet ends it all
		"& {\n" + dense(showText) + "} $answers $fault '" + h.Script.stopped + "' ([string](ConvertFrom-Json -InputObject $Json).nonce)\n}\n" +
		"} @'\n" + input + "\n'@\n\n", nil // the empty line ends what is pasted
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
// Errors: [AnswerError], [OtherAnswerError], and the reader's.
func (h Handoff) Read(r io.Reader) (Document, error) {
	d, err := ReadDocument(r)
	if err != nil {
		return Document{}, err
	}
	if err := h.Check(d); err != nil {
		return Document{}, err
	}
	return d, nil
}

// Check says that a document answers this script. Errors: [AnswerError], [OtherAnswerError].
func (h Handoff) Check(d Document) error { return d.answers(h.Script, h.Ask) }

// ReadDocument is [Handoff.Read] for an answer to whatever question. How old it
// is, is the caller's to judge: [Document.At].
func ReadDocument(r io.Reader) (Document, error) {
	raw, err := readAnswer(r)
	if err != nil {
		return Document{}, err
	}
	return Decode(raw)
}
