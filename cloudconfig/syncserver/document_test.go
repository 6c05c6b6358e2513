package syncserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"writeback/cloudconfig"
)

func example(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/inspect.json")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestServerOfADocument(t *testing.T) {
	d, err := Decode(example(t))
	if err != nil {
		t.Fatal(err)
	}
	elevated, modified := true, time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	want := cloudconfig.Server{
		PowerShell: "5.1.20348.2849", Elevated: &elevated,
		Host: "SYNC01", At: time.Date(2026, 11, 22, 12, 0, 0, 123456700, time.UTC), Product: "connect", Version: "2.4.131.0", Scheduler: true,
		Connectors: []cloudconfig.ServerConnector{{Name: "corp.example.com", Forest: "CORP.EXAMPLE.COM", Account: "MSOL_0a1b2c3d4e5f"}},
		Cloud:      "example.onmicrosoft.com - AAD",
		Reset:      &cloudconfig.ResetConfiguration{Enabled: true, ServiceStatus: "Started", OnboardingStatus: "NotRequired", Modified: &modified},
		Relays:     []cloudconfig.Relay{{Host: "ssprdedicatedsbprodscu.servicebus.windows.net", Reached: true}},
		Events: []cloudconfig.Event{
			{ID: 31019, At: time.Date(2026, 11, 22, 11, 58, 0, 0, time.UTC), Source: "PasswordResetService", Message: "Heart beat. Details: über alles"},
			{ID: 31005, At: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC), Source: "PasswordResetService", Message: "Onboarding success"},
		},
		Problems: []string{},
	}
	if diff := cmp.Diff(want, d.Server()); diff != "" {
		t.Error(diff)
	}
	if v := cloudconfig.Judge(cloudconfig.WritebackOn, d.Server().Testify(), want.At); v.State != cloudconfig.Verified {
		t.Errorf("the verdict is %s, want verified", v.State)
	}
}

// Whatever the server cannot tell must not read as if it had told it.
func TestWhatIsNotKnownIsNotClaimed(t *testing.T) {
	on := &Reset{Enabled: true, ServiceStatus: "Started", OnboardingStatus: "NotRequired"}
	no, yes := false, true
	for _, c := range []struct {
		name     string
		doc      Document
		product  string
		staging  bool
		reset    bool
		problems int
	}{
		{"active", Document{Connect: &Connect{Staging: &no, Reset: on}}, "connect", false, true, 0},
		{"staging", Document{Connect: &Connect{Staging: &yes, Reset: on}}, "connect", true, true, 0},
		{"staging unknown", Document{Connect: &Connect{Reset: on}}, "connect", false, false, 1},
		{"reset unknown", Document{Connect: &Connect{Staging: &no}}, "connect", false, false, 0},
		{"both products", Document{Connect: &Connect{Staging: &no, Reset: on}, CloudSync: &CloudSync{}}, "connect", false, true, 0},
		{"cloud sync", Document{CloudSync: &CloudSync{Version: "1.1.977.0"}}, "cloud", false, false, 0},
		{"nothing", Document{}, "", false, false, 0},
	} {
		s := c.doc.Server()
		if s.Product != c.product || s.Staging != c.staging || (s.Reset != nil) != c.reset || len(s.Problems) != c.problems || s.Scheduler {
			t.Errorf("%s: %+v", c.name, s)
		}
	}
}

func TestServerLeavesTheDocumentAlone(t *testing.T) {
	d := Document{Connect: &Connect{}, Problems: append(make([]string, 0, 4), "a")}
	_ = d.Server()
	if got := d.Problems[:2][1]; got != "" {
		t.Errorf("the document's problems were written over: %q", got)
	}
}

