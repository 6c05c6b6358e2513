package main

import "time"

// laterEnv sets the clock of the journals ahead: "20m".
const laterEnv = "WRITEBACK_TEST_LATER"

func init() {
	seams[laterEnv] = func(a *app, by string) {
		d, err := time.ParseDuration(by)
		if err != nil {
			panic(err)
		}
		a.clock = func() time.Time { return time.Now().Add(d) }
	}
}
