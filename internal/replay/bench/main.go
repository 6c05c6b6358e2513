// Command bench measures a reader of all users against ldapsearch: each in turn
// reads the same made-up domain from the same server, over TLS. It prints the
// table of docs/benchmarks.md. .ci/bench runs it.
//
//	bench -client PROGRAM [-users 1000,10000] [-runs 3]
package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
)

func main() {
	client := flag.String("client", "", "the test program of internal/replay")
	users := flag.String("users", "1000,10000,100000,1000000", "how many users")
	runs := flag.Int("runs", 3, "how often each is run, in turn, and more often below 100000 users; the least that each took counts, and its highest peak")
	flag.Parse()
	if err := bench(*client, *users, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(client, users string, runs int) error {
	fmt.Println("| users | reader | wall | a user | CPU | peak memory | wall ÷ ldapsearch | CPU ÷ ldapsearch |")
	fmt.Println("|---:|---|---:|---:|---:|---:|---:|---:|")
	for _, word := range strings.Split(users, ",") {
		n, err := strconv.Atoi(word)
		if err != nil {
			return fmt.Errorf("-users: %w", err)
		}
		if err := row(client, n, max(runs, min(20*runs, 100_000*runs/max(n, 1)))); err != nil {
			return fmt.Errorf("%d users: %w", n, err)
		}
	}
	return nil
}

// row measures both readers on a domain of n users and prints a line for each.
func row(client string, n, runs int) error {
	s, ca, err := start(n)
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

// whole says that our reader has seen every user.
func whole(out string, n int) error {
	seen, _, _ := strings.Cut(out, " ")
	if seen != strconv.Itoa(n) {
		return fmt.Errorf("it has read %q of %d", strings.TrimSpace(out), n)
	}
	return nil
}