func TestDecodeRefuses(t *testing.T) {
	whole := string(example(t))
	change := `{"connector":"","enable":true,"before":null,"outcome":"OUT","reason":"","text":""}`
	for name, c := range map[string]struct{ old, new, says string }{
		"nothing":          {whole, "", "not the JSON"},
		"an array":         {whole, "[]", "it is a list where an object belongs"},
		"cut":              {whole, whole[:len(whole)/2], "its end is missing"},
		"HTML":             {whole, "<html>", "not the JSON"},
		"other JSON":       {whole, `{"formatVersion":2,"steps":[]}`, "does not know"},
		"a later format":   {`"formatVersion":2`, `"formatVersion":3`, "a newer version of this program (format 3"},
		"an older format":  {`"formatVersion":2`, `"formatVersion":1`, "an older version of this program (format 1"},
		"no format":        {`"formatVersion":2,`, ``, "format 0"},
		"a plan":           {`"kind":"inspect"`, `"kind":"plan"`, `kind "plan" is not known`},
		"unknown field":    {`"change":null`, `"change":null,"more":1`, `a field "more"`},
		"wrong type":       {`"staging":false`, `"staging":"False"`, "connect.staging is a text where true or false belongs"},
		"no host":          {`"SYNC01"`, `""`, "host is missing"},
		"no time":          {`"at":"2026-11-22T12:00:00.1234567Z"`, `"at":"0001-01-01T00:00:00Z"`, "time is missing"},
		"bad time":         {`"at":"2026-11-22T12:00:00.1234567Z"`, `"at":"22.11.2026 12:00"`, "a time in it"},
		"change unasked":   {`"change":null`, `"change":` + change, "or there was none"},
		"change missing":   {`"kind":"inspect"`, `"kind":"enable"`, "what became of the change"},
		"more behind it":   {whole, strings.TrimSpace(whole) + "}", "something follows"},
		"two documents":    {whole, whole + whole, "something follows"},
		"too long":         {`"problems":[]`, `"problems":["` + strings.Repeat("x", longestDocument) + `"]`, "too long"},
		"too many":         {`"problems":[]`, `"problems":[` + strings.Repeat(`"x",`, mostProblems) + `"x"]`, "more than 50 problems"},
		"odd outcome":      {`"kind":"inspect"`, `"kind":"enable","change":` + change, "outcome"},
		"events as object": {`"events":[`, `"events":{},"x":[`, "events is an object where a list belongs"},
	} {
		text := strings.Replace(whole, c.old, c.new, 1)
		if name == "odd outcome" {
			text = strings.Replace(text, `,"change":null`, "", 1)
		}
		_, err := Decode([]byte(text))
		var answer *AnswerError
		if !errors.As(err, &answer) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want an AnswerError with %q", name, err, c.says)
		}
	}
}

// Every text of a document is bounded and free of what a terminal obeys. The
// test puts the worst into every string that the type has, so that a field that
// is added later is met, too.
func TestDocumentsAreHarmless(t *testing.T) {
	worst := "\x1b]0;gotcha\x07\u202e\r\nsecond line" + strings.Repeat("long ", 200)
	on := true
	d := Document{
		FormatVersion: FormatVersion, Kind: "enable", Nonce: worst, Host: worst, At: time.Unix(1, 0).UTC(), PowerShell: worst,
		Connect:   &Connect{worst, worst, worst, &on, &on, &on, []Connector{{worst, worst, worst, worst, []string{worst}}}, worst, &Reset{true, worst, worst, nil}},
		CloudSync: &CloudSync{worst, worst}, Permissions: &Permissions{worst, worst},
		Events: []Event{{ID: 1, At: time.Unix(1, 0).UTC(), Source: worst, Message: worst}}, Problems: []string{worst}, Relays: []Relay{{worst, true, worst}}, Cut: worst,
		Change: &Change{worst, true, &on, Failed, Reason(worst), worst},
	}
	raw, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(raw)
	if err != nil {
		t.Fatal(err)
	}
	raw, err = json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var all any
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	count := 0
	eachText(all, func(s string) {
		if strings.Contains(s, "gotcha") {
			count++
		}
		if len([]rune(s)) > longestText || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) }) {
			t.Errorf("this came through: %q", s)
		}
	})
	if want := bytes.Count(raw, []byte("gotcha")); count != want || count < 20 {
		t.Errorf("%d texts were looked at, want %d and at least 20", count, want)
	}
}

func eachText(v any, f func(string)) {
	switch v := v.(type) {
	case string:
		f(v)
	case []any:
		for _, e := range v {
			eachText(e, f)
		}
	case map[string]any:
		for _, e := range v {
			eachText(e, f)
		}
	}
}

// An event that is missing from a document means something only where the whole
// log was read.
func TestWhetherEventsWereRead(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		doc    Document
		unread bool
	}{
		"all of it":            {Document{Kind: Inspect.name}, false},
		"another problem":      {Document{Kind: Inspect.name, Problems: []string{"module ADSync: no"}}, false},
		"not asked for":        {Document{Kind: EnableConnect.name}, true},
		"one source is closed": {Document{Kind: Inspect.name, Problems: []string{"events of PasswordResetService: no"}}, true},
		"none could be read":   {Document{Kind: Inspect.name, Problems: []string{"events: no"}}, true},
		"more than fit":        {Document{Kind: Inspect.name, Events: slices.Repeat([]Event{{ID: 6329, At: at.Add(-time.Minute)}}, mostEvents)}, false},
	} {
		c.doc.At = at
		if got := c.doc.Server().EventsUnread; got != c.unread {
			t.Errorf("%s: unread is %t", name, got)
		}
	}
}

// An event dated later than the reading would outweigh all that is: it is told, and
// left out.
func TestEventsOfATimeToCome(t *testing.T) {
	at := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	d := Document{Kind: "inspect", Host: "SYNC01", At: at, Events: []Event{{ID: 31019, At: at.Add(6 * time.Minute)}, {ID: 31034, At: at.Add(time.Minute)}}}
	s := d.Server()
	if len(s.Events) != 1 || s.Events[0].ID != 31034 || len(s.Problems) != 1 || !strings.Contains(s.Problems[0], "31019") {
		t.Errorf("%+v", s)
	}
}
