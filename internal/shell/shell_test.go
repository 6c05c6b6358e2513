package shell

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"writeback/internal/paste"
	"writeback/internal/visible"
)

// TestMain is also a program that prints its arguments.
func TestMain(m *testing.M) {
	if os.Getenv("SHELL_TEST_ARGUMENTS") == "1" {
		if err := json.NewEncoder(os.Stdout).Encode(os.Args[1:]); err != nil {
			panic(err)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// good are values that are offered, as the rule has it.
var good = []string{
	"corp.example", `CN=Lee\, Ann,OU=R&D,DC=corp,DC=example`, "CN=O'Brien (old) {1} #2 + @home: a;b/c=d_e-f", "OU=Zoë,DC=corp", "日本", "شركة", "SHA256:0A1B",
	`CORP\svc`, `C:\Program Files\x`, "./x", "/tmp/x.yaml", "a b", " ", "'", "&", "#", ";", "(", ")", "{", "}", "@x", "+", ",", "1..3", "0x10", "1kb", ":", ".", "..", "/x",
}

// bad are not: each has a character that some shell obeys or changes.
var bad = []string{
	"", "-x", "--yes", "$x", "`x`", `"`, "%PATH%", "!x", `a\`, `\\srv\x`, `\"`, `\'`, `\$`, "“x”", "„x", "‟", "‘x’", "‚x", "‛", "x\ny", "x\ty", "x\x00", "<x", "x>y", "a|b", "*", "?",
	"~", "[x]", "^", "a\u00a0b", "a\u200bb", "a\u202eb", "\xff", "ʺ", "ˋ", "ǃ", "＂", "\u3164", "–", "pGMSA_ab$", "e\u0301",
}

func TestSafe(t *testing.T) {
	for _, v := range good {
		if !Safe(v) || strings.Contains(Name(v), `\u`) {
			t.Errorf("%q is not offered: %s", v, Name(v))
		}
	}
	for _, v := range bad {
		if text, ok := Words("writeback explain %s", v).Command(); Safe(v) || ok || text != "" {
			t.Errorf("%q is offered as %q", v, text)
		}
	}
	for _, s := range []string{"a ", "CN="} {
		if _, ok := Words("x %s", s+strings.Repeat("b", longest)).Command(); ok {
			t.Error("a line is offered that cmd.exe does not take")
		}
	}
}

func TestForms(t *testing.T) {
	for got, want := range map[string]string{
		Option("--dc", "ldaps://dc1:636"):                       "--dc ldaps://dc1:636",
		Option("--scope", `OU=R&D\, x`):                         `--scope "OU=R&D\, x"`,
		Option("--scope", "OU=$(x)"):                            `these words (no command, since a shell would change or obey a character of them, for which \uXXXX stands here): 1 --scope, 2 "OU=\u0024(x)"`,
		Words("a %s -e $true", "b").String():                    "a b -e $true",
		Words("A=%s b", "c d").String():                         `A="c d" b`,
		Words("a --c %s", "x$").Instead("x$", "S-1-5").String(): "a --c S-1-5",
		Words("a --c %s", "x").Instead("x", "S-1-5").String():   "a --c x",
		Name("corp.example"):                                    "corp.example",
		Name("SYNC01$"):                                         `"SYNC01$"`,
		Name(`CORP\pGMSA_1$`):                                   `"CORP\pGMSA_1$"`,
		Name("$"):                                               `"\u0024"`,
		Name("a$$"):                                             `"a\u0024$"`,
		Name(`a\$`):                                             `"a\u005c$"`,
		Name(`a\$b\\c\`):                                        `"a\u005c\u0024b\u005c\c\u005c"`,
		Name("-x"):                                              `"-x"`,
		Name(""):                                                `""`,
	} {
		if got != want {
			t.Errorf("%s\nwant\n%s", got, want)
		}
	}
}

// Whatever the name, what is shown of it is safe between quotes and hides nothing.
func TestShownIsInert(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.OneOf(rapid.String(), rapid.SampledFrom(paste.Hostile), rapid.StringOf(rapid.SampledFrom([]rune("\\\"'$`%!“’&; aé\u202e\u200b")))).Draw(t, "value")
		if shown := inert(v); inert(shown) != shown || visible.Check(shown) != nil {
			t.Fatalf("%q is shown as %q", v, shown)
		}
		if Safe(v) && inert(v) != v {
			t.Fatalf("%q is safe and shown as %q", v, inert(v))
		}
	})
}

// forms are what is made of a value, and sentences around it.
func forms(v string) []string {
	return []string{
		Words("writeback explain %s --scope %s --yes", v, v).String(),
		"grant the rights there as well: " + Words("--scope %s --scope %s", "OU=a", v).String() + "; or enable inheritance",
		"say " + Option("--domain", v), "compare it with " + Name(v) + ", and name " + Name(v+v),
	}
}

func all() (out []string) {
	for _, v := range slices.Concat(paste.Hostile, good, bad) {
		out = append(out, forms(v)...)
	}
	return out
}

func TestPasted(t *testing.T) { paste.Harmless(t, all()) }

// arguments is a command line that prints its arguments, and what they are.
func arguments(t *testing.T, values []string) (line string, want []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil || !Safe(self) {
		t.Fatalf("%q, %v", self, err)
	}
	own := self
	for _, v := range values {
		own, want = own+" --scope %s", append(want, "--scope", v)
	}
	line, ok := Words(own, values...).Command()
	if !ok {
		t.Fatalf("not offered: %q", values)
	}
	return line, want
}

func given(t *testing.T, cmd *exec.Cmd, line string, want []string) {
	t.Helper()
	cmd.Env = append(os.Environ(), "SHELL_TEST_ARGUMENTS=1", "LC_ALL=C.UTF-8")
	out, err := cmd.Output()
	var got []string
	if err != nil || json.Unmarshal(out, &got) != nil || !slices.Equal(got, want) {
		t.Errorf("%s: %v\n%q\nwant\n%q", line, err, out, want)
	}
}

// What is offered comes back as it was, each word.
func TestOfferedMeansItself(t *testing.T) {
	line, want := arguments(t, good)
	for _, shell := range []string{"sh", "dash", "bash", "zsh"} {
		if program, err := exec.LookPath(shell); err == nil {
			given(t, exec.Command(program, "-c", line), line, want)
		}
	}
	t.Run("PowerShell", func(t *testing.T) {
		given(t, exec.Command(paste.FindPowerShell(t), "-NoProfile", "-NonInteractive", "-Command", line), line, want)
	})
}

// So does each character and pair of characters of the alphabet.
func TestEveryPairMeansItself(t *testing.T) {
	const alphabet = " ,.=:;/_-@(){}'&+#\\aZ0é"
	var values []string
	for _, a := range alphabet {
		for _, b := range alphabet {
			for _, v := range []string{string(a) + string(b), "x" + string(a) + string(b) + "y", fmt.Sprintf("%c%c z", a, b)} {
				if Safe(v) {
					values = append(values, v)
				}
			}
		}
	}
	if len(values) < 1000 {
		t.Fatalf("%d values", len(values))
	}
	for part := range slices.Chunk(values, 250) {
		line, want := arguments(t, part)
		for _, shell := range []string{"sh", "bash"} {
			if program, err := exec.LookPath(shell); err == nil {
				given(t, exec.Command(program, "-c", line), line, want)
			}
		}
	}
	t.Run("PowerShell", func(t *testing.T) {
		for part := range slices.Chunk(values, 250) {
			line, want := arguments(t, part)
			given(t, exec.Command(paste.FindPowerShell(t), "-NoProfile", "-NonInteractive", "-Command", line), line, want)
		}
	})
}
