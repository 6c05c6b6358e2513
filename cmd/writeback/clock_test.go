package main

import (
	"slices"
	"time"
)

// laterEnv sets the clock of the journals ahead: "20m".
const laterEnv = "WRITEBACK_TEST_LATER"

// muchLater does f when nothing that was lost can take effect any more.
func (p *program) muchLater(f func()) {
	env := p.env
	p.env = append(slices.Clone(env), laterEnv+"=20m")
	f()
	p.env = env
}

func init() {
	seams[laterEnv] = func(a *app, by string) {
		d, err := time.ParseDuration(by)
		if err != nil {
			panic(err)
		}
		a.clock = func() time.Time { return time.Now().Add(d) }
	}
}
