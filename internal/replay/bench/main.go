// Command bench measures a reader of all users against ldapsearch: each in turn
// reads the same made-up domain from the same server, over TLS. It prints the
// table of docs/benchmarks.md. .ci/bench runs it. It imports no reader: it
// starts each as a program.
//
//	bench -client PROGRAM [-users 1000,10000] [-runs 3]
//	bench -client PROGRAM -admins 20
//	bench -client PROGRAM -users 1000000 -drop 990000
package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"

	"writeback/internal/replay"
)

func main() {
	client := flag.String("client", "", "the test program of internal/replay")
	users := flag.String("users", "1000,10000,100000,1000000", "how many users")
	runs := flag.Int("runs", 3, "how often each is run, in turn, and more often below 100000 users; the least that each took counts, and its highest peak")
	admins := flag.Int("admins", 0, "one in so many users is an administrator; 0: one in 250")
	drop := flag.Int("drop", 0, "the server hangs up once before this user, and our reader alone is run, once")
	flag.Parse()
	var err error
	if *drop > 0 {
		err = interrupted(*client, *users, *drop)
	} else {
		err = bench(*client, *users, *runs, *admins)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(client, users string, runs, admins int) error {
	fmt.Println("| users | reader | wall | a user | CPU | peak memory | wall ÷ ldapsearch | CPU ÷ ldapsearch |")
	fmt.Println("|---:|---|---:|---:|---:|---:|---:|---:|")
	for _, word := range strings.Split(users, ",") {
		n, err := strconv.Atoi(word)
		if err != nil {
			return fmt.Errorf("-users: %w", err)
		}
		if err := row(client, n, admins, max(runs, min(20*runs, 100_000*runs/max(n, 1)))); err != nil {
			return fmt.Errorf("%d users: %w", n, err)
		}
	}
	return nil
}

// row measures both readers on a domain of n users and prints a line for each.
func row(client string, n, admins, runs int) error {
	s, ca, err := start(replay.Config{Users: n, Admins: admins})
	if err != nil {
		return err
	}
	defer os.Remove(ca)
	defer s.Close()
	var ours, theirs measure
	for range runs {
		a, err := run(ldapsearch(s.URL(), ca))
		if err != nil {
			return err
		}
		b, err := run(us(client, s.URL(), ca))
		if err != nil {
			return err
		}
		if err := whole(b.out, n); err != nil {
			return err
		}
		theirs, ours = theirs.better(a), ours.better(b)
	}
	fmt.Printf("| %d | ldapsearch | %s | |\n", n, theirs.cells(n))
	fmt.Printf("| | writeback | %s | %.2f | %.2f |\n", ours.cells(n), ratio(ours.wall, theirs.wall), ratio(ours.cpu, theirs.cpu))
	return nil
}

// interrupted measures our reader where it has to begin anew on a second
// connection, and pass over what it has counted.
func interrupted(client, users string, drop int) error {
	n, err := strconv.Atoi(users)
	if err != nil {
		return fmt.Errorf("-users: %w", err)
	}
	s, ca, err := start(replay.Config{Users: n, Verdict: func(at replay.At) replay.Verdict {
		if at.Conn == 2 && at.Row == drop { // the first is there for questions
			return replay.Drop
		}
		return replay.Go
	}})
	if err != nil {
		return err
	}
	defer os.Remove(ca)
	defer s.Close()
	m, err := run(us(client, s.URL(), ca))
	if err == nil {
		err = whole(m.out, n)
	}
	if err != nil {
		return err
	}
	fmt.Printf("%d users, dropped before user %d: | writeback | %s |\n", n, drop, m.cells(n))
	return nil
}

// whole says that our reader has seen every user.
func whole(out string, n int) error {
	seen, _, _ := strings.Cut(out, " ")
	if seen != strconv.Itoa(n) {
		return fmt.Errorf("it has read %q of %d", strings.TrimSpace(out), n)
	}
	return nil
}
