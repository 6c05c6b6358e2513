package settings

import "slices"

// SpeaksJSON says that documents were asked for, also where the command line was wrong
// and the settings were never read.
func (s *Settings) SpeaksJSON(args []string, lookupEnv func(string) (string, bool)) bool {
	if Output.Of(s) == JSON || slices.Contains(args, "--"+Output.Name+"="+JSON) {
		return true
	}
	at := slices.Index(args, "--"+Output.Name)
	if at >= 0 {
		return at+1 < len(args) && args[at+1] == JSON
	}
	value, _ := lookupEnv(EnvName(Output.Name))
	return value == JSON
}
