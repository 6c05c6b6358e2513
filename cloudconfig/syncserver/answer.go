package syncserver

import (
	"encoding/json"
	"strings"

	"writeback/internal/visible"
)

// answerIn finds the marked line in what PowerShell printed. The mark holds the
// nonce, so that no noise can look like it.
func answerIn(out []byte, nonce string, exit *ExitError) ([]byte, error) {
	mark := "writeback-" + nonce + "-"
	for line := range strings.Lines(decodeText(out)) {
		line = strings.TrimRight(line, "\r\n")
		if answer, ok := strings.CutPrefix(line, mark+"answer:"); ok {
			return []byte(answer), nil
		}
		if fault, ok := strings.CutPrefix(line, mark+"error:"); ok {
			return nil, faultIn(fault, false)
		}
		if fault, ok := strings.CutPrefix(line, mark+"unopened:"); ok {
			return nil, faultIn(fault, true)
		}
		if mode, ok := strings.CutPrefix(line, mark+"language:"); ok {
			return nil, &LanguageError{Mode: visible.Words(mode, 40), here: true}
		}
	}
	if exit != nil {
		return nil, exit
	}
	return nil, &AnswerError{"PowerShell printed none"}
}

func faultIn(line string, unopened bool) error {
	var f struct {
		ID   string `json:"id"`
		Text string `json:"text"`
	}
	if err := json.Unmarshal([]byte(line), &f); err != nil {
		return &AnswerError{"its error is not JSON"}
	}
	e := &ScriptError{ID: visible.Words(f.ID, 120), Says: visible.Words(f.Text, longestText), unopened: unopened}
	if language := e.language(); language != nil {
		return language
	}
	return e
}
