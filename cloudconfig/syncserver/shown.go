package syncserver

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// The lines around an answer that is shown to be copied. Between them it is packed
// (RFC 1952) and in base64, because consoles break long lines, and the first line has
// its length: what is lost or doubled on the way is told from what is damaged.
const (
	beginAnswer = "-----BEGIN WRITEBACK ANSWER"
	endAnswer   = "-----END WRITEBACK ANSWER-----"
	shownWidth  = 76
)

// readAnswer reads up to the line that ends a shown answer, so that a terminal needs no
// end of file; without such a line, all. What came together with that line is looked at,
// too: there may be another answer in it.
func readAnswer(r io.Reader) ([]byte, error) {
	lines := bufio.NewReaderSize(io.LimitReader(r, 2*longestDocument+1), 64<<10)
	var all []byte
	for {
		line, err := lines.ReadBytes('\n')
		all = append(all, line...)
		if len(all) > 2*longestDocument {
			return nil, &AnswerError{"it is too long"}
		}
		if strings.TrimSpace(string(line)) == endAnswer || err == io.EOF {
			if more, _ := lines.Peek(lines.Buffered()); bytes.Contains(more, []byte(beginAnswer)) {
				return nil, &AnswerError{"there are several answers: bring the last one alone"}
			}
			return unwrap(decodeText(all))
		}
		if err != nil {
			return nil, err
		}
	}
}

var beginLine = regexp.MustCompile(`^, ([0-9]{1,7}) CHARACTERS-----\s`)

// unwrap takes the JSON out of a shown answer, or off the spaces around it.
func unwrap(text string) ([]byte, error) {
	before, shown, begins := strings.Cut(text, beginAnswer)
	if !begins {
		if before, _, ends := strings.Cut(text, endAnswer); ends && strings.TrimSpace(before) != "" {
			return nil, &AnswerError{"its beginning is missing: copy all the lines"}
		}
		if strings.TrimSpace(before) == "" {
			return nil, &AnswerError{"there is none"}
		}
		return []byte(strings.TrimSpace(text)), nil
	}
	shown, after, whole := strings.Cut(shown, endAnswer)
	if strings.HasPrefix(shown, "-----") {
		return nil, &AnswerError{"it is of an older version of this program: use the script of this program"}
	}
	length := beginLine.FindStringSubmatch(shown + "\n")
	switch {
	case length == nil:
		return nil, &AnswerError{"its first line is damaged: copy all the lines, as they are"}
	case strings.Contains(shown, beginAnswer):
		return nil, &AnswerError{"it begins twice, and ends once: copy all the lines, once"}
	case strings.Contains(after, beginAnswer):
		return nil, &AnswerError{"there are several answers: bring the last one alone"}
	}
	packed := strings.Join(strings.Fields(shown[min(len(shown), len(length[0])):]), "")
	want, err := strconv.Atoi(length[1])
	if err != nil {
		return nil, &AnswerError{"its first line is damaged: copy all the lines, as they are"}
	}
	return unpack(packed, want, whole)
}

// unpack says what is wrong with the lines of a shown answer, or what is in them.
func unpack(packed string, want int, whole bool) ([]byte, error) {
	lines := func(characters int) string {
		if n := (characters + shownWidth - 1) / shownWidth; n != 1 {
			return fmt.Sprintf("%d lines", n)
		}
		return "a line"
	}
	switch missing := want - len(packed); {
	case !whole:
		return nil, &AnswerError{"its end is missing: copy all the lines"}
	case missing > 0:
		return nil, &AnswerError{lines(missing) + " of it, or a part, got lost: copy all the lines"}
	case missing < 0:
		return nil, &AnswerError{lines(-missing) + " too many: something came twice, or is not of the answer. Copy all its lines once"}
	}
	damaged := &AnswerError{"it was damaged on its way: copy all the lines once more, or bring the file"}
	raw, err := base64.StdEncoding.DecodeString(packed)
	if err != nil {
		return nil, damaged
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, damaged
	}
	out, err := io.ReadAll(io.LimitReader(z, longestDocument+1))
	if err != nil {
		return nil, damaged // its checksum among others
	}
	return out, nil
}
