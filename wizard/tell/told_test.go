package tell

import (
	"strings"
	"testing"
	"time"

	"writeback/steps"
)

func TestToldText(t *testing.T) {
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for want, told := range map[string]steps.Told{
		`SYNC01 answered for writeback at 2026-11-20T12:00:00Z: made; "c - AAD" was to be enabled`:                                              {Object: "c - AAD", After: "enabled", Outcome: steps.ToldMade},
		`SYNC01 answered for writeback at 2026-11-20T12:00:00Z: refused (staging); "c - AAD" was to be enabled; it is in staging mode`:          {Object: "c - AAD", After: "enabled", Outcome: steps.ToldRefused, Reason: "staging", Text: "it is in staging mode"},
		`SYNC01 answered for writeback at 2026-11-20T12:00:00Z: failed; "c - AAD" was to be enabled; boom; it does not count: another forest's`: {Object: "c - AAD", After: "enabled", Outcome: steps.ToldFailed, Says: "boom", Ignored: "another forest's"},
		`SYNC01 answered for writeback at 2026-11-20T12:00:00Z: looked; "c - AAD" was disabled`:                                                 {Object: "c - AAD", After: "disabled", Outcome: steps.ToldInspected},
	} {
		told.Step, told.Host, told.At = "writeback", "SYNC01", at
		rec := steps.Record{Seq: 2, Kind: steps.KindTold, Step: "writeback", Told: &told}
		if got := RecordText(rec); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		all := map[string]string{}
		for _, d := range RecordDetails(rec) {
			all[d.Name] = d.Text
		}
		if !strings.HasPrefix(all["Answered"], "SYNC01, 2026-11-20T12:00:00Z") || all["Outcome"] != told.Outcome || all["Reason"] != told.Reason || all["In its words"] != told.Says || all["Does not count"] != told.Ignored {
			t.Errorf("the details are %v", all)
		}
		run := steps.Run{State: steps.RunTold, Told: []steps.Told{told}}
		if got := outcomeOf(run); got != "SYNC01 answered for writeback: "+told.Outcome {
			t.Errorf("its run came to %q", got)
		}
	}
}
