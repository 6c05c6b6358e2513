package terminal

import "testing"

// Who says first whether there are colours: the flag, NO_COLOR, CLICOLOR_FORCE,
// CLICOLOR, the output.
func TestColours(t *testing.T) {
	for name, c := range map[string]struct {
		env      map[string]string
		flag     string // of --no-color; "": not given
		terminal bool
		want     bool
	}{
		"a terminal":                    {nil, "", true, true},
		"a file":                        {nil, "", false, false},
		"NO_COLOR":                      {map[string]string{"NO_COLOR": "1"}, "", true, false},
		"NO_COLOR=0":                    {map[string]string{"NO_COLOR": "0"}, "", true, false},
		"NO_COLOR, empty":               {map[string]string{"NO_COLOR": ""}, "", true, true},
		"CLICOLOR=0":                    {map[string]string{"CLICOLOR": "0"}, "", true, false},
		"CLICOLOR=1, a file":            {map[string]string{"CLICOLOR": "1"}, "", false, false},
		"forced":                        {map[string]string{"CLICOLOR_FORCE": "1"}, "", false, true},
		"forced by 0":                   {map[string]string{"CLICOLOR_FORCE": "0"}, "", false, false},
		"forced, and CLICOLOR=0":        {map[string]string{"CLICOLOR_FORCE": "1", "CLICOLOR": "0"}, "", false, true},
		"forced, and NO_COLOR":          {map[string]string{"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, "", true, false},
		"the flag":                      {nil, "true", true, false},
		"the flag, forced":              {map[string]string{"CLICOLOR_FORCE": "1"}, "true", true, false},
		"the flag wants them":           {map[string]string{"NO_COLOR": "1"}, "false", true, true},
		"the flag wants them in a file": {map[string]string{"NO_COLOR": "1"}, "false", false, false},
	} {
		a := Terminal{Color: c.terminal, LookupEnv: func(name string) (string, bool) { v, there := c.env[name]; return v, there }}
		wish := Wish{None: c.flag == "true", ByFlag: c.flag != ""}
		if got := a.Colored(wish); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
