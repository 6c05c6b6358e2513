package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// silent waits until the terminal shows no more what is typed.
func (h *person) silent() {
	h.t.Helper()
	late := time.Now().Add(time.Minute)
	for {
		state, err := unix.IoctlGetTermios(int(h.tty.Fd()), unix.TIOCGETA)
		if err != nil {
			h.t.Fatal(err)
		}
		if state.Lflag&unix.ECHO == 0 {
			return
		}
		if time.Now().After(late) {
			h.t.Fatalf("the terminal still shows what is typed:\n%s", h.screen())
		}
	}
}
