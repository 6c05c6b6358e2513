package leaks

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// told gathers what a test would have failed with.
type told struct{ all []string }

func (*told) Helper() {}

func (s *told) Errorf(format string, args ...any) {
	s.all = append(s.all, fmt.Sprintf(format, args...))
}

// fresh is a secret that nothing else has.
func fresh(t *testing.T, tail string) string {
	return Secret(fmt.Sprintf("Pl4nted-%s-%d%s", t.Name(), time.Now().UnixNano(), tail))
}

// A planted leak is found in every form in which a program could write it.
func TestPlantedLeaksAreFound(t *testing.T) {
	s := fresh(t, `<&"ü \ +/=`)
	inJSON, _ := json.Marshal(map[string]string{"password": s})
	encoded := base64.StdEncoding.EncodeToString
	for name, text := range map[string]string{
		"plain":                      "bind with " + s + " failed",
		"%q":                         fmt.Sprintf("%q", s),
		"%#v":                        fmt.Sprintf("%#v", struct{ Password string }{s}),
		"bytes":                      fmt.Sprint([]byte(s)),
		"%x":                         fmt.Sprintf("%x", s),
		"%X":                         fmt.Sprintf("%X", s),
		"JSON":                       string(inJSON),
		"query":                      "client_secret=" + url.QueryEscape(s) + "&x=1",
		"path":                       "/" + url.PathEscape(s),
		"UTF-16LE":                   utf16le(`"` + s + `"`),
		"basic, the name of 3 bytes": encoded([]byte("ann:" + s)),
		"basic, the name of 4 bytes": encoded([]byte("anna:" + s)),
		"basic, the name of 5 bytes": encoded([]byte("annie:" + s)),
		"an encoded command":         encoded([]byte(utf16le("$p = '" + s + "'"))),
		"base64url":                  base64.RawURLEncoding.EncodeToString([]byte("x" + s + "x")),
	} {
		var heard told
		Text(&heard, "the log", text)
		if len(heard.all) != 1 || !strings.HasPrefix(heard.all[0], "the log: a secret (Pl4nt…, ") {
			t.Errorf("%s: %q", name, heard.all)
		}
		if strings.Contains(strings.Join(heard.all, ""), s) {
			t.Errorf("%s: telling of it shows it", name)
		}
	}
	var heard told
	Text(&heard, "the log", "bind with "+s[:len(s)-1]+" failed, and "+encoded([]byte("something else")))
	if len(heard.all) != 0 {
		t.Errorf("what is no secret is taken for one: %q", heard.all)
	}
}

// Of a token the claims, or the signature, would be too much.
func TestPartsOfTokensAreFound(t *testing.T) {
	part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	claims, signature := part(fmt.Sprintf(`{"sub":%d}`, time.Now().UnixNano())), part(fmt.Sprintf("signed %d", time.Now().UnixNano()))
	whole := part(`{"alg":"RS256"}`) + "." + claims + "." + signature
	var unknown told
	if Text(&unknown, "x", "Bearer "+whole+"\n"); len(unknown.all) != 1 || !strings.Contains(unknown.all[0], "any token") {
		t.Errorf("a token that nobody told of: %q", unknown.all)
	}
	Secret(whole)
	for _, text := range []string{claims, signature} {
		var heard told
		Text(&heard, "x", "Bearer "+text)
		if len(heard.all) != 1 {
			t.Errorf("%q: %q", text, heard.all)
		}
	}
}

func TestFolder(t *testing.T) {
	s := fresh(t, "")
	dir := t.TempDir()
	for name, text := range map[string]string{"runs/a.jsonl": "the run", "log": "password=" + s, "secret": s, "runs/" + s: ""} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var heard told
	Folder(&heard, dir, "secret")
	if len(heard.all) != 2 || !strings.HasPrefix(heard.all[0], filepath.Join(dir, "log")+": ") || !strings.HasPrefix(heard.all[1], "the name of ") {
		t.Errorf("%q", heard.all)
	}
	heard = told{}
	Folder(&heard, filepath.Join(dir, "nowhere"))
	if len(heard.all) == 0 {
		t.Error("a folder that is not there is as good as searched")
	}
}
